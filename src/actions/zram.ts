// Step zram: memory limit and growth of the zram root, and swap, now; size, algorithm and dictionary are the next boot's, said and never pretended.
import { readBootFacts } from '../probes/boot-facts.ts';
import { readMemory } from '../probes/memory.ts';
import { isFallbackRoot, type RootDevice, readRootDevice } from '../probes/root.ts';
import { readZram } from '../probes/zram.ts';
import { yesOrNo } from '../state/boot-env.ts';
import { bytes, renderBytes } from '../state/bytes.ts';
import { type Change, change } from '../state/change.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { roleNeeds } from '../state/role-needs.ts';
import {
  carriesWish,
  limitProblem,
  type NextBoot,
  parseBootEnv,
  planOverlayRoot,
  planZramRoot,
  type ZramPlan,
  type ZramRoot,
  type ZramWish,
} from '../state/zram-plan.ts';
import type { Reader, System } from '../system/system.ts';
import type { Action, Note } from './action.ts';
import { runPaths } from './run-paths.ts';
import { blocked, verdictOf } from './verdict.ts';
import { growFilesystem, readFilesystemSize, writeLimit } from './zram-device.ts';
import { applyZramSwap, checkZramSwap, undoZramSwap } from './zram-swap.ts';

/** `wish`es that were said to be the next boot's: shown once, so that a check afterwards is not for ever different. */
const saidPath = `${runPaths.directory}/zram-next-boot.env`;
const undoPath = `${runPaths.undo}/zram/limit`;
const bootEnvPath = '/config/boot.env';

/** A device of one's own instead of the one under `/` makes this step testable on a spare one. */
export const createZramAction = (probeRoot: (reader: Reader) => Promise<RootDevice> = readRootDevice): Action => {
  const look = async (profile: Profile, reader: Reader): Promise<Result<Looked | undefined>> => {
    const wish = profile.zram?.root ?? {};
    if (!asksOfRoot(wish)) return ok(undefined);
    const at = await probeRoot(reader);
    if (await isFallbackRoot(reader, at)) return ok({ wish, root: undefined, plan: planOverlayRoot(wish) });
    const { device } = at;
    if (device === undefined || !/^\/dev\/zram\d+$/.test(device)) return fail(notOnZram(device));
    const [zram, filesystem, memory] = await Promise.all([
      readZram(reader, device),
      readFilesystemSize(reader, device),
      readMemory(reader),
    ]);
    if (wish.dictionary === true && (await readBootFacts(reader))?.image.dictionary == null) return fail(noDictionary);
    if (zram === undefined || filesystem === undefined || memory === undefined) return fail(unreadable(device));
    // The boot module leaves the role its share too: without that a root that was made small would be grown right back.
    const root = { zram, filesystem, memory: bytes(Math.max(0, memory.total - roleNeeds(profile))) };
    return ok({ wish, root, plan: planZramRoot(wish, root) });
  };

  return {
    id: 'zram',
    title: 'Set zram root and swap',

    check: async (profile, reader) => {
      const looked = await look(profile, reader);
      if (!looked.ok) return blocked(looked.problem);
      const swap = await checkZramSwap(profile, reader);
      if (!swap.ok) return blocked(swap.problem);
      if (looked.value === undefined) return verdictOf(swap.value);
      const { wish, root, plan } = looked.value;
      const { limit } = plan;
      const problem =
        root === undefined || limit === undefined || limit.after === 'none'
          ? undefined
          : limitProblem(root.zram, limit.after);
      if (problem !== undefined) return blocked(problem);
      const later = (await unsaid(reader, wish, plan)).map(nextBootChange);
      const now = root === undefined ? [] : liveChanges(root, plan);
      return verdictOf([...now, ...swap.value, ...later]);
    },

    apply: async (profile, system, note) => {
      const looked = await look(profile, system);
      if (!looked.ok) return looked;
      if (looked.value !== undefined) {
        const { wish, root, plan } = looked.value;
        const done = root === undefined ? ok(undefined) : await applyLive(system, root, plan, note);
        if (!done.ok) return done;
        await sayNextBoot(system, wish, plan, note);
      }
      return applyZramSwap(profile, system, note);
    },

    undo: async (system, note) => {
      const swap = await undoZramSwap(system, note);
      if (!swap.ok) return swap;
      const kept = await system.readText(undoPath);
      if (kept === undefined) return ok(undefined);
      const { device } = await probeRoot(system);
      if (device === undefined) return ok(undefined);
      const limit = Number(kept);
      const written = await writeLimit(system, device, limit === 0 ? 'none' : bytes(limit));
      if (!written.ok) return written;
      await system.remove(undoPath);
      note('memory limit as it was before');
      return ok(undefined);
    },
  };
};

export const zramAction = createZramAction();

const asksOfRoot = ({ kind, memoryLimit, size, algorithm, dictionary }: ZramWish): boolean =>
  [kind, memoryLimit, size, algorithm, dictionary].some((wish) => wish !== undefined);

/** `root`: undefined on an overlay. */
type Looked = { readonly wish: ZramWish; readonly root: ZramRoot | undefined; readonly plan: ZramPlan };

const liveChanges = ({ zram }: ZramRoot, { limit, filesystem }: ZramPlan): readonly Change[] => [
  ...(limit === undefined
    ? []
    : [
        change(
          'update',
          `${zram.device} memory limit`,
          limit.before === undefined ? 'none' : renderBytes(limit.before),
          limit.after === 'none' ? 'none' : renderBytes(limit.after),
        ),
      ]),
  ...(filesystem === undefined
    ? []
    : [change('update', 'root filesystem size', renderBytes(filesystem.before), renderBytes(filesystem.after))]),
];

const nextBootChange = ({ subject, before, after }: NextBoot): Change =>
  change('update', subject, before, `${after} (next boot)`);

/** Of the next boot's wishes those that neither boot.env carries nor an apply of this uptime has said. */
const unsaid = async (reader: Reader, wish: ZramWish, plan: ZramPlan): Promise<readonly NextBoot[]> => {
  const bootEnv = parseBootEnv((await reader.readText(bootEnvPath)) ?? '');
  const said = parseBootEnv((await reader.readText(saidPath)) ?? '');
  return plan.nextBoot.filter((item) => !carriesWish(bootEnv, item, wish) && !carriesWish(said, item, wish));
};

const applyLive = async (system: System, root: ZramRoot, plan: ZramPlan, note: Note): Promise<Result<undefined>> => {
  const { device, limit: limitNow } = root.zram;
  if (plan.limit !== undefined) {
    const problem = plan.limit.after === 'none' ? undefined : limitProblem(root.zram, plan.limit.after);
    if (problem !== undefined) return fail(problem);
    // A filesystem that has grown needs its limit: then there is no way back.
    if (plan.filesystem === undefined) await system.writeText(undoPath, `${limitNow ?? 0}`, { mode: 0o600 });
    const written = await writeLimit(system, device, plan.limit.after);
    if (!written.ok) return written;
    note(`memory limit ${plan.limit.after === 'none' ? 'taken away' : `set to ${renderBytes(plan.limit.after)}`}`);
  }
  if (plan.filesystem !== undefined) {
    const grown = await growFilesystem(system, device, plan.filesystem.after);
    if (!grown.ok) return grown;
    await system.remove(undoPath);
    note(`root filesystem grown to ${renderBytes(plan.filesystem.after)}`);
  }
  return ok(undefined);
};

const sayNextBoot = async (system: System, wish: ZramWish, plan: ZramPlan, note: Note): Promise<void> => {
  const items = await unsaid(system, wish, plan);
  if (items.length === 0) return;
  const where =
    (await system.stat('/config/.mayfly-config')) === undefined
      ? 'this node has no config partition, so the next boot does not know it'
      : 'commit the profile to the config partition, so that the next boot knows it';
  for (const { subject, after } of items) note(`${subject} ${after} only at the next boot: ${where}`);
  await system.writeText(
    saidPath,
    [
      ...(wish.kind === undefined ? [] : [`ROOT=${wish.kind}`]),
      ...(wish.size === undefined ? [] : [`ZRAM_SIZE=${wish.size}`]),
      ...(wish.algorithm === undefined ? [] : [`ZRAM_ALGORITHM=${wish.algorithm}`]),
      ...(wish.dictionary === undefined ? [] : [`ZRAM_DICTIONARY=${yesOrNo(wish.dictionary)}`]),
      '',
    ].join('\n'),
  );
};

const noDictionary: Problem = {
  code: 'zram/no-dictionary',
  summary: 'This node booted an image that carries no compression dictionary',
  remedy: 'Boot an image of this version, or leave out zram.root.dictionary',
  path: 'zram.root.dictionary',
};

const notOnZram = (device: string | undefined): Problem => ({
  code: 'zram/not-the-root',
  summary: `The root filesystem of this machine is on ${device ?? 'no device'}, not on zram`,
  remedy: 'Boot a Mayfly image, or leave out zram.root',
  path: 'zram.root',
});

const unreadable = (device: string): Problem => ({
  code: 'zram/unreadable',
  summary: `The kernel or dumpe2fs does not tell everything about ${device}`,
  remedy: `Look at \`dumpe2fs -h ${device}\` and /sys/block; the image needs e2fsprogs`,
});
