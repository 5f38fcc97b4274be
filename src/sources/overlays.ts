// Lists the `etc/` folders beside the profiles: regular files only, nothing that leads out of the folder, nothing that a step of an apply owns.
import type { Problem } from '../state/problem.ts';
import type { OverlayFile } from '../state/resolved-profile.ts';
import type { Reader } from '../system/system.ts';

export type LayerFolder = { readonly layer: OverlayFile['layer']; readonly folder: string };

/** Both, as they lie on a config partition. */
export const layersBelow = (top: string): readonly LayerFolder[] =>
  (['global', 'node'] as const).map((layer) => ({ layer, folder: `${top}/${layer}` }));

export type Overlays = { readonly files: readonly OverlayFile[]; readonly skipped: readonly Problem[] };

/** What Mayfly's own steps write, and what would hand the machine to somebody or take it from its owner. */
const owned: readonly RegExp[] = [
  /^\/etc\/(hostname|hosts|machine-id|localtime|timezone|vconsole\.conf|resolv\.conf|mtab|fstab)$/,
  /^\/etc\/(passwd|shadow|group|gshadow|subuid|subgid)-?$/,
  /^\/etc\/chrony\/chrony\.conf$/,
  /\/[^/]*mayfly[^/]*(\/|$)/,
];

const deepest = 12;
const most = 2000;

/** Global first, node last, so that the node's file wins where both have one. */
export const listOverlays = async (reader: Reader, layers: readonly LayerFolder[]): Promise<Overlays> => {
  const files: OverlayFile[] = [];
  const skipped: Problem[] = [];
  for (const { layer, folder } of layers) {
    const from = `${folder}/etc`;
    if ((await reader.stat(from))?.kind === 'directory') await walk(reader, layer, from, '/etc', 0, files, skipped);
  }
  return { files, skipped };
};

const walk = async (
  reader: Reader,
  layer: OverlayFile['layer'],
  from: string,
  to: string,
  depth: number,
  files: OverlayFile[],
  skipped: Problem[],
): Promise<void> => {
  for (const name of await reader.list(from)) {
    if (name === '.git') continue;
    const source = `${from}/${name}`;
    const target = `${to}/${name}`;
    const kind = (await reader.stat(source))?.kind;
    if (owned.some((pattern) => pattern.test(target))) {
      skipped.push(skip(source, `${target} is Mayfly's own, or the system's identity`, 'set it in the profile'));
    } else if (kind === 'directory' && depth < deepest) {
      await walk(reader, layer, source, target, depth + 1, files, skipped);
    } else if (kind === 'file' && files.length < most) {
      files.push({ layer, from: source, to: target });
    } else if (kind === 'file' || kind === 'directory') {
      skipped.push(skip(source, 'there are too many files, or too deep', 'use a config package instead'));
    } else {
      skipped.push(skip(source, 'it is no regular file', 'put the file itself there: links are not followed'));
    }
  }
};

const skip = (path: string, why: string, remedy: string): Problem => ({
  code: 'sources/overlay-skipped',
  summary: `${path} is not copied: ${why}`,
  remedy,
});
