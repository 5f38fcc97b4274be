// The guard as the service that it is on a node: confined by its unit, under a real systemd, it can still do all that it has to.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardFileSchema } from '../../src/state/guard-status.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';
import { createSpareZram, type SpareZram, whyNoZram } from '../helpers/spare-zram.ts';

const why = whyNoHosts() ?? whyNoZram();
const assets = join(import.meta.dirname, '../../assets');
const read = (path: string): string => readFileSync(join(assets, path), 'utf8');

describe.skipIf(why !== undefined)(`mayfly-guard.service${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  let spare: SpareZram;
  let lab: Lab;
  let host: Host;
  const inHost = (...command: readonly string[]) =>
    execFileSync('nsenter', ['-t', `${host.pid}`, '-m', ...command], { stdio: 'inherit' });

  beforeAll(async () => {
    spare = createSpareZram('512M', '256M');
    lab = await createLab();
    // The root of a host in a namespace is not on zram: the guard is given another filesystem, and all else is the unit's own.
    const unit = read('systemd/mayfly-guard.service').replace(/^ExecStart=\S+$/m, '$& /srv /run/mayfly');
    host = await lab.start('node', {
      files: { '/etc/systemd/system/mayfly-guard.service': unit.replace(/^OOMScoreAdjust=.*$/m, '') },
    });
    // Here the journal belongs to the host, as on a node.
    host.write('/usr/lib/mayfly/guard', read('root/usr/lib/mayfly/guard').replace('[ "$point" = / ]', ':'), 0o755);
    host.write('/usr/lib/mayfly/guard-policy.sh', read('root/usr/lib/mayfly/guard-policy.sh'));
    host.write('/run/mayfly/boot.json', '{}');
    const number = readFileSync(`/sys/block/${spare.device.slice(5)}/dev`, 'utf8')
      .trim()
      .split(':');
    inHost('mknod', '/dev/spare', 'b', ...number);
    inHost('mount', '-o', 'noatime,discard', '/dev/spare', '/srv');
  });
  afterAll(async () => {
    if (host !== undefined) {
      await host.run(['systemctl', 'stop', 'mayfly-guard.service']);
      inHost('umount', '/srv');
    }
    await lab?.close();
    spare?.remove();
  });

  test('it raises the limit, vacuums the journal, trims and compacts', async () => {
    execFileSync('sh', ['-c', `echo 120M >/sys/block/${spare.device.slice(5)}/mem_limit`]);
    // As long as daemons need all memory the limit stays.
    host.write('/run/mayfly/role-needs', `${2 ** 50}`);
    await host.must(['systemctl', 'start', 'mayfly-guard.service']);
    const state = () => guardFileSchema.parse(JSON.parse(host.read('/run/mayfly/guard.json')));
    await expect.poll(() => host.exists('/run/mayfly/guard.json'), { timeout: 60_000 }).toBe(true);
    expect(state().heldBack).toBeGreaterThan(0);
    const filled = await host.run(['dd', 'if=/dev/urandom', 'of=/srv/random', 'bs=1M'], { timeoutMs: 120_000 });
    expect(filled.stderr).toContain('No space left on device');
    await host.must(['sync', '-f', '/srv']);
    const deeds = () => expect.poll(() => host.read('/run/mayfly/guard.jsonl'), { timeout: 90_000 });
    await deeds().toContain('"vacuumed the journal","trimmed","compacted"');
    host.write('/run/mayfly/role-needs', '0');
    await deeds().toContain('"raised the memory limit"');
    expect(await host.must(['systemctl', 'is-active', 'mayfly-guard.service'])).toBe('active\n');
    expect(readFileSync(`/sys/block/${spare.device.slice(5)}/io_stat`, 'utf8')).toMatch(/^\s*0\s+0\s/);
  });
});
