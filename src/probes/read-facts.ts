// Reads the inventory of the node: everything that the wizard chooses from and that plans are made against.
import type { ConfigPartitionFact, Facts } from '../state/facts.ts';
import type { Problem } from '../state/problem.ts';
import type { Reader } from '../system/system.ts';
import { readDisks } from './disks.ts';
import { readFilesystemAvailability } from './filesystem-availability.ts';
import { readKeyboard } from './keyboard.ts';
import { readLinks } from './links.ts';
import { readMemory } from './memory.ts';
import { readProcessors } from './processors.ts';
import { readRootFact } from './root.ts';
import { parseDmiText, parseDmiUuid, readSmbios } from './smbios.ts';
import { readTimezones } from './timezones.ts';
import { within } from './within.ts';

/** What reading the facts takes from elsewhere: the direction of imports keeps probes from asking for it themselves. */
export type FactSources = {
  readonly findConfigPartition: (reader: Reader) => Promise<ConfigPartitionFact>;
  /** Asked only where the kernel's own files are silent; absent in tests. */
  readonly readInventory?: () => Promise<Pick<Facts, 'uuid' | 'serial' | 'vendor' | 'model' | 'cpuModel'>>;
};

/** For what hangs, not for what is slow: a starting program on an emulated machine keeps its own event loop busy for seconds. */
const quickMs = 20_000;
const slowMs = 40_000;

/** Never rejects for what a machine does not say: that is undefined or empty, and `unread` says why. */
export const readFacts = async (reader: Reader, sources: FactSources): Promise<Facts> => {
  const unread: Problem[] = [];
  const ask = async <T>(
    what: string,
    timeoutMs: number,
    probe: () => Promise<T | undefined>,
  ): Promise<T | undefined> => {
    const answer = await within(timeoutMs, probe);
    if (answer.kind === 'answer') return answer.value;
    unread.push({
      code: `facts/${what.replaceAll(' ', '-')}`,
      summary: `The ${what} of this node cannot be read: ${answer.why}`,
      remedy: 'Look at `dmesg` and try again; what is not known is shown as n/a',
    });
    return undefined;
  };
  const file = async (path: string) => (await reader.readText(path))?.trim() || undefined;

  const memory = ask('memory', quickMs, () => readMemory(reader));
  const kernel = ask('kernel release', quickMs, () => file('/proc/sys/kernel/osrelease'));
  const keyboard = ask('keyboard', quickMs, () => readKeyboard(reader));
  const [hostname, machineId, smbios, processors, links, disks, timezones, root, configPartition, filesystems] =
    await Promise.all([
      ask('host name', quickMs, () => file('/proc/sys/kernel/hostname')),
      file('/etc/machine-id'),
      ask('firmware tables', quickMs, () => readSmbios(reader)),
      ask('processors', quickMs, () => readProcessors(reader)),
      ask('links', slowMs, () => readLinks(reader)),
      ask('disks', slowMs, () => readDisks(reader)),
      ask('time zones', slowMs, () => readTimezones(reader)),
      ask('root', quickMs, () => readRootFact(reader)),
      ask('config partition', slowMs, () => sources.findConfigPartition(reader)),
      ask('cluster filesystems', quickMs, async () =>
        readFilesystemAvailability(reader, (await kernel) ?? '', (await memory)?.total),
      ),
    ]);

  const { readInventory } = sources;
  const silent = smbios?.model === undefined || processors?.cpuModel === undefined;
  const inventory =
    silent && readInventory !== undefined ? await ask('inventory', slowMs, () => readInventory()) : undefined;
  const notLooked = { available: false, why: 'this node could not be looked at' } as const;

  return {
    hostname: hostname ?? 'localhost',
    machineId,
    uuid: smbios?.uuid ?? parseDmiUuid(inventory?.uuid),
    serial: smbios?.serial ?? parseDmiText(inventory?.serial),
    vendor: smbios?.vendor ?? parseDmiText(inventory?.vendor),
    model: smbios?.model ?? parseDmiText(inventory?.model),
    cpuModel: processors?.cpuModel ?? parseDmiText(inventory?.cpuModel),
    cpus: processors?.cpus,
    memory: (await memory)?.total,
    kernel: (await kernel) ?? 'unknown',
    links: links ?? [],
    disks: disks ?? [],
    timezones: timezones ?? [],
    keyboard: (await keyboard) ?? { layouts: [], inUse: 'us' },
    filesystems: filesystems ?? { ceph: notLooked, gluster: notLooked, beegfs: notLooked, lustre: notLooked },
    root: root ?? { device: undefined, filesystem: undefined, kind: 'other', image: undefined, algorithms: [] },
    configPartition: configPartition ?? { kind: 'none' },
    unread,
  };
};
