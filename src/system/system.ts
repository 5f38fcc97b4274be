// The door to the operating system, as types: what product code may ask of a machine. Every path is absolute and resolved under the system's root.
import type { Result } from '../state/problem.ts';

/** How a finished command ended. Commands never throw for exiting non-zero, for running out of time or for not being installed. */
export type CommandResult = {
  /** 0 on success; 127 when the program is not installed; 124 when it ran out of time; 128+n after signal n. */
  readonly exitCode: number;
  /** As printed, with its final newline; cut off by 16 MiB. */
  readonly stdout: string;
  readonly stderr: string;
};

export type CommandOptions = {
  /** Text for standard input: the only way by which a secret may reach a command. */
  readonly input?: string;
  /** Milliseconds; 30,000 unless told. */
  readonly timeoutMs?: number;
  /** Added to a minimal environment (PATH, LANG=C.UTF-8, HOME). */
  readonly environment?: Readonly<Record<string, string>>;
};

/** Of the entry itself: symbolic links are not followed. */
export type FileStatus = {
  readonly kind: 'file' | 'directory' | 'symlink' | 'block' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Permission bits, e.g. 0o600. */
  readonly mode: number;
  /** Milliseconds since the epoch. */
  readonly modifiedMs: number;
  readonly inode: number;
};

type WriteOptions = {
  /** Permission bits of the new file; 0o644 unless told. */
  readonly mode?: number;
};

/** What may be asked without changing anything. Probes take only this. */
export type Reader = {
  /** The file's text, or undefined when there is none (or it may not be read). */
  readText(path: string): Promise<string | undefined>;
  /** Names in a directory, sorted; empty when there is none. */
  list(path: string): Promise<readonly string[]>;
  stat(path: string): Promise<FileStatus | undefined>;
  /** Where a symbolic link points, as written in it. */
  readLink(path: string): Promise<string | undefined>;
  /** Blocks and inodes of the filesystem that holds `path`. */
  statFilesystem(path: string): Promise<FilesystemStatus | undefined>;
  /** Runs a command that only reads. The caller answers for that. */
  query(command: readonly [string, ...string[]], options?: CommandOptions): Promise<CommandResult>;
};

type WatchOptions = { readonly signal: AbortSignal; readonly everyMs: number };

export type FilesystemStatus = {
  /** Bytes. */
  readonly size: number;
  /** Bytes free to everybody. */
  readonly free: number;
  readonly inodes: number;
  readonly inodesFree: number;
};

/** A machine that can be changed. */
export type System = Reader & {
  /** Whole or not at all: written beside the target, synced, renamed. Makes missing directories. */
  writeText(path: string, text: string, options?: WriteOptions): Promise<void>;
  /** As writeText, but only where nothing has that name: false, and nothing is changed, when something has. Of several at once one succeeds. */
  createText(path: string, text: string, options?: WriteOptions): Promise<boolean>;
  /** Writes to a file that exists already and cannot be renamed over: sysfs and procfs. */
  writeKernel(path: string, text: string): Promise<void>;
  /** Appends and syncs; the text is on its medium when this resolves. */
  appendText(path: string, text: string, options?: WriteOptions): Promise<void>;
  /** Removes a file or a link; no error when there is none. */
  remove(path: string): Promise<void>;
  makeDirectory(path: string, options?: WriteOptions): Promise<void>;
  /** Replaces `path` by a symbolic link, atomically. */
  link(target: string, path: string): Promise<void>;
  /** Runs a command that changes the machine. */
  run(command: readonly [string, ...string[]], options?: CommandOptions): Promise<CommandResult>;
  /**
   * Calls back soon after anything in the directory has changed, and every `everyMs` in any case: what the kernel does not report
   * (no inotify left, a directory that is not there yet) is seen by then. Ends with the signal.
   */
  watch(directory: string, onChange: () => void, options: WatchOptions): void;
  /** Takes an exclusive lock that dies with this process; undefined when somebody holds it. */
  lock(path: string): Promise<Lock | undefined>;
};

export type Lock = { release(): Promise<void> };

export type ServeOptions = {
  /** PEM; made for this one purpose. */
  readonly certificate: string;
  readonly key: string;
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Bytes of a request; a longer one is hung up on. */
  readonly longest: number;
  /** Milliseconds that a connection may take over its request, and again over reading the answer. */
  readonly patienceMs: number;
  /** One line in, one line out, both without their end. `from` is the other's address. */
  readonly answer: (request: string, from: string) => Promise<string>;
};

export type Serving = {
  readonly port: number;
  /** Takes no more connections and lets those that are being answered end, within 5 s. */
  close(): Promise<void>;
};

export type AskOptions = {
  readonly address: string;
  readonly port: number;
  /** The first hexadecimal digits of the certificate's SHA-256. Nothing is sent to who shows another certificate. */
  readonly fingerprint: string;
  readonly request: string;
  /** Bytes of an answer. */
  readonly longest: number;
  readonly connectMs: number;
  readonly answerMs: number;
  /** Hangs up. */
  readonly signal?: AbortSignal;
};

/** `refused`: nobody listens; `foreign`: who listens does not speak TLS 1.3; `late` and `cut-off`: connected, and no whole line came; `stopped`: by the signal. */
export type Asked =
  | { readonly kind: 'answered'; readonly line: string }
  | { readonly kind: 'other-certificate' }
  | { readonly kind: 'refused' | 'foreign' | 'late' | 'cut-off' | 'too-long' | 'stopped' }
  | { readonly kind: 'unreachable'; readonly why: string };

/** One line each way over TLS 1.3, to who proves to hold the certificate of a fingerprint. */
export type SecureWire = {
  serve(options: ServeOptions): Promise<Result<Serving>>;
  ask(options: AskOptions): Promise<Asked>;
};
