// What the console may do where the shipped unit confines it, on a real host with real systemd: read everything, change nothing, ask for the rest.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestPrepare } from '../../src/actions/request-prepare.ts';
import { planSchema } from '../../src/state/journal-event.ts';
import { confinedUnit, consoleUnit, runConfined } from '../helpers/confined.ts';
import { systemOf } from '../helpers/host-system.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8' }).trim();

const why = ((): string | undefined => {
  const none = whyNoHosts();
  if (none !== undefined) return none;
  try {
    run('losetup', '--find');
    return undefined;
  } catch {
    return 'no loop devices';
  }
})();

const password = 'four words of mine';
const applyUnit = readFileSync(new URL('../../assets/systemd/mayfly-apply.service', import.meta.url), 'utf8');
// Of somebody's workstation: neither root's nor for root.
const stranger = 1000;
const member = `{ version: 1, role: storage, node: { hostname: stor-01 },
  cluster: { filesystem: gluster, peers: [stor-01], volume: { name: tank, type: distribute } } }\n`;
const committed = 'version: 1\nrole: client\nnode: { hostname: from-a-stick }\n';

describe.skipIf(why !== undefined)(`a confined console${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  let lab: Lab | undefined;
  let node: Host;
  let folder = '';
  let disk = '';
  const confined = (script: string, given?: string) => runConfined(node, script, given);
  const must = async (script: string, given?: string): Promise<string> => {
    const { exitCode, stdout } = await confined(script, given);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    return stdout;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mayfly-confined-'));
    mkdirSync(join(folder, 'tree/node'), { recursive: true });
    writeFileSync(join(folder, 'tree/.mayfly-config'), '');
    writeFileSync(join(folder, 'tree/node/profile.yaml'), committed, { mode: 0o600 });
    run('chown', '-R', `${stranger}:${stranger}`, join(folder, 'tree'));
    run('truncate', '-s', '16M', join(folder, 'disk.img'));
    run('mkfs.ext4', '-q', '-L', 'MAYFLY', '-d', join(folder, 'tree'), join(folder, 'disk.img'));
    disk = run('losetup', '--find', '--show', join(folder, 'disk.img'));
    lab = await createLab();
    node = await lab.start('node', {
      address: '10.78.0.1/24',
      files: {
        ...confinedUnit,
        '/etc/systemd/system/mayfly-apply.service': applyUnit,
      },
    });
    await node.must(['mknod', disk, 'b', '7', disk.replace('/dev/loop', '')]);
    await node.must(['chpasswd'], { input: `root:${password}\n` });
  });
  afterAll(async () => {
    await lab?.close();
    if (disk !== '') run('losetup', '--detach', disk);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is the unit as it is shipped', async () => {
    const has = (unit: string): string[] => unit.split('\n').filter((line) => /^[A-Z]\w+=.*$/.test(line));
    const kept = has(confinedUnit['/etc/systemd/system/confined@.service']);
    const gone = has(consoleUnit).filter((line) => !kept.includes(line));
    expect(gone.map((line) => line.split('=')[0]).join(' ')).toBe(
      'Type ExecStart Restart RestartSec UtmpIdentifier StandardInput StandardOutput StandardError TTYPath TTYReset TTYVHangup',
    );
    const shown = await node.must(['systemctl', 'show', '--property=CapabilityBoundingSet', 'confined@zero.service']);
    expect(shown).toBe('CapabilityBoundingSet=cap_dac_read_search\n');
  });

  it('has one capability, to read, and can get no other', async () => {
    const status = await must('grep -e ^Cap -e ^NoNewPrivs -e ^Seccomp: /proc/self/status');
    // CAP_DAC_READ_SEARCH is 2: linux/capability.h.
    for (const set of ['CapPrm', 'CapEff', 'CapBnd']) expect(status).toContain(`${set}:\t0000000000000004\n`);
    expect(status).toContain('CapAmb:\t0000000000000000\n');
    expect(status).toMatch(/NoNewPrivs:\t1\nSeccomp:\t2\n/);
  });

  it.each([
    ['changes no kernel setting', 'hostname=$(hostname); echo "$hostname" > /proc/sys/kernel/hostname'],
    ['mounts nothing', 'mount -t tmpfs none /mnt && umount /mnt'],
    ['makes no namespace', 'unshare --mount true'],
    ['makes no device', 'mknod /run/mayfly/device b 7 0 && rm /run/mayfly/device'],
    ['gives no file away', ': > /run/mayfly/mine && chown 1000 /run/mayfly/mine && rm /run/mayfly/mine'],
    ['changes no link', 'ip link set eth0 mtu 1400 && ip link set eth0 mtu 1500'],
  ])('%s, which root otherwise does', async (_, script) => {
    expect(await node.run(['sh', '-c', script])).toMatchObject({ exitCode: 0 });
    expect((await confined(script)).exitCode).not.toBe(0);
  });

  it('writes into no directory at all but where the consoles meet', async () => {
    const known = '/etc /root /home /usr/lib/mayfly /var/lib /var/tmp /run/systemd /dev/shm';
    const places = `for i in $(cut -d' ' -f5 /proc/self/mountinfo) ${known}; do
      [ -d $i ] && touch $i/.x && rm $i/.x && echo $i; done 2>/dev/null | sort -u`;
    const outside = (await node.must(['sh', '-c', places])).trim().split('\n');
    expect(outside).toEqual(expect.arrayContaining(['/', '/run', '/tmp', '/dev', ...known.split(' ')]));
    expect(await must(places)).toBe('/run/mayfly\n');
  });

  it('looks at a disk and writes to none', async () => {
    const write = `dd if=${disk} of=${disk} bs=512 count=1 conv=notrunc`;
    expect(await node.run(['sh', '-c', write])).toMatchObject({ exitCode: 0 });
    const refused = await confined(write);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout).toContain(`failed to open '${disk}': Operation not permitted`);
    expect(await must('blkid -c /dev/null -o export')).toContain('LABEL=MAYFLY');
    expect(await must(`wipefs --json --no-act ${disk}`)).toContain('"type": "ext4"');
  });

  it('reads what an unconfined one reads', async () => {
    // Without answers it says who this machine is, and ends.
    const look = 'mayfly console --line </dev/null 2>/dev/null | grep -e "^ [A-Z]" -e "^   -"; true';
    const seen = await must(look);
    expect(seen).toMatch(/Links +eth0 +up/);
    expect(seen).toBe((await node.run(['sh', '-c', look])).stdout);

    const profile = 'version: 1\nrole: client\nnode: { hostname: n9, timezone: Europe/Berlin, ntp: [10.78.0.2] }\n';
    const plan = 'mayfly plan --json --profile -';
    const { stdout: outside } = await node.run(['sh', '-c', plan], { input: profile });
    const inside = await confined(plan, profile);
    expect(planSchema.parse(JSON.parse(inside.stdout))).toEqual(planSchema.parse(JSON.parse(outside)));
  });

  it('reads a config partition that is not mounted, and one whose files are not root’s', async () => {
    expect(await must('mayfly profile show')).toContain('from-a-stick');
    // systemd's unit has mounted it for itself only.
    expect(await node.must(['cat', '/proc/self/mounts'])).not.toContain(disk);
    await node.must(['mkdir', '-p', '/config']);
    await node.must(['mount', '-o', 'ro', disk, '/config']);
    expect(await must('mayfly profile show')).toContain('from-a-stick');
    expect(
      (await node.run(['setpriv', '--bounding-set=-dac_read_search,-dac_override', 'cat', '/config/node/profile.yaml']))
        .exitCode,
    ).toBe(1);
  });

  it('checks root’s password', async () => {
    const check = (typed: string) => confined(`printf '${typed}\\0' | unix_chkpwd root nonull; echo $?`);
    expect((await check(password)).stdout).toBe('0\n');
    expect((await check('not it')).stdout).toBe('7\n');
  });

  it('goes from a bare node to a saved profile: draft, plan, apply and commit', async () => {
    const network = ['node-7', '-', 'not used', '-', '-', '-'];
    const wizard = ['begin', 'client', ...network, 'none', 'recommended', 'recommended'];
    const draft = await confined('exec mayfly console --line', `${wizard.join('\n')}\n`);
    expect(draft.stdout).toContain('the answers end before');
    expect(JSON.parse(node.read('/run/mayfly/draft.json'))).toMatchObject({ values: { 'node.hostname': 'node-7' } });

    const access = ['-', password, password, '-', 'Etc/UTC', '10.78.0.2'];
    await node.must(['rm', '/run/mayfly/draft.json']);
    const answers = [...wizard, ...access, 'yes', 'save', 'yes'].join('\n');
    const said = await must('exec mayfly console --line', `${answers}\n`);
    expect(said).toContain('This node is what its profile says.');
    expect(said).toContain('Saved as /config/node/profile.yaml');
    expect(await node.must(['hostname'])).toBe('node-7\n');
    expect(node.read('/config/node/profile.yaml')).toMatch(/hostname: node-7[\s\S]*rootPasswordHash: \$y\$/);
    expect(JSON.parse(node.read('/run/mayfly/profile-source.json'))).toMatchObject({ persisted: true });
    expect(await node.must(['grep', '/config', '/proc/self/mounts'])).toMatch(/ ext4 ro,/);
    const journal = await node.must(['journalctl', '--no-pager']);
    expect(journal).not.toContain(password);
    expect(journal).not.toContain('$y$');
  });

  it('makes a disk the config partition, which holds the profile from then on', async () => {
    const bare = await lab?.start('bare', {
      address: '10.78.0.2/24',
      files: { ...confinedUnit, '/etc/systemd/system/mayfly-apply.service': applyUnit },
      disks: [{ serial: 'STICK-1', size: 32 * 1024 ** 2 }],
    });
    if (bare === undefined) throw new Error('no lab');
    bare.write('/run/mayfly/profile.yaml', 'version: 1\nrole: client\nnode: { hostname: node-8 }\n', 0o600);
    const device = '--device serial=STICK-1';
    const asked = `systemd-run --quiet --collect --wait --pipe /usr/bin/mayfly profile prepare ${device}`;
    expect(await runConfined(bare, asked)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('config partition now'),
    });
    expect(bare.read('/config/node/profile.yaml')).toMatch(/hostname: node-8/);
    expect(await bare.must(['grep', '/config', '/proc/self/mounts'])).toMatch(/vda \/config ext4 ro,/);
    expect(await bare.must(['mayfly', 'profile', 'show'])).toMatch(/config partition/i);
    // What the console itself asks, and how it hears that there is one already.
    expect(await requestPrepare(systemOf(bare), 'STICK-1')).toMatchObject({
      ok: false,
      problem: { code: 'prepare/there-already', summary: expect.stringContaining('/dev/vda') },
    });
    await bare.must(['umount', '/config']);
    await bare.must(['e2label', '/dev/vda', 'DATA']);
    expect(await requestPrepare(systemOf(bare), 'STICK-1')).toEqual({
      ok: true,
      value: { device: '/dev/vda', path: '/config/node/profile.yaml' },
    });
  });

  it('hears from the commit why it failed', async () => {
    await node.must(['umount', '/config']);
    run('blockdev', '--setro', disk);
    try {
      const commit = 'systemd-run --quiet --collect --wait --pipe /usr/bin/mayfly profile commit';
      const { exitCode, stdout } = await confined(commit, committed);
      expect({ exitCode, stdout }).toMatchObject({
        exitCode: 1,
        stdout: expect.stringContaining('sources/read-only-medium'),
      });
    } finally {
      await node.run(['umount', '/config']);
      run('blockdev', '--setrw', disk);
    }
  });

  it('offers a join code and takes one: both need nothing that it has not', async () => {
    node.write('/run/mayfly/profile.yaml', member, 0o600);
    const said = await must(`mayfly join offer --json > /run/mayfly/offer 2>&1 &
      until grep -q '"groups"' /run/mayfly/offer; do sleep 0.1; [ -d /proc/$! ] || exit 1; done
      sed -n 's/.*"groups":.\\([^]]*\\).*/\\1/p' /run/mayfly/offer | tr -d '"' | mayfly join --name stor-02 --json
      wait $!; cat /run/mayfly/offer /run/mayfly/join/member.yaml`);
    expect(said).toContain('{"version":1,"joined":true,"profile":"/run/mayfly/join/joined.yaml"');
    expect(said).toContain('"event":"joined","kind":"server","hostname":"stor-02","address":"10.78.0.1"');
    expect(said).toContain('- stor-02');
  });
});
