// Containers as config packages on a real host with podman: from archives that the test makes, as units that systemd keeps.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ending, apply as runApply, plan as runPlan } from '../helpers/applying.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';

const why = whyNoHosts();
const title = why === undefined ? 'containers' : `containers (skipped: ${why})`;
const unit = 'mayfly-container-40-web.service';

/** As much of a registry as a pull by digest asks for: /v2/, a manifest, its blobs. Drops the first two connections. */
const registry = `import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
let dropped = 0;
createServer((request, response) => {
  if (dropped < 2) {
    dropped += 1;
    return request.socket.destroy();
  }
  const [, kind, sum] = /(manifests|blobs)\\/sha256:([0-9a-f]{64})$/.exec(request.url) ?? [];
  const file = '/srv/registry/blobs/sha256/' + sum;
  if (request.url === '/v2/') return response.end('{}');
  if (sum === undefined || !existsSync(file)) return response.writeHead(404).end();
  const type = kind === 'manifests' ? 'application/vnd.oci.image.manifest.v1+json' : 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'docker-content-digest': 'sha256:' + sum });
  createReadStream(file).pipe(response);
}).listen(5000, '127.0.0.1');
`;

describe.skipIf(why !== undefined)(title, () => {
  let lab: Lab;
  let node: Host;

  // The machine that runs the tests may have its controllers in cgroup version 1, out of reach for a host.
  const files = {
    '/etc/containers/containers.conf': '[containers]\npids_limit = 0\n',
    '/etc/containers/registries.conf.d/lab.conf': '[[registry]]\nlocation = "127.0.0.1:5000"\ninsecure = true\n',
    '/root/registry.mjs': registry,
  };
  const start = () => lab.start('node', { address: '10.94.0.21/24', files });

  beforeAll(async () => {
    lab = await createLab('podman');
    node = await start();
    await bake();
  });
  afterAll(() => lab?.close());

  /** Images of busybox with a page each, by podman itself, elsewhere than where the node has its own. */
  const bake = () =>
    node.must(
      [
        'sh',
        '-ec',
        `mkdir -p /root/image/bin /root/image/www /config/node
cp /bin/busybox /root/image/bin/
pod() { podman --root /root/baking --storage-driver vfs "$@" > /dev/null 2>&1; }
bake() {
  echo "$1" > /root/image/www/index.html
  tar -C /root/image -cf /root/image.tar .
  pod import --change "CMD $2" --change 'STOPSIGNAL SIGKILL' /root/image.tar localhost/web:1
  pod save --format "$3" -o "/config/node/$1.tar" localhost/web:1
  pod rmi --force localhost/web:1
}
serve='["/bin/busybox","httpd","-f","-p","8080","-h","/www"]'
bake one "$serve" docker-archive
bake two "$serve" oci-archive
bake three "$serve" oci-dir
mv /config/node/three.tar /srv/registry
bake broken '["/bin/busybox","no-such-applet"]' docker-archive
rm -r /root/baking`,
      ],
      { timeoutMs: 60_000 },
    );

  const sumOf = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(`/proc/${node.pid}/root/config/node/${name}.tar`))
      .digest('hex');
  const profile = (...packages: readonly string[]): string =>
    `version: 1\nrole: client\naccess: { sshPasswords: false }\npackages: [${packages.join(', ')}]\n`;
  const web = (archive: string, more = ''): string =>
    `{ name: 40-web, kind: container, source: ${archive}.tar, sha256: ${sumOf(archive)}${more} }`;
  const apply = async (text: string): Promise<string> => ending((await runApply(node, text)).events);
  const changes = async (text: string) => {
    const { plan } = await runPlan(node, text);
    const verdict = plan.steps.find(({ id }) => id === 'packages')?.verdict;
    return verdict?.kind === 'drifted' ? verdict.changes : verdict;
  };
  const page = async (path = '') => (await node.run(['curl', '-sS', `http://127.0.0.1:8080/${path}`])).stdout;
  const images = async () =>
    (await node.must(['podman', 'images', '--quiet', '--no-trunc'])).split('\n').filter((line) => line !== '');

  it('run from an archive, as a unit that comes back, and are left alone the second time', async () => {
    const wanted = profile(web('one'));
    expect(await changes(wanted)).toMatchObject([
      { op: 'run', subject: 'package 40-web', after: expect.stringMatching(/^run container one.tar, sha256 /) },
    ]);
    expect(await apply(wanted)).toBe('converged');
    expect(await page()).toBe('one\n');
    expect(await changes(wanted)).toEqual({ kind: 'converged' });
    const since = await node.must(['systemctl', 'show', '--property=ActiveEnterTimestampMonotonic', unit]);
    expect(await apply(wanted)).toBe('converged');
    expect(await node.must(['systemctl', 'show', '--property=ActiveEnterTimestampMonotonic', unit])).toBe(since);
    expect(node.exists('/run/mayfly/packages/40-web/source')).toBe(false);
    // The image is the one that the unit names, not one that has its name.
    const [image = ''] = await images();
    expect(node.read(`/run/systemd/system/${unit}`)).toContain(image.replace('sha256:', ''));
    expect(await node.must(['podman', 'inspect', '--format', '{{.Image}}', '40-web'])).toBe(
      `${image.replace('sha256:', '')}\n`,
    );
  });

  it('are brought back when somebody stopped them, or changed their unit', async () => {
    const wanted = profile(web('one'));
    await node.must(['systemctl', 'stop', unit], { timeoutMs: 60_000 });
    expect(await changes(wanted)).toMatchObject([{ subject: 'package 40-web', before: 'inactive', after: 'running' }]);
    expect(await apply(wanted)).toBe('converged');
    expect(await page()).toBe('one\n');
    node.write(`/run/systemd/system/${unit}`, node.read(`/run/systemd/system/${unit}`).replace('--network=host', ''));
    expect(await changes(wanted)).toMatchObject([{ op: 'update', before: 'unit with other settings' }]);
    expect(await apply(wanted)).toBe('converged');
    expect(await page()).toBe('one\n');
  });

  it('take another edition, and settings of their own', async () => {
    node.write('/srv/www/own', 'from the node\n');
    const wanted = profile(web('two', ', volumes: ["/srv/www:/www/own:ro"]'));
    expect(await apply(wanted)).toBe('converged');
    expect(await page()).toBe('two\n');
    expect(await page('own/own')).toBe('from the node\n');
    expect((await node.run(['podman', 'exec', '40-web', '/bin/busybox', 'touch', '/www/own/x'])).exitCode).toBe(1);
    // That of the edition before is gone: it took memory.
    expect(await images()).toHaveLength(1);
    expect(await apply(profile(web('two', ', network: none')))).toBe('converged');
    expect(await page()).toBe('');
  });

  it('go on as they were when another edition does not come up, and the reason is told', async () => {
    const good = profile(web('two'));
    expect(await apply(good)).toBe('converged');
    expect(await apply(profile(web('broken')))).toMatch(
      /^packages\/container: 40-web does not stay up as a container: .*applet not found.*; the one before runs again$/,
    );
    expect(await page()).toBe('two\n');
    expect(await changes(good)).toEqual({ kind: 'converged' });
    const first = profile(`${web('broken').replace('40-web', '41-new')}`, web('two'));
    expect(await apply(first)).toContain('41-new does not stay up');
    expect(node.exists('/run/systemd/system/mayfly-container-41-new.service')).toBe(false);
    expect(await page()).toBe('two\n');
  });

  it('are not run from an archive that was exchanged, nor without their registry for longer than told', async () => {
    const wanted = profile(`{ name: 42-x, kind: container, source: one.tar, sha256: ${'a'.repeat(64)} }`, web('two'));
    expect(await changes(wanted)).toMatchObject({ problem: { code: 'packages/checksum' } });
    const source = `10.94.0.99:5000/agent@sha256:${'0'.repeat(64)}`;
    const remote = profile(`{ name: 42-x, kind: container, source: "${source}", timeout: 6s }`, web('two'));
    expect(await changes(remote)).toMatchObject([{ after: `pull and run container ${source}` }]);
    const begun = Date.now();
    expect(await apply(remote)).toMatch(/^packages\/image: 42-x: 10.94.0.99:5000\/agent@sha256:0+ cannot be pulled: /);
    expect(Date.now() - begun).toBeLessThan(40_000);
    expect(await page()).toBe('two\n');
  });

  it('are pulled by their digest, also from a registry that drops its first connections', async () => {
    await node.must(['systemd-run', '--unit=registry', '/usr/lib/mayfly/node', '/root/registry.mjs']);
    const digest = /"digest":"(sha256:[0-9a-f]{64})"/.exec(node.read('/srv/registry/index.json'))?.[1];
    const wanted = profile(`{ name: 40-web, kind: container, source: "127.0.0.1:5000/fleet/web@${digest}" }`);
    expect(await apply(wanted)).toBe('converged');
    expect(await page()).toBe('three\n');
    expect(await changes(wanted)).toEqual({ kind: 'converged' });
    const other = wanted.replace(/sha256:[0-9a-f]{64}/, `sha256:${'0'.repeat(64)}`);
    expect(await apply(other)).toContain('packages/image: 40-web: 127.0.0.1:5000/fleet/web@sha256:0');
    expect(await page()).toBe('three\n');
  });

  it('go with their package: unit, container and image', async () => {
    const without = profile();
    expect(await changes(without)).toMatchObject([{ op: 'delete', subject: 'package 40-web' }]);
    expect(await apply(without)).toBe('converged');
    expect(node.exists(`/run/systemd/system/${unit}`)).toBe(false);
    expect(await node.must(['podman', 'ps', '--all', '--quiet'])).toBe('');
    expect(await page()).toBe('');
    expect(await changes(without)).toEqual({ kind: 'converged' });
  });

  it('come back at the next boot, whose root knows nothing of them', async () => {
    await apply(profile(web('one')));
    const archive = readFileSync(`/proc/${node.pid}/root/config/node/one.tar`);
    const wanted = profile(web('one'));
    await lab.cutPower(node);
    node = await start();
    await node.must(['mkdir', '-p', '/config/node']);
    await node.must(['sh', '-c', 'base64 -d > /config/node/one.tar'], { input: archive.toString('base64') });
    expect(await apply(wanted)).toBe('converged');
    expect(await page()).toBe('one\n');
    // One that is killed is started again by systemd, not by anybody's apply.
    await node.must(['podman', 'kill', '--signal', 'KILL', '40-web']);
    await expect.poll(() => page(), { timeout: 30_000, interval: 500 }).toBe('one\n');
  });

  it('need podman, and say how to get it', async () => {
    await node.must(['mv', '/usr/bin/podman', '/usr/bin/podman.away']);
    expect(await changes(profile(web('one', ', network: none')))).toMatchObject({
      problem: { code: 'packages/no-podman', remedy: expect.stringContaining('--with podman') },
    });
    await node.must(['mv', '/usr/bin/podman.away', '/usr/bin/podman']);
  });
});
