// The boot module's fallback root on the real kernel, in a mount namespace of its own: squashfs, overlay and memory as a node has them, without its boot.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const kernel = readFileSync('/proc/filesystems', 'utf8');
const why =
  process.getuid?.() !== 0
    ? 'not root'
    : !has('mksquashfs')
      ? 'no mksquashfs'
      : ['squashfs', 'overlay'].some((name) => !new RegExp(`\\t${name}$`, 'm').test(kernel))
        ? 'this kernel has no squashfs or no overlay'
        : undefined;

const module = join(import.meta.dirname, '../../assets/dracut/90mayfly');

describe.skipIf(why !== undefined)(`the fallback root${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  const work = mkdtempSync(join(tmpdir(), 'mayfly-overlay-root-'));
  const squashfs = join(work, 'root.squashfs');
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  beforeAll(() => {
    const tree = join(work, 'tree');
    mkdirSync(join(tree, 'usr/lib/systemd'), { recursive: true });
    mkdirSync(join(tree, 'etc'));
    writeFileSync(join(tree, 'usr/lib/systemd/systemd'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(tree, 'etc/fstab'), '# a comment\n/dev/zram0 / ext4 noatime 0 0\n');
    // So large that a copy of it would be seen.
    writeFileSync(join(tree, 'shipped'), randomBytes(8 * 1024 ** 2));
    execFileSync('mksquashfs', [tree, squashfs, '-noappend', '-no-progress', '-comp', 'zstd'], { stdio: 'ignore' });
  });

  /** Boots from `file` on a machine with so much memory, then does `steps`; what they and the module say. */
  const boot = (file: string, memoryMib: number, steps: string): string => {
    const content = readFileSync(squashfs);
    const script = `mount -t tmpfs none /run || exit 1
      mkdir -p /run/mayfly /run/newroot
      here=${module} newroot=/run/newroot
      for part in problem parameters places network fill dictionary overlay record; do . $here/$part.sh; done
      say() { echo "$*"; }
      say_again() { :; }
      memory_bytes() { echo $((${memoryMib} << 20)); }
      finish_root() { found_ms=1 filled_ms=2 done_ms=3; write_record; }
      started_ms=0 place=LABEL=M:/root.ext4.zst root_kind=overlay overlay_why='asked for' reserve=0 zram_size=0 zram_limit=0
      source_command=read_file source_file=${file}
      image_compressed=${content.length} image_content=0 image_sha256=${createHash('sha256').update(content).digest('hex')}
      boot_overlay || { echo "$problem_code $problem_cause"; grep -c /run/mayfly/root /proc/mounts; exit 0; }
      cd /run/newroot
      ${steps}`;
    const { stdout, stderr } = spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    return `${stdout}${stderr}`;
  };

  test('is writable, ends with ENOSPC at its size, and grows as the status says', () => {
    const said = boot(
      squashfs,
      512 + 80,
      `cat etc/fstab; stat -f -c 'size %b inodes %c' .; cat /run/mayfly/boot.json | tr -d '\\n '; echo
       before=$(stat -f -c %f .); chmod 600 shipped; echo "chmod took $((before - $(stat -f -c %f .))) pages"
       rm usr/lib/systemd/systemd && [ ! -e usr/lib/systemd/systemd ] && echo gone
       dd if=/dev/zero of=filled bs=1M; stat -f -c 'left %f' .
       mount -o remount,size=80M /run/mayfly/root/writes && stat -f -c 'size %b' .
       echo more >>etc/fstab && tail -n 1 etc/fstab
       dd if=/dev/null of=/run/mayfly/root/image/root.squashfs 2>&1 | tail -n 1`,
    );
    // Of 592 MiB 512 are the kernel's, 9 the squashfs's (rounded up), and a seventeenth of the rest is for inodes.
    expect(said).toMatch(/^size 16896 inodes 4224$/m);
    expect(said).toContain('# / is a squashfs with an overlay');
    expect(said).not.toContain('/dev/zram0 /');
    expect(said).toContain('"root":"overlay","zram":null,"overlay":{"why":"askedfor"');
    expect(said).toMatch(/^chmod took [01] pages$/m);
    expect(said).toContain('gone');
    expect(said).toContain('No space left on device');
    expect(said).toMatch(/^left 0$/m);
    expect(said).toMatch(/^size 20480$/m);
    expect(said).toMatch(/^more$/m);
    expect(said).toContain('Read-only file system');
  });

  test.each([
    ['too little memory', 576, /M-132 .* has 576 MiB; .*: 13 MiB short\.\n0\n/s, (file: string) => file],
    [
      'a byte that is another',
      640,
      /M-123 .*sha256 is [0-9a-f]{64}.*\n0\n/s,
      (file: string) => changed(file, (content) => content.fill(0x55, 5000, 5001)),
    ],
    [
      'an end that is missing',
      640,
      /M-123 .*\n0\n/s,
      (file: string) => changed(file, (content) => content.subarray(0, -4096)),
    ],
  ])('%s is a problem with its number, and leaves nothing mounted', (_, memory, expected, prepare) => {
    expect(boot(prepare(squashfs), memory, 'echo booted')).toMatch(expected);
  });

  const changed = (file: string, change: (content: Buffer) => Buffer): string => {
    const path = join(work, 'changed');
    writeFileSync(path, change(Buffer.from(readFileSync(file))));
    return path;
  };
});
