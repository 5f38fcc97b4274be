// The same tree as a root in six ways, each in a virtual machine of the same size: memory, boot, cold reads, writes, and what a full root does.
// `node bench/roots.ts [--rounds N] [--memory SIZE] [--only 'NAME;NAME'] [--image DIR] [--plot FILE]` prints Markdown tables; it needs a built image and ssh.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bootImage, readManifest } from '../src/image/boot-image.ts';
import { readBootOptions } from '../src/image/boot-options.ts';
import { appendCpio } from '../src/image/cpio.ts';
import { renderProblem } from '../src/state/problem.ts';
import { copyTo, makeFolder, place, runStreaming } from '../src/system/workstation.ts';
import { createSsh, type Ssh } from '../test/helpers/vm-ssh.ts';
import { drawBars } from './lib/bars.ts';
import { type Measured, makeProfile, type Root, renderTables, roots } from './lib/roots.ts';
import { machineLine } from './machine.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1' },
    memory: { type: 'string', default: '2GiB' },
    only: { type: 'string' },
    plot: { type: 'string' },
    image: { type: 'string', default: join(import.meta.dirname, '../build/image') },
  },
});
const rounds = Number(values.rounds);
const chosen = roots.filter(({ name }) => values.only === undefined || values.only.split(';').includes(name));
const built = resolve(values.image);
const lib = join(import.meta.dirname, 'lib');
const work = mkdtempSync(join(tmpdir(), 'mayfly-roots-'));
const patienceMs = 1_200_000;

/** The built image with the boot module that makes the other kinds of root. */
const otherImage = join(work, 'image');
const makeOtherImage = async (): Promise<void> => {
  makeFolder(join(otherImage, 'cache'));
  for (const name of [
    'vmlinuz',
    'manifest.json',
    'root.manifest',
    'root.ext4.zst',
    'root.squashfs',
    'medium.img',
    'medium.img.key',
    'cache/accelerator.json',
  ])
    if (existsSync(join(built, name))) await place(join(built, name), join(otherImage, name));
  const script = { path: 'usr/lib/mayfly/boot.sh', content: readFileSync(join(lib, 'other-roots.sh')) };
  const initramfs = readFileSync(join(built, 'initramfs.img'));
  writeFileSync(join(otherImage, 'initramfs.img'), Buffer.concat(appendCpio(initramfs, [script])));
};

/** The root as it is shipped, on a disk of 2 GiB. */
const plainDisk = join(work, 'root.img');
const makePlainDisk = async (): Promise<void> => {
  const made = await runStreaming([
    'sh',
    '-ec',
    `zstd -dcqf "$1" >"$2"; truncate -s 2G "$2"; PATH=$PATH:/usr/sbin:/sbin; e2fsck -fy "$2" >/dev/null || [ $? -eq 1 ]; resize2fs -f "$2" >/dev/null 2>&1`,
    'sh',
    join(built, 'root.ext4.zst'),
    plainDisk,
  ]);
  if (made.exitCode !== 0) throw new Error(`the disk with the root was not made: ${made.stderr}`);
};

const waitUntil = async (isSo: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  const end = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`${what} did not come within ${patienceMs / 1000} s`);
    await pause(50);
  }
};

const measure = async (root: Root, ssh: Ssh, round: number): Promise<Measured> => {
  const build = join(work, 'build');
  const name = root.name.replaceAll(/[^a-z0-9]/g, '');
  const folder = join(build, 'vm', name);
  rmSync(folder, { recursive: true, force: true });
  makeFolder(folder);
  if (root.onDisk) await copyTo(plainDisk, join(folder, 'disk0.img'));
  const options = readBootOptions(
    {
      name,
      headless: true,
      memory: values.memory,
      append: root.append,
      'config-disk': join(work, 'config'),
      forward: [`${ssh.port}:22`],
      disk: root.onDisk ? ['2GiB,serial=ROOT'] : [],
    },
    root.foreign ? otherImage : built,
  );
  if (!options.ok) throw new Error(renderProblem(options.problem));
  const power = new AbortController();
  const reports: string[] = [];
  let started = 0;
  const off = bootImage(
    options.value,
    build,
    (line) => {
      if (line.startsWith('Serial line')) started = performance.now();
      reports.push(line);
    },
    power.signal,
  );
  try {
    let why: string | undefined;
    void off.then((result) => {
      why = result.ok ? 'the machine ended' : renderProblem(result.problem);
    });
    const runs = (isSo: () => boolean | Promise<boolean>) => (): boolean | Promise<boolean> => {
      if (why !== undefined) throw new Error(`${root.name}: ${why}`);
      return isSo();
    };
    await waitUntil(
      runs(() => started > 0),
      `machine ${name}`,
    );
    const log = join(folder, 'serial.log');
    await waitUntil(
      runs(() => existsSync(log) && readFileSync(log, 'utf8').includes('press Enter for the console')),
      'the console',
    );
    const consoleMs = performance.now() - started;
    await waitUntil(
      runs(async () => (await ssh.run('true')).code === 0),
      'the log-in',
    );
    const loginMs = performance.now() - started;
    const script = readFileSync(join(lib, 'roots-workload.sh'), 'utf8');
    const said: string[] = [`console ${consoleMs}`, `login ${loginMs}`];
    for (const part of ['figures', 'fill']) {
      const answer = await ssh.run(`sh -s ${part} <<'END'\n${script}\nEND`);
      if (answer.code !== 0 && part === 'figures') throw new Error(`${root.name}: ${answer.out}`);
      said.push(...answer.out.split('\n'));
    }
    said.push(`fill_login ${(await ssh.run('true')).code === 0 ? 1 : 0}`);
    process.stderr.write(`round ${round}, ${root.name}: ${said.join(', ')}\n`);
    return { root, said };
  } finally {
    power.abort();
    const ended = await off;
    if (!ended.ok) process.stderr.write(`${root.name}: ${renderProblem(ended.problem)}\n${reports.join('\n')}\n`);
  }
};

try {
  const manifest = await readManifest(built);
  if (!manifest.ok) throw new Error(renderProblem(manifest.problem));
  const ssh = await createSsh(work, patienceMs);
  makeFolder(join(work, 'config/node'));
  writeFileSync(join(work, 'config/node/profile.yaml'), makeProfile(ssh.publicKey));
  await makeOtherImage();
  if (chosen.some(({ onDisk }) => onDisk)) await makePlainDisk();
  const measured: Measured[] = [];
  for (let round = 1; round <= rounds; round++)
    for (const root of chosen) measured.push(await measure(root, ssh, round));
  const { tables, bars } = renderTables(chosen, measured, manifest.value.root.contentBytes);
  process.stdout.write(`${machineLine()}; ${rounds} rounds, machines of ${values.memory}\n\n${tables}`);
  if (values.plot !== undefined) writeFileSync(values.plot, drawBars(bars));
} finally {
  rmSync(work, { recursive: true, force: true });
}
