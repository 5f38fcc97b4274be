// A web server of the test that has profiles, and all that can be wrong with one: a machine with --nic user reaches it at 10.0.2.2.
import { createServer } from 'node:http';

/** Text, an error's status, half of the text, or silence. */
type Served = string | number | { readonly half: string } | 'late';

export type ProfileServer = {
  /** `http://10.0.2.2:8080` */
  readonly url: string;
  /** What was asked for, in order. */
  readonly asked: readonly string[];
  /** By path; 404 for all others. `*`: what has no place of its own and ends like a profile. */
  serve(path: string, what: Served): void;
  close(): void;
};

export const startProfileServer = async (): Promise<ProfileServer> => {
  const places = new Map<string, Served>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const what = places.get(path) ?? (path.endsWith('.yaml') ? places.get('*') : undefined) ?? 404;
    if (what === 'late') return;
    if (typeof what === 'number') response.writeHead(what).end();
    else if (typeof what === 'string') response.end(what);
    else {
      response.writeHead(200, { 'content-length': Buffer.byteLength(what.half) });
      response.write(what.half.slice(0, what.half.length / 2), () => response.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the web server has no port');
  return {
    url: `http://10.0.2.2:${address.port}`,
    asked,
    serve: (path, what) => void places.set(path, what),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
