// A file over a serial line that loses and garbles: what is put together is the file, or it is known what is missing.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countLines,
  joinSerialLines,
  parseRanges,
  renderRanges,
  renderSerialLines,
} from '../../src/state/serial-lines.ts';

const file = randomBytes(1_000);
const lines = renderSerialLines(file);

describe('a file as lines', () => {
  it('fits 80 columns and comes back from a terminal that adds its own', () => {
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    const capture = `login: root\r\n# mayfly bundle --serial\r\n\u001B[0m${lines.join('\r\n')}\r\n# exit\r\n`;
    expect(joinSerialLines([capture])).toEqual({
      ok: true,
      value: { kind: 'whole', bytes: file, lines: countLines(file.length) },
    });
  });

  it('comes back from what is sent again, wherever a line was hit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: lines.join('\n').length - 1 }), (byte) => {
        const text = lines.join('\n');
        const capture = text.slice(0, byte) + text.slice(byte + 1);
        const first = joinSerialLines([capture]);
        if (!first.ok) throw new Error(first.problem.summary);
        if (first.value.kind === 'whole') {
          // A line end is nothing that counts.
          expect(first.value.bytes).toEqual(file);
          return;
        }
        const again = renderSerialLines(file, parseRanges(renderRanges(first.value.ranges)));
        expect(joinSerialLines([capture, again.join('\n')])).toEqual({
          ok: true,
          value: { kind: 'whole', bytes: file, lines: countLines(file.length) },
        });
      }),
    );
  });

  it('never takes a byte for another', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: lines.join('\n').length - 1 }),
        fc.integer({ min: 33, max: 126 }),
        (byte, code) => {
          const text = lines.join('\n');
          const joined = joinSerialLines([text.slice(0, byte) + String.fromCharCode(code) + text.slice(byte + 1)]);
          if (joined.ok && joined.value.kind === 'whole') expect(joined.value.bytes).toEqual(file);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('does not mix the lines of two', () => {
    const other = renderSerialLines(randomBytes(1_000));
    const joined = joinSerialLines([[...other.slice(0, 9), ...lines.filter((_, at) => at !== 5)].join('\n')]);
    expect(joined).toMatchObject({ ok: true, value: { kind: 'missing', ranges: [{ from: 5, to: 5 }] } });
  });

  it('says what is missing as it is asked for', () => {
    const joined = joinSerialLines([[...lines.slice(0, 3), ...lines.slice(6, 9), ...lines.slice(10)].join('\n')]);
    if (!joined.ok || joined.value.kind !== 'missing') throw new Error('something is missing');
    expect(renderRanges(joined.value.ranges)).toBe('3-5,9');
    expect(joinSerialLines(['nothing of it'])).toMatchObject({ ok: false, problem: { code: 'bundle/no-begin' } });
  });

  it.each([
    ['', undefined],
    ['0', undefined],
    ['4-3', undefined],
    ['1-2,x', undefined],
    ['7', [{ from: 7, to: 7 }]],
  ])('reads the range %o', (text, ranges) => expect(parseRanges(text)).toEqual(ranges));
});
