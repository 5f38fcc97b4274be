// One turn at a shared unix socket: finds out whether somebody serves it, and serves it where nobody does.
//
// Who serves is the process whose socket bears the name. A name that a killed process left refuses connections, and is replaced in one step by a socket
// that listens already. Should two replace it in the same instant, the later one has it; the earlier one sees that within `lookMs`, and its turn is over.
import { link, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import { temporaryBeside } from './workstation.ts';

export type SocketRole = 'serves' | 'watches';

export type Line = {
  /** Sends all of it, or nothing when `queueBytes` wait already for a slow reader. */
  send(bytes: Uint8Array): void;
  hangUp(): void;
};

/** Called for every line that comes in while this process serves. */
export type ServeLine = (line: Line) => { received(bytes: Buffer): void; closed(): void };

export type Turn = {
  readonly role: SocketRole;
  /** Resolves when whoever served is gone, or the name is no longer ours. */
  readonly over: Promise<void>;
  end(): Promise<void>;
};

/** What may wait for one slow reader. */
export const queueBytes = 1024 ** 2;

const lookMs = 500;

export const takeTurn = async (path: string, serveLine: ServeLine): Promise<Result<Turn>> => {
  try {
    const folder = dirname(path);
    if (!(await makePrivateFolder(folder))) return fail(notPrivate(folder));
    const other = await reach(path);
    return ok(other === undefined ? await contend(path, serveLine) : watch(other));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return fail(noSocket(path, error));
  }
};

/** In a folder that anybody can write to, a name of ours proves nothing. */
const makePrivateFolder = async (folder: string): Promise<boolean> => {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
};

const notPrivate = (folder: string): Problem => ({
  code: 'image/lan-folder',
  summary: `${folder} is not a folder of yours that nobody else may enter`,
  remedy: `Remove it, or: chmod 0700 ${folder}`,
});

const noSocket = (path: string, error: unknown): Problem => ({
  code: 'image/lan-socket',
  summary: `The socket ${path} cannot be shared (${codeOf(error)})`,
  remedy: 'Check that its folder can be written to',
});

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** A line to whoever serves; undefined when nobody does. */
const reach = (path: string): Promise<Socket | undefined> =>
  new Promise((resolve, reject) => {
    const line = connect(path);
    line.once('connect', () => resolve(line));
    // Also for later: what ends a line shows in its close.
    line.on('error', (error) => {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
  });

/** The line ends with the process that serves, however that ends; what comes over it is for emulators. */
const watch = (line: Socket): Turn => {
  const over = new Promise<void>((resolve) => line.once('close', () => resolve()));
  line.resume();
  const end = (): Promise<void> => {
    line.destroy();
    return over;
  };
  return { role: 'watches', over, end };
};

const contend = async (path: string, serveLine: ServeLine): Promise<Turn> => {
  const temporary = temporaryBeside(path);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => attend(socket, serveLine, sockets));
  try {
    await listen(server, temporary);
    const { ino } = await lstat(temporary);
    const other = await claim(temporary, path);
    if (other === undefined) return serve(path, ino, server, sockets);
    server.close();
    return watch(other);
  } catch (error) {
    server.close();
    throw error;
  }
};

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    // Also for later: a line that cannot be accepted is that emulator's to try again.
    server.on('error', reject);
    server.listen(path, resolve);
  });

/** Gives the listening socket its name; answers with a line to whoever has the name instead. */
const claim = async (temporary: string, path: string): Promise<Socket | undefined> => {
  try {
    await link(temporary, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const other = await reach(path);
    if (other === undefined) await rename(temporary, path);
    return other;
  }
  await rm(temporary);
  return undefined;
};

const attend = (socket: Socket, serveLine: ServeLine, sockets: Set<Socket>): void => {
  sockets.add(socket);
  const user = serveLine({
    send: (bytes) => {
      if (socket.writable && socket.writableLength + bytes.length <= queueBytes) socket.write(bytes);
    },
    hangUp: () => void socket.destroy(),
  });
  socket.on('data', user.received);
  // The close that follows says it all.
  socket.on('error', () => {});
  socket.once('close', () => {
    sockets.delete(socket);
    user.closed();
  });
};

const serve = (path: string, ino: number, server: Server, sockets: ReadonlySet<Socket>): Turn => {
  const hasName = async (): Promise<boolean> => (await lstat(path).catch(() => undefined))?.ino === ino;
  let finish: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const timer = setInterval(async () => {
    if (!(await hasName())) finish();
  }, lookMs);
  const close = async (): Promise<void> => {
    clearInterval(timer);
    if (await hasName()) await rm(path, { force: true });
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
    finish();
  };
  let closing: Promise<void> | undefined;
  return {
    role: 'serves',
    over,
    end: () => {
      closing ??= close();
      return closing;
    },
  };
};
