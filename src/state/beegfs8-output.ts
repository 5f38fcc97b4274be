// What `beegfs … --output json` of BeeGFS 8 prints: node list, target list (beegfs-go 8.3.1, ctl/internal/cmdfmt/json.go).
// A list longer than a page is printed as several arrays, an empty one as nothing.
import * as z from 'zod';
import type { BeegfsNodeSeen, BeegfsTarget, NodeKind } from './beegfs-reading.ts';

const kinds: Readonly<Record<number, NodeKind>> = { 1: 'client', 2: 'meta', 3: 'storage', 4: 'management' };

const id = z.object({ num_id: z.number(), node_type: z.number() });

const nodeRow = z.object({ id, alias: z.string(), reachable: z.string().optional() });

const targetRow = z.object({
  id,
  node: z.string(),
  reachability: z.string(),
  consistency: z.string(),
  cap_pool: z.string().optional(),
  space: z.string().optional(),
  space_free: z.string().optional(),
  inodes: z.string().optional(),
  inodes_free: z.string().optional(),
});

/** Every array in a text of several; undefined when one is no JSON or not what is expected. */
const rowsOf = <T>(text: string, row: z.ZodType<T>): readonly T[] | undefined => {
  const pages = text.split(/\n\s*\n/).filter((page) => page.trim() !== '');
  const rows: T[] = [];
  for (const page of pages) {
    let value: unknown;
    try {
      value = JSON.parse(page);
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
    const parsed = z.array(row).safeParse(value);
    if (!parsed.success) return undefined;
    rows.push(...parsed.data);
  }
  return rows;
};

/** `node list --reachability-check`: `reachable` has a line for each of the node's addresses, and one that answers is enough. */
export const parseNodes8 = (text: string): readonly BeegfsNodeSeen[] | undefined =>
  rowsOf(text, nodeRow)?.flatMap(({ id, alias, reachable }) => {
    const kind = kinds[id.node_type];
    if (kind === undefined) return [];
    return [
      { kind, name: alias, number: id.num_id, reachable: reachable?.split('\n').some((answer) => answer === 'yes') },
    ];
  });

const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

/** `target list --state --capacity --raw`: `space` in bytes, `-` where the server did not say. */
export const parseTargets8 = (text: string): readonly BeegfsTarget[] | undefined =>
  rowsOf(text, targetRow)?.flatMap((row) => {
    const kind = kinds[row.id.node_type];
    if (kind !== 'meta' && kind !== 'storage') return [];
    const [inodes, inodesFree] = [numberIn(row.inodes), numberIn(row.inodes_free)];
    return [
      {
        kind,
        number: row.id.num_id,
        node: row.node,
        reachability: row.reachability,
        consistency: row.consistency,
        pool: row.cap_pool?.toLowerCase(),
        total: numberIn(row.space),
        free: numberIn(row.space_free),
        inodesFreePercent:
          inodes === undefined || inodes === 0 || inodesFree === undefined
            ? undefined
            : Math.floor((100 * inodesFree) / inodes),
      },
    ];
  });
