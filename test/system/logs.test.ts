// Logs on their way: a node's journal at real rsyslogd receivers by tls, tcp and udp, one that was away, and one that is not who it says.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logsAction } from '../../src/actions/logs.ts';
import type { Profile } from '../../src/state/profile.ts';
import { systemOf } from '../helpers/host-system.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';

const why = whyNoHosts();
const title = why === undefined ? 'log servers' : `log servers (skipped: ${why})`;
type Forward = NonNullable<NonNullable<Profile['logs']>['forward']>[number];

const receiver = `global(workDirectory="/root")
module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon" MaxFrameSize="200000")
module(load="imptcp")
module(load="imudp")
global(DefaultNetstreamDriver="gtls" DefaultNetstreamDriverCAFile="/root/ca.pem"
       DefaultNetstreamDriverCertFile="/root/server.pem" DefaultNetstreamDriverKeyFile="/root/server.key")
template(name="line" type="string" string="%inputname% %hostname% %programname% %msg%\\n")
ruleset(name="keep") { action(type="omfile" file="/root/received" template="line") }
input(type="imtcp" port="6514" ruleset="keep")
input(type="imptcp" port="601" ruleset="keep")
input(type="imudp" port="514" ruleset="keep" rcvbufSize="256k")
`;

const makeCertificates = `set -e; cd /root
for name in ca other; do
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $name.key -out $name.pem -days 2 -subj /CN=$name 2>/dev/null
done
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj /CN=logs.rack7.example 2>/dev/null
printf 'subjectAltName=DNS:logs.rack7.example' >names
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem 2>/dev/null`;

describe.skipIf(why !== undefined)(title, () => {
  let lab: Lab;
  let node: Host;
  let server: Host;
  let notes: string[] = [];

  beforeAll(async () => {
    lab = await createLab();
    server = await lab.start('logs', { address: '10.79.0.1/24', files: { '/root/receiver.conf': receiver } });
    node = await lab.start('node', { address: '10.79.0.2/24' });
    await server.must(['sh', '-c', makeCertificates]);
    await receive();
    node.write('/etc/hosts', '127.0.0.1 localhost\n10.79.0.1 logs.rack7.example wrong.rack7.example\n');
  });
  afterAll(() => lab?.close());

  const receive = () =>
    server.must(['systemd-run', '--unit=receiver', 'rsyslogd', '-n', '-iNONE', '-f', '/root/receiver.conf']);
  const received = () => (server.exists('/root/received') ? server.read('/root/received') : '');
  const profile = (...forward: readonly Forward[]): Profile => ({
    version: 1,
    role: 'storage',
    logs: { forward: [...forward] },
  });
  const apply = async (wanted: Profile) => {
    notes = [];
    const result = await logsAction.apply(wanted, systemOf(node), (text) => notes.push(text));
    expect(result).toEqual({ ok: true, value: undefined });
    expect(await logsAction.check(wanted, systemOf(node))).toEqual({ kind: 'converged' });
  };
  const log = (text: string) => node.must(['systemd-cat', '-t', 'trial', 'echo', text]);
  const said = (text: string) =>
    expect
      .poll(() => node.must(['journalctl', '-b', '-o', 'cat', '-t', 'rsyslogd']), { timeout: 60_000, interval: 500 })
      .toContain(text);
  const arrives = (pattern: RegExp) => expect.poll(received, { timeout: 60_000, interval: 200 }).toMatch(pattern);
  const secure = (ca: string): Forward => ({ host: 'logs.rack7.example', port: 6514, protocol: 'tls', ca });

  it('arrive by tls, tcp and udp, with what was logged before', async () => {
    // More at once than a receiver's socket holds: what a boot has logged goes out in one go.
    await node.must(['sh', '-c', 'seq -f "boot message %g" 4000 | systemd-cat -t trial']);
    await log('before the network');
    const wanted = profile(
      secure(server.read('/root/ca.pem')),
      { host: 'logs.rack7.example', port: 601, protocol: 'tcp' },
      { host: '10.79.0.1', port: 514, protocol: 'udp' },
    );
    expect(await logsAction.check(wanted, systemOf(node))).toMatchObject({
      changes: [
        { subject: 'log servers', before: 'none', after: expect.stringContaining('logs.rack7.example:6514 (tls)') },
      ],
    });
    await apply(wanted);
    expect(notes).toHaveLength(3);
    await log('after it');
    for (const input of ['imtcp', 'imptcp', 'imudp']) {
      await arrives(new RegExp(`^${input} \\S+ trial +before the network$`, 'm'));
      await arrives(new RegExp(`^${input} \\S+ trial +after it$`, 'm'));
      const arrived = new Set(received().match(new RegExp(`^${input} \\S+ trial +boot message \\d+$`, 'gm'))).size;
      // Datagrams get lost where the receiver waits for a processor (some 8 % on a busy machine); of a burst that outruns it, 9 of 10 are.
      expect([input, arrived]).toEqual([input, input === 'imudp' ? expect.toSatisfy((n: number) => n > 2000) : 4000]);
    }
  });

  it('wait in memory while the server is away, and a restart sends nothing twice', async () => {
    await apply(profile(secure(server.read('/root/ca.pem'))));
    await log('one');
    await arrives(/^imtcp .* one$/m);
    await server.must(['systemctl', 'stop', 'receiver']);
    await server.run(['systemctl', 'reset-failed', 'receiver']);
    for (let count = 0; count < 5; count++) await log(`while it was away ${count}`);
    await receive();
    await log('it is back');
    await arrives(/^imtcp .* it is back$/m);
    // The first message after a connection broke can be lost in the kernel's buffer; a queue cannot know.
    for (let count = 1; count < 5; count++) await arrives(new RegExp(`while it was away ${count}$`, 'm'));
    await node.must(['systemctl', 'restart', 'mayfly-logs']);
    await log('after a restart');
    await arrives(/^imtcp .* after a restart$/m);
    expect(received().match(/^imtcp .* one$/gm)).toHaveLength(1);
  });

  it('go to nobody with another certificate or another name', async () => {
    const before = received();
    await apply(profile({ ...secure(server.read('/root/ca.pem')), host: 'wrong.rack7.example' }));
    await log('for the wrong name');
    await said('peer name not authorized');
    await apply(profile(secure(server.read('/root/other.pem'))));
    await log('for the wrong authority');
    await said('certificate invalid: signer not found');
    expect(received().slice(before.length)).not.toContain('for the wrong');
  });

  it('stay on the node when nothing is forwarded any more, and come back with an undo', async () => {
    const forwarded = profile(secure(server.read('/root/ca.pem')));
    await apply(forwarded);
    await apply(profile());
    expect((await node.run(['systemctl', 'is-active', 'mayfly-logs'])).stdout.trim()).toBe('inactive');
    expect(await logsAction.undo?.(systemOf(node), () => undefined)).toMatchObject({ ok: true });
    expect(await logsAction.check(forwarded, systemOf(node))).toEqual({ kind: 'converged' });
  });
});
