// The root's dictionary: trained the same twice, packed as the kernel unpacks it, and chosen in the initramfs by the rule that the console knows.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { appendCpio, renderCpio } from '../../src/image/cpio.ts';
import { packDictionary, readDictionary, trainDictionary } from '../../src/image/train-dictionary.ts';
import { mib } from '../../src/state/bytes.ts';
import { usesDictionary } from '../../src/state/zram-dictionary.ts';
import { sizeRoot } from '../../src/state/zram-sizing.ts';
import { pickPages } from '../../src/system/workstation-pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-dictionary-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const noZstd = spawnSync('zstd', ['--version']).status === 0 ? undefined : 'zstd is not installed';

/** Pages that have words in common, every fourth of them empty. */
const pages = Buffer.concat(
  Array.from({ length: 1200 }, (_, page) => {
    if (page % 4 === 3) return Buffer.alloc(4096);
    const words = Array.from({ length: 200 }, (_, index) =>
      createHash('sha256')
        .update(String((page * 7 + index * index) % 400))
        .digest('hex'),
    );
    return Buffer.from(words.join(' ')).subarray(0, 4096);
  }),
);

describe('picking pages', () => {
  it('takes one in so many of those that are not empty, whatever pieces they come in', async () => {
    writeFileSync(join(folder, 'plain'), pages);
    const out = join(folder, 'picked');
    expect(await pickPages(['dd', `if=${join(folder, 'plain')}`, 'bs=1000'], out, { every: 9, from: 2 })).toBe(100);
    // Of 900 pages the third, the twelfth …; every group of four has three.
    const wanted = Array.from({ length: 100 }, (_, index) => {
      const seen = index * 9 + 2;
      const at = (Math.floor(seen / 3) * 4 + (seen % 3)) * 4096;
      return pages.subarray(at, at + 4096);
    });
    expect(readFileSync(out).equals(Buffer.concat(wanted))).toBe(true);
  });

  it('answers nothing when the command fails', async () => {
    expect(await pickPages(['false'], join(folder, 'none'), { every: 1, from: 0 })).toBeUndefined();
    expect(await pickPages(['/no/such/program'], join(folder, 'none'), { every: 1, from: 0 })).toBeUndefined();
  });
});

describe.skipIf(noZstd !== undefined)(`training${noZstd === undefined ? '' : ` (skipped: ${noZstd})`}`, () => {
  it('gives the same bytes twice, and no more of them than asked', { timeout: 60_000 }, async () => {
    const root = join(folder, 'root.zst');
    execFileSync('zstd', ['-q', '-f', join(folder, 'plain'), '-o', root]);
    const digests: string[] = [];
    for (const name of ['one', 'two']) {
      const path = join(folder, name);
      expect((await trainDictionary(root, path, 16)).ok).toBe(true);
      const facts = await readDictionary(path, 6);
      expect(facts.bytes).toBeGreaterThan(1024);
      expect(facts.bytes).toBeLessThanOrEqual(16 * 1024);
      digests.push(facts.sha256);
    }
    expect(digests[1]).toBe(digests[0]);
  });

  it('of something that is no image is a problem', async () => {
    writeFileSync(join(folder, 'broken.zst'), 'no zstd');
    expect(await trainDictionary(join(folder, 'broken.zst'), join(folder, 'd'), 16)).toMatchObject({
      problem: { code: 'image/no-dictionary' },
    });
  });
});

/** Names, modes and contents of a `newc` archive. */
const unpack = (archive: Buffer) => {
  const entries: { name: string; mode: string; content: string }[] = [];
  for (let at = 0; ; ) {
    const field = (index: number): number =>
      Number.parseInt(archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
    expect(archive.toString('latin1', at, at + 6)).toBe('070701');
    const nameAt = at + 110;
    const name = archive.toString('latin1', nameAt, nameAt + field(11) - 1);
    if (name === 'TRAILER!!!') return entries;
    const contentAt = Math.ceil((nameAt + field(11)) / 4) * 4;
    entries.push({
      name,
      mode: field(1).toString(8),
      content: archive.toString('latin1', contentAt, contentAt + field(6)),
    });
    at = Math.ceil((contentAt + field(6)) / 4) * 4;
  }
};

describe('packing for the initramfs', () => {
  it('names the folders before the files in them', async () => {
    const path = join(folder, 'dictionary');
    writeFileSync(path, 'words');
    const files = await packDictionary(path, await readDictionary(path, 6));
    const sum = createHash('sha256').update('words').digest('hex');
    expect(unpack(renderCpio(files))).toEqual([
      { name: 'usr', mode: '40755', content: '' },
      { name: 'usr/lib', mode: '40755', content: '' },
      { name: 'usr/lib/mayfly', mode: '40755', content: '' },
      { name: 'usr/lib/mayfly/dictionary.zstd', mode: '100644', content: 'words' },
      { name: 'usr/lib/mayfly/dictionary.env', mode: '100644', content: `bytes=5\nsha256=${sum}\nlevel=6\n` },
    ]);
  });

  it('starts behind the initramfs at a multiple of four', () => {
    const [initramfs] = appendCpio(Buffer.from('12345'), []);
    expect(initramfs).toEqual(Buffer.from('12345\0\0\0'));
  });
});

const module = join(import.meta.dirname, '../../assets/dracut/90mayfly');

/** What the boot module takes as C, and whether with the dictionary. */
const inShell = (measured: Readonly<Record<string, number>>, algorithm: string, wish: string) => {
  const manifest = join(folder, 'root.manifest');
  const lines = Object.entries(measured).map(([name, bytes]) => `zram_${name.replaceAll('-', '_')}=${bytes}`);
  writeFileSync(manifest, `format=1\n${lines.join('\n')}\n`);
  const script = `. ${module}/parameters.sh; image_manifest=$1 dictionary_wanted=$3; answer=$(use_dictionary "$2")
    [ "$answer" = yes ] && [ "$2" = zstd ] && suffix=-dict; echo "$answer $(measured_bytes "$2$suffix")"`;
  const [answer, bytes] = execFileSync('sh', ['-c', script, 'sh', manifest, algorithm, wish], { encoding: 'utf8' })
    .trim()
    .split(' ');
  return { used: answer === 'yes' && algorithm === 'zstd', bytes: Number(bytes) };
};

describe('whether the dictionary is used, and what the image then takes', () => {
  const both = { zstd: mib(180), 'zstd-dict': mib(160), lz4: mib(260) };
  it.each([
    ['smaller as measured', both, 'zstd', undefined, true, mib(160)],
    ['not wished', both, 'zstd', false, false, mib(180)],
    ['no smaller', { ...both, 'zstd-dict': mib(180) }, 'zstd', undefined, false, mib(180)],
    ['no smaller, wished', { ...both, 'zstd-dict': mib(190) }, 'zstd', true, true, mib(190)],
    ['not measured with it', { zstd: mib(180) }, 'zstd', undefined, false, mib(180)],
    ['not measured with it, wished', { zstd: mib(180) }, 'zstd', true, true, 0],
    ['measured with it alone', { 'zstd-dict': mib(160) }, 'zstd', undefined, false, 0],
    ['nothing measured', {}, 'zstd', undefined, false, 0],
    ['another algorithm', both, 'lz4', undefined, false, mib(260)],
    ['another algorithm, wished', both, 'lz4', true, false, mib(260)],
  ] as const)('%s', (_, measured, algorithm, wish, used, bytes) => {
    const wished = wish === undefined ? '' : wish ? 'yes' : 'no';
    expect(inShell(measured, algorithm, wished)).toEqual({ used, bytes });
    expect(usesDictionary({ algorithm, carried: true, wish, measured })).toBe(used);
    expect(usesDictionary({ algorithm, carried: false, wish, measured })).toBe(false);
    // Under a tight limit C shows in the answer.
    const image = mib(520);
    const sizing = sizeRoot({
      memory: mib(1536),
      roleNeeds: mib(0),
      image,
      compressed: measured,
      dictionary: true,
      wish: { algorithm, ...(wish === undefined ? {} : { dictionary: wish }) },
    });
    const shell = execFileSync(
      'sh',
      [join(module, 'sizing.sh'), ...[mib(1536), image, bytes, 0, 0, 0, 0].map(String)],
      { encoding: 'utf8' },
    );
    if (sizing.kind === 'refused') throw new Error(sizing.problem.summary);
    expect(shell).toContain(`fit=${sizing.kind}\nfilesystem=${sizing.filesystem}\n`);
    expect(shell).toContain(`limit=${sizing.limit}\n`);
  });
});
