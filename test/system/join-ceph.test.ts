// A client that joins a real Ceph: the monitor makes its key, the key opens the filesystem and nothing else, and it is the same when it returns.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseProfile } from '../../src/state/parse-profile.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab, type Ran } from '../helpers/hosts.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const why = whyNoHosts();
const secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const fsid = '3f1c9a52-7c0e-4a53-9b42-1d0c5a2f8e11';
const address = '[v2:10.99.0.11:3300,v1:10.99.0.11:6789]';
const conf = `[global]
fsid = ${fsid}
mon_initial_members = mon-01
mon_host = ${address}
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
mon_data_avail_warn = 5
`;
/** A monitor alone: it keeps keys and filesystems' names, which is all that is asked of it here. */
const firstMonitor = `set -e
cd /tmp
ceph-authtool --create-keyring mon.kr --gen-key -n mon. --cap mon 'allow *'
ceph-authtool --create-keyring /etc/ceph/ceph.client.admin.keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mds 'allow *' --cap mgr 'allow *'
ceph-authtool mon.kr --import-keyring /etc/ceph/ceph.client.admin.keyring
monmaptool --create --addv mon-01 '${address}' --fsid ${fsid} --set-min-mon-release reef monmap
chown ceph:ceph mon.kr monmap
setpriv --reuid ceph --regid ceph --clear-groups ceph-mon --mkfs -i mon-01 --monmap monmap --keyring mon.kr
systemctl mask --now ceph-mon.service
systemctl start ceph-mon@mon-01
ceph --connect-timeout 60 osd pool create cephfs_metadata 8
ceph --connect-timeout 60 osd pool create cephfs_data 8
ceph --connect-timeout 60 fs new cephfs cephfs_metadata cephfs_data
`;
const profile = `{ version: 1, role: monitor, node: { hostname: mon-01 },
  cluster: { filesystem: ceph, fsid: ${fsid}, monitors: [mon-01], secret: "${secret}", state: { device: { serial: S } }, mount: /srv/fs } }`;

describe.skipIf(why !== undefined)(`a client joins Ceph${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  let lab: Lab;
  let member: Host;
  let client: Host;
  beforeAll(async () => {
    lab = await createLab('ceph');
    member = await lab.start('mon-01', { address: '10.99.0.11/24', files: { '/etc/ceph/ceph.conf': conf } });
    client = await lab.start('web-1', { address: '10.99.0.12/24', files: { '/etc/ceph/ceph.conf': conf } });
    await member.must(['sh', '-c', firstMonitor], { timeoutMs: 120_000 });
    member.write('/run/mayfly/profile.yaml', profile, 0o600);
  });
  afterAll(() => lab?.close());

  let offers = 0;
  const join = async (
    args: readonly string[] = [],
  ): Promise<{ readonly joined: Ran; readonly offered: Promise<Ran> }> => {
    offers += 1;
    const out = `/tmp/offer-${offers}`;
    const command = `exec mayfly join offer --for client --json > ${out}`;
    const offered = member.run(['sh', '-c', command], { timeoutMs: 120_000 });
    await waitUntil(() => member.exists(out) && member.read(out).includes('\n'), 'the code');
    const { groups } = JSON.parse(member.read(out).split('\n')[0] ?? '');
    const joined = await client.run(['mayfly', 'join', ...args], { input: groups.join(' '), timeoutMs: 120_000 });
    return { joined, offered };
  };
  const keyOf = (): string => {
    const parsed = parseProfile(client.read('/run/mayfly/join/joined.yaml'));
    if (!parsed.ok || parsed.value.cluster?.filesystem !== 'ceph') throw new Error('no profile of Ceph');
    expect(parsed.value.cluster).toMatchObject({ fsid, monitors: ['mon-01'], mount: '/srv/fs' });
    expect(parsed.value.cluster.secret).toBe(undefined);
    return parsed.value.cluster.key ?? '';
  };

  it('and is given a key that the cluster knows, for a client and no more', async () => {
    const { joined, offered } = await join();
    expect(joined).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await offered).exitCode).toBe(0);
    const key = keyOf();
    expect((await member.must(['ceph', 'auth', 'print-key', 'client.web-1'])).trim()).toBe(key);

    client.write('/etc/ceph/ceph.client.web-1.keyring', `[client.web-1]\nkey = ${key}\n`, 0o600);
    const ask = (...words: string[]): Promise<Ran> =>
      client.run(['ceph', '--connect-timeout', '10', '-n', 'client.web-1', ...words], { timeoutMs: 60_000 });
    expect((await ask('fs', 'ls')).stdout).toContain('cephfs');
    expect((await ask('auth', 'ls')).stderr).toContain('EACCES');
    // Back with nothing, it gets the same key again.
    const again = await join();
    expect(again.joined.exitCode).toBe(0);
    expect(keyOf()).toBe(key);
    await again.offered;
  });

  it('but not under the name of the administrator', async () => {
    const before = client.read('/run/mayfly/join/joined.yaml');
    const { joined, offered } = await join(['--name', 'admin']);
    expect([joined.exitCode, joined.stderr]).toEqual([1, expect.stringContaining('join/ceph-rights')]);
    expect(client.read('/run/mayfly/join/joined.yaml')).toBe(before);
    for (const pid of (await member.must(['pgrep', '-f', 'mayfly.mjs join offer'])).trim().split('\n'))
      await member.must(['kill', pid]);
    await offered;
  });
});
