// Reads the bricks of this node from its own disks and processes: no other node is asked, so that none can hang the answer.
import { brickPath, type Gluster } from '../../state/gluster-node.ts';
import type { OwnBrick } from '../../state/gluster-reading.ts';
import type { Reader } from '../../system/system.ts';
import { parseMountInfo } from '../mount-info.ts';

export const readOwnBricks = async (reader: Reader, { bricks = [] }: Gluster): Promise<readonly OwnBrick[]> => {
  const mounts = new Set(
    parseMountInfo((await reader.readText('/proc/self/mountinfo')) ?? '').map(({ where }) => where),
  );
  const served = await readServed(reader);
  return Promise.all(
    bricks.map(async ({ device, path: mountpoint }): Promise<OwnBrick> => {
      const path = brickPath(mountpoint);
      const mounted = mounts.has(mountpoint);
      const mark = mounted ? await readMark(reader, path) : 'not known';
      // A disk that cannot be read is not asked for more: it may hang, and what is on it is not nothing.
      const empty = mark === 'none' && (await reader.list(path)).length === 0;
      const volumeId = mark === 'none' || mark === 'not known' ? undefined : mark.volumeId;
      return { mountpoint, serial: device.serial, path, mounted, empty, volumeId, served: served.has(path) };
    }),
  );
};

/** Of the brick directory: the volume's UUID, or none where it has never been part of one. */
const readMark = async (
  reader: Reader,
  path: string,
): Promise<{ readonly volumeId: string } | 'none' | 'not known'> => {
  const answer = await reader.query(
    ['getfattr', '--absolute-names', '--encoding=hex', '--name=trusted.glusterfs.volume-id', path],
    { timeoutMs: 10_000 },
  );
  const [, a, b, c, d, e] = /=0x(.{8})(.{4})(.{4})(.{4})(.{12})$/m.exec(answer.stdout) ?? [];
  if (a !== undefined) return { volumeId: `${a}-${b}-${c}-${d}-${e}` };
  return /No such (attribute|file or directory)/.test(answer.stderr) ? 'none' : 'not known';
};

/** Brick directories that a daemon of this node serves: `glusterfsd … --brick-name PATH`, found by the files in which glusterd keeps their process numbers. */
const readServed = async (reader: Reader): Promise<ReadonlySet<string>> => {
  const folder = '/run/gluster/vols';
  const files = await Promise.all(
    (await reader.list(folder)).map(async (volume) =>
      (await reader.list(`${folder}/${volume}`)).map((name) => `${folder}/${volume}/${name}`),
    ),
  );
  const served = await Promise.all(
    files
      .flat()
      .filter((path) => path.endsWith('.pid'))
      .map(async (path) => {
        const pid = (await reader.readText(path))?.trim();
        const words = pid === undefined ? [] : ((await reader.readText(`/proc/${pid}/cmdline`)) ?? '').split('\0');
        return words[words.indexOf('--brick-name') + 1];
      }),
  );
  return new Set(served.flatMap((path) => path ?? []));
};
