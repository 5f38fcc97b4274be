// What `mayfly apply` costs against the same steps typed by hand: from empty disks to a file written on a client of CephFS, in turns.
// `node bench/ceph-apply.ts [ROUNDS]` prints a Markdown table; root, and a built program (`npm run build`).
import { setTimeout as pause } from 'node:timers/promises';
import { addressVector } from '../src/state/render-ceph.ts';
import { addressOf, applyOn, cephDisks, cephProfile, startCephHost } from '../test/helpers/ceph-lab.ts';
import { createLab, type Host } from '../test/helpers/hosts.ts';

const rounds = Number(process.argv[2] ?? 3);
const numbers = [1, 2, 3];
const clientAddress = '10.77.0.34';

type Nodes = { readonly servers: readonly [Host, Host, Host]; readonly client: Host };
type Lap = (what: string) => void;

const converged = async (host: Host, profile: string): Promise<void> => {
  const ended = await applyOn(host, profile);
  if (ended !== 'converged') throw new Error(`${host.name}: ${ended}`);
};

const clientProfile = (key: string): string =>
  cephProfile(4, {
    hostname: 'c1',
    cluster: { secret: undefined, state: undefined, osds: undefined, mds: undefined, mount: '/srv/tank', key },
  });

/** What both ways find: names that lead to each other, keys of sshd, a clock. */
const withoutCluster = (profile: string): string => JSON.stringify({ ...JSON.parse(profile), cluster: undefined });

const write = (host: Host): Promise<string> =>
  host.must(['dd', 'if=/dev/urandom', 'of=/srv/tank/big', 'bs=1M', 'count=32', 'conv=fsync', 'status=none'], {
    timeoutMs: 120_000,
  });

const authorize = 'ceph --connect-timeout 60 fs authorize cephfs client.c1 / rw';

const byApply = async ({ servers, client }: Nodes, lap: Lap): Promise<void> => {
  await Promise.all(servers.map((host, index) => converged(host, cephProfile(index + 1))));
  lap('servers');
  const key = /key = (\S+)/.exec(await servers[0].must(authorize.split(' ')))?.[1] ?? '';
  await converged(client, clientProfile(key));
  await write(client);
};

const conf = (fsid: string): string => `[global]
fsid = ${fsid}
mon_initial_members = s1
mon_host = ${numbers.map((number) => addressVector(addressOf(number))).join(',')}
public_network = 10.77.0.0/24
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
osd_pool_default_size = 3
osd_pool_default_min_size = 2
`;

const firstMonitor = (fsid: string): string => `cd /tmp
ceph-authtool --create-keyring mon.kr --gen-key -n mon. --cap mon 'allow *'
ceph-authtool --create-keyring /etc/ceph/ceph.client.admin.keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mds 'allow *' --cap mgr 'allow *'
ceph-authtool --create-keyring /var/lib/ceph/bootstrap-osd/ceph.keyring --gen-key -n client.bootstrap-osd --cap mon 'profile bootstrap-osd' --cap mgr 'allow r'
ceph-authtool mon.kr --import-keyring /etc/ceph/ceph.client.admin.keyring
ceph-authtool mon.kr --import-keyring /var/lib/ceph/bootstrap-osd/ceph.keyring
monmaptool --create --addv s1 '${addressVector(addressOf(1))}' --fsid ${fsid} --set-min-mon-release reef monmap
chown ceph:ceph mon.kr monmap
setpriv --reuid ceph --regid ceph --clear-groups ceph-mon --mkfs -i s1 --monmap monmap --keyring mon.kr
systemctl enable --now ceph-mon@s1
ceph --connect-timeout 30 -s
ceph config set mon auth_allow_insecure_global_id_reclaim false`;

const nextMonitor = (name: string): string => `cd /tmp
ceph --connect-timeout 60 auth get mon. -o mon.kr
ceph --connect-timeout 60 mon getmap -o monmap
chown ceph:ceph mon.kr monmap
setpriv --reuid ceph --regid ceph --clear-groups ceph-mon --mkfs -i ${name} --monmap monmap --keyring mon.kr
systemctl enable --now ceph-mon@${name}`;

const daemon = (kind: 'mgr' | 'mds', name: string): string => {
  const caps =
    kind === 'mgr'
      ? "mon 'allow profile mgr' osd 'allow *' mds 'allow *'"
      : "mon 'profile mds' mgr 'profile mds' mds 'allow *' osd 'allow *'";
  const folder = `/var/lib/ceph/${kind}/ceph-${name}`;
  return `install -d -o ceph -g ceph ${folder}
umask 077
ceph --connect-timeout 60 auth get-or-create ${kind}.${name} ${caps} > ${folder}/keyring
chown ceph:ceph ${folder}/keyring
systemctl enable --now ceph-${kind}@${name}`;
};

const osd = `ceph-volume raw prepare --bluestore --data /dev/vdb
umount /var/lib/ceph/osd/ceph-*
ceph-volume raw activate --device /dev/vdb --no-systemd --no-tmpfs
systemctl enable --now ceph-osd@$(basename /var/lib/ceph/osd/ceph-* | cut -d- -f2)`;

const shim = `mkdir -p /usr/local/lib/ceph-mgr-shim /etc/systemd/system/ceph-mgr@.service.d
printf 'def _no(*a, **k): raise NotImplementedError\\ngensalt = hashpw = checkpw = _no\\n' > /usr/local/lib/ceph-mgr-shim/bcrypt.py
printf '[Service]\\nEnvironment=PYTHONPATH=/usr/local/lib/ceph-mgr-shim\\n' > /etc/systemd/system/ceph-mgr@.service.d/bcrypt.conf
systemctl daemon-reload`;

const shell = (host: Host, script: string): Promise<string> =>
  host.must(['bash', '-ec', script], { timeoutMs: 300_000 });

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await pause(300)) if (await holds()) return;
  throw new Error(`not in time: ${what}`);
};

/** One after the other, as the by-hand run that the reference was measured with; monitors on disks of their own, as `apply` has them. */
const byHand = async ({ servers, client }: Nodes, lap: Lap): Promise<void> => {
  const [first, second] = servers;
  const says = async (command: string, pattern: RegExp): Promise<boolean> =>
    pattern.test((await first.run(command.split(' '), { timeoutMs: 90_000 })).stdout);
  const text = conf(crypto.randomUUID());
  const fsid = /fsid = (\S+)/.exec(text)?.[1] ?? '';
  for (const host of servers) {
    host.write('/etc/ceph/ceph.conf', text);
    await shell(
      host,
      `mkfs.ext4 -qF /dev/vda; mount /dev/vda /var/lib/ceph/mon; chown ceph:ceph /var/lib/ceph/mon\n${shim}`,
    );
  }
  client.write('/etc/ceph/ceph.conf', text);
  await shell(first, firstMonitor(fsid));
  const admin = first.read('/etc/ceph/ceph.client.admin.keyring');
  const bootstrap = first.read('/var/lib/ceph/bootstrap-osd/ceph.keyring');
  for (const host of servers) {
    host.write('/etc/ceph/ceph.client.admin.keyring', admin, 0o600);
    host.write('/var/lib/ceph/bootstrap-osd/ceph.keyring', bootstrap, 0o600);
  }
  for (const host of [first, second]) await shell(host, daemon('mgr', host.name));
  for (const host of servers.slice(1)) {
    await shell(host, nextMonitor(host.name));
    await until(`${host.name} in quorum`, () =>
      says('ceph --connect-timeout 60 quorum_status -f json', new RegExp(`"quorum_names":\\[[^\\]]*"${host.name}"`)),
    );
  }
  for (const host of servers) await shell(host, osd);
  for (const host of [first, second]) await shell(host, daemon('mds', host.name));
  await shell(
    first,
    'ceph osd pool create cephfs_metadata 8; ceph osd pool create cephfs_data 8; ceph fs new cephfs cephfs_metadata cephfs_data',
  );
  await until('an active metadata server', () => says('ceph --connect-timeout 60 mds stat', /up:active/));
  lap('servers');
  client.write(
    '/etc/ceph/ceph.client.c1.keyring',
    await first.must(authorize.split(' '), { timeoutMs: 90_000 }),
    0o600,
  );
  await shell(client, 'mkdir -p /srv/tank; ceph-fuse -n client.c1 /srv/tank >/dev/null 2>&1');
  await write(client);
};

/** Seconds: to the servers being done, and to the file being written. */
const timed = async (way: typeof byApply): Promise<readonly [number, number]> => {
  const lab = await createLab('ceph');
  try {
    const [a, b, c, client] = await Promise.all([
      ...numbers.map((number) => startCephHost(lab, `s${number}`, addressOf(number), cephDisks(number))),
      startCephHost(lab, 'c1', clientAddress, []),
    ]);
    if (a === undefined || b === undefined || c === undefined || client === undefined) throw new Error('no hosts');
    const servers: Nodes['servers'] = [a, b, c];
    for (const [index, host] of servers.entries()) await converged(host, withoutCluster(cephProfile(index + 1)));
    await converged(client, withoutCluster(clientProfile('')));
    const start = performance.now();
    let servedMs = 0;
    await way({ servers, client }, () => {
      servedMs = performance.now() - start;
    });
    return [servedMs / 1000, (performance.now() - start) / 1000];
  } finally {
    await lab.close();
  }
};

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

const hand: (readonly [number, number])[] = [];
const applied: (readonly [number, number])[] = [];
for (let round = 0; round < rounds; round += 1) {
  hand.push(await timed(byHand));
  applied.push(await timed(byApply));
}
const row = (name: string, all: readonly (readonly [number, number])[]): string => {
  const written = all.map(([, seconds]) => seconds);
  const ratio = median(written) / median(hand.map(([, seconds]) => seconds));
  return `| ${name} | ${median(all.map(([seconds]) => seconds)).toFixed(1)} | ${median(written).toFixed(1)} | ${written.map((seconds) => seconds.toFixed(1)).join(', ')} | ${ratio.toFixed(2)} |`;
};
console.log('| way | servers done s | mounted and 32 MiB written s | each round | × by hand |');
console.log('|---|---:|---:|---|---:|');
console.log(row('by hand', hand));
console.log(row('`mayfly apply`', applied));
