// Pulls the git checkouts on the config partition: within deadlines, both or what can be, and back again when nothing valid can be made of it.
import { shownAddress } from '../state/git-checkout.ts';
import { ok, type Problem, type Result } from '../state/problem.ts';
import { type PulledCheckout, type PullState, parsePullState, pullStatePath } from '../state/pull-state.ts';
import type { Reader, System } from '../system/system.ts';
import {
  askRemote,
  type Checkout,
  type CheckoutLayer,
  checkoutFolder,
  dropLocks,
  fetchCheckout,
  interruptedAt,
  listCheckouts,
  lookAtCheckout,
  moveCheckout,
  unsavedIn,
} from './checkout.ts';
import { resolveProfile } from './resolve-profile.ts';
import { whileWritable } from './write-config.ts';

/** Mount the config partition first. Empty where there is no checkout; what cannot be pulled is used as it is, with the reason. */
export const pullCheckouts = async (system: System, nowMs: number): Promise<readonly PulledCheckout[]> => {
  const layers = await listCheckouts(system);
  if (layers.length === 0) return [];
  const before = parsePullState(await system.readText(pullStatePath))?.checkouts;
  await finishInterrupted(system, layers);
  const looked = await Promise.all(
    layers.map((layer) =>
      lookFor(
        system,
        layer,
        before?.find((checkout) => checkout.layer === layer),
      ),
    ),
  );
  const wanted = looked.flatMap((one) => (one.kind === 'news' ? [one] : []));
  const moved = wanted.length === 0 ? [] : await move(system, wanted);
  const back = await unlessValid(system, wanted, moved);
  const checkouts = looked.map((one): PulledCheckout => {
    if (one.kind === 'known') return one.pulled;
    return back.get(one.checkout.layer) ?? resultOf(one, moved);
  });
  const state: PullState = { version: 1, atMs: nowMs, checkouts };
  await system.writeText(pullStatePath, `${JSON.stringify(state)}\n`);
  return checkouts;
};

type News = { readonly kind: 'news'; readonly checkout: Checkout; readonly tip: string };
type Looked = { readonly kind: 'known'; readonly pulled: PulledCheckout } | News;
type Moved = { readonly layer: CheckoutLayer; readonly problem: Problem | undefined };

const lookFor = async (reader: Reader, layer: CheckoutLayer, before: PulledCheckout | undefined): Promise<Looked> => {
  const looked = await lookAtCheckout(reader, layer);
  if (!looked.ok) return { kind: 'known', pulled: { layer, from: '', outcome: 'not-pulled', problem: looked.problem } };
  const checkout = looked.value;
  const stays = (problem: Problem): Looked => ({
    kind: 'known',
    pulled: { ...nameOf(checkout), outcome: 'not-pulled', problem },
  });
  const tip = await askRemote(reader, checkout);
  if (!tip.ok) return stays(tip.problem);
  if (tip.value === checkout.head) return { kind: 'known', pulled: { ...nameOf(checkout), outcome: 'same' } };
  if (tip.value === before?.refused) return { kind: 'known', pulled: { ...before, ...nameOf(checkout) } };
  const unsaved = await unsavedIn(reader, checkout);
  return unsaved === undefined ? { kind: 'news', checkout, tip: tip.value } : stays(unsaved);
};

const nameOf = ({ layer, upstream, head }: Checkout): Pick<PulledCheckout, 'layer' | 'from' | 'revision'> => ({
  layer,
  from: `${shownAddress(upstream.url)}, branch ${upstream.branch.slice('refs/heads/'.length)}`,
  revision: head,
});

const resultOf = ({ checkout, tip }: News, moved: readonly Moved[]): PulledCheckout => {
  const problem = moved.find(({ layer }) => layer === checkout.layer)?.problem;
  return problem === undefined
    ? { ...nameOf(checkout), revision: tip, outcome: 'new' }
    : { ...nameOf(checkout), outcome: 'not-pulled', problem };
};

/** Fetched all before one is moved: the two belong together more often than not. */
const move = async (system: System, news: readonly News[]): Promise<readonly Moved[]> => {
  const done = await whileWritable(system, async () => {
    const moved: Moved[] = [];
    const fetched: News[] = [];
    for (const one of news) {
      await dropLocks(system, one.checkout.folder);
      const got = await fetchCheckout(system, one.checkout);
      if (got.ok) fetched.push(one);
      else moved.push({ layer: one.checkout.layer, problem: got.problem });
    }
    for (const { checkout, tip } of fetched)
      moved.push({ layer: checkout.layer, problem: problemOf(await moveCheckout(system, checkout, tip)) });
    return ok(moved);
  });
  return done.ok ? done.value : news.map(({ checkout }) => ({ layer: checkout.layer, problem: done.problem }));
};

/** What was in force before is worth more than what nothing can be made of; where that was no better, the newest stays, since somebody is at work on it. */
const unlessValid = async (
  system: System,
  news: readonly News[],
  moved: readonly Moved[],
): Promise<ReadonlyMap<CheckoutLayer, PulledCheckout>> => {
  const there = news.filter(({ checkout }) =>
    moved.some(({ layer, problem }) => layer === checkout.layer && problem === undefined),
  );
  if (there.length === 0) return new Map();
  const now = await resolveProfile(system);
  if (now.kind === 'resolved') return new Map();
  const [why] = now.kind === 'invalid' ? now.problems : now.tried;
  const went = await goTo(system, there, ({ checkout }) => checkout.head);
  if (!went.ok) return new Map();
  if ((await resolveProfile(system)).kind !== 'resolved') {
    await goTo(system, there, ({ tip }) => tip);
    return new Map();
  }
  return new Map(
    there.map(({ checkout, tip }) => [
      checkout.layer,
      {
        ...nameOf(checkout),
        outcome: 'not-pulled',
        refused: tip,
        problem: takenBack(checkout, tip, why?.summary ?? 'there is no profile in it'),
      },
    ]),
  );
};

const goTo = (system: System, news: readonly News[], where: (one: News) => string): Promise<Result<undefined>> =>
  whileWritable(system, async () => {
    for (const one of news) {
      const moved = await moveCheckout(system, one.checkout, where(one));
      if (!moved.ok) return moved;
    }
    return ok(undefined);
  });

/** A power cut in the middle of a pull: the commit that it was on its way to is there whole, its files may not be. */
const finishInterrupted = async (system: System, layers: readonly CheckoutLayer[]): Promise<void> => {
  for (const layer of layers) {
    const folder = checkoutFolder(layer);
    const commit = await interruptedAt(system, folder);
    if (commit === undefined) continue;
    await whileWritable(system, async () => {
      await dropLocks(system, folder);
      const looked = await lookAtCheckout(system, layer);
      return looked.ok ? moveCheckout(system, looked.value, commit) : looked;
    });
  }
};

const problemOf = (result: Result<undefined>): Problem | undefined => (result.ok ? undefined : result.problem);

const takenBack = ({ folder, head }: Checkout, tip: string, why: string): Problem => ({
  code: 'sources/git-taken-back',
  summary: `${folder}: commit ${tip.slice(0, 12)} was pulled and taken back to ${head.slice(0, 12)}: ${why}`,
  remedy: 'Correct it where it was made (`mayfly profile check FILE`), and push again',
});
