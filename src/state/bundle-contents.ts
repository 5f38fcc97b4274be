// What a support bundle is made of: what somebody far away asks for first when a node is in trouble.

export type BundleItem = {
  /** Path inside the bundle. */
  readonly name: string;
  readonly from:
    | { readonly file: string }
    | { readonly command: readonly [string, ...string[]]; readonly timeoutMs?: number };
};

/** Whole folders, one level deep: what has another ending stays out, keys above all. */
export type BundleFolder = { readonly name: string; readonly folder: string; readonly files: RegExp };

const file = (name: string, path: string): BundleItem => ({ name, from: { file: path } });
const command = (name: string, ...words: readonly [string, ...string[]]): BundleItem => ({
  name,
  from: { command: words },
});
const slow = (name: string, ...words: readonly [string, ...string[]]): BundleItem => ({
  name,
  from: { command: words, timeoutMs: 60_000 },
});

const mayfly: readonly BundleItem[] = [
  slow('mayfly/status.json', 'mayfly', 'status', '--json'),
  slow('mayfly/status.txt', 'mayfly', 'status'),
  slow('mayfly/plan.json', 'mayfly', 'plan', '--json'),
  slow('mayfly/profile.txt', 'mayfly', 'profile', 'show'),
  command('mayfly/version.txt', 'mayfly', '--version'),
];

const kernel: readonly BundleItem[] = [
  ...['cmdline', 'loadavg', 'meminfo', 'modules', 'swaps', 'uptime', 'version', 'vmstat'].map((name) =>
    file(`kernel/${name}`, `/proc/${name}`),
  ),
  ...['cpu', 'io', 'memory'].map((name) => file(`kernel/pressure-${name}`, `/proc/pressure/${name}`)),
  file('kernel/mountinfo', '/proc/self/mountinfo'),
  command('kernel/messages.txt', 'dmesg', '--ctime'),
  command('kernel/pci.txt', 'lspci', '-nn'),
];

const storage: readonly BundleItem[] = [
  command('storage/disks.json', 'lsblk', '--json', '--bytes', '--output-all'),
  command('storage/zram.txt', 'zramctl', '--bytes', '--output-all'),
  command('storage/blocks.txt', 'df', '-PT'),
  command('storage/inodes.txt', 'df', '-Pi'),
];

const network: readonly BundleItem[] = [
  command('network/addresses.json', 'ip', '-json', '-details', '-statistics', 'address'),
  command('network/routes.txt', 'ip', 'route', 'show', 'table', 'all'),
  command('network/neighbours.txt', 'ip', 'neighbour'),
  command('network/sockets.txt', 'ss', '-tunap'),
  command('network/networkd.txt', 'networkctl', '--no-pager', 'status', '--all'),
  command('network/resolved.txt', 'resolvectl', '--no-pager', 'status'),
  command('network/time.txt', 'chronyc', '-n', 'sources', '-v'),
  command('network/firewall.txt', 'nft', 'list', 'ruleset'),
  file('network/hosts', '/etc/hosts'),
];

const services = (logLines: number): readonly BundleItem[] => [
  command('services/failed.txt', 'systemctl', '--no-pager', '--failed'),
  command('services/units.txt', 'systemctl', '--no-pager', '--all', 'list-units'),
  command('services/processes.txt', 'ps', '-eo', 'pid,ppid,stat,wchan:20,pcpu,rss,etime,args'),
  slow('services/journal.txt', 'journalctl', '--no-pager', '--boot', '--output=short-iso', `--lines=${logLines}`),
  slow('services/mayfly.txt', 'journalctl', '--no-pager', '--boot', '--output=short-iso', '--unit=mayfly-*'),
];

const cluster: readonly BundleItem[] = [
  command('cluster/gluster-peers.txt', 'gluster', '--mode=script', '--timeout=8', 'peer', 'status'),
  command('cluster/gluster-volumes.txt', 'gluster', '--mode=script', '--timeout=8', 'volume', 'info'),
  command('cluster/gluster-status.txt', 'gluster', '--mode=script', '--timeout=8', 'volume', 'status'),
  command('cluster/ceph-status.txt', 'ceph', '--connect-timeout', '8', 'status'),
  command('cluster/ceph-health.txt', 'ceph', '--connect-timeout', '8', 'health', 'detail'),
  command('cluster/ceph-osds.txt', 'ceph', '--connect-timeout', '8', 'osd', 'tree'),
  command('cluster/lustre.txt', 'lctl', 'dl'),
  command('cluster/lnet.txt', 'lnetctl', 'net', 'show'),
  command('cluster/beegfs.txt', 'beegfs', 'health', 'check'),
];

/** `logLines`: of the journal of this boot, the newest. */
export const bundleItems = (logLines: number): readonly BundleItem[] => [
  ...mayfly,
  ...kernel,
  ...storage,
  ...network,
  ...services(logLines),
  ...cluster,
];

export const bundleFolders: readonly BundleFolder[] = [
  { name: 'mayfly', folder: '/run/mayfly', files: /\.(json|jsonl|env)$/ },
  { name: 'mayfly/config-partition', folder: '/config', files: /\.jsonl$/ },
  { name: 'network/networkd', folder: '/etc/systemd/network', files: /\.(network|netdev|link)$/ },
  { name: 'cluster/ceph', folder: '/etc/ceph', files: /\.conf$/ },
  { name: 'cluster/beegfs', folder: '/etc/beegfs', files: /\.(conf|toml)$/ },
  { name: 'storage/ext4', folder: '/sys/fs/ext4/zram0', files: /^(.*error.*|lifetime_write_kbytes|reserved_.*)$/ },
  { name: 'storage/zram0', folder: '/sys/block/zram0', files: /^(mm_stat|io_stat|bd_stat|comp_algorithm|disksize)$/ },
];
