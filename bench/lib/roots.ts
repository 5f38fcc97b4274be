// The kinds of root that bench/roots.ts compares, and the tables of what was measured.

export type Root = {
  readonly name: string;
  readonly append: readonly string[];
  /** Made by bench/lib/other-roots.sh in place of the boot module. */
  readonly foreign: boolean;
  readonly onDisk: boolean;
};

/** Everything that a machine said, `NAME VALUE` a line. */
export type Measured = { readonly root: Root; readonly said: readonly string[] };

const root = (name: string, append: readonly string[], foreign = false, onDisk = false): Root => ({
  name,
  append,
  foreign,
  onDisk,
});

/** The root on a disk takes no memory of its own: what the others take is told against it. */
const baseline = 'disk';
const yardstick = 'squashfs + overlay';

export const roots: readonly Root[] = [
  root(baseline, ['bench.root=disk'], true, true),
  root('zram lz4', ['mayfly.zram.algorithm=lz4', 'mayfly.zram.dictionary=no']),
  root('zram zstd', ['mayfly.zram.dictionary=no']),
  root('zram zstd, dictionary', ['mayfly.zram.dictionary=yes']),
  root(yardstick, ['mayfly.root=overlay']),
  root('tmpfs', ['bench.root=tmpfs'], true),
];

export const makeProfile = (sshKey: string): string => `version: 1
role: boot
node: { hostname: bench-01 }
network: { links: [{ match: primary, dhcp4: true }] }
cluster: { filesystem: none }
access: { sshKeys: ["${sshKey}"] }
`;

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const mib = (size: number): string => (size / 1024 ** 2).toFixed(0);
const seconds = (ms: number): string => (ms / 1000).toFixed(1);
const times = (part: number, whole: number): string => (part / whole).toFixed(2);

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
const table = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  `${line(head)}|---|${'---:|'.repeat(head.length - 1)}\n${body.map(line).join('')}\n`;

export type Bars = {
  readonly title: string;
  readonly unit: string;
  readonly groups: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly names: readonly string[];
};

/** Tables in Markdown, and the memory of each root for the plot; `content` is the bytes of the image's root. */
export const renderTables = (
  chosen: readonly Root[],
  measured: readonly Measured[],
  content: number,
): { readonly tables: string; readonly bars: Bars } => {
  const words = (of: Root, name: string): readonly string[] =>
    measured
      .filter(({ root: mine }) => mine === of)
      .flatMap(({ said }) =>
        said.filter((text) => text.startsWith(`${name} `)).map((text) => text.slice(name.length + 1)),
      );
  const figure = (of: Root, name: string): number => median(words(of, name).map(Number));
  const named = (name: string): Root | undefined => chosen.find((one) => one.name === name);
  const disk = named(baseline);
  const overlay = named(yardstick);
  const own = (of: Root, name: string): number =>
    figure(of, name) - (disk === undefined ? 0 : figure(disk, `memory_boot`));
  const against = (of: Root, value: (one: Root) => number): string =>
    overlay === undefined ? '–' : times(value(of), value(overlay));

  const phases = ['memory_boot', 'memory_written', 'memory_deleted', 'memory_trimmed'];
  const inMemory = chosen.filter((one) => one.name !== baseline);
  const [first] = chosen;
  const sums =
    first === undefined
      ? ''
      : `${mib(content)} MiB of content; ${mib(figure(first, 'written_bytes'))} MiB written, ${mib(figure(first, 'rewritten_bytes'))} MiB rewritten, of ${mib(figure(first, 'tree_bytes'))} MiB in files.\n\n`;
  const memory = table(
    [
      'MiB of memory that the root takes',
      'at boot',
      '× overlay',
      'after the writes',
      '× overlay',
      'deleted again',
      'trimmed',
    ],
    inMemory.map((one) => [
      one.name,
      mib(own(one, 'memory_boot')),
      against(one, (of) => own(of, 'memory_boot')),
      mib(own(one, 'memory_written')),
      against(one, (of) => own(of, 'memory_written')),
      mib(own(one, 'memory_deleted')),
      mib(own(one, 'memory_trimmed')),
    ]),
  );
  const speed = table(
    ['seconds', 'to the console', '× disk', 'to a log-in', 'cold read of /usr', '× overlay', 'writing 64 MiB', 'MiB/s'],
    chosen.map((one) => [
      one.name,
      seconds(figure(one, 'console')),
      disk === undefined ? '–' : times(figure(one, 'console'), figure(disk, 'console')),
      seconds(figure(one, 'login')),
      seconds(figure(one, 'cold_read')),
      against(one, (of) => figure(of, 'cold_read')),
      seconds(figure(one, 'write')),
      (64_000 / figure(one, 'write')).toFixed(0),
    ]),
  );
  const full = table(
    [
      'filled with random data',
      'MiB written',
      'the writer was told',
      'sync',
      'failed writes',
      'ext4 errors',
      'processes killed',
      'a program starts',
      'log-in',
    ],
    chosen.map((one) => {
      const last = (name: string): string => words(one, name).at(-1)?.replaceAll('_', ' ') ?? '–';
      const yes = (name: string): string => (last(name) === '1' ? 'yes' : 'no');
      return [
        one.name,
        Number.isNaN(Number(last('fill_bytes'))) ? '–' : mib(Number(last('fill_bytes'))),
        last('fill_said'),
        last('fill_sync') === '0' ? 'ok' : 'fails',
        last('fill_failed_writes'),
        last('fill_ext4_errors'),
        last('fill_killed'),
        yes('fill_answers'),
        yes('fill_login'),
      ];
    }),
  );
  return {
    tables: `${sums}${memory}${speed}${full}`,
    bars: {
      title: 'Memory that the root takes',
      unit: 'MiB',
      names: ['at boot', 'after the writes', 'deleted again', 'trimmed'],
      groups: inMemory.map((one) => ({ name: one.name, values: phases.map((phase) => own(one, phase) / 1024 ** 2) })),
    },
  };
};
