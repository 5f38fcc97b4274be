// Builds the image in stages, each kept under a key of its inputs, so that a change of the program alone does not bootstrap Debian again.
// Longer than most: the stages in their order, with what each depends on, are read together or not at all.
import { join } from 'node:path';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import {
  exists,
  fileSha256,
  fileSize,
  folderSha256,
  holdPid,
  listFolder,
  makeFolder,
  place,
  readTextIfAny,
  removeAll,
  runStreaming,
  textSha256,
  writeTextWhole,
} from '../system/workstation.ts';
import { readBytes, writeBytesWhole } from '../system/workstation-pages.ts';
import { readAptOptions, readArchiveState, readMachineArchive } from './archive.ts';
import { renderBootstrapCommand } from './bootstrap-command.ts';
import { type BuildOptions, defaultSuite } from './build-options.ts';
import { appendCpio } from './cpio.ts';
import { type Manifest, manifestSchema, parseSuperblock, renderShellManifest } from './manifest.ts';
import { measuredAlgorithms, measureImage } from './measure-image.ts';
import { packagesFor } from './package-list.ts';
import { unusableKey } from './profile-key.ts';
import { createProgress, type Progress, type Write } from './progress.ts';
import type { Project } from './project.ts';
import { isRoot, renderPrivilege, runStep } from './run-step.ts';
import { packDictionary, readDictionary, shippedDictionary, trainDictionary, trainingKey } from './train-dictionary.ts';

export type BuiltImage = { readonly folder: string; readonly manifest: Manifest };

type Stage = {
  readonly project: Project;
  readonly progress: Progress;
  readonly cache: string;
  readonly logs: string;
  readonly epoch: number;
};

/** The finished folder holds vmlinuz, initramfs.img, root.ext4.zst, root.squashfs, root.manifest and manifest.json. */
export const buildImage = async (
  options: BuildOptions,
  project: Project,
  write: Write,
): Promise<Result<BuiltImage>> => {
  const cache = join(options.out, 'cache');
  const logs = join(options.out, 'logs');
  for (const folder of [cache, logs]) makeFolder(folder);
  const progress = await createProgress(write, join(cache, 'timings.json'));
  const held = await holdPid(join(cache, 'lock'));
  if ('heldBy' in held) return fail(busyProblem(options.out, held.heldBy));
  try {
    return await buildHeld(options, project, progress, cache, logs);
  } finally {
    await held.release();
  }
};

const buildHeld = async (
  options: BuildOptions,
  project: Project,
  progress: Progress,
  cache: string,
  logs: string,
): Promise<Result<BuiltImage>> => {
  const missing = missingInput(project);
  if (missing !== undefined) return fail(missing);
  const unusable = options.profileKey === undefined ? undefined : await unusableKey(options.profileKey);
  if (unusable !== undefined) return fail(unusable);
  const suite = options.suite ?? defaultSuite;
  const machine = options.mirror === undefined ? await readMachineArchive() : { main: options.mirror };
  if (machine === undefined) return fail(noMirrorProblem);
  const archive = options.securityMirror === undefined ? machine : { ...machine, security: options.securityMirror };
  const state = await readArchiveState(suite, archive, architecture, cache, options.refresh, progress.note);
  if (!state.ok) return state;

  const stage: Stage = { project, progress, cache, logs, epoch: state.value.date };
  const packages = packagesFor(options.kernel, options.features);
  const lastSteps = ['keymaps.sh', 'prune-base.sh'].map((step) => join(project.steps, step));
  const baseKey = await keyOf([state.value.of, ...state.value.packages, architecture, ...packages], lastSteps);
  const base = join(cache, `base-${baseKey}.tar`);
  if (!exists(base)) {
    const made = await progress.step('Debian packages', 75, async () => {
      const command = renderBootstrapCommand({
        suite,
        architecture,
        mirror: archive.main,
        ...(archive.security === undefined ? {} : { securityMirror: archive.security }),
        packages,
        target: `${base}.new`,
        lastSteps,
        aptOptions: await readAptOptions(),
        asRoot: isRoot(),
      });
      // INITRD: the kernel's own hook must not spend half a minute on an initramfs that nobody boots.
      return await runStep('mmdebstrap', command, join(logs, 'base.log'), {
        SOURCE_DATE_EPOCH: String(stage.epoch),
        INITRD: 'No',
      });
    });
    if (!made.ok) return made;
    await dropOthers(cache, /^base-/, [`base-${baseKey}.tar.new`]);
    await place(`${base}.new`, base);
    await removeAll(`${base}.new`);
  }

  const initramfs = await makeInitramfs(stage, base, baseKey);
  if (!initramfs.ok) return initramfs;
  const root = await makeRoot(stage, options, base, baseKey);
  if (!root.ok) return root;
  const dictionary = await makeDictionary(stage, root.value);
  if (!dictionary.ok) return dictionary;
  return await assemble(stage, options, suite, initramfs.value, root.value, dictionary.value);
};

const makeInitramfs = async (stage: Stage, base: string, baseKey: string): Promise<Result<string>> => {
  const { project, progress, cache } = stage;
  const key = await keyOf(
    [baseKey, await folderSha256(join(project.assets, 'dracut'))],
    stepFiles(project, 'build-initramfs.sh'),
  );
  const out = join(cache, `initramfs-${key}`);
  if (exists(join(out, 'done'))) return ok(out);
  await dropOthers(cache, /^initramfs-/, []);
  return await progress.step('Initramfs', 20, () =>
    runInto(stage, out, 'build-initramfs.sh', 'initramfs.log', (folder) => [
      base,
      join(cache, 'work-initramfs'),
      project.assets,
      folder,
    ]),
  );
};

const makeRoot = async (
  stage: Stage,
  options: BuildOptions,
  base: string,
  baseKey: string,
): Promise<Result<string>> => {
  const { project, progress, cache } = stage;
  const version = await readVersion(project);
  const node = await strippedNode(project, cache);
  const key = await keyOf(
    [
      baseKey,
      version,
      String(options.level),
      String(options.fallback),
      await folderSha256(join(project.assets, 'root')),
      await folderSha256(join(project.assets, 'systemd')),
    ],
    [
      ...stepFiles(project, 'build-root.sh'),
      project.bundle,
      node,
      ...(options.profileKey === undefined ? [] : [options.profileKey]),
    ],
  );
  const out = join(cache, `root-${key}`);
  if (exists(join(out, 'done'))) return ok(out);
  await dropOthers(cache, /^root-/, []);
  return await progress.step('Root filesystem', options.fallback ? 45 : 25, () =>
    runInto(stage, out, 'build-root.sh', 'root.log', (folder) => [
      ...[base, join(cache, 'work-root'), project.assets, folder],
      ...[node, project.bundle, version, uuidOf(key), String(options.level), options.fallback ? 'fallback' : ''],
      options.profileKey ?? '',
    ]),
  );
};

/** Of the root's pages, for the initramfs: made again with every root, kept beside it. */
const makeDictionary = async ({ progress }: Stage, root: string): Promise<Result<string>> => {
  const path = join(root, `dictionary-${trainingKey(shippedDictionary.kib)}.zstd`);
  if (exists(path)) return ok(path);
  return await progress.step('Dictionary', 10, async () => {
    const trained = await trainDictionary(join(root, 'root.ext4.zst'), `${path}.new`, shippedDictionary.kib);
    if (!trained.ok) return trained;
    await place(`${path}.new`, path);
    await removeAll(`${path}.new`);
    return ok(path);
  });
};

/** Runs a step with a new folder to write into, and names the folder only when the step is through. */
const runInto = async (
  stage: Stage,
  out: string,
  step: string,
  log: string,
  args: (folder: string) => readonly string[],
): Promise<Result<string>> => {
  const folder = `${out}.new`;
  await removeAll(folder);
  makeFolder(folder);
  const [first = 'sh', ...rest] = [
    ...renderPrivilege(isRoot()),
    'sh',
    join(stage.project.steps, step),
    ...args(folder),
  ];
  const result = await runStep(step, [first, ...rest], join(stage.logs, log), {
    SOURCE_DATE_EPOCH: String(stage.epoch),
  });
  if (!result.ok) return result;
  makeFolder(out);
  for (const name of await listFolder(folder)) await place(join(folder, name), join(out, name));
  await writeTextWhole(join(out, 'done'), '');
  await removeAll(folder);
  return ok(out);
};

const assemble = async (
  stage: Stage,
  options: BuildOptions,
  suite: string,
  initramfs: string,
  root: string,
  dictionaryPath: string,
): Promise<Result<BuiltImage>> => {
  const { progress, cache, project } = stage;
  const superblock = parseSuperblock((await readTextIfAny(join(root, 'superblock'))) ?? '');
  if (superblock === undefined)
    return fail({
      code: 'image/no-superblock',
      summary: 'The new filesystem cannot be read',
      remedy: `Read ${join(stage.logs, 'root.log')}`,
    });
  const text = async (path: string): Promise<string> => ((await readTextIfAny(path)) ?? '').trim();
  const dictionary = await readDictionary(dictionaryPath, shippedDictionary.level);
  await place(join(initramfs, 'vmlinuz'), join(options.out, 'vmlinuz'));
  await writeBytesWhole(
    join(options.out, 'initramfs.img'),
    appendCpio(await readBytes(join(initramfs, 'initramfs.img')), await packDictionary(dictionaryPath, dictionary)),
  );
  await place(join(root, 'root.ext4.zst'), join(options.out, 'root.ext4.zst'));
  const squashfs = await placeSquashfs(root, options.out);
  const manifest: Manifest = manifestSchema.parse({
    format: 1,
    version: await readVersion(project),
    suite,
    kernel: await text(join(initramfs, 'kernel-version')),
    sourceDateEpoch: stage.epoch,
    root: {
      file: 'root.ext4.zst',
      sha256: await text(join(root, 'compressed.sha256')),
      compressedBytes: await fileSize(join(root, 'root.ext4.zst')),
      uncompressedBytes: Number(await text(join(root, 'uncompressed.bytes'))),
      uncompressedSha256: await text(join(root, 'uncompressed.sha256')),
      ...superblock,
    },
    ...(squashfs === undefined ? {} : { squashfs }),
    files: {
      vmlinuz: await fileSha256(join(initramfs, 'vmlinuz')),
      initramfs: await fileSha256(join(options.out, 'initramfs.img')),
    },
    dictionary,
    packages: Object.fromEntries((await text(join(root, 'packages.tsv'))).split('\n').map((line) => line.split('\t'))),
  });
  await writeManifest(options.out, manifest);

  const measured = join(cache, `measured-${textSha256(`${manifest.root.sha256} ${JSON.stringify(dictionary)}`)}.json`);
  if (options.measure && !exists(measured)) {
    const result = await progress.step('Measuring in zram', 75, () =>
      measureImage(options.out, manifest, join(stage.logs, 'measure.log')),
    );
    if (result.ok) {
      await dropOthers(cache, /^measured-/, []);
      await writeTextWhole(measured, JSON.stringify(result.value));
    } else progress.note(`not measured: ${result.problem.summary}`);
  }
  const known = await readTextIfAny(measured);
  const complete: Manifest =
    known === undefined ? manifest : manifestSchema.parse({ ...manifest, zramBytes: JSON.parse(known) });
  await writeManifest(options.out, complete);
  if (known === undefined)
    progress.note(
      `zram bytes are not measured (${measuredAlgorithms.join(', ')}): the boot module takes content / 1.4`,
    );
  return ok({ folder: options.out, manifest: complete });
};

/** An older one of an image that had it is taken away: it would be another image's. */
const placeSquashfs = async (root: string, out: string): Promise<Manifest['squashfs']> => {
  const file = 'root.squashfs';
  const made = join(root, file);
  if (!exists(made)) {
    await removeAll(join(out, file));
    return undefined;
  }
  await place(made, join(out, file));
  return { file, sha256: await fileSha256(made), bytes: await fileSize(made) };
};

const writeManifest = async (out: string, manifest: Manifest): Promise<void> => {
  await writeTextWhole(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeTextWhole(join(out, 'root.manifest'), renderShellManifest(manifest));
};

const architecture = 'amd64';

/** The runtime without its symbols, where strip(1) is at hand: 18 MB less in every node's memory. */
const strippedNode = async (project: Project, cache: string): Promise<string> => {
  const key = await fileSha256(project.node);
  const stripped = join(cache, `node-${key.slice(0, 16)}`);
  if (exists(stripped)) return stripped;
  const result = await runStreaming(['strip', '-o', `${stripped}.new`, project.node]);
  if (result.exitCode !== 0) return project.node;
  await place(`${stripped}.new`, stripped);
  await removeAll(`${stripped}.new`);
  return stripped;
};

const stepFiles = (project: Project, name: string): readonly string[] => [
  join(project.steps, 'tree.sh'),
  join(project.steps, name),
];

const keyOf = async (values: readonly string[], files: readonly string[]): Promise<string> =>
  textSha256([...values, ...(await Promise.all(files.map(fileSha256)))].join('\n')).slice(0, 16);

/** The same inputs give the same filesystem UUID, others another. RFC 9562, version 8: the content is ours. */
const uuidOf = (key: string): string => {
  const hex = textSha256(`root ${key}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** Old stages are gigabytes in a month; only the newest of a kind stays. */
const dropOthers = async (cache: string, kind: RegExp, keep: readonly string[]): Promise<void> => {
  for (const name of await listFolder(cache)) {
    if (kind.test(name) && !keep.includes(name)) await removeAll(join(cache, name));
  }
};

const readVersion = async (project: Project): Promise<string> => {
  const value: unknown = JSON.parse((await readTextIfAny(join(project.root, 'package.json'))) ?? '{}');
  return typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'string'
    ? value.version
    : '0';
};

const missingInput = (project: Project): Problem | undefined => {
  if (process.arch !== 'x64')
    return {
      code: 'image/architecture',
      summary: `Images are built on x86-64 in this version, and this is ${process.arch}`,
      remedy: 'Build on an x86-64 machine',
    };
  if (!exists(project.bundle))
    return {
      code: 'image/no-program',
      summary: 'The program that goes into the image is not built',
      remedy: 'Run npm run build',
    };
  if (!exists(project.node))
    return {
      code: 'image/no-runtime',
      summary: 'The runtime that goes into the image is not installed',
      remedy: 'Run `node tools/setup.mjs`',
    };
  return undefined;
};

const noMirrorProblem: Problem = {
  code: 'image/no-mirror',
  summary: 'This machine has no Debian source in /etc/apt to take the mirror from',
  remedy: 'Give one with --mirror URI (and --security-mirror URI)',
};

const busyProblem = (out: string, pid: number): Problem => ({
  code: 'image/busy',
  summary: `Process ${pid} builds in ${out} already`,
  remedy: 'Wait until it is through, or give another --out',
});
