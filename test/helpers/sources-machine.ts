// Where a node has its profile from, on the real image: each source alone, each in its turn, and each of them wrong or gone, as steps of one machine.
// A boot takes minutes in emulation: after the first, another kernel command line is bound over /proc/cmdline and what configures at boot runs again.
// Past 200 lines for the number of the sources.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { readManifest } from '../../src/image/boot-image.ts';
import { parseBootFacts } from '../../src/probes/boot-facts.ts';
import { sha256Of, signBundle, trustedKeysPath } from '../../src/state/signed-bundle.ts';
import { type BootedNode, createBootedNode, term } from './booted-node.ts';
import { awaitConfigured } from './configured-node.ts';
import { type ProfileServer, startProfileServer } from './profile-server.ts';
import { builtImage, noScreen, type Vm, withVm } from './vm.ts';
import { serveImage } from './vm-media.ts';
import { createSsh, type Ssh } from './vm-ssh.ts';

const bootMs = 600_000;
const slow = 300_000;
const stick = '/dev/disk/by-id/virtio-STICK';
/** Nobody listens there. */
const gone = 'http://10.0.2.2:9/gone.yaml';

let ssh: Ssh;
let node: BootedNode;
let server: ProfileServer;

const profileOf = (hostname: string): string => `version: 1
role: storage
node: { hostname: ${hostname} }
network: { links: [{ match: primary, dhcp4: true }] }
access: { sshKeys: ["${ssh.publicKey}"] }
`;

/** Nobody watches: a console that is looked at takes a third of an emulated processor. */
const leave = (): Promise<string> => node.must('systemctl restart mayfly-console@ttyS0');

/** Somebody comes to the serial line, finds the console as a boot would have left it, sees that, and goes. */
const see = async (vm: Vm, wanted: string | RegExp): Promise<void> => {
  const from = vm.log().length;
  await leave();
  await vm.waitForLog('press Enter for the console', slow, from);
  vm.press('enter');
  await vm.waitForScreen(wanted, slow);
  await leave();
};

const onStick = (change: string): Promise<string> =>
  node.must(`mount ${stick} /mnt; cd /mnt; ${change}; cd /; umount /mnt; udevadm settle`);

const serveSigned = (hostname: string, serial: number, key: KeyObject): void => {
  const text = profileOf(hostname);
  const signature = signBundle({ serial, files: { 'profile.yaml': sha256Of(text) } }, key);
  server.serve('/signed.yaml', text);
  server.serve('/signed.yaml.sig', JSON.stringify(signature));
};

/** A real boot: the node has no address before its profile says which, and the server comes before the config partition. */
const boot = async (vm: Vm): Promise<void> => {
  await vm.waitForLog(/M-122 .*Reading the image stopped.* Trying http:/, bootMs);
  await vm.waitForLog('press Enter for the console', bootMs);
  await awaitConfigured(ssh, bootMs);
  await leave();
  const image = await readManifest(builtImage);
  const facts = parseBootFacts(await node.must('cat /run/mayfly/boot.json'));
  expect(facts).toMatchObject({ root: 'overlay', zram: null, overlay: { why: 'asked for' } });
  expect(facts?.image.sha256).toBe(image.ok ? image.value.squashfs?.sha256 : undefined);
  const [uuid, mac] = (await node.must('cat /sys/class/dmi/id/product_uuid /sys/class/net/ens3/address')).split('\n');
  // By the boot, and once more by a console that was opened before that was done.
  expect([...new Set(server.asked)]).toEqual([`/${uuid?.toLowerCase()}/${mac}.yaml`]);
  expect(await node.readStatus()).toMatchObject({
    hostname: 'by-url',
    transport: `kernel command line (URL), ${server.url}${server.asked[0]}`,
    codes: [],
  });
  const byUrl = await node.show();
  expect(byUrl.profile.node.domain).toBe(undefined);
  expect(Object.values(byUrl.layers)).not.toContain('global');
  // The lease was for the asking only: what holds now is the profile's.
  expect(await node.must('ls -d /run/systemd/network/*mayfly* /etc/systemd/network/*mayfly* 2>/dev/null || true')).toBe(
    '/etc/systemd/network/10-mayfly-ens3.network',
  );
  expect(await node.must('mayfly plan >/dev/null; echo $?')).toBe('0');
};

/** The config partition alone, with both of its layers. */
const configPartition = async (): Promise<void> => {
  expect(await node.bootWith('')).toMatchObject({
    hostname: 'by-config',
    transport: 'config partition, /dev/vdb at /config',
    codes: [],
  });
  expect(await node.must('hostname -f')).toBe('by-config.rack7.example');
};

/** Every way in which a server can fail, all at once, since most of that is waiting. */
const failingServers = async (): Promise<void> => {
  server.serve('/late.yaml', 'late');
  server.serve('/broken.yaml', 500);
  server.serve('/half.yaml', { half: profileOf('half') });
  await Promise.all(
    (
      [
        [`${server.url}/late.yaml`, /timed out/, /^Check cable, /],
        [`${server.url}/broken.yaml`, /the server answers with its error 500$/, /^Look at the log of that server/],
        [`${server.url}/half.yaml`, /the answer breaks off \(18\)/, /^Look at what that server does/],
        [gone, /Failed to connect to 10\.0\.2\.2 port 9/, /^Check cable, /],
      ] as const
    ).map(async ([url, why, remedy]) => {
      const shown = await node.show(`mayfly.profile=${url}`);
      expect(shown).toMatchObject({
        transport: { kind: 'config-partition' },
        profile: { node: { hostname: 'by-config' } },
        warnings: [
          { summary: expect.stringMatching(why), remedy: expect.stringMatching(remedy) },
          ...shown.warnings.slice(1),
        ],
      });
      expect(shown.warnings[0]?.summary).toContain(`${url} cannot be fetched: `);
    }),
  );
};

/** One of them as a boot meets it: the next source helps out, and everybody is told what is missing. */
const missingFile = async (): Promise<void> => {
  const second = await node.bootWith(`mayfly.profile=${server.url}/nothing/here.txt`);
  expect(second).toMatchObject({ hostname: 'by-config', transport: 'config partition, /dev/vdb at /config' });
  expect(second.problems).toEqual([
    {
      code: 'sources/http-status',
      summary: `${server.url}/nothing/here.txt cannot be fetched: the server answers 404; in force instead: config partition, /dev/vdb at /config`,
      remedy: expect.stringMatching(/^Put the profile of this node there, or correct mayfly\.profile= on the kernel/),
    },
  ]);
};

/** Two that match: which one is right only a person knows. */
const twoPartitions = async (vm: Vm): Promise<void> => {
  await node.must(`mkfs.ext4 -q -L MAYFLY ${stick}`);
  await onStick(
    `touch .mayfly-config; mkdir node nodes; echo '${profileOf('by-stick')}' | tee node/profile.yaml nodes/n1.yaml`,
  );
  const two = await node.bootWith('');
  expect(two).toMatchObject({ hostname: 'by-config', codes: ['profile/invalid', 'sources/two-config-partitions'] });
  expect(two.problems[1]?.summary).toContain('/dev/vdb, /dev/vdc');
  await see(vm, 'there is more than one config partition: /dev/vdb, /dev/vdc');
  await node.must(`e2label ${stick} STICK; udevadm settle`);
};

/** The server is gone, and nothing but the copy of what it had last. */
const lastGoodCopy = async (vm: Vm): Promise<void> => {
  await node.onConfig('mkdir aside; mv node global aside');
  const kept = Date.now();
  const stale = await node.bootWith(`mayfly.profile=${gone}`);
  expect(stale).toMatchObject({ hostname: 'by-url', codes: ['profile/stale', 'sources/unreachable'] });
  expect(stale.transport).toMatch(/^last good copy, STALE, \/dev\/vdb, from http:/);
  expect(stale.stale?.keptAtMs).toBeLessThan(kept);
  expect(stale.problems[0]?.summary).toMatch(/STALE: kept 00:\d\d:\d\d ago/);
  await see(vm, /Mayfly . by-url[\s\S]*STALE/);
};

/** A file on a filesystem with that label. */
const labelledFile = async (): Promise<void> => {
  expect(await node.bootWith('mayfly.profile=LABEL=STICK:/nodes/n1.yaml')).toMatchObject({
    hostname: 'by-stick',
    transport: 'kernel command line (file), /dev/vdc:/nodes/n1.yaml',
    codes: [],
  });
};

/** An image that trusts a key: what is not signed with it, or older than what was in force, changes nothing. */
const signed = async (): Promise<void> => {
  const ours = generateKeyPairSync('ed25519');
  await node.must(`echo '${ours.publicKey.export({ type: 'spki', format: 'pem' })}' >${trustedKeysPath}`);
  const signed = `mayfly.profile=${server.url}/signed.yaml`;
  serveSigned('by-another', 9, generateKeyPairSync('ed25519').privateKey);
  expect(await node.bootWith(signed)).toMatchObject({
    hostname: 'by-stick',
    codes: ['profile/invalid', 'sources/bad-signature'],
  });
  serveSigned('by-key', 7, ours.privateKey);
  expect(await node.bootWith(signed)).toMatchObject({ hostname: 'by-key', codes: [] });
  serveSigned('by-replay', 5, ours.privateKey);
  const replayed = await node.bootWith(signed);
  expect(replayed).toMatchObject({ hostname: 'by-key', codes: ['profile/invalid', 'sources/replayed'] });
  expect(replayed.problems[1]?.summary).toContain('has the serial number 5, and 7 was in force here already');
  await node.must(`rm ${trustedKeysPath}`);
};

/** Nothing at all: the wizard, with what was asked for and is not there. */
const nothing = async (vm: Vm): Promise<void> => {
  const hostname = await node.must('hostname');
  await node.onConfig('rm -rf last-good node global');
  const bare = await node.bootWith(`mayfly.profile=${server.url}/nothing/here.txt`);
  expect(bare).toMatchObject({
    // Nothing was applied.
    hostname,
    transport: undefined,
    codes: ['profile/none', 'sources/http-status'],
  });
  await see(vm, /no profile was found[\s\S]*here\.txt[\s\S]*Press Enter to set this node up/);
};

export const steps = {
  boot,
  configPartition,
  failingServers,
  missingFile,
  twoPartitions,
  lastGoodCopy,
  labelledFile,
  signed,
  nothing,
} as const;

type Step = (vm: Vm) => Promise<void>;

/** Call where hooks may be registered; the answer boots the machine and takes those steps, in this order. The first of them is `boot`. */
export const sourcesMachine = (name: string): ((taken: readonly Step[]) => Promise<void>) => {
  const work = mkdtempSync(join(tmpdir(), `mayfly-${name}-`));
  beforeAll(async () => {
    ssh = await createSsh(work, slow);
    node = createBootedNode(ssh);
    server = await startProfileServer();
  });
  afterAll(() => {
    server?.close();
    rmSync(work, { recursive: true, force: true });
  });
  return async (taken) => {
    const config = join(work, 'config');
    mkdirSync(join(config, 'node'), { recursive: true });
    mkdirSync(join(config, 'global'));
    writeFileSync(join(config, 'global/profile.yaml'), 'version: 1\nnode: { domain: rack7.example }\n');
    writeFileSync(join(config, 'node/profile.yaml'), profileOf('by-config'));
    server.serve('*', profileOf('by-url'));
    const image = await serveImage();
    const options = {
      'config-disk': config,
      disk: ['64MiB,serial=STICK'],
      forward: [`${ssh.port}:22`],
      // No zram root to fill: what it is about is the same on either.
      append: [
        `mayfly.image=${image.url}/root.ext4.zst mayfly.root=overlay`,
        `mayfly.profile=${server.url}/{uuid}/{mac}.yaml`,
        term,
        noScreen,
      ],
    } as const;
    await withVm(name, options, async (vm) => {
      for (const step of taken) await step(vm);
    }).finally(image.close);
  };
};
