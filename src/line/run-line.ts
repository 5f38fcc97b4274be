// Opens the line mode on this terminal, or on a file of answers, and leaves the terminal as it was.
import { createEffects } from '../app/real-effects.ts';
import { createSessionLoop } from '../app/session-loop.ts';
import type { SecureWire, System } from '../system/system.ts';
import { chooseGlyphs } from '../terminal/appearance.ts';
import type { GlyphSet } from '../terminal/glyphs.ts';
import { createKeyboard, type Keyboard } from '../terminal/keyboard.ts';
import { terminalProfile } from '../terminal/terminal-profile.ts';
import { type Conversation, converse } from './converse.ts';
import { keysIn } from './edit-line.ts';
import { sentence } from './plain-text.ts';

export type LineOptions = {
  readonly system: System;
  readonly wire: SecureWire;
  readonly rehearsal: boolean;
  readonly glyphs: 'ascii' | 'unicode' | 'auto';
  /** Why the line mode was chosen for somebody who did not ask for it. */
  readonly why: string | undefined;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called whenever the line has become raw, which to Node means without XON and XOFF too. */
  readonly onRaw: () => void;
  /** Says what is missing where nobody can be asked. */
  readonly refuse: (missing: string) => void;
  readonly onBug: (error: unknown) => void;
};

/** A terminal that is chosen for has shown that it can do little: nothing but ASCII, unless somebody says otherwise. */
const glyphsFor = ({ glyphs, why, env }: LineOptions): GlyphSet =>
  why !== undefined && glyphs === 'auto' ? 'ascii' : chooseGlyphs(glyphs, terminalProfile(env.TERM), env, undefined);

const statuses = { SIGHUP: 129, SIGTERM: 143 } as const;

/** Resolves with the status to end with when the line is lost or the program is told to end. */
const untilTold = (stdin: NodeJS.ReadStream, attended: boolean): Promise<number> =>
  new Promise((resolve) => {
    process.once('SIGHUP', () => resolve(statuses.SIGHUP));
    process.once('SIGTERM', () => resolve(statuses.SIGTERM));
    if (attended) for (const event of ['end', 'close', 'error']) stdin.once(event, () => resolve(statuses.SIGHUP));
  });

const readAll = async (stdin: NodeJS.ReadStream, { key, end }: Conversation): Promise<void> => {
  let text = '';
  stdin.setEncoding('utf8');
  for await (const chunk of stdin) text += chunk;
  for (const press of keysIn(text)) key(press);
  end();
};

export const runLineOn = async (options: LineOptions): Promise<number> => {
  const { system, wire, rehearsal, why, stdin, stdout, onRaw, refuse, onBug } = options;
  const attended = stdin.isTTY === true;
  const write = (text: string): void => void stdout.write(text);
  const keyboard: Keyboard | undefined = attended ? createKeyboard(stdin) : undefined;
  if (attended) onRaw();
  let afterShell = (): void => {};
  const effects = createEffects(system, wire, async (run) => {
    keyboard?.pause();
    try {
      return await run();
    } finally {
      keyboard?.resume();
      if (attended) onRaw();
      afterShell();
    }
  });
  const loop = createSessionLoop({ effects, rehearsal, onBug });
  if (why !== undefined) write(`${sentence(`Line mode: ${why}.`).join('\n')}\n`);
  const conversation = converse({ loop, write, glyphs: glyphsFor(options), attended });
  afterShell = conversation.reopen;
  keyboard?.onKey((press) => {
    if (press.name !== 'paste') return conversation.key(press);
    for (const part of keysIn(press.text)) conversation.key(part);
  });
  const told = untilTold(stdin, attended);
  loop.start().catch(onBug);
  if (!attended) readAll(stdin, conversation).catch(onBug);
  const how = await Promise.race([conversation.ended, told]);
  await loop.stop();
  keyboard?.close();
  if (typeof how === 'number') return how;
  if (how.said !== '') write(`${sentence(how.said).join('\n')}\n`);
  if (how.missing !== undefined) refuse(how.missing);
  return how.status;
};
