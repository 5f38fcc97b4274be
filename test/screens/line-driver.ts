// The line mode in this process, with a node made of data behind it: type lines, wait for a prompt, read the transcript.
import { afterEach } from 'vitest';
import { createSessionLoop, type SessionLoop } from '../../src/app/session-loop.ts';
import { type Conversation, converse } from '../../src/line/converse.ts';
import { keysIn } from '../../src/line/edit-line.ts';
import type { KeyName } from '../../src/terminal/key.ts';
import { expectFrameFile } from '../helpers/frame-file.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { bareNode, type FixtureNode, fixtureNode, type NodeData } from './fixture-effects.ts';

export type Line = {
  readonly node: FixtureNode;
  readonly loop: SessionLoop;
  readonly bugs: readonly unknown[];
  readonly ended: Conversation['ended'];
  /** Each answer when a prompt stands; then waits for the next one. */
  answer(...lines: readonly string[]): Promise<void>;
  /** All at once. */
  paste(text: string): void;
  press(name: KeyName): void;
  end(): void;
  waitFor(wanted: string): Promise<void>;
  /** Waits until a question is open again. */
  prompted(): Promise<void>;
  /** Everything that was written. */
  text(): string;
  /** From now on. */
  forget(): void;
  expectTranscript(name: string): Promise<void>;
};

export type LineModeOptions = {
  readonly rehearsal?: boolean;
  readonly glyphs?: 'ascii' | 'unicode';
  readonly attended?: boolean;
  /** False where the node does something first. */
  readonly asks?: boolean;
};

const running = new Set<SessionLoop>();

afterEach(async () => {
  for (const loop of running) await loop.stop();
  running.clear();
});

export const openLine = async (data: Partial<NodeData> = {}, options: LineModeOptions = {}): Promise<Line> => {
  const node = fixtureNode({ ...bareNode, ...data });
  const bugs: unknown[] = [];
  const loop = createSessionLoop({
    effects: node.effects,
    rehearsal: options.rehearsal ?? false,
    statusEveryMs: 3_600_000,
    draftAfterMs: 1,
    onBug: (error) => bugs.push(error),
  });
  running.add(loop);
  let written = '';
  let from = 0;
  const conversation = converse({
    loop,
    write: (text) => {
      written += text;
    },
    glyphs: options.glyphs ?? 'ascii',
    attended: options.attended ?? true,
    quietMs: 5,
  });
  const started = loop.start();
  // Else it goes on trying, and the conversation says so.
  if (data.unreadable === undefined) await started;
  const text = () => written.slice(from);
  const prompted = () => waitUntil(() => /: $/.test(written), 'a prompt', 4_000);
  const paste = (lines: string) => {
    for (const key of keysIn(lines)) conversation.key(key);
  };
  const line: Line = {
    node,
    loop,
    bugs,
    ended: conversation.ended,
    paste,
    press: (name) => conversation.key({ name, text: '' }),
    end: conversation.end,
    prompted,
    text,
    waitFor: (wanted) => waitUntil(() => text().includes(wanted), `${wanted} in:\n${text()}`, 4_000),
    answer: async (...lines) => {
      for (const answer of lines) {
        await prompted();
        paste(`${answer}\n`);
      }
      await prompted();
    },
    forget: () => {
      from = written.length;
    },
    expectTranscript: (name) => expectFrameFile(`line/${name}`, `${written.replaceAll(/ +$/gm, '')}\n`),
  };
  if (options.asks !== false) await prompted();
  return line;
};
