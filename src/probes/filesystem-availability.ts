// Reads which cluster filesystems this node could serve or mount: their programs, the kernel's side, the memory.
import { type Bytes, gib, renderBytes } from '../state/bytes.ts';
import type { Availability, Facts } from '../state/facts.ts';
import type { Reader } from '../system/system.ts';

type Needs = {
  readonly name: string;
  /** Any one of them means that the packages are there. */
  readonly programs: readonly string[];
  /** Any one of them is enough; empty when the kernel needs nothing. */
  readonly modules: readonly string[];
  readonly fuse: boolean;
  /** The least with which its lightest server runs beside the root. */
  readonly memory: Bytes;
  readonly remedy: string;
  /** The profile can name a repository that has them. */
  readonly addable?: true;
};

const needs: Readonly<Record<keyof Facts['filesystems'], Needs>> = {
  ceph: {
    name: 'Ceph',
    programs: ['ceph-osd', 'ceph-mon', 'ceph-fuse'],
    modules: [],
    fuse: true,
    memory: gib(2),
    remedy: 'build the image with --with ceph',
  },
  gluster: {
    name: 'GlusterFS',
    programs: ['glusterd', 'glusterfs'],
    modules: [],
    fuse: true,
    memory: gib(1),
    remedy: 'build the image with --with gluster',
  },
  beegfs: {
    name: 'BeeGFS',
    programs: ['beegfs-mgmtd', 'beegfs-meta', 'beegfs-storage', 'beegfs', 'beegfs-ctl'],
    modules: [],
    fuse: false,
    memory: gib(2),
    remedy: "they come from the vendor's repository, not from Debian",
    addable: true,
  },
  lustre: {
    name: 'Lustre',
    programs: ['mkfs.lustre', 'mount.lustre'],
    modules: ['lustre'],
    fuse: false,
    memory: gib(2),
    remedy: 'it needs its own packages and a kernel that they were built for',
    addable: true,
  },
};

const folders = ['/usr/sbin', '/usr/bin', '/opt/beegfs/sbin', '/usr/local/sbin', '/usr/local/bin'];

const isInstalled = async (reader: Reader, program: string): Promise<boolean> => {
  const found = await Promise.all(folders.map((folder) => reader.stat(`${folder}/${program}`)));
  return found.some((status) => status !== undefined);
};

/** modules.dep (depmod(8)): `path/name.ko[.xz]: …`. */
export const hasModule = (modulesDep: string, name: string): boolean =>
  modulesDep.split('\n').some((line) => new RegExp(`(^|/)${name}\\.ko(\\.\\w+)?:`).test(line));

type KernelSupport = { readonly fuse: boolean; readonly modulesDep: string };

const availabilityOf = async (
  reader: Reader,
  { name, programs, modules, fuse, memory, remedy, addable }: Needs,
  kernel: KernelSupport,
  available: Bytes | undefined,
): Promise<Availability> => {
  const installed = (await Promise.all(programs.map((program) => isInstalled(reader, program)))).includes(true);
  const packages = addable === true ? { addable } : {};
  if (!installed) return { available: false, why: `no ${name} packages in this image: ${remedy}`, ...packages };
  if (modules.length > 0 && !modules.some((module) => hasModule(kernel.modulesDep, module)))
    return { available: false, why: `this kernel has no ${modules.join(' or ')} module: ${remedy}`, ...packages };
  if (fuse && !kernel.fuse) return { available: false, why: 'this kernel has no FUSE (/dev/fuse)' };
  if (available !== undefined && available < memory)
    return { available: false, why: `needs ${renderBytes(memory)} of RAM, this node has ${renderBytes(available)}` };
  return { available: true };
};

export const readFilesystemAvailability = async (
  reader: Reader,
  kernelRelease: string,
  memory: Bytes | undefined,
): Promise<Facts['filesystems']> => {
  const modulesDep = (await reader.readText(`/lib/modules/${kernelRelease}/modules.dep`)) ?? '';
  const fuse =
    (await reader.stat('/dev/fuse')) !== undefined ||
    hasModule(modulesDep, 'fuse') ||
    ((await reader.readText('/proc/filesystems')) ?? '').split('\n').includes('nodev\tfuse');
  const kernel: KernelSupport = { fuse, modulesDep };
  const [ceph, gluster, beegfs, lustre] = await Promise.all([
    availabilityOf(reader, needs.ceph, kernel, memory),
    availabilityOf(reader, needs.gluster, kernel, memory),
    availabilityOf(reader, needs.beegfs, kernel, memory),
    availabilityOf(reader, needs.lustre, kernel, memory),
  ]);
  return { ceph, gluster, beegfs, lustre };
};
