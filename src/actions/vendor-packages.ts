// The packages of a filesystem that Debian does not carry: seen, installed from the repository that the profile names, or asked for.
import { hasModule } from '../probes/filesystem-availability.ts';
import { type Change, change } from '../state/change.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import {
  isArmoured,
  keyPath,
  renderSource,
  repositoryExample,
  sourcePath,
  type Vendor,
  type VendorPackage,
  vendorOf,
} from '../state/vendor-packages.ts';
import type { CommandResult, Reader, System } from '../system/system.ts';
import type { Note } from './action.ts';

type Looked = { readonly vendor: Vendor; readonly missing: readonly VendorPackage[] };

const look = async (profile: Profile, reader: Reader): Promise<Looked | undefined> => {
  const kernel = (await reader.readText('/proc/sys/kernel/osrelease'))?.trim() ?? '';
  const vendor = vendorOf(profile, kernel);
  if (vendor === undefined) return undefined;
  const modules = (await reader.readText(`/lib/modules/${kernel}/modules.dep`)) ?? '';
  const missing: VendorPackage[] = [];
  for (const each of vendor.packages) if (!(await isThere(reader, each, modules))) missing.push(each);
  return { vendor, missing };
};

const isThere = async (reader: Reader, { programs, module }: VendorPackage, modulesDep: string): Promise<boolean> => {
  if (module !== undefined && hasModule(modulesDep, module)) return true;
  const paths = [...programs, ...(module === undefined ? [] : [`/sys/module/${module}`])];
  const found = await Promise.all(paths.map((path) => reader.stat(path)));
  return found.some((status) => status !== undefined);
};

/** What installing them changes; a problem where the profile does not say from where. */
export const checkVendorPackages = async (profile: Profile, reader: Reader): Promise<Result<readonly Change[]>> => {
  const looked = await look(profile, reader);
  if (looked === undefined || looked.missing.length === 0) return ok([]);
  const { vendor, missing } = looked;
  const { repository } = vendor;
  if (repository === undefined) return fail(notHere(looked));
  const source = await reader.readText(sourcePath(vendor));
  const written = source === renderSource(vendor, repository);
  return ok([
    ...(written
      ? []
      : [
          change(
            source === undefined ? 'create' : 'update',
            sourcePath(vendor),
            source === undefined ? undefined : 'another repository',
            `${repository.url} ${repository.suite}`,
          ),
        ]),
    change('run', `packages of ${vendor.label}`, 'not installed', missing.map(({ name }) => name).join(', ')),
  ]);
};

export const applyVendorPackages = async (profile: Profile, system: System, note: Note): Promise<Result<undefined>> => {
  const looked = await look(profile, system);
  if (looked === undefined || looked.missing.length === 0) return ok(undefined);
  const { vendor, missing } = looked;
  if (vendor.repository === undefined) return fail(notHere(looked));
  const key = await readKey(system, vendor.repository.key);
  if (!key.ok) return key;
  await system.writeText(keyPath(vendor), key.value);
  await system.writeText(sourcePath(vendor), renderSource(vendor, vendor.repository));
  const listed = await apt(system, [
    'update',
    // This one alone, and any failure counts: apt calls a list that it could not fetch a warning otherwise.
    ...['Dir::Etc::sourcelist', 'Dir::Etc::sourceparts'].flatMap((name, index) => [
      '-o',
      `${name}=${index === 0 ? sourcePath(vendor) : '-'}`,
    ]),
    ...['-o', 'APT::Get::List-Cleanup=0', '-o', 'APT::Update::Error-Mode=any'],
  ]);
  if (listed.exitCode !== 0) return fail(aptProblem(`read ${vendor.repository.url}`, listed));
  // For what these packages need of Debian itself; where it cannot be had the installation says so.
  await apt(system, ['update']);
  const names = missing.map(({ name }) => name);
  note(`installing ${names.join(', ')}`);
  const installed = await apt(system, [
    ...['install', '--yes', '--no-install-recommends'],
    ...['-o', 'Dpkg::Options::=--force-confold', '--', ...names],
  ]);
  if (installed.exitCode !== 0) return fail(aptProblem(`install ${names.join(', ')}`, installed));
  const still = (await look(profile, system))?.missing ?? [];
  return still.length === 0 ? ok(undefined) : fail(notWhatWasMeant(vendor, still));
};

const apt = (system: System, words: readonly string[]): Promise<CommandResult> =>
  system.run(['apt-get', '--quiet', '-o', 'Acquire::Retries=2', ...words], {
    environment: { DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs: 900_000,
  });

const readKey = async (system: System, key: string): Promise<Result<string>> => {
  const text = isArmoured(key) ? key : await system.readText(key);
  if (text !== undefined && isArmoured(text)) return ok(text.endsWith('\n') ? text : `${text}\n`);
  return fail({
    code: 'packages/key',
    summary: text === undefined ? `there is no key at ${key}` : `what is at ${key} is no armoured OpenPGP key`,
    remedy: 'Name the file that the vendor offers, in ASCII armour (`gpg --armor --export`), or paste its text',
    path: 'cluster.repository.key',
  });
};

const notHere = ({ vendor, missing }: Looked): Problem => ({
  code: 'cluster/packages',
  summary: `${vendor.label} is not on this node: ${missing.map(({ name, of }) => `${name} (${of})`).join(', ')}`,
  remedy: `Add under cluster: ${repositoryExample(vendor)}; or build the image --with them; or write only the configuration, with configureOnly: true`,
  path: 'cluster.repository',
});

/** apt gives its reason last, on a line that begins with E. */
const aptProblem = (what: string, { exitCode, stderr }: CommandResult): Problem => {
  const lines = stderr.trim().split('\n');
  const reason = lines.filter((line) => line.startsWith('E:')).at(-1) ?? lines.at(-1);
  return {
    code: 'packages/apt',
    summary: `apt could not ${what}: ${exitCode === 124 ? 'it did not end within 15 min' : reason || `exit status ${exitCode}`}`,
    remedy:
      'Check the network and cluster.repository, then apply again; without a network use an image built --with the packages',
    path: 'cluster.repository',
  };
};

const notWhatWasMeant = (vendor: Vendor, missing: readonly VendorPackage[]): Problem => ({
  code: 'packages/other-release',
  summary: `apt installed ${missing.map(({ name }) => name).join(', ')}, but what ${vendor.label} needs of it is not there: ${missing.map(({ programs, module }) => programs[0] ?? `module ${module}`).join(', ')}`,
  remedy: `See whether the repository carries ${vendor.label}, for this kernel (\`uname -r\`)`,
  path: 'cluster.repository',
});
