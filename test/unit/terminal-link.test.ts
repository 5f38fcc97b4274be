// What follows from a line: the policy as a table, its words, and a link that learns from answers.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { describeLink } from '../../src/terminal/describe-link.ts';
import type { CursorReport } from '../../src/terminal/key.ts';
import { createLineOutput } from '../../src/terminal/line-output.ts';
import { followLink, type LinkOptions } from '../../src/terminal/link.ts';
import { type LinkFacts, linkBudget, measuredSpeed } from '../../src/terminal/link-budget.ts';
import type { LineProbe } from '../../src/terminal/size-probe.ts';
import { terminalProfile } from '../../src/terminal/terminal-profile.ts';

const nothing: LinkFacts = { roundTripMs: 2, toldBaud: undefined, portBaud: undefined, measured: undefined };

describe('the budget of', () => {
  test.each([
    ['a local terminal', nothing, undefined, 'unknown', 30, true, 150],
    ['a mute terminal', { ...nothing, roundTripMs: undefined }, undefined, 'unknown', 30, true, 300],
    ['a far network', { ...nothing, roundTripMs: 240 }, undefined, 'unknown', 30, true, 340],
    ['a satellite', { ...nothing, roundTripMs: 1400 }, undefined, 'unknown', 30, true, 800],
    ['a port of 115200 baud', { ...nothing, portBaud: 115_200 }, 11_520, 'serial port', 30, true, 150],
    ['a port of 9600 baud', { ...nothing, portBaud: 9600 }, 960, 'serial port', 10, false, 150],
    ['a port of 19200 baud', { ...nothing, portBaud: 19_200 }, 1920, 'serial port', 20, true, 150],
    ['a port of 300 baud', { ...nothing, portBaud: 300 }, 30, 'serial port', 1, false, 150],
    [
      'a fast port and a slow network',
      { ...nothing, portBaud: 115_200, measured: 3000 },
      3000,
      'measured',
      30,
      true,
      150,
    ],
    [
      'a slow port without pacing',
      { ...nothing, portBaud: 9600, measured: 50_000 },
      960,
      'serial port',
      10,
      false,
      150,
    ],
    ['a pty that was timed', { ...nothing, measured: 950 }, 950, 'measured', 10, false, 150],
    [
      'a line of which somebody spoke',
      { ...nothing, toldBaud: 2400, portBaud: 115_200, measured: 9000 },
      240,
      'told',
      3,
      false,
      150,
    ],
  ] satisfies [string, LinkFacts, number | undefined, string, number, boolean, number][])(
    '%s',
    (_, facts, bytesPerSecond, speedFrom, maxFps, decorated, escapeTimeoutMs) => {
      expect(linkBudget(facts)).toEqual({ bytesPerSecond, speedFrom, maxFps, decorated, escapeTimeoutMs });
    },
  );

  test.each([
    ['2 kB in two seconds', 2000, 2093, 10, 960],
    ['too few bytes', 100, 2000, 10, undefined],
    ['too fast to tell from a busy machine', 2000, 120, 10, undefined],
    ['a long way, but no slow one', 2000, 900, 880, undefined],
  ] satisfies [string, number, number, number, number | undefined][])(
    'a paint of %s',
    (_, bytes, ms, roundTrip, speed) => {
      expect(measuredSpeed(bytes, ms, roundTrip)).toBe(speed);
    },
  );
});

afterEach(() => {
  vi.useRealTimers();
});

const probe: LineProbe = { columns: 80, rows: 24, source: 'terminal', roundTripMs: 12, utf8: true };

const linkOn = (changes: Partial<LinkOptions> = {}) => {
  let tell: (report: CursorReport) => void = () => {};
  const sent: string[] = [];
  const stdout = createLineOutput({
    stream: {
      write: (chunk, callback) => {
        sent.push(chunk);
        callback();
      },
    },
    columns: 80,
    rows: 24,
    profile: terminalProfile('vt220'),
    glyphs: 'ascii',
    colour: false,
  });
  const escapes: number[] = [];
  const link = followLink(
    {
      probe,
      toldSize: undefined,
      toldBaud: undefined,
      portBaud: undefined,
      escapeTimeoutMs: undefined,
      glyphsFor: (decorated) => (decorated ? 'unicode' : 'ascii'),
      look: { colour: false, term: 'vt220', chosenBy: [], ignored: [] },
      ...changes,
    },
    {
      stdout,
      keyboard: {
        onReport: (listener) => {
          tell = listener;
          return () => {};
        },
        setEscapeTimeout: (milliseconds) => escapes.push(milliseconds),
      },
      timed: true,
    },
  );
  return { link, stdout, sent, escapes, report: (row: number, column: number) => tell({ row, column }) };
};

const full = (mark: string) => Array.from({ length: 24 }, () => mark.repeat(80)).join('\n');

test('the first large paint is timed, and a slow line is drawn on with less', () => {
  vi.useFakeTimers();
  const { link, stdout, sent, report } = linkOn();
  expect(link.current()).toMatchObject({ glyphs: 'unicode', budget: { maxFps: 30, speedFrom: 'unknown' } });
  stdout.write('small\nframe');
  expect(sent.join('')).not.toContain('\u001B[6n');
  vi.advanceTimersByTime(50);
  stdout.write(full('─'));
  const asked = sent.length;
  stdout.write(full('═'));
  vi.advanceTimersByTime(100);
  // Nothing follows before the answer.
  expect(sent).toHaveLength(asked);
  stdout.write(full('─'));
  expect(sent.at(-1)).toMatch(/\u001B\[2H\u001B\[6n$/);
  const bytes = Buffer.byteLength(sent.at(-1) ?? '') - '\u001B[2H\u001B[6n'.length;
  vi.advanceTimersByTime(bytes + 12 - 100);
  const heard = vi.fn();
  link.subscribe(heard);
  // Another answer, e.g. to a question about the size, is none to this one.
  report(24, 80);
  expect(heard).not.toHaveBeenCalled();
  report(2, 1);
  expect(heard).toHaveBeenCalledOnce();
  expect(link.current()).toMatchObject({
    glyphs: 'ascii',
    budget: { bytesPerSecond: 1000, speedFrom: 'measured', maxFps: 10, decorated: false },
  });
  vi.advanceTimersByTime(20_000);
  expect(sent.slice(-3).join('')).toContain('-----');
  // Ctrl-L: the old limit must not bind the new measurement.
  link.remeasure({ ...probe, roundTripMs: 300 });
  expect(link.current()).toMatchObject({ glyphs: 'unicode', budget: { speedFrom: 'unknown', escapeTimeoutMs: 400 } });
});

test('a terminal that was pulled out stops nothing for long', () => {
  vi.useFakeTimers();
  const { stdout, sent } = linkOn();
  stdout.write(full('x'));
  stdout.write('newest\nframe');
  expect(sent).toHaveLength(1);
  vi.advanceTimersByTime(5100);
  expect(sent.at(-1)).toContain('newest');
  for (let at = 0; at < 9; at++) {
    stdout.write(full(String(at)));
    vi.advanceTimersByTime(100);
  }
  expect(sent.join('').split('\u001B[6n')).toHaveLength(2);
});

test('the cursor is not trusted after the question', () => {
  const { stdout, sent, report } = linkOn();
  stdout.write(full('x'));
  report(2, 1);
  stdout.write(full('x').replace('xxxxx', 'xxyxx'));
  return vi.waitFor(() => expect(sent.at(-1)).toMatch(/^\u001B\[;3Hy/));
});

test('what somebody said is not measured', () => {
  const { stdout, sent, link } = linkOn({ toldBaud: 9600 });
  stdout.write(full('x'));
  expect(sent.join('')).not.toContain('\u001B[6n');
  expect(link.current().budget.speedFrom).toBe('told');
});

test('the line in words', () => {
  const { link } = linkOn({
    portBaud: 9600,
    look: { colour: false, term: 'vt220', chosenBy: ['TERM by mayfly.term'], ignored: [] },
  });
  expect(describeLink(link.current())).toBe(
    'Line: 80×24, 12 ms, 960 B/s (serial port), ASCII, mono, at most 10 frames/s, no trend; TERM=vt220, TERM by mayfly.term. Ctrl-L measures again.',
  );
  const mute = linkOn({ probe: { ...probe, roundTripMs: undefined, source: 'default' } }).link;
  expect(describeLink(mute.current())).toContain(
    '80×24 assumed, the terminal does not answer, faster than can be measured',
  );
});
