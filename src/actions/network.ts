// Step network: what the profile wants of the links, provisional until it has proven itself, back to what it was when it does not.
import { change } from '../state/change.ts';
import { describeWanted, networkDrift } from '../state/network-drift.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { linkOfFile, netdevFile, networkFile, renderNetworkd } from '../state/render-networkd.ts';
import { type WantedLink, wantedLinks } from '../state/wanted-network.ts';
import type { Reader, System } from '../system/system.ts';
import type { Action } from './action.ts';
import { isUnsettled, keepFiles, settleFiles } from './kept-files.ts';
import { lookForEvidence, networkEvidence } from './network-evidence.ts';
import { awaitConfirmation, disarmRevert } from './network-provisional.ts';
import { deleteMadeLink, keepAddresses, reloadNetwork, returnNetwork } from './network-return.ts';
import { forgetTrial, tellReturning } from './network-trial.ts';
import { type NetworkNow, readNetwork } from './read-network.ts';
import { blocked, verdictOf } from './verdict.ts';

const stub = '../run/systemd/resolve/stub-resolv.conf';
/** A switch may take 30 s of spanning tree before it forwards. */
const evidenceMs = 40_000;

/** For evidence that held a moment ago. */
const stillMs = 5_000;

/** `attended`: somebody must confirm as well; unattended, the evidence alone decides. */
export const networkAction = (attended: boolean): Action => ({
  id: 'network',
  title: 'Set links, addresses, routes and DNS',

  check: async (profile, reader) => {
    const now = await readNetwork(reader);
    if (profile.network === undefined && now.files.size === 0) return { kind: 'converged' };
    const problem = await whyNot(reader);
    if (problem !== undefined) return blocked(problem);
    const wanted = wantedNetwork(profile, now);
    if (!wanted.ok) return blocked(wanted.problem);
    const drift = networkDrift(now, wanted.value.links, wanted.value.files);
    const resolver =
      profile.network === undefined || isStub(now.resolver)
        ? []
        : [change('update', '/etc/resolv.conf', now.resolver ?? 'a file', 'systemd-resolved')];
    // An apply died between the change and its proof: what is there looks right and is not proven.
    const unproven =
      drift.length === 0 && (await isUnsettled(reader, 'network'))
        ? [change('run', 'network', 'changed by an apply that was interrupted', 'proven')]
        : [];
    return verdictOf([...drift, ...resolver, ...unproven]);
  },

  apply: async (profile, system, note) => {
    const now = await readNetwork(system);
    const wanted = wantedNetwork(profile, now);
    if (!wanted.ok) return wanted;
    const { links, files } = wanted.value;
    await disarmRevert(system);
    await forgetTrial(system);
    await keepAddresses(system);
    await keepFiles(system, 'network', [...new Set([...now.files.keys(), ...files.keys(), '/etc/resolv.conf'])]);
    const also = await writeFiles(system, now, links, files);
    if (profile.network !== undefined && !isStub(now.resolver)) await system.link(stub, '/etc/resolv.conf');
    const reloaded = await reloadNetwork(system, also);
    if (!reloaded.ok) return takeBack(system, reloaded.problem);
    note('new settings are live, looking for evidence that they work');
    const evidence = await networkEvidence(system, links, { deadlineMs: evidenceMs });
    if (!evidence.ok) return takeBack(system, evidence.problem);
    note(`evidence holds: ${links.map((link) => link.name).join(', ') || 'nothing to prove'}`);
    if (attended) {
      const settings = links.map((link) => `${link.name}: ${describeWanted(link)}`);
      const confirmed = await awaitConfirmation(system, { settings, look: () => lookForEvidence(system, links) }, note);
      if (!confirmed.ok) return takeBack(system, confirmed.problem);
      // It stays only if the evidence holds as well: a cable that was pulled meanwhile is no reason to keep it.
      const still = await networkEvidence(system, links, { deadlineMs: stillMs });
      if (!still.ok) return takeBack(system, still.problem);
    }
    await settleFiles(system, 'network');
    return ok(undefined);
  },

  undo: async (system, note) => {
    const returned = await returnNetwork(system);
    if (returned.ok) note('the settings of before are back, and checked');
    return returned;
  },
});

/** The step fails, and its undo puts the old settings back: this says why to those who watch. */
const takeBack = async (system: System, why: Problem): Promise<Result<undefined>> => {
  await tellReturning(system, why);
  return fail(why);
};

type Wanted = { readonly links: readonly WantedLink[]; readonly files: ReadonlyMap<string, string> };

const wantedNetwork = (profile: Profile, now: NetworkNow): Result<Wanted> => {
  const network = profile.network ?? {};
  const links = wantedLinks(network, now.links, now.primary);
  return links.ok ? ok({ links: links.value, files: renderNetworkd(links.value, network.dns) }) : links;
};

/** Answers the links that networkd must be told to reconfigure because their own file is as it was. */
const writeFiles = async (
  system: System,
  now: NetworkNow,
  links: readonly WantedLink[],
  files: ReadonlyMap<string, string>,
): Promise<readonly string[]> => {
  const drifted = networkDrift(now, links, files).map((found) => found.subject);
  for (const link of links)
    if (link.made.kind !== 'no' && now.files.get(netdevFile(link.name)) !== files.get(netdevFile(link.name)))
      await deleteMadeLink(system, link.name);
  for (const path of now.files.keys())
    if (!files.has(path)) {
      await system.remove(path);
      const link = linkOfFile(path);
      if (path.endsWith('.netdev') && link !== undefined) await deleteMadeLink(system, link);
    }
  for (const [path, text] of files) if (now.files.get(path) !== text) await system.writeText(path, text);
  return links
    .map((link) => link.name)
    .filter((name) => drifted.includes(`link ${name}`) && now.links.some((live) => live.name === name))
    .filter((name) => now.files.get(networkFile(name)) === files.get(networkFile(name)));
};

const isStub = (target: string | undefined): boolean =>
  target?.endsWith('/run/systemd/resolve/stub-resolv.conf') === true;

const whyNot = async (reader: Reader): Promise<Problem | undefined> => {
  const missing: string[] = [];
  for (const daemon of ['systemd-networkd', 'systemd-resolved'])
    if ((await reader.stat(`/usr/lib/systemd/${daemon}`)) === undefined) missing.push(daemon);
  return missing.length === 0
    ? undefined
    : {
        code: 'network/no-networkd',
        summary: `not installed on this node: ${missing.join(', ')}`,
        remedy: 'Build the image with systemd-networkd and systemd-resolved',
      };
};
