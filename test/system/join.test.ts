// Nodes that join by a code over a real bridge: the right ones, one in the middle, late ones, and what is left of the secrets.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJoinCode, renderJoinCode } from '../../src/state/join-code.ts';
import { parseProfile } from '../../src/state/parse-profile.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab, type Ran } from '../helpers/hosts.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const why = whyNoHosts();
const secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const inForce = '/run/mayfly/profile.yaml';
const joined = '/run/mayfly/join/joined.yaml';

const ceph = `{ version: 1, role: storage, node: { hostname: stor-01 }, cluster: { filesystem: ceph, monitors: [stor-01], secret: "${secret}", state: { device: { serial: S0 } } } }`;
const gluster = `{ version: 1, role: storage, node: { hostname: stor-01, hosts: [{ name: stor-01, address: 10.99.0.11 }] },
  cluster: { filesystem: gluster, peers: [stor-01], volume: { name: tank, type: distribute } } }`;

type Offer = { readonly code: string; readonly ended: Promise<Ran> };

describe.skipIf(why !== undefined)(`joining by a code${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  let lab: Lab;
  let member: Host;
  let joiner: Host;
  let stranger: Host;
  beforeAll(async () => {
    lab = await createLab();
    [member, joiner, stranger] = await Promise.all(
      [
        ['stor-01', '10.99.0.11/24', 'fd99::11/64'],
        ['stor-02', '10.99.0.12/24', 'fd99::12/64'],
        ['other', '10.99.0.66/24', 'fd99::66/64'],
      ].map(async ([name = '', address = '', six = '']) => {
        const host = await lab.start(name, { address });
        await host.must(['ip', 'address', 'add', six, 'dev', 'eth0', 'nodad']);
        return host;
      }),
    ).then(([one, two, three]) => {
      if (one === undefined || two === undefined || three === undefined) throw new Error('no hosts');
      return [one, two, three];
    });
  });
  afterAll(() => lab?.close());

  let offers = 0;
  const offer = async (profile: string, args: readonly string[] = []): Promise<Offer> => {
    offers += 1;
    const out = `/tmp/offer-${offers}`;
    member.write(inForce, profile, 0o600);
    const command = `exec mayfly join offer --json "$@" > ${out} 2> ${out}.err`;
    const ended = member.run(['sh', '-c', command, 'offer', ...args], { timeoutMs: 120_000 }).then((ran) => ({
      ...ran,
      stdout: member.read(out),
      stderr: member.read(`${out}.err`),
    }));
    await waitUntil(() => member.exists(out) && member.read(out).includes('\n'), 'the code');
    const { groups } = JSON.parse(member.read(out).split('\n')[0] ?? '');
    return { code: groups.join(' '), ended };
  };
  const join = (code: string, from = joiner): Promise<Ran> => from.run(['mayfly', 'join'], { input: `${code}\n` });
  const offerPids = async (): Promise<readonly string[]> =>
    (await member.run(['pgrep', '-f', 'mayfly.mjs join offer'])).stdout.trim().split('\n').filter(Boolean);
  const everything = async (host: Host): Promise<string> => {
    const journal = await host.must(['journalctl', '--no-pager', '--output=cat']);
    const processes = await host.must(['sh', '-c', 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr "\\0" "\\n"']);
    return journal + processes;
  };

  it('gives a server its part of the profile, and leaves no trace of secrets', async () => {
    const offered = await offer(ceph);
    const parsed = parseJoinCode(offered.code);
    if (!parsed.ok) throw new Error(parsed.problem.summary);
    expect(parsed.value.address).toBe('10.99.0.11');
    const during = await everything(member);
    const ran = await join(offered.code);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    const ended = await offered.ended;
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toContain('"event":"joined","kind":"server","hostname":"stor-02","address":"10.99.0.12"');

    const profile = parseProfile(joiner.read(joined));
    expect(profile).toMatchObject({
      ok: true,
      value: {
        node: {
          hostname: 'stor-02',
          hosts: [
            { name: 'stor-01', address: '10.99.0.11' },
            { name: 'stor-02', address: '10.99.0.12' },
          ],
        },
        cluster: { filesystem: 'ceph', secret, monitors: ['stor-01'] },
      },
    });
    expect(await joiner.must(['stat', '-c', '%a', joined])).toBe('600\n');
    expect((await joiner.run(['mayfly', 'profile', 'check', joined])).exitCode).toBe(0);
    const traces =
      during +
      (await everything(member)) +
      (await everything(joiner)) +
      ran.stdout +
      ended.stdout.split('\n').slice(1).join('\n');
    for (const hidden of [secret, parsed.value.secret, offered.code, offered.code.split(' ')[8] ?? '-'])
      expect(traces).not.toContain(hidden);
  });

  it('works over IPv6', async () => {
    const offered = await offer(gluster, ['--address', 'fd99::11']);
    expect((await join(offered.code)).exitCode).toBe(0);
    expect(joiner.read(joined)).toContain('fd99::12');
    expect((await offered.ended).exitCode).toBe(0);
    // The member's own profile with the new peer is there to be applied.
    const after = parseProfile(member.read('/run/mayfly/join/member.yaml'));
    expect(after).toMatchObject({ ok: true, value: { cluster: { peers: ['stor-01', 'stor-02'] } } });
  });

  it('refuses one in the middle, who learns nothing, and works when it is gone', async () => {
    const offered = await offer(gluster);
    await member.cable('down');
    stranger.write(
      '/root/false-member.mjs',
      readFileSync(new URL('../fixtures/join/false-member.mjs', import.meta.url), 'utf8'),
    );
    await stranger.must(['ip', 'address', 'add', '10.99.0.11/24', 'dev', 'eth0']);
    const files = ['-keyout', '/root/key.pem', '-out', '/root/cert.pem'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];
    await stranger.must(['openssl', 'req', '-x509', ...curve, ...files, '-subj', '/CN=mayfly-join', '-batch']);
    const script = [
      '/usr/lib/mayfly/node',
      '/root/false-member.mjs',
      '10.99.0.11',
      '26333',
      '/root/cert.pem',
      '/root/key.pem',
      '/root/log',
    ];
    await stranger.must(['systemd-run', '--quiet', '--unit=false-member', ...script]);
    const log = (): string => (stranger.exists('/root/log') ? stranger.read('/root/log') : '');
    await waitUntil(() => log().includes('listening'), 'the one in the middle');
    await joiner.must(['ip', 'neigh', 'flush', 'all']);

    const refused = await join(offered.code);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('join/fingerprint');
    await waitUntil(() => log().includes('closed'), 'the end of the connection');
    expect(log()).toContain('connection');
    expect(log()).not.toContain('told');

    await stranger.must(['systemctl', 'stop', 'false-member']);
    await stranger.must(['ip', 'address', 'delete', '10.99.0.11/24', 'dev', 'eth0']);
    await member.cable('up');
    await joiner.must(['ip', 'neigh', 'flush', 'all']);
    expect(await join(offered.code)).toMatchObject({ exitCode: 0 });
    expect((await offered.ended).exitCode).toBe(0);
    // And once used, it is of no use to whoever wrote it down.
    const replayed = await join(offered.code, stranger);
    expect([replayed.exitCode, replayed.stderr]).toEqual([1, expect.stringContaining('join/no-offer')]);
    expect(stranger.exists(joined)).toBe(false);
  });

  it('closes after five wrong secrets', async () => {
    const offered = await offer(gluster);
    const parsed = parseJoinCode(offered.code);
    if (!parsed.ok) throw new Error(parsed.problem.summary);
    const guess = parsed.value.secret.startsWith('0') ? '11111111' : '00000000';
    const wrong = renderJoinCode({ ...parsed.value, secret: guess }).join(' ');
    for (let time = 0; time < 5; time += 1) expect((await join(wrong, stranger)).stderr).toContain('join/wrong-secret');
    expect(await offered.ended).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('join/closed') });
    expect((await join(offered.code)).stderr).toContain('join/no-offer');
  });

  it.each([
    ['when it is ended', 'TERM', 'join/withdrawn'],
    ['when its line is lost', 'HUP', 'join/withdrawn'],
    ['when it is killed, and leaves the way free for another', 'KILL', ''],
  ])('is over %s', async (_, signal, problem) => {
    const offered = await offer(gluster);
    for (const pid of await offerPids()) await member.must(['kill', `-${signal}`, pid]);
    const ended = await offered.ended;
    expect(ended.exitCode).not.toBe(0);
    expect(ended.stderr).toContain(problem);
    expect((await join(offered.code)).stderr).toContain('join/no-offer');
    const next = await offer(gluster);
    expect((await join(next.code)).exitCode).toBe(0);
    await next.ended;
  });

  it('says so when nobody is at the address', async () => {
    const offered = await offer(gluster);
    await member.cable('down');
    await joiner.must(['ip', 'neigh', 'flush', 'all']);
    expect((await join(offered.code)).stderr).toContain('join/unreachable');
    await member.cable('up');
    await joiner.must(['ip', 'neigh', 'flush', 'all']);
    expect((await join(offered.code)).exitCode).toBe(0);
    await offered.ended;
  });
});
