// A machine for tests: real files under a directory of its own, commands answered from a table and recorded.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { createHost } from '../../src/system/host.ts';
import type { CommandOptions, CommandResult, FilesystemStatus, System } from '../../src/system/system.ts';

/** Standard output of a success, or a whole result, or what to do. */
type FakeAnswer =
  | string
  | Partial<CommandResult>
  | ((command: readonly string[], options: CommandOptions) => string | Partial<CommandResult> | Promise<string>);

export type FakeOptions = {
  /** Absolute path → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Absolute path → where the symbolic link points. */
  readonly links?: Readonly<Record<string, string>>;
  /** By whole command line, or by its first words; the longest match answers. None: 127, not installed. */
  readonly commands?: Readonly<Record<string, FakeAnswer>>;
  readonly filesystem?: FilesystemStatus;
  /** Sees every write to /sys and /proc before it happens; throwing makes it fail. */
  readonly onKernelWrite?: (path: string, text: string) => void;
};

export type FakeSystem = System & {
  /** Where the machine's `/` is. */
  readonly root: string;
  /** Commands that were to change the machine, in order; `queried` are those that read. */
  readonly ran: string[][];
  readonly queried: string[][];
  /** Standard input of each of `ran`, in order. */
  readonly inputs: (string | undefined)[];
  /** `path=text` of every writeKernel, in order. */
  readonly kernelWrites: string[];
  /** The file's text; throws when there is none. */
  text(path: string): string;
  /** Puts a file where a test wants the machine to have changed. */
  put(path: string, text: string): void;
  /** Changes what a command answers from now on. */
  answer(command: string, answer: FakeAnswer): void;
};

const roots: string[] = [];
// Of every test file that imports this: an exit handler does not run in the test runner's workers.
afterAll(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

export const createFakeSystem = (options: FakeOptions = {}): FakeSystem => {
  const root = mkdtempSync(join(tmpdir(), 'mayfly-fake-'));
  roots.push(root);
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(options.files ?? {})) put(path, text);
  for (const [path, target] of Object.entries(options.links ?? {})) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(target, join(root, path));
  }

  const answers = new Map(Object.entries(options.commands ?? {}));
  const answerTo = async (command: readonly string[], given: CommandOptions = {}): Promise<CommandResult> => {
    for (let words = command.length; words > 0; words -= 1) {
      const found = answers.get(command.slice(0, words).join(' '));
      if (found === undefined) continue;
      const answer = typeof found === 'function' ? await found(command, given) : found;
      return { exitCode: 0, stdout: '', stderr: '', ...(typeof answer === 'string' ? { stdout: answer } : answer) };
    }
    return { exitCode: 127, stdout: '', stderr: `${command[0]}: not in the fake's table` };
  };

  const host = createHost({ root });
  const ran: string[][] = [];
  const queried: string[][] = [];
  const inputs: (string | undefined)[] = [];
  const kernelWrites: string[] = [];
  return {
    ...host,
    root,
    ran,
    queried,
    inputs,
    kernelWrites,
    text: (path) => readFileSync(join(root, path), 'utf8'),
    put,
    answer: (command, answer) => {
      answers.set(command, answer);
    },
    statFilesystem: async (path) => options.filesystem ?? (await host.statFilesystem(path)),
    query: (command, given) => {
      queried.push([...command]);
      return answerTo(command, given);
    },
    run: (command, given) => {
      ran.push([...command]);
      inputs.push(given?.input);
      return answerTo(command, given);
    },
    writeKernel: async (path, text) => {
      kernelWrites.push(`${path}=${text.trimEnd()}`);
      options.onKernelWrite?.(path, text);
      await host.writeKernel(path, text);
    },
  };
};
