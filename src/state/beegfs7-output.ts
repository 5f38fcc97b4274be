// What the command line of BeeGFS 7.4 prints (beegfs-ctl, beegfs-check-servers), as text: it has no form for machines.
import type { BeegfsNodeSeen, BeegfsTarget, NodeKind } from './beegfs-reading.ts';

/** `beegfs-ctl --listnodes --nodetype=…`: one line at its start for each node. */
export const parseNodes7 = (text: string, kind: NodeKind): readonly BeegfsNodeSeen[] =>
  text.split('\n').flatMap((line) => {
    const [, name, number] = /^(\S+) \[ID: (\d+)\]$/.exec(line.trimEnd()) ?? [];
    return name === undefined ? [] : [{ kind, name, number: Number(number), reachable: undefined }];
  });

const sections: Readonly<Record<string, NodeKind>> = { Management: 'management', Metadata: 'meta', Storage: 'storage' };

/** `beegfs-check-servers`. Undefined when no node of any kind is in it: then it said something else. */
export const parseCheckServers7 = (text: string): readonly BeegfsNodeSeen[] | undefined => {
  let kind: NodeKind | undefined;
  const nodes: BeegfsNodeSeen[] = [];
  for (const line of text.split('\n')) {
    kind = sections[line.trim()] ?? kind;
    const [, name, number, rest = ''] = /^(\S+) \[ID: (\d+)\]: (.+)$/.exec(line) ?? [];
    if (name !== undefined && kind !== undefined)
      nodes.push({ kind, name, number: Number(number), reachable: rest.startsWith('reachable') });
  }
  return nodes.length === 0 ? undefined : nodes;
};

const size = '(-?[\\d.]+)(B|KiB|MiB|GiB|TiB|PiB)';
const row = new RegExp(
  `^\\s*(\\d+)\\s+(\\S+)\\s+(\\S+)\\s+(?:(\\S+)\\s+${size}\\s+${size}\\s+\\d+%\\s+\\S+\\s+\\S+\\s+(\\d+)%\\s+)?beegfs-\\S+ (\\S+) \\[ID: (\\d+)\\]`,
);

const factors: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  PiB: 2 ** 50,
};

const bytesOf = (digits: string | undefined, unit: string | undefined): number | undefined =>
  digits === undefined || unit === undefined ? undefined : Number(digits) * (factors[unit] ?? Number.NaN);

/** `beegfs-ctl --listtargets --state [--spaceinfo] --nodetype=…`. Undefined without its heading. */
export const parseTargets7 = (text: string, kind: BeegfsTarget['kind']): readonly BeegfsTarget[] | undefined => {
  if (!/^TargetID\s+Reachability\s+Consistency/m.test(text)) return undefined;
  return text.split('\n').flatMap((line) => {
    const found = row.exec(line);
    if (found === null) return [];
    const [, number, reachability = '', consistency = '', pool, total, totalUnit, free, freeUnit, inodes, node] = found;
    return [
      {
        kind,
        number: Number(number),
        node: node ?? '',
        reachability,
        consistency,
        pool: pool?.toLowerCase(),
        total: bytesOf(total, totalUnit),
        free: bytesOf(free, freeUnit),
        inodesFreePercent: inodes === undefined ? undefined : Number(inodes),
      },
    ];
  });
};
