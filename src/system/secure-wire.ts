// One line each way over TLS 1.3, pinned to the fingerprint of one certificate: nothing is said before that is seen.
import { createHash, timingSafeEqual } from 'node:crypto';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { fail, ok, type Result } from '../state/problem.ts';
import type { Asked, AskOptions, SecureWire, ServeOptions, Serving } from './system.ts';

const handshakeMs = 10_000;
const closeMs = 5_000;
/** At once, so that idle connections cost nothing worth mentioning. */
const mostConnections = 16;

const serve = (options: ServeOptions): Promise<Result<Serving>> =>
  new Promise((resolve) => {
    const { certificate: cert, key, address, port } = options;
    const open = new Set<TLSSocket>();
    const server = createServer({ cert, key, minVersion: 'TLSv1.3', handshakeTimeout: handshakeMs }, (socket) => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      answerOn(socket, options);
    });
    server.maxConnections = mostConnections;
    // A handshake that fails is the other side's affair.
    server.on('tlsClientError', () => undefined);
    server.once('error', (error) => resolve(fail(notListening(options, error))));
    server.listen({ host: address, port }, () => {
      const bound = server.address();
      server.removeAllListeners('error').on('error', () => undefined);
      resolve(
        ok({
          port: bound === null || typeof bound === 'string' ? port : bound.port,
          close: () => closeServer(server, open),
        }),
      );
    });
  });

/** The first line is the request; what comes after it is not read. */
const answerOn = (socket: TLSSocket, { answer, longest, patienceMs }: ServeOptions): void => {
  const hangUp = (): void => void socket.destroy();
  let timer = setTimeout(hangUp, patienceMs);
  socket.once('close', () => clearTimeout(timer));
  socket.on('error', () => undefined);
  const from = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const reading = lineReader(longest);
  const onData = (chunk: Buffer): void => {
    const read = reading(chunk);
    if (read === undefined) return;
    socket.off('data', onData);
    clearTimeout(timer);
    if (read.kind === 'too-long') {
      hangUp();
      return;
    }
    answer(read.line, from).then((line) => {
      timer = setTimeout(hangUp, patienceMs);
      socket.end(`${line}\n`);
    }, hangUp);
  };
  socket.on('data', onData);
};

const closeServer = (server: Server, open: ReadonlySet<TLSSocket>): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => {
      for (const socket of open) socket.destroy();
    }, closeMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });

const notListening = ({ address, port }: ServeOptions, error: Error) => {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  const isTaken = code === 'EADDRINUSE';
  return {
    code: isTaken ? 'join/port-taken' : 'join/not-listening',
    summary: `${address} port ${port} cannot be listened on (${code})`,
    remedy: isTaken ? 'Name another one with --port' : 'Name an address of this node with --address',
  };
};

type Line = { readonly kind: 'line'; readonly line: string } | { readonly kind: 'too-long' };

/** Undefined until the line has its end. */
const lineReader = (longest: number): ((chunk: Buffer) => Line | undefined) => {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    const end = held.indexOf('\n');
    if (end === -1 ? held.length > longest : end > longest) return { kind: 'too-long' };
    return end === -1 ? undefined : { kind: 'line', line: held.subarray(0, end).toString('utf8') };
  };
};

const ask = (options: AskOptions): Promise<Asked> =>
  new Promise((resolve) => {
    const { address, port, fingerprint, request, longest, connectMs, answerMs, signal } = options;
    // Known by its fingerprint, not by an authority; the handshake proves that the other side holds its key.
    const socket = connect({ host: address, port, minVersion: 'TLSv1.3', rejectUnauthorized: false });
    let isConnected = false;
    let isSecure = false;
    const end = (asked: Asked): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      socket.destroy();
      resolve(asked);
    };
    const late = (): void => end(isConnected ? { kind: 'late' } : { kind: 'unreachable', why: 'no answer in time' });
    const stop = (): void => end({ kind: 'stopped' });
    let timer = setTimeout(late, connectMs);
    signal?.addEventListener('abort', stop);
    if (signal?.aborted === true) stop();
    socket.once('connect', () => {
      isConnected = true;
    });
    socket.once('secureConnect', () => {
      if (!hasFingerprint(socket, fingerprint)) return end({ kind: 'other-certificate' });
      isSecure = true;
      clearTimeout(timer);
      timer = setTimeout(late, answerMs);
      const reading = lineReader(longest);
      socket.on('data', (chunk: Buffer) => {
        const read = reading(chunk);
        if (read?.kind === 'too-long') end(read);
        if (read?.kind === 'line') end({ kind: 'answered', line: read.line });
      });
      socket.write(`${request}\n`);
    });
    socket.on('error', (error) => end(failureOf(error, isConnected, isSecure)));
    socket.once('close', () => end({ kind: isSecure ? 'cut-off' : 'foreign' }));
  });

const hasFingerprint = (socket: TLSSocket, fingerprint: string): boolean => {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return false;
  const expected = Buffer.from(fingerprint, 'hex');
  return timingSafeEqual(certificateDigest(certificate.raw).subarray(0, expected.length), expected);
};

const certificateDigest = (der: Buffer): Buffer => createHash('sha256').update(der).digest();

const failureOf = (error: Error, isConnected: boolean, isSecure: boolean): Asked => {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  if (code === 'ECONNREFUSED') return { kind: 'refused' };
  if (isSecure) return { kind: 'cut-off' };
  return isConnected ? { kind: 'foreign' } : { kind: 'unreachable', why: code };
};

export const secureWire: SecureWire = { serve, ask };
