// Knows which programs building and booting need, and gets them on Debian: installs as root or through sudo, or prints the one line to run.
import { fail, ok, type Result } from '../state/problem.ts';
import { exists, runStreaming } from '../system/workstation.ts';
import { readCodename, readMachineArchive } from './archive.ts';
import { readEmulatorVersion } from './emulator-version.ts';
import { isRoot } from './run-step.ts';

export type Requirement = { readonly program: string; readonly package: string };

export const buildRequirements: readonly Requirement[] = [
  { program: 'mmdebstrap', package: 'mmdebstrap' },
  { program: 'zstd', package: 'zstd' },
  { program: 'unshare', package: 'util-linux' },
  { program: 'mke2fs', package: 'e2fsprogs' },
  { program: 'mksquashfs', package: 'squashfs-tools' },
  { program: 'strip', package: 'binutils' },
  // Recommended by mmdebstrap for reading the archive's signatures as an ordinary user.
  { program: 'newuidmap', package: 'uidmap' },
];

export const bootRequirements: readonly Requirement[] = [
  { program: 'qemu-system-x86_64', package: 'qemu-system-x86' },
  { program: 'mke2fs', package: 'e2fsprogs' },
];

/** Debian 12's own emulator panics one guest in four; see docs/image.md. */
const oldestEmulator = 8;

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

const isInstalled = (program: string): boolean => folders.some((folder) => exists(`${folder}/${program}`));

export type InstallPlan = {
  readonly packages: readonly string[];
  /** Text for a source list of the suite that has a sound emulator, when the machine's own suites have none. */
  readonly backports?: { readonly suite: string; readonly source: string };
};

/** Pure: what has to be installed, and whether from backports. */
export const planInstall = (
  missing: readonly Requirement[],
  emulatorCandidate: number | undefined,
  codename: string,
  mirror: string | undefined,
): InstallPlan => {
  const packages = [...new Set(missing.map((requirement) => requirement.package))].sort();
  const needsBackports = packages.includes('qemu-system-x86') && (emulatorCandidate ?? 0) < oldestEmulator;
  if (!needsBackports || mirror === undefined) return { packages };
  const suite = `${codename}-backports`;
  const source = `Types: deb\nURIs: ${mirror}\nSuites: ${suite}\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n`;
  return { packages, backports: { suite, source } };
};

const sourcePath = '/etc/apt/sources.list.d/mayfly-backports.sources';

/** The lines of shell that carry out a plan as root. */
export const renderInstall = (plan: InstallPlan): string => {
  const addSource =
    plan.backports === undefined ? [] : [`printf '${plan.backports.source.replaceAll('\n', '\\n')}' > ${sourcePath}`];
  // Only what has to come from backports does: the emulator and what it needs.
  const target = plan.backports === undefined ? [] : ['-t', plan.backports.suite];
  return [
    ...addSource,
    'apt-get update -q',
    `DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends ${[...target, ...plan.packages].join(' ')}`,
  ].join(' && ');
};

/** Major version of what apt would install: `1:7.2+dfsg-7` → 7. */
export const parseCandidate = (policy: string): number | undefined => {
  const version = /Candidate: (?:\d+:)?(\d+)/.exec(policy)?.[1];
  return version === undefined ? undefined : Number(version);
};

export const ensureInstalled = async (
  requirements: readonly Requirement[],
  report: (line: string) => void,
): Promise<Result<undefined>> => {
  const wanted = requirements.filter(({ program }) => !(program === 'newuidmap' && isRoot()));
  const missing = wanted.filter(({ program }) => !isInstalled(program));
  const soundEmulator = !wanted.some(needsEmulator) || (await readEmulatorVersion()).major >= oldestEmulator;
  const outdated = soundEmulator ? [] : bootRequirements.filter(needsEmulator);
  if (missing.length === 0 && outdated.length === 0) return ok(undefined);

  const policy = await runStreaming(['apt-cache', 'policy', 'qemu-system-x86']);
  const archive = await readMachineArchive();
  const plan = planInstall(
    [...missing, ...outdated],
    parseCandidate(policy.stdout),
    await readCodename(),
    archive?.main,
  );
  const script = renderInstall(plan);
  const sudo = isRoot() ? [] : ['sudo', '-n'];
  if (!isRoot() && (await runStreaming(['sudo', '-n', 'true'])).exitCode !== 0) {
    return fail({
      code: 'image/packages',
      summary: `Debian packages are missing: ${plan.packages.join(' ')}`,
      remedy: `Run this once, then the same command again: sudo sh -c "${script}"`,
    });
  }
  report(`Installing Debian packages: ${plan.packages.join(' ')} …`);
  const [first = 'sh', ...rest] = [...sudo, 'sh', '-c', script];
  const result = await runStreaming([first, ...rest]);
  if (result.exitCode !== 0) {
    const cause = result.stderr.trim().split('\n').at(-1) ?? '';
    return fail({
      code: 'image/packages',
      summary: `Debian packages could not be installed: ${cause}`,
      remedy: `Run it by hand to see why: ${script}`,
    });
  }
  if (wanted.some(needsEmulator) && (await readEmulatorVersion()).major < oldestEmulator) {
    return fail({
      code: 'image/old-emulator',
      summary: `This Debian's QEMU is older than ${oldestEmulator}, and panics the image's kernel in one boot of four`,
      remedy: "Install qemu-system-x86 from this Debian release's backports, and start again",
    });
  }
  return ok(undefined);
};

const needsEmulator = ({ program }: Requirement): boolean => program === 'qemu-system-x86_64';
