// The screen belongs to the console row by row: whatever a message says and however long it is, nothing but the body makes room for it.
import { describe, expect, test } from 'vitest';
import { footerLine } from '../../src/app/footer.ts';
import { bindingsOf } from '../../src/app/keymap.ts';
import { titleOf } from '../../src/screens/layout.ts';
import type { SessionEvent } from '../../src/state/session.ts';
import { type Console, openConsole } from './console-driver.tsx';
import { scenes } from './scenes.ts';

const size = { columns: 80, rows: 24 } as const;
const words = (length: number): string =>
  'remedy '
    .repeat(Math.ceil(length / 7))
    .slice(0, length)
    .trimEnd();

const refused = (why: string): SessionEvent => ({ type: 'refused', why });
const failed = (summary: string, remedy: string): SessionEvent => ({
  type: 'failed',
  of: 'shell',
  problem: { code: 'test/long', summary, remedy },
});

const messages: readonly SessionEvent[] = [
  ...[1, 78, 79, 80, 158, 240, 2_000].map((length) => refused(words(length))),
  refused('a'.repeat(400)),
  refused('存'.repeat(200)),
  refused('several\nlines of\nanother program\nwhich has\nmuch to say\nand more'),
  failed('systemd did not start mayfly-apply.service: Job failed. See "journalctl -xe" for details.', words(300)),
];

/** What every key that does nothing now would answer. */
const reasonsOn = (console: Console): readonly SessionEvent[] =>
  bindingsOf(console.loop.current(), size).flatMap(({ disabledReason }) =>
    disabledReason === undefined ? [] : [refused(disabledReason)],
  );

const footerOf = (console: Console): string =>
  footerLine(bindingsOf(console.loop.current(), size), size.columns)
    .map(({ text }) => text)
    .join('')
    .trimEnd();

const together = (rows: readonly string[]): string => rows.join('').replaceAll(/\s+/g, '');

describe.each(Object.entries(scenes))('%s', (_name, { data, show }) => {
  test('keeps its header, title and footer under every message', async () => {
    const console = await openConsole(data ?? {}, size);
    await show(console);
    await console.press('ctrl-l');
    const [header, rule] = console.lines();
    expect(header).toContain('Mayfly');
    expect(rule).toContain(titleOf(console.loop.current()));

    for (const event of [...messages, ...reasonsOn(console)]) {
      const before = console.loop.current();
      console.loop.send(event);
      await console.settle();
      const lines = console.lines();
      expect(lines).toHaveLength(size.rows);
      expect([lines[0], lines[1], lines.at(-1)]).toEqual([header, rule, footerOf(console)]);
      const said = console.loop.current().notice?.text ?? '';
      expect(said).not.toBe(before.notice?.text);
      const rows = lines.slice(-5, -1);
      if (said.length < 290 && !said.startsWith('存')) expect(together(rows)).toContain(together([said]));
      // More than four rows of it: cut, and seen to be cut.
      else expect(rows.at(-1)).toMatch(/…$/);
    }
  });
});
