// The whole exchange over real TLS on the loopback: both verbs, their profiles, and everybody who must not be let in.
import { execFileSync, spawnSync } from 'node:child_process';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../src/actions/join/make-certificate.ts';
import { offerJoin } from '../../src/actions/join/offer-join.ts';
import type { CliIo } from '../../src/cli/cli-io.ts';
import { createJoinVerb } from '../../src/cli/join.ts';
import { type JoinCode, parseJoinCode, renderJoinCode } from '../../src/state/join-code.ts';
import { parseProfile } from '../../src/state/parse-profile.ts';
import type { Profile } from '../../src/state/profile.ts';
import { renderProfile } from '../../src/state/render-profile.ts';
import { secureWire } from '../../src/system/secure-wire.ts';
import type { AskOptions } from '../../src/system/system.ts';
import { lsblk } from '../helpers/fake-filesystems.ts';
import { createFakeSystem, type FakeOptions, type FakeSystem } from '../helpers/fake-system.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const noOpenssl = spawnSync('openssl', ['version']).status !== 0;
const secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const cephKey = 'AQBoJ1NoAAAAABAAMDEyMzQ1Njc4OWFiY2RlZg==';
const readers: Server[] = [];

afterEach(() => {
  for (const server of readers.splice(0)) server.close();
});

const openssl = (command: readonly string[]): string =>
  execFileSync(command[0] ?? '', command.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** A node whose only address is on the loopback, on a link that it takes for a cable. */
const nodeAt = (
  address: string,
  files: FakeOptions['files'] = {},
  commands: FakeOptions['commands'] = {},
): FakeSystem =>
  createFakeSystem({
    files: {
      '/proc/net/dev': 'eth0: 0 0 0 0 0 0 0 0 0 0\n',
      '/sys/class/net/eth0/operstate': 'up\n',
      '/sys/class/net/eth0/carrier': '1\n',
      ...files,
    },
    commands: {
      ...lsblk(),
      ip: JSON.stringify([
        { ifname: 'eth0', link_type: 'ether', mtu: 1500, addr_info: [{ local: address, prefixlen: 8 }] },
      ]),
      openssl,
      ...commands,
    },
  });

const profileOf = (yaml: string): Profile => {
  const parsed = parseProfile(yaml);
  if (!parsed.ok) throw new Error(parsed.problem[0].summary);
  return parsed.value;
};
const gluster =
  profileOf(`{ version: 1, role: storage, node: { hostname: stor-01, hosts: [{ name: stor-02, address: 10.0.0.2 }] },
  cluster: { filesystem: gluster, peers: [stor-01, stor-02, stor-03], bricks: [{ device: { serial: A1 }, path: /bricks/b1 }],
  volume: { name: tank, type: distribute } } }`);
const ceph = profileOf(`{ version: 1, role: storage, node: { hostname: mon-01 },
  cluster: { filesystem: ceph, secret: "${secret}", monitors: [mon-01], state: { device: { serial: A0 } }, osds: [{ device: { serial: A1 } }] } }`);

const memberOf = (profile: Profile, address = '127.0.0.1', commands: FakeOptions['commands'] = {}): FakeSystem =>
  nodeAt(address, { '/run/mayfly/profile.yaml': renderProfile(profile) }, commands);

const verb = createJoinVerb(secureWire);

const start = (system: FakeSystem, args: readonly string[], stdin = '') => {
  const said = { out: '', err: '' };
  const io: CliIo = {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    readStdin: async () => stdin,
    interactive: false,
    system,
  };
  return { said, ended: verb(args, io) };
};

/** The verb on a member, and its code once it is shown. */
const offer = async (system: FakeSystem, args: readonly string[] = []) => {
  const offering = start(system, ['offer', ...args]);
  await waitUntil(() => /good until/.test(offering.said.out) || offering.said.err !== '', 'the offer');
  const text = offering.said.out
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .join('\n');
  const parsed = parseJoinCode(text);
  if (!parsed.ok) throw new Error(`${parsed.problem.summary} ${offering.said.err}`);
  return { ...offering, text, code: parsed.value };
};

const withSlip = (code: JoinCode, more: Partial<JoinCode>): string => renderJoinCode({ ...code, ...more }).join(' ');

const join = async (text: string, more: readonly string[] = ['--name', 'stor-04'], system = nodeAt('127.0.0.1')) => {
  const joining = start(system, more, text);
  const status = await joining.ended;
  return { status, system, ...joining.said };
};

describe.skipIf(noOpenssl)('joining (needs the program openssl)', () => {
  it('makes a profile for a server of GlusterFS, and names it on the member', async () => {
    const member = memberOf(gluster, '127.0.0.1', {
      'getent ahosts stor-03': '127.0.1.1 STREAM x\n10.0.0.3 STREAM stor-03\n',
    });
    const offering = await offer(member);
    const joined = await join(offering.text);
    expect(joined).toMatchObject({ status: 0, err: '' });
    expect(await offering.ended).toBe(0);

    const path = '/run/mayfly/join/joined.yaml';
    expect((await joined.system.stat(path))?.mode).toBe(0o600);
    const text = joined.system.text(path);
    expect(text).toContain('#   cluster.bricks: the disks that hold data');
    expect(profileOf(text)).toEqual({
      version: 1,
      role: 'storage',
      node: {
        hostname: 'stor-04',
        hosts: [
          { name: 'stor-01', address: '127.0.0.1' },
          { name: 'stor-02', address: '10.0.0.2' },
          { name: 'stor-03', address: '10.0.0.3' },
          { name: 'stor-04', address: '127.0.0.1' },
        ],
      },
      cluster: {
        filesystem: 'gluster',
        volume: { name: 'tank', type: 'distribute' },
        peers: ['stor-01', 'stor-02', 'stor-03', 'stor-04'],
      },
    });
    expect(offering.said.out).toContain('stor-04 (127.0.0.1) has joined as a server');
    expect(offering.said.out).toContain('The same is due on stor-02, stor-03');
    expect(profileOf(member.text('/run/mayfly/join/member.yaml')).cluster).toMatchObject({
      peers: ['stor-01', 'stor-02', 'stor-03', 'stor-04'],
      bricks: [{ path: '/bricks/b1' }],
    });
  });

  it('works over IPv6, and with lines of JSON', async () => {
    const offering = start(memberOf(gluster, '::1'), ['offer', '--json']);
    await waitUntil(() => offering.said.out.includes('\n'), 'the offer');
    const { groups, address, kind } = JSON.parse(offering.said.out);
    expect({ address, kind, digits: groups.join('').length >= 70 }).toEqual({
      address: '::1',
      kind: 'server',
      digits: true,
    });
    const joined = await join(groups.join(' '), ['--name', 'stor-04', '--json'], nodeAt('::1'));
    expect(JSON.parse(joined.out)).toEqual({
      ...{ version: 1, joined: true, profile: '/run/mayfly/join/joined.yaml' },
      left: ['cluster.bricks: the disks that hold data'],
    });
    await offering.ended;
    const events = offering.said.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event);
    expect(events).toEqual(['offered', 'joined', 'member']);
  });

  it('gives a server of Ceph the secret, and a client a key of its own', async () => {
    const server = await offer(memberOf(ceph));
    const served = await join(server.text);
    expect(profileOf(served.system.text('/run/mayfly/join/joined.yaml')).cluster).toMatchObject({ secret });
    expect(`${served.out}${served.err}${server.said.err}${server.said.out}`).not.toContain(secret);

    const caps = {
      mon: 'allow r fsname=cephfs',
      mds: 'allow rw fsname=cephfs',
      osd: 'allow rw tag cephfs data=cephfs',
    };
    const client = memberOf(ceph, '127.0.0.1', {
      'ceph --connect-timeout 10 auth get client.web-1': { exitCode: 2, stderr: 'Error ENOENT' },
      'ceph --connect-timeout 10 fs authorize cephfs client.web-1 / rw': () => {
        client.answer('ceph --connect-timeout 10 auth get client.web-1', JSON.stringify([{ key: cephKey, caps }]));
        return '';
      },
    });
    const offering = await offer(client, ['--for', 'client']);
    const joined = await join(offering.text, ['--name', 'web-1']);
    expect(joined).toMatchObject({ status: 0, err: '' });
    const text = joined.system.text('/run/mayfly/join/joined.yaml');
    expect(profileOf(text)).toMatchObject({ role: 'client', cluster: { key: cephKey, monitors: ['mon-01'] } });
    expect(text).not.toContain(secret);
    expect(text).toContain('cluster.mount: where it is mounted');
  });

  it('hands out no key that may do more than a client', async () => {
    const admin = JSON.stringify([
      { key: cephKey, caps: { mon: 'allow *', mds: 'allow *', osd: 'allow *', mgr: 'allow *' } },
    ]);
    const member = memberOf(ceph, '127.0.0.1', { 'ceph --connect-timeout 10 auth get client.admin': admin });
    const offering = await offer(member, ['--for', 'client']);
    const first = await join(offering.text, ['--name', 'admin']);
    expect(first.err).toContain('join/ceph-rights');
    expect(await first.system.stat('/run/mayfly/join/joined.yaml')).toBe(undefined);
    // The code is not used up by that.
    const caps = {
      mon: 'allow r fsname=cephfs',
      mds: 'allow rw fsname=cephfs',
      osd: 'allow rw tag cephfs data=cephfs',
    };
    member.answer('ceph --connect-timeout 10 auth get client.web-1', JSON.stringify([{ key: cephKey, caps }]));
    expect((await join(offering.text, ['--name', 'web-1'])).status).toBe(0);
    expect(await offering.ended).toBe(0);
  });

  it('is for one: a used code is refused', async () => {
    const offering = await offer(memberOf(gluster));
    const [one, other] = await Promise.all([join(offering.text), join(offering.text, ['--name', 'stor-05'])]);
    expect([one.status, other.status].sort()).toEqual([0, 1]);
    expect(`${one.err}${other.err}`).toMatch(/join\/(busy|used|no-offer)/);
    await offering.ended;
    const late = await join(offering.text);
    expect(late.err).toContain('join/no-offer');
  });

  it('ends after five wrong secrets, which are told', async () => {
    const offering = await offer(memberOf(gluster));
    const wrong = withSlip(offering.code, { secret: offering.code.secret === '00000000' ? '00000001' : '00000000' });
    const problems: (string | undefined)[] = [];
    for (let time = 0; time < 5; time += 1) problems.push(/join\/[a-z-]+/.exec((await join(wrong)).err)?.[0]);
    expect(problems).toEqual(Array.from({ length: 5 }, () => 'join/wrong-secret'));
    expect(await offering.ended).toBe(1);
    expect(offering.said.err).toContain('join/closed');
    expect(offering.said.out).toContain('A wrong secret came from 127.0.0.1; 4 more and the offer closes.');
    expect((await join(offering.text)).err).toContain('join/no-offer');
  });

  it('ends with its time, and when it is withdrawn', async () => {
    const options = { kind: 'server', address: '127.0.0.1', told: () => undefined } as const;
    const { signal } = new AbortController();
    const over = await offerJoin(memberOf(gluster), secureWire, gluster, { ...options, minutes: 0.001, signal });
    expect(over).toMatchObject({ problem: { code: 'join/expired' } });
    const stopped = AbortSignal.abort();
    const back = await offerJoin(memberOf(gluster), secureWire, gluster, { ...options, minutes: 1, signal: stopped });
    expect(back).toMatchObject({ problem: { code: 'join/withdrawn' } });
  });

  it('is offered once at a time', async () => {
    const member = memberOf(gluster);
    const offering = await offer(member);
    const second = start(member, ['offer']);
    expect([await second.ended, second.said.err]).toEqual([1, expect.stringContaining('join/busy')]);
    await join(offering.text);
    await offering.ended;
  });

  it.each([
    ['the name of the member that it asks', ['--name', 'STOR-01'], 'join/same-name'],
    ['no name', [], 'join/no-name'],
    ['a name that is none', ['--name', 'a b'], 'cli/usage'],
  ])('with %s is refused', async (_, args, problem) => {
    const offering = await offer(memberOf(gluster));
    expect((await join(offering.text, args)).err).toContain(problem);
    await join(offering.text);
    await offering.ended;
  });

  it('from behind address translation is refused', async () => {
    const offering = await offer(memberOf(gluster));
    expect((await join(offering.text, ['--name', 'stor-04'], nodeAt('192.0.2.7'))).err).toContain('join/translated');
    await join(offering.text);
    await offering.ended;
  });

  it('sends nothing when the node belongs to another cluster', async () => {
    const offering = await offer(memberOf(gluster));
    expect((await join(offering.text, ['--name', 'stor-04'], memberOf(ceph))).err).toContain('join/other-cluster');
    await join(offering.text);
    await offering.ended;
  });

  it('replaces no file that was not meant', async () => {
    const system = nodeAt('127.0.0.1', { '/root/mine.yaml': 'mine' });
    const refused = await join('', ['--name', 'a', '--out', '/root/mine.yaml'], system);
    expect([refused.err, system.text('/root/mine.yaml')]).toEqual([expect.stringContaining('join/exists'), 'mine']);
  });

  it('of a node without a cluster is not offered', async () => {
    const { cluster, ...bare } = gluster;
    const offering = start(memberOf(bare), ['offer']);
    expect([await offering.ended, offering.said.err]).toEqual([1, expect.stringContaining('join/no-cluster')]);
  });
});

/** A server on a free port that does with a connection what it likes. */
const listening = async (server: Server): Promise<number> => {
  readers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

describe.skipIf(noOpenssl)('the wire (needs the program openssl)', () => {
  const certificate = async () => {
    const made = await makeCertificate(nodeAt('127.0.0.1'));
    if (!made.ok) throw new Error(made.problem.summary);
    return made.value;
  };
  const askAt = (port: number, fingerprint: string, more: Partial<AskOptions> = {}) =>
    secureWire.ask({
      ...{ address: '127.0.0.1', port, fingerprint, request: 'the secret' },
      ...{ longest: 100, connectMs: 5_000, answerMs: 5_000 },
      ...more,
    });

  it('says nothing to who shows another certificate', async () => {
    const known = await certificate();
    const other = await certificate();
    const { certificate: cert, key } = known;
    let heard = '';
    let ended = false;
    const server = createTlsServer({ cert, key }, (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        heard += chunk.toString();
      });
    });
    server.on('connection', (socket) => {
      socket.on('close', () => {
        ended = true;
      });
    });
    const port = await listening(server);
    expect(await askAt(port, other.fingerprint)).toEqual({ kind: 'other-certificate' });
    await waitUntil(() => ended, 'the end of the connection');
    expect(heard).toBe('');
    expect(await askAt(port, known.fingerprint, { answerMs: 100 })).toEqual({ kind: 'late' });
    expect(heard).toBe('the secret\n');
  });

  it('takes no older TLS', async () => {
    const { certificate: cert, key, fingerprint } = await certificate();
    const server = createTlsServer({ cert, key, maxVersion: 'TLSv1.2' });
    server.on('tlsClientError', () => undefined);
    expect(await askAt(await listening(server), fingerprint)).toEqual({ kind: 'foreign' });
  });

  it.each([
    ['an answer without its end', 'half', 'cut-off'],
    ['an answer that is too long', `${'x'.repeat(101)}\n`, 'too-long'],
    ['an answer that never ends', 'x'.repeat(500), 'too-long'],
  ])('does not take %s', async (_, said, kind) => {
    const { certificate: cert, key, fingerprint } = await certificate();
    const server = createTlsServer({ cert, key }, (socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(said));
    });
    expect(await askAt(await listening(server), fingerprint)).toEqual({ kind });
  });

  it('waits for no answer without end, and for no handshake', async () => {
    const { certificate: cert, key, fingerprint } = await certificate();
    const silent = await listening(
      createTlsServer({ cert, key }, (socket) => void socket.on('error', () => undefined)),
    );
    expect(await askAt(silent, fingerprint, { answerMs: 100 })).toEqual({ kind: 'late' });
    const mute = await listening(createServer((socket) => void socket.on('error', () => undefined)));
    expect(await askAt(mute, fingerprint, { connectMs: 100 })).toEqual({ kind: 'late' });
  });

  it('hangs up where nobody waits for the answer any more', async () => {
    const { certificate: cert, key, fingerprint } = await certificate();
    let closed = 0;
    const stopping = new AbortController();
    const server = createTlsServer({ cert, key }, (socket) => {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        closed += 1;
      });
      socket.once('data', () => stopping.abort());
    });
    const port = await listening(server);
    expect(await askAt(port, fingerprint, { signal: stopping.signal })).toEqual({ kind: 'stopped' });
    await waitUntil(() => closed === 1, 'the end of the connection');
    expect(await askAt(port, fingerprint, { signal: stopping.signal })).toEqual({ kind: 'stopped' });
  });

  it('knows what is no TLS, and where nobody is', async () => {
    const { fingerprint } = await certificate();
    const ssh = await listening(
      createServer((socket) => {
        socket.on('error', () => undefined);
        socket.end('SSH-2.0-OpenSSH\r\n');
      }),
    );
    expect(await askAt(ssh, fingerprint)).toEqual({ kind: 'foreign' });
    const gone = createServer();
    const port = await listening(gone);
    await new Promise((resolve) => gone.close(resolve));
    readers.pop();
    expect(await askAt(port, fingerprint)).toEqual({ kind: 'refused' });
  });

  it('hangs up on who asks too much, or nothing', async () => {
    const { certificate: cert, key, fingerprint } = await certificate();
    const answered: string[] = [];
    const serving = await secureWire.serve({
      ...{ certificate: cert, key, address: '127.0.0.1', port: 0, longest: 20, patienceMs: 200 },
      answer: async (line) => {
        answered.push(line);
        return `${line}!`;
      },
    });
    if (!serving.ok) throw new Error(serving.problem.summary);
    const { port, close } = serving.value;
    expect(await askAt(port, fingerprint)).toEqual({ kind: 'answered', line: 'the secret!' });
    expect(await askAt(port, fingerprint, { request: 'x'.repeat(50) })).toEqual({ kind: 'cut-off' });
    expect(answered).toEqual(['the secret']);
    await close();
    expect(await askAt(port, fingerprint)).toEqual({ kind: 'refused' });
  });
});
