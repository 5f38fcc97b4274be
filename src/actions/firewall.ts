// Lets the cluster's ports through an active firewalld; a bare nftables ruleset is somebody's own work, so it is read and never edited.
import { type Change, change } from '../state/change.ts';
import { type ClusterPort, portsToOpen, renderPort } from '../state/cluster-ports.ts';
import { judgeRuleset, parseZones, unopened } from '../state/firewall.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import type { Reader, System } from '../system/system.ts';
import type { Note } from './action.ts';

const deadline = { timeoutMs: 15_000 };

type Zone = { readonly name: string; readonly missing: readonly ClusterPort[] };

/** What is to be opened, or why that is for somebody else to do. */
export const checkFirewall = async (profile: Profile, reader: Reader): Promise<Result<readonly Change[]>> => {
  const ports = portsToOpen(profile);
  if (ports.length === 0) return ok([]);
  if (await isFirewalldActive(reader)) {
    const zones = await readZones(reader, ports);
    return zones.ok ? ok(zones.value.filter(({ missing }) => missing.length > 0).map(openingOf)) : zones;
  }
  const view = await readRuleset(reader, ports);
  return typeof view === 'object' ? fail(closedProblem(view.closed)) : ok([]);
};

export const applyFirewall = async (profile: Profile, system: System, note: Note): Promise<Result<undefined>> => {
  const ports = portsToOpen(profile);
  if (ports.length === 0) return ok(undefined);
  if (!(await isFirewalldActive(system))) {
    if ((await readRuleset(system, ports)) === 'unclear')
      note(
        `this node has nftables rules that are not understood here; the cluster needs ${listed(ports)} from its members`,
      );
    return ok(undefined);
  }
  const zones = await readZones(system, ports);
  if (!zones.ok) return zones;
  for (const { name, missing } of zones.value) {
    if (missing.length === 0) continue;
    const options = missing.map((port) => `--add-port=${renderPort(port)}`);
    // Once for now, and once for a reload, which forgets the first.
    for (const kind of [[], ['--permanent']]) {
      const opened = await system.run(['firewall-cmd', ...kind, `--zone=${name}`, ...options], deadline);
      if (opened.exitCode !== 0) return fail(firewalldProblem(`open ${listed(missing)}`, opened.stderr));
    }
    note(`firewall zone ${name}: ${listed(missing)} opened`);
  }
  return ok(undefined);
};

/** For a while and by itself closed again; what a bare nftables ruleset keeps out is a problem with the rule to add. */
export const openForMinutes = async (
  system: System,
  port: ClusterPort,
  minutes: number,
): Promise<Result<undefined>> => {
  if (!(await isFirewalldActive(system))) {
    const view = await readRuleset(system, [port]);
    return typeof view === 'object' ? fail(closedProblem(view.closed)) : ok(undefined);
  }
  const zones = await readZones(system, [port]);
  if (!zones.ok) return zones;
  for (const { name, missing } of zones.value) {
    if (missing.length === 0) continue;
    const opened = await system.run(
      ['firewall-cmd', `--zone=${name}`, `--add-port=${renderPort(port)}`, `--timeout=${minutes}m`],
      deadline,
    );
    if (opened.exitCode !== 0) return fail(firewalldProblem(`open ${renderPort(port)}`, opened.stderr));
  }
  return ok(undefined);
};

const isFirewalldActive = async (reader: Reader): Promise<boolean> =>
  (await reader.query(['systemctl', 'is-active', '--quiet', 'firewalld.service'], deadline)).exitCode === 0;

/** Links are in zones; those without one of their own are in the default zone. */
const readZones = async (reader: Reader, ports: readonly ClusterPort[]): Promise<Result<readonly Zone[]>> => {
  const active = await reader.query(['firewall-cmd', '--get-active-zones'], deadline);
  const standard = await reader.query(['firewall-cmd', '--get-default-zone'], deadline);
  if (active.exitCode !== 0 || standard.exitCode !== 0)
    return fail(firewalldProblem('say its zones', active.stderr + standard.stderr));
  const names = new Set([...parseZones(active.stdout), standard.stdout.trim()]);
  const zones: Zone[] = [];
  for (const name of names) {
    const answer = await reader.query(['firewall-cmd', `--zone=${name}`, '--list-ports'], deadline);
    if (answer.exitCode !== 0) return fail(firewalldProblem(`list the ports of zone ${name}`, answer.stderr));
    zones.push({ name, missing: unopened(ports, answer.stdout) });
  }
  return ok(zones);
};

const readRuleset = async (reader: Reader, ports: readonly ClusterPort[]) => {
  const answer = await reader.query(['nft', '--json', 'list', 'ruleset'], deadline);
  // Not installed, or not for us to read: then nothing is known, and nothing is claimed.
  if (answer.exitCode !== 0) return 'open';
  try {
    return judgeRuleset(JSON.parse(answer.stdout), ports);
  } catch (error) {
    if (error instanceof SyntaxError) return 'unclear';
    throw error;
  }
};

const openingOf = ({ name, missing }: Zone): Change =>
  change('update', `firewall zone ${name}`, 'closed to the cluster', `${listed(missing)} open`);

const listed = (ports: readonly ClusterPort[]): string => [...new Set(ports.map(renderPort))].join(', ');

const closedProblem = (ports: readonly ClusterPort[]): Problem => {
  const daemons = [...new Set(ports.map(({ of }) => of))];
  return {
    code: 'cluster/firewall',
    summary: `the nftables rules of this node drop what comes in, and let none of ${listed(ports)} in, which ${daemons.join(', ')} ${daemons.length === 1 ? 'needs' : 'need'}`,
    remedy: `Add to the chain of your rules, which are not edited for you: ${ports.map(asRule).join('; ')}`,
    path: 'cluster',
  };
};

const asRule = ({ protocol, first, last }: ClusterPort): string =>
  `${protocol} dport ${first === last ? first : `${first}-${last}`} accept`;

const firewalldProblem = (what: string, stderr: string): Problem => ({
  code: 'cluster/firewalld',
  summary: `firewalld runs and did not ${what}: ${stderr.trim().split('\n').at(-1) || 'it gave no reason'}`,
  remedy: 'See `journalctl -b -u firewalld` for the cause, then apply again',
});
