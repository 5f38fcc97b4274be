// The other places an image can boot from: a web server on this machine, and a raw partition of a disk.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest } from '../../src/image/boot-image.ts';
import { builtImage, machineFolder } from './vm.ts';

const mib = 1024 ** 2;

/** The built image over HTTP as a machine with --nic user reaches it; the first download of the root ends after a third, as with a server that is restarted. */
export const serveImage = async (): Promise<{ readonly url: string; close(): void }> => {
  let downloads = 0;
  const server = createServer((request, response) => {
    const name = /^\/(root\.(?:ext4\.zst|squashfs|manifest))$/.exec(request.url ?? '')?.[1];
    if (name === undefined) {
      response.writeHead(404).end();
      return;
    }
    const content = readFileSync(join(builtImage, name));
    response.writeHead(200, { 'content-length': content.length });
    if (name === 'root.manifest' || ++downloads > 1) response.end(content);
    else response.write(content.subarray(0, content.length / 3), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the web server has no port');
  return {
    // QEMU's user network has this machine at 10.0.2.2.
    url: `http://10.0.2.2:${address.port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** The machine's first disk, as long as `sizeMib`, with one partition of that name that holds the root image's bytes. */
export const rawPartition = async (
  machine: string,
  label: string,
): Promise<{ readonly sizeMib: number; readonly bytes: number; readonly sha256: string }> => {
  const manifest = await readManifest(builtImage);
  if (!manifest.ok) throw new Error(manifest.problem.summary);
  const { compressedBytes: bytes, sha256 } = manifest.value.root;
  const sizeMib = Math.ceil(bytes / mib) + 3;
  const folder = machineFolder(machine);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const disk = join(folder, 'disk0.img');
  writeFileSync(disk, '');
  truncateSync(disk, sizeMib * mib);
  execFileSync('/usr/sbin/sfdisk', ['--quiet', disk], { input: `label: gpt\nstart=1MiB, name="${label}"\n` });
  const file = openSync(disk, 'r+');
  writeSync(file, readFileSync(join(builtImage, 'root.ext4.zst')), 0, bytes, mib);
  closeSync(file);
  return { sizeMib, bytes, sha256 };
};

/** A folder for --config-disk with nothing in it but the next boot's settings; the caller removes it. */
export const bootSettings = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-boot-env-'));
  writeFileSync(join(folder, 'boot.env'), text);
  return folder;
};
