// Reads the network as it is: our files, the links and the routes.

import { type LiveLink, type LiveRoute, parseLinks, parseRoutes } from '../state/live-network.ts';
import {
  isPrimaryFile,
  linkOfFile,
  networkdDirectory,
  networkdPrefix,
  resolvedPath,
} from '../state/render-networkd.ts';
import type { Reader } from '../system/system.ts';

export type NetworkNow = {
  /** Our files, path → text. */
  readonly files: ReadonlyMap<string, string>;
  readonly links: readonly LiveLink[];
  readonly routes: readonly LiveRoute[];
  /** Where /etc/resolv.conf points. */
  readonly resolver: string | undefined;
  /** The link that an earlier apply took for the primary. */
  readonly primary: string | undefined;
};

export const readNetwork = async (reader: Reader): Promise<NetworkNow> => {
  const files = await readOwnFiles(reader);
  const primary = [...files].find(([, text]) => isPrimaryFile(text))?.[0];
  return {
    files,
    links: await readLinks(reader),
    routes: await readRoutes(reader),
    resolver: await reader.readLink('/etc/resolv.conf'),
    primary: primary === undefined ? undefined : linkOfFile(primary),
  };
};

/** Empty where iproute2 is missing. */
export const readLinks = async (reader: Reader): Promise<readonly LiveLink[]> => {
  const shown = await reader.query(['ip', '-json', '-details', 'address', 'show']);
  return shown.exitCode === 0 ? parseLinks(shown.stdout) : [];
};

const readRoutes = async (reader: Reader): Promise<readonly LiveRoute[]> => {
  const shown = await Promise.all(['-4', '-6'].map((family) => reader.query(['ip', '-json', family, 'route', 'show'])));
  return shown.flatMap((answer) => (answer.exitCode === 0 ? parseRoutes(answer.stdout) : []));
};

const readOwnFiles = async (reader: Reader): Promise<ReadonlyMap<string, string>> => {
  const names = (await reader.list(networkdDirectory)).filter((name) => name.startsWith(networkdPrefix));
  const paths = [...names.map((name) => `${networkdDirectory}/${name}`), resolvedPath];
  const files = new Map<string, string>();
  for (const path of paths) {
    const text = await reader.readText(path);
    if (text !== undefined) files.set(path, text);
  }
  return files;
};
