// What the root is made of: bytes and what they cost in zram, by Debian package and, within those worth it, by folder.
// `node bench/image-content.ts` prints a Markdown table of the built image. The cost is an estimate, one page in four, each compressed alone.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';

const image = join(import.meta.dirname, '../build/image');
const work = mkdtempSync(join(tmpdir(), 'mayfly-content-'));
const page = 4096;
const every = 4;
/** zsmalloc keeps what does not come below this as a whole page. */
const largestPacked = 3264;
/** Of a package: a folder that costs less is not told apart. */
const worthTelling = 1.5;
const rowsShown = 40;

type Sum = { bytes: number; cost: number; files: number };

const level3 = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

const costOf = (data: Buffer): number => {
  const pages = Math.ceil(data.length / page);
  let sampled = 0;
  let cost = 0;
  for (let index = 0; index < pages; index += every) {
    const packed = zstdCompressSync(data.subarray(index * page, (index + 1) * page), level3).length;
    cost += packed > largestPacked ? page : packed;
    sampled += 1;
  }
  return sampled === 0 ? 0 : (cost * pages) / sampled;
};

const readOwners = (tree: string): ReadonlyMap<string, string> => {
  const info = join(tree, 'var/lib/dpkg/info');
  const owners = new Map<string, string>();
  for (const name of readdirSync(info).filter((file) => file.endsWith('.list'))) {
    const owner = name.slice(0, -5).replace(/:.*/, '');
    for (const path of readFileSync(join(info, name), 'utf8').split('\n')) {
      // Files of merged folders are listed by their old names: /lib is /usr/lib.
      owners.set(path.replace(/^\/(bin|sbin|lib|lib64)\//, '/usr/$1/'), owner);
    }
  }
  return owners;
};

/** Links stay what they are: they lead out of the tree. */
const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });

const add = (sums: Map<string, Sum>, key: string, bytes: number, cost: number): void => {
  const sum = sums.get(key) ?? { bytes: 0, cost: 0, files: 0 };
  sums.set(key, { bytes: sum.bytes + bytes, cost: sum.cost + cost, files: sum.files + 1 });
};

try {
  execFileSync('zstd', ['-dqf', join(image, 'root.ext4.zst'), '-o', join(work, 'root.ext4')]);
  execFileSync('/usr/sbin/debugfs', ['-R', `rdump / ${work}`, join(work, 'root.ext4')], { stdio: 'ignore' });
  rmSync(join(work, 'root.ext4'));
  const owners = readOwners(work);
  const packages = new Map<string, Sum>();
  const folders = new Map<string, Sum>();
  for (const path of filesBelow(work)) {
    const inside = `/${relative(work, path)}`;
    // Unpacked modules are listed by their packed names.
    const owner =
      owners.get(inside) ??
      owners.get(`${inside}.xz`) ??
      (inside.startsWith('/usr/lib/mayfly/') ? 'Mayfly' : 'made here');
    const data = readFileSync(path);
    const cost = costOf(data);
    add(packages, owner, data.length, cost);
    const folder =
      /^\/usr\/lib\/modules\/[^/]+\/kernel\/([^/]+\/[^/]+)/.exec(inside)?.[1] ??
      inside.split('/').slice(1, 5).join('/');
    add(folders, `${owner}: ${folder}`, data.length, cost);
  }
  const mib = (size: number): string => (size / 1024 ** 2).toFixed(1);
  const row = (name: string, { bytes, cost, files }: Sum): string =>
    `| ${name} | ${files} | ${mib(bytes)} | ${mib(cost)} | ${(bytes / cost).toFixed(2)} |\n`;
  const costliest = (sums: ReadonlyMap<string, Sum>) => [...sums].sort(([, a], [, b]) => b.cost - a.cost);
  const total = [...packages.values()].reduce(
    (sum, { bytes, cost, files }) => ({ bytes: sum.bytes + bytes, cost: sum.cost + cost, files: sum.files + files }),
    { bytes: 0, cost: 0, files: 0 },
  );
  process.stdout.write('| package: folder | files | MiB | MiB in zram, about | : 1 |\n|---|---:|---:|---:|---:|\n');
  process.stdout.write(row('all', total));
  for (const [name, sum] of costliest(packages).slice(0, rowsShown)) {
    process.stdout.write(row(name, sum));
    const parts = costliest(folders).filter(
      ([key, part]) => key.startsWith(`${name}: `) && part.cost > worthTelling * 1024 ** 2,
    );
    if (parts.length > 1)
      for (const [key, part] of parts) process.stdout.write(row(`· ${key.slice(name.length + 2)}`, part));
  }
} finally {
  rmSync(work, { recursive: true });
}
