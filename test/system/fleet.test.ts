// docs/fleet.md, run as it is printed: its shell loop and its playbook against two nodes over SSH, from a third machine.
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configDisk, makeConfigPartition } from '../helpers/config-disk.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';
import { createOperator, type Operator } from '../helpers/operator.ts';
import { printedBlocks } from '../helpers/printed-blocks.ts';

const lacks = (...programs: readonly string[]): string | undefined => {
  const missing = programs.find((program) => spawnSync('which', [program]).status !== 0);
  return missing === undefined ? undefined : `needs ${missing}`;
};
const why = whyNoHosts() ?? lacks('ssh', 'jq', 'mkfs.ext4');
const whyNoAnsible = why ?? lacks('ansible-playbook');
const titled = (title: string, reason: string | undefined): string =>
  reason === undefined ? title : `${title} (skipped: ${reason})`;

const [push = '', statusLoop = ''] = printedBlocks('fleet.md', 'sh');
const [playbook = ''] = printedBlocks('fleet.md', 'yaml');
const addresses = { 'stor-01': '10.96.0.21', 'stor-02': '10.96.0.22' } as const;
type Name = keyof typeof addresses;

describe.skipIf(why !== undefined)(titled('many nodes', why), () => {
  let lab: Lab;
  let operator: Operator;
  let nodes: Record<Name, Host>;

  beforeAll(async () => {
    lab = await createLab();
    const node = async (name: Name): Promise<Host> => {
      const host = await lab.start(name, { address: `${addresses[name]}/24`, disks: [configDisk] });
      await makeConfigPartition(host);
      return host;
    };
    const [seat, one, two] = await Promise.all([
      lab.start('desk', { address: '10.96.0.1/24' }),
      node('stor-01'),
      node('stor-02'),
    ]);
    nodes = { 'stor-01': one, 'stor-02': two };
    operator = createOperator(seat, addresses);
    for (const name of ['stor-01', 'stor-02'] as const) await operator.introduce(nodes[name], addresses[name]);
  });
  afterAll(async () => {
    operator?.close();
    await lab?.close();
  });

  const profile = (hostname: string, timezone: string): string =>
    `version: 1\nrole: storage\nnode: { hostname: ${hostname}, domain: rack7.example, timezone: ${timezone} }\naccess: { sshKeys: ["${operator.key}"] }\n`;
  const wrong = 'version: 1\nrole: stroage\n';
  const zoneOf = async (name: Name): Promise<string> => (await nodes[name].must(['date', '+%Z'])).trim();
  const savedOn = (name: Name): string =>
    nodes[name].exists('/config/node/profile.yaml') ? nodes[name].read('/config/node/profile.yaml') : '';

  describe('by the shell loop', () => {
    const loop = (...args: readonly string[]) => operator.run(['sh', 'push.sh', ...args]);
    const put = (zone: string): void => {
      for (const name of ['stor-01', 'stor-02'] as const) operator.write(`profiles/${name}.yaml`, profile(name, zone));
    };

    it('looks, then changes both nodes and saves what holds', async () => {
      operator.write('push.sh', push);
      put('Europe/Berlin');
      const looked = await loop('look', 'stor-01', 'stor-02');
      expect(looked).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/stor-01: [\s\S]*Berlin[\s\S]*stor-02: /),
      });
      expect(await zoneOf('stor-01')).toBe('UTC');
      const applied = await loop('apply', 'stor-01', 'stor-02');
      expect(applied).toMatchObject({ exitCode: 0 });
      for (const name of ['stor-01', 'stor-02'] as const) {
        expect((await nodes[name].must(['hostname', '--fqdn'])).trim()).toBe(`${name}.rack7.example`);
        expect(await zoneOf(name)).toMatch(/^CES?T$/);
        expect(savedOn(name)).toContain('Europe/Berlin');
      }
    });

    it('changes nothing the second time', async () => {
      const looked = await loop('look', 'stor-01', 'stor-02');
      expect(looked.exitCode).toBe(0);
      expect(looked.stdout).not.toMatch(/Berlin|^ *[~+]/m);
      const applied = await loop('apply', 'stor-01', 'stor-02');
      expect(applied.exitCode).toBe(0);
      const steps = applied.stdout.split('\n').filter((line) => line.includes('/11] '));
      expect(steps).toHaveLength(22);
      for (const step of steps) expect(step).toMatch(/ {2}as it should be$/);
    });

    it('stops before the node whose profile is not valid, which stays as it was', async () => {
      put('Asia/Tokyo');
      operator.write('profiles/stor-02.yaml', wrong);
      const applied = await loop('apply', 'stor-01', 'stor-02');
      expect(applied).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('found "stroage" (line 2)') });
      expect(await zoneOf('stor-01')).toBe('JST');
      expect(await zoneOf('stor-02')).toMatch(/^CES?T$/);
      expect(savedOn('stor-02')).toContain('Europe/Berlin');
    });

    it('tells who is not as it should be, and who does not answer', async () => {
      await nodes['stor-01'].run(['systemd-run', '--wait', '--unit=broken', 'false']);
      const told = await operator.run(['sh', '-c', statusLoop]);
      const rows = told.stdout.trimEnd().split('\n');
      expect(rows).toContainEqual(expect.stringMatching(/^stor-01\tservices\/failed\t.*broken/));
      expect(rows.filter((row) => row.startsWith('stor-02')).join()).not.toMatch(/unreachable|broken/);
      expect(rows).toContain('stor-03\tunreachable');
    });
  });

  describe.skipIf(whyNoAnsible !== undefined)(titled('by Ansible', whyNoAnsible), () => {
    /** `zone`: of every node; `broken`: the node whose profile is not valid. */
    const play = (zone: string, { broken = 'none', text = playbook } = {}) => {
      operator.write('site.yaml', text);
      operator.write(
        'templates/profile.yaml.j2',
        `{% if inventory_hostname == '${broken}' %}\n${wrong}{% else %}\n${profile('{{ inventory_hostname }}', zone)}{% endif %}\n`,
      );
      return operator.run(['ansible-playbook', '--inventory', 'inventory.ini', 'site.yaml'], 150_000);
    };
    const recapOf = (stdout: string) =>
      Object.fromEntries(
        [...stdout.matchAll(/^(stor-\d+) +: ok=\d+ +changed=(\d+) +unreachable=\d+ +failed=(\d+)/gm)].map(
          ([, node, changed, failed]) => [node, `changed=${changed} failed=${failed}`],
        ),
      );

    // One by its name, one by an address of its own.
    beforeAll(() =>
      operator.write('inventory.ini', `[storage]\nstor-01\nstor-02 ansible_host=${addresses['stor-02']}\n`),
    );

    it('makes both nodes what their profiles say, and saves what holds', async () => {
      const ran = await play('America/Lima');
      expect({ ...ran, recap: recapOf(ran.stdout) }).toMatchObject({
        exitCode: 0,
        recap: { 'stor-01': 'changed=1 failed=0', 'stor-02': 'changed=1 failed=0' },
      });
      for (const name of ['stor-01', 'stor-02'] as const) {
        expect(await zoneOf(name)).toBe('-05');
        expect((await nodes[name].must(['hostname', '--fqdn'])).trim()).toBe(`${name}.rack7.example`);
        expect(savedOn(name)).toContain('America/Lima');
      }
      // Who watches the play sees no profile.
      expect(ran.stdout).not.toContain(operator.key);
    });

    it('reports no change the second time', async () => {
      const ran = await play('America/Lima');
      expect({ ...ran, recap: recapOf(ran.stdout) }).toMatchObject({
        exitCode: 0,
        recap: { 'stor-01': 'changed=0 failed=0', 'stor-02': 'changed=0 failed=0' },
      });
    });

    it('reports an invalid profile as failed for its node only, and why', async () => {
      const ran = await play('Asia/Tokyo', { broken: 'stor-02' });
      expect({ ...ran, recap: recapOf(ran.stdout) }).toMatchObject({
        exitCode: 2,
        stdout: expect.stringMatching(/fatal: \[stor-02\][^\n]*\n?[\s\S]*found .{1,2}stroage/),
        recap: { 'stor-01': 'changed=1 failed=0', 'stor-02': 'changed=0 failed=1' },
      });
      expect(await zoneOf('stor-01')).toBe('JST');
      expect(await zoneOf('stor-02')).toBe('-05');
      expect(savedOn('stor-02')).toContain('America/Lima');
    });

    it('ends at the first node that fails, and without `serial` leaves only that one out', async () => {
      const stopped = await play('Asia/Dubai', { broken: 'stor-01' });
      expect(recapOf(stopped.stdout)).toEqual({ 'stor-01': 'changed=0 failed=1' });
      expect(await zoneOf('stor-02')).toBe('-05');
      const text = playbook.replace(/^ +serial: 1\n/m, '');
      expect(text).not.toBe(playbook);
      const ran = await play('Asia/Dubai', { broken: 'stor-01', text });
      expect(recapOf(ran.stdout)).toEqual({ 'stor-01': 'changed=0 failed=1', 'stor-02': 'changed=1 failed=0' });
      expect([await zoneOf('stor-01'), await zoneOf('stor-02')]).toEqual(['JST', '+04']);
    });
  });
});
