// The pure parts of building an image: where Debian comes from, which packages, which call, and what has to be installed first.
import { describe, expect, it } from 'vitest';
import { findDebianArchive, parseAptSources } from '../../src/image/apt-sources.ts';
import { renderBootstrapCommand, suitesOf } from '../../src/image/bootstrap-command.ts';
import { readBuildOptions } from '../../src/image/build-options.ts';
import { parseEmulatorVersion } from '../../src/image/emulator-version.ts';
import { manifestSchema, parseMeasurement, parseSuperblock, renderShellManifest } from '../../src/image/manifest.ts';
import { buildOnly, packagesFor } from '../../src/image/package-list.ts';
import { renderSeconds } from '../../src/image/progress.ts';
import { parseRelease } from '../../src/image/release-file.ts';
import { parseCandidate, planInstall, renderInstall } from '../../src/image/requirements.ts';

const deb822 = `# a comment
Types: deb deb-src
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;

describe('where Debian comes from', () => {
  it.each([
    ['deb822', 'debian.sources', deb822],
    [
      'one-line',
      'sources.list',
      'deb http://mirror.example/debian bookworm main\ndeb [arch=amd64] http://mirror.example/debian/ bookworm-updates main # news\ndeb http://mirror.example/debian-security bookworm-security main\ndeb-src http://other.example/debian bookworm main',
    ],
  ])('is read from %s lists', (_, name, text) => {
    expect(findDebianArchive(parseAptSources(name, text), 'bookworm')).toEqual({
      main: 'http://mirror.example/debian',
      security: 'http://mirror.example/debian-security',
    });
  });

  it.each([
    ['a third party with a suite of its own', 'deb https://third.example/apt cloud-bookworm main'],
    ['a third party that calls its suite like Debian', 'deb https://third.example/apt bookworm main'],
    ['a third party without main', 'deb https://third.example/node nodistro extra'],
  ])('is not %s', (_, line) => {
    const sources = [...parseAptSources('third.list', line), ...parseAptSources('debian.sources', deb822)];
    expect(findDebianArchive(sources, 'bookworm')?.main).toBe('http://mirror.example/debian');
  });

  it('is nowhere when no list has the codename', () => {
    expect(findDebianArchive(parseAptSources('debian.sources', deb822), 'trixie')).toBeUndefined();
    expect(
      findDebianArchive(
        parseAptSources('debian.sources', deb822.replaceAll('Types: deb', 'Enabled: no\nTypes: deb')),
        'bookworm',
      ),
    ).toBeUndefined();
  });
});

describe('the archive’s state', () => {
  const sum = 'a'.repeat(64);
  const text = `Origin: Debian\nDate: Sat, 06 Sep 2025 12:00:00 UTC\nMD5Sum:\n ${'b'.repeat(32)} 12 main/binary-amd64/Packages.xz\nSHA256:\n ${'c'.repeat(64)} 9 main/binary-arm64/Packages.xz\n ${sum}  1234 main/binary-amd64/Packages.xz\n`;
  it('is the index sum of this architecture, with the date', () => {
    expect(parseRelease(text, 'amd64')).toEqual({ date: Date.UTC(2025, 8, 6, 12) / 1000, packages: sum });
  });
  it('is unknown for an answer that is no release file', () => {
    expect(parseRelease('<html>Sign in to this network</html>', 'amd64')).toBeUndefined();
  });
});

describe('packages', () => {
  it('do not depend on the order of --with', () => {
    expect(packagesFor('amd64', ['ceph', 'gluster'])).toEqual(packagesFor('amd64', ['gluster', 'ceph']));
  });
  it('have what the build needs, and one kernel', () => {
    const packages = packagesFor('cloud', []);
    expect(packages).toEqual(expect.arrayContaining([...buildOnly]));
    expect(packages.filter((name) => name.startsWith('linux-image'))).toEqual(['linux-image-cloud-amd64']);
  });
});

describe('the bootstrap call', () => {
  const bootstrap = {
    suite: 'trixie',
    architecture: 'amd64',
    mirror: 'http://m.example/debian',
    packages: ['a', 'b'],
    target: '/out/base.tar',
    lastSteps: ['/first.sh', "/it's/prune.sh"],
    aptOptions: ['Acquire::http::Proxy "http://p.example";'],
    asRoot: false,
  };
  it('needs no root, and quotes what a shell reads', () => {
    const command = renderBootstrapCommand(bootstrap);
    expect(command).toContain('--mode=unshare');
    expect(command).toContain('--include=a,b');
    expect(command).toContain(`--customize-hook=sh '/it'\\''s/prune.sh' "$1"`);
    expect(command.slice(-4)).toEqual([
      'trixie',
      '/out/base.tar',
      'deb http://m.example/debian trixie main',
      'deb http://m.example/debian trixie-updates main',
    ]);
  });
  it('takes security updates where there is a mirror for them', () => {
    expect(suitesOf('trixie', 'm', 's').map(([suite]) => suite)).toEqual([
      'trixie',
      'trixie-updates',
      'trixie-security',
    ]);
    expect(suitesOf('sid', 'm', 's').map(([suite]) => suite)).toEqual(['sid']);
  });
});

describe('build options', () => {
  it.each([
    [{ with: ['gluster,beer'] }, /--with beer/],
    [{ kernel: 'rt' }, /--kernel rt/],
    [{ level: '22' }, /--level 22/],
    [{ suite: 'trixie; rm' }, /--suite/],
    [{ mirror: 'mirror.example' }, /--mirror mirror.example/],
  ])('say which value is not understood: %o', (values, summary) => {
    const result = readBuildOptions(values, '/out', true);
    expect(result.ok ? '' : result.problem.summary).toMatch(summary);
  });
  it('have defaults', () => {
    expect(readBuildOptions({ with: ['ceph', 'gluster'] }, '/out', false)).toEqual({
      ok: true,
      value: {
        features: ['gluster', 'ceph'],
        out: '/out',
        kernel: 'amd64',
        level: 9,
        fallback: true,
        refresh: false,
        measure: false,
      },
    });
  });
});

describe('what has to be installed', () => {
  const emulator = { program: 'qemu-system-x86_64', package: 'qemu-system-x86' };
  const mirror = 'http://m.example/debian';
  it.each([
    ['Debian 12: the emulator from backports', 7, 'bookworm', 'bookworm-backports'],
    ['Debian 13: nothing special', 10, 'trixie', undefined],
  ])('%s', (_, candidate, codename, suite) => {
    expect(planInstall([emulator], candidate, codename, mirror).backports?.suite).toBe(suite);
  });
  it('takes nothing from backports that does not have to', () => {
    expect(planInstall([{ program: 'zstd', package: 'zstd' }], 7, 'bookworm', mirror).backports).toBeUndefined();
  });
  it('is one line of shell', () => {
    const line = renderInstall(planInstall([emulator], 7, 'bookworm', mirror));
    expect(line).not.toContain('\n');
    expect(line).toMatch(/Suites: bookworm-backports.*apt-get update.*install .*-t bookworm-backports qemu-system-x86/);
  });
  it.each([
    ['  Candidate: 1:7.2+dfsg-7+deb12u18+b4', 7],
    ['  Candidate: 1:10.0.2+ds-2', 10],
    ['  Candidate: (none)', undefined],
  ])('%s', (policy, major) => {
    expect(parseCandidate(policy)).toBe(major);
  });
});

describe('the version of the installed emulator', () => {
  it.each([
    ['QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)\nCopyright (c) 2003-2025', { major: 10, minor: 0 }],
    ['QEMU emulator version 9.2.50', { major: 9, minor: 2 }],
    ['', { major: 0, minor: 0 }],
  ])('%s', (text, version) => {
    expect(parseEmulatorVersion(text)).toEqual(version);
  });
});

describe('the manifest', () => {
  const manifest = manifestSchema.parse({
    format: 1,
    version: '0.1.0',
    suite: 'trixie',
    kernel: '6.12.107+deb13-amd64',
    sourceDateEpoch: 1,
    root: {
      file: 'root.ext4.zst',
      sha256: 'a'.repeat(64),
      compressedBytes: 1,
      uncompressedBytes: 4,
      uncompressedSha256: 'b'.repeat(64),
      contentBytes: 3,
      inodes: 2,
      uuid: '3a26fa93-77c0-8758-843f-02b3c0a9606a',
    },
    squashfs: { file: 'root.squashfs', sha256: 'f'.repeat(64), bytes: 7 },
    dictionary: { bytes: 1024, sha256: 'e'.repeat(64), level: 6 },
    zramBytes: { zstd: 5, 'lzo-rle': 6, 'zstd-dict': 4 },
    files: { vmlinuz: 'c'.repeat(64), initramfs: 'd'.repeat(64) },
    packages: { dash: '1' },
  });
  it('has a form that a shell can read', () => {
    expect(renderShellManifest(manifest).split('\n')).toEqual(
      expect.arrayContaining([
        'format=1',
        `sha256=${'a'.repeat(64)}`,
        'uncompressed_bytes=4',
        'inodes=2',
        `squashfs_sha256=${'f'.repeat(64)}`,
        'squashfs_bytes=7',
        'zram_zstd=5',
        'zram_lzo_rle=6',
        'zram_zstd_dict=4',
        `dictionary_sha256=${'e'.repeat(64)}`,
      ]),
    );
  });
  it('takes its numbers from the superblock', () => {
    const text =
      'Filesystem UUID:          3a26fa93-77c0-8758-843f-02b3c0a9606a\nInode count:              100\nBlock count:              50\nFree blocks:              10\nFree inodes:              60\nBlock size:               4096\n';
    expect(parseSuperblock(text)).toEqual({
      contentBytes: 40 * 4096,
      inodes: 40,
      uuid: '3a26fa93-77c0-8758-843f-02b3c0a9606a',
    });
    expect(parseSuperblock('dumpe2fs: Bad magic number')).toBeUndefined();
  });
  it('takes measured bytes only from a measurement that came to its end', () => {
    const console =
      'MAYFLY-MEASURE zstd 187719680\r\nMAYFLY-MEASURE lzo absent\r\nMAYFLY-MEASURE zstd-dict 170000000\r\n';
    expect(parseMeasurement(console)).toBeUndefined();
    expect(parseMeasurement(`${console}MAYFLY-MEASURE done\r\n`)).toEqual({
      zstd: 187719680,
      'zstd-dict': 170000000,
    });
  });
});

it.each([
  [7.4, '7 s'],
  [65, '1:05'],
  [600, '10:00'],
])('%d seconds read as %s', (seconds, text) => {
  expect(renderSeconds(seconds)).toBe(text);
});
