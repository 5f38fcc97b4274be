// The probes against real systemd, chrony, networkd and iproute2 of Debian 13, in a host of their own.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLinks } from '../../src/probes/links.ts';
import { createStatusReader } from '../../src/probes/read-status.ts';
import { readServices } from '../../src/probes/services.ts';
import { readTimezones } from '../../src/probes/timezones.ts';
import type { Reader } from '../../src/system/system.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';

const why = whyNoHosts();

/** What the host says, asked by its own programs: reading through its root from outside would follow links out of it. */
const readerOf = (host: Host): Reader => {
  const ask = async (...command: readonly string[]) => {
    const { exitCode, stdout } = await host.run(command);
    return exitCode === 0 ? stdout : undefined;
  };
  return {
    readText: (path) => ask('cat', path),
    list: async (path) => (await ask('ls', '-1A', path))?.split('\n').filter(Boolean) ?? [],
    stat: async () => undefined,
    readLink: async (path) => (await ask('readlink', path))?.trim(),
    statFilesystem: async () => ({ size: 100, free: 50, inodes: 100, inodesFree: 50 }),
    query: (command, options) => host.run(command, options),
  };
};

describe.skipIf(why !== undefined)(`probes on a real host${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  let lab: Lab;
  let host: Host;
  let reader: Reader;
  beforeAll(async () => {
    lab = await createLab();
    host = await lab.start('node', {
      address: '10.77.0.9/24',
      files: {
        '/etc/systemd/system/broken.service': '[Service]\nType=oneshot\nExecStart=/bin/false\n',
        '/etc/systemd/system/multi-user.target.wants/broken.service': '[Service]\nType=oneshot\nExecStart=/bin/false\n',
      },
    });
    reader = readerOf(host);
  });
  afterAll(() => lab?.close());

  test('services: wanted, missing and failed ones', async () => {
    await host.run(['systemctl', 'start', 'broken.service']);
    const units = ['systemd-networkd.service', 'chrony.service', 'glusterd.service'];
    const services = await readServices(reader, units);
    expect(services).toContainEqual({
      unit: 'systemd-networkd.service',
      state: 'active (running)',
      wanted: 'active',
      healthy: true,
    });
    expect(services).toContainEqual({ unit: 'glusterd.service', state: 'not-found', wanted: 'active', healthy: false });
    expect(services?.find(({ unit }) => unit === 'broken.service')).toMatchObject({ state: 'failed', healthy: false });
    expect(services).toHaveLength(units.length + 1);
  });

  test('links: addresses and carrier, also with the cable pulled', async () => {
    const eth0 = async () => (await readLinks(reader))?.find(({ name }) => name === 'eth0');
    expect(await eth0()).toMatchObject({ kind: 'ethernet', carrier: true, up: true });
    expect((await eth0())?.addresses).toContain('10.77.0.9/24');
    await host.cable('down');
    await expect.poll(async () => (await eth0())?.carrier).toBe(false);
    await host.cable('up');
    await expect.poll(async () => (await eth0())?.carrier).toBe(true);
  });

  test('time: without a server it is not synchronised; without chrony systemd is asked', async () => {
    const status = async () => {
      const statusReader = createStatusReader(reader);
      await statusReader.read();
      await statusReader.settled();
      return statusReader.read();
    };
    expect((await status()).time).toMatchObject({ kind: 'live', value: { synchronised: false } });
    await host.must(['systemctl', 'stop', 'chrony.service']);
    expect((await status()).time).toMatchObject({ kind: 'live', value: { synchronised: false, source: undefined } });
    await host.must(['systemctl', 'start', 'chrony.service']);
  });

  test('time zones that timedatectl would take', async () => {
    const timezones = await readTimezones(reader);
    expect(timezones).toContain('Europe/Berlin');
    expect(timezones).toContain('Etc/UTC');
    const installed = (await host.must(['timedatectl', 'list-timezones'])).split('\n');
    expect(timezones.filter((name) => !installed.includes(name))).toEqual([]);
  });
});
