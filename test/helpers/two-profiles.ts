// Two profiles that differ in every step that a node without a cluster has, with what their packages and their files in /etc bring: an apply of either
// after the other has all of its work to do.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Which = 'one' | 'two';

export const otherOf = (which: Which): Which => (which === 'one' ? 'two' : 'one');

/** Serial number of the disk that one of them swaps to. */
export const swapSerial = 'SWAP';

const hash = (name: string): string => `$y$j9T$${name.padEnd(22, '.')}$${name.padEnd(43, '.')}`;

/** Writes the folder of a config partition on which `one` is in force; answers the text of each. */
export const writeTwoProfiles = (config: string, publicKey: string): Readonly<Record<Which, string>> => {
  const packages = join(config, 'packages');
  for (const folder of ['node/etc', 'packages']) mkdirSync(join(config, folder), { recursive: true });
  writeFileSync(join(config, 'node/etc/operator.conf'), 'kept = yes\n');
  const sha256 = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(packages, name)))
      .digest('hex');
  const packagesOf = (which: Which): string => {
    // Each run adds a line: twice in one uptime would show.
    writeFileSync(join(packages, `mark-${which}`), `#!/bin/sh\necho ran >>/var/lib/mark-${which}\nsync\n`);
    const content = join(config, '..', `content-${which}`, 'opt/agent');
    mkdirSync(content, { recursive: true });
    for (let part = 0; part < 8; part += 1)
      writeFileSync(join(content, `${which}-${part}`), `${which} ${part}\n`.repeat(20_000));
    execFileSync('tar', [
      ...['--create', '--gzip', '--owner=0', '--group=0', '--file', join(packages, `agent-${which}.tar.gz`)],
      ...['--directory', join(content, '../..'), '.'],
    ]);
    return `packages:
  - { name: 10-mark, kind: script, source: packages/mark-${which}, sha256: ${sha256(`mark-${which}`)} }
  - { name: 20-agent, kind: tarball, source: packages/agent-${which}.tar.gz, sha256: ${sha256(`agent-${which}.tar.gz`)} }
`;
  };
  const texts = {
    one: `version: 1
role: storage
node:
  hostname: stor-01
  domain: one.example
  timezone: Europe/Berlin
  keyboard: de
  ntp: [10.0.2.2]
  hosts: [{ name: stor-09, address: 10.0.2.9 }]
network:
  links: [{ match: { name: ens3 }, dhcp4: true, addresses: [10.0.2.41/24], mtu: 1400 }]
  vlans: [{ name: storage, link: ens3, id: 120, addresses: [10.120.0.1/24] }]
  routes: [{ to: 10.130.0.0/16, via: 10.0.2.2 }]
  dns: { servers: [10.0.2.3], search: [one.example] }
access: { rootPasswordHash: ${hash('one')}, sshPasswords: true, sshKeys: ["${publicKey}"] }
logs: { forward: [{ host: 10.0.2.2, port: 5514, protocol: udp }] }
zram: { swap: { size: 48MiB, algorithm: lz4 } }
swap: { device: { serial: ${swapSerial} } }
wipe: [${swapSerial}]
drift: { every: 30min }
${packagesOf('one')}`,
    two: `version: 1
role: client
node: { hostname: stor-02, domain: two.example, timezone: Asia/Tokyo }
network: { links: [{ match: primary, dhcp4: true, addresses: [10.0.2.42/24] }] }
access: { rootPasswordHash: ${hash('two')}, sshKeys: ["${publicKey}"] }
zram: { swap: { size: 32MiB, algorithm: zstd } }
pull: { every: 2h }
${packagesOf('two')}`,
  };
  writeFileSync(join(config, 'node/profile.yaml'), texts.one);
  return texts;
};
