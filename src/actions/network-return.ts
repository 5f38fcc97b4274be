// Brings the network back to what it was before a change, and looks whether it truly is: a revert that is not checked is a hope.
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { hasAddress } from '../state/network-drift.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import { linkOfFile, netdevFile, networkdDirectory } from '../state/render-networkd.ts';
import type { Reader, System } from '../system/system.ts';
import { isUnsettled, putBackFiles } from './kept-files.ts';
import { awaitOtherReturn, tellOutcome } from './network-trial.ts';
import { readLinks, readNetwork } from './read-network.ts';
import { runPaths } from './run-paths.ts';

const beforePath = `${runPaths.undo}/network/addresses.json`;
const beforeSchema = z.array(
  z.object({ link: z.string(), statics: z.array(z.string()), leased: z.boolean(), gateways: z.array(z.string()) }),
);
type Before = z.infer<typeof beforeSchema>;

const returnMs = 20_000;

/** Call before the first change and before files are kept. After a crash in this step what was kept then stays. */
export const keepAddresses = async (system: System): Promise<void> => {
  if (await isUnsettled(system, 'network')) return;
  const { links, routes } = await readNetwork(system);
  const before: Before = links
    .filter((link) => link.name !== 'lo')
    .map((link) => ({
      link: link.name,
      statics: link.addresses.filter((a) => !a.dynamic && !a.linkLocal).map((a) => a.cidr),
      leased: link.addresses.some((address) => address.dynamic && address.family === 4),
      gateways: routes.flatMap((route) => (route.link === link.name && route.via !== undefined ? [route.via] : [])),
    }));
  await system.writeText(beforePath, JSON.stringify(before), { mode: 0o600 });
};

/** Reloads networkd, which reconfigures the links whose files changed, and resolved. Links in `also` are reconfigured whatever their files. */
export const reloadNetwork = async (system: System, also: readonly string[]): Promise<Result<undefined>> => {
  const started = await system.run(['systemctl', 'start', 'systemd-networkd.service', 'systemd-resolved.service']);
  if (started.exitCode !== 0) return fail(notReloaded('systemd-networkd did not start', started.stderr));
  const reloaded = await system.run(['networkctl', 'reload']);
  if (reloaded.exitCode !== 0) return fail(notReloaded('systemd-networkd did not reload', reloaded.stderr));
  for (const link of also) {
    const reconfigured = await system.run(['networkctl', 'reconfigure', link]);
    if (reconfigured.exitCode !== 0) return fail(notReloaded(`${link} could not be reconfigured`, reconfigured.stderr));
  }
  const resolved = await system.run(['systemctl', 'reload-or-restart', 'systemd-resolved.service']);
  return resolved.exitCode === 0
    ? ok(undefined)
    : fail(notReloaded('systemd-resolved did not reload', resolved.stderr));
};

/** networkd neither changes nor removes a link that it made: it is deleted, and made again where a file still wants it. */
export const deleteMadeLink = async (system: System, link: string): Promise<void> => {
  const present = (await readLinks(system)).some((live) => live.name === link);
  if (present) await system.run(['ip', 'link', 'delete', link]);
};

/** Puts the kept files back and waits for the addresses of before. Where another process did so already, its finding is the answer. */
export const returnNetwork = async (system: System): Promise<Result<undefined>> => {
  const outcome = await putBack(system);
  if (outcome === undefined) return (await awaitOtherReturn(system, returnMs + 5_000)) ?? ok(undefined);
  await tellOutcome(system, outcome);
  return outcome;
};

/** Undefined when nothing was kept, or nothing is any more. */
const putBack = async (system: System): Promise<Result<undefined> | undefined> => {
  const names = await system.list(networkdDirectory);
  const made = names.flatMap((name) =>
    name.endsWith('.netdev') ? (linkOfFile(`${networkdDirectory}/${name}`) ?? []) : [],
  );
  const touched = await putBackFiles(system, 'network');
  if (touched.length === 0) return undefined;
  for (const link of made)
    if ((await system.stat(netdevFile(link))) === undefined || touched.includes(netdevFile(link)))
      await deleteMadeLink(system, link);
  const before = await readBefore(system);
  const known = (await readLinks(system)).map((link) => link.name);
  const links = touched.flatMap((path) => (path.endsWith('.network') ? (linkOfFile(path) ?? []) : []));
  const reloaded = await reloadNetwork(
    system,
    [...new Set(links)].filter((link) => known.includes(link)),
  );
  if (!reloaded.ok) return reloaded;
  return awaitReturn(system, before);
};

const awaitReturn = async (reader: Reader, before: Before): Promise<Result<undefined>> => {
  const deadline = Date.now() + returnMs;
  for (;;) {
    const absent = await stillAbsent(reader, before);
    if (absent === undefined) return ok(undefined);
    if (Date.now() >= deadline)
      return fail({
        code: 'network/not-returned',
        summary: `${absent} did not come back`,
        remedy: 'From the console: `networkctl status`, then correct the network in the profile and apply again',
      });
    await pause(200);
  }
};

const stillAbsent = async (reader: Reader, before: Before): Promise<string | undefined> => {
  const { links, routes } = await readNetwork(reader);
  for (const { link, statics, leased, gateways } of before) {
    const live = links.find((candidate) => candidate.name === link);
    const absent = statics.find((cidr) => !(live !== undefined && hasAddress(live, cidr)));
    if (absent !== undefined) return `${absent} on ${link}`;
    const lost = gateways.find((via) => !routes.some((route) => route.link === link && route.via === via));
    if (lost !== undefined) return `the route via ${lost} on ${link}`;
    if (leased && !live?.addresses.some((address) => address.dynamic && address.family === 4))
      return `the DHCP lease of ${link}`;
  }
  return undefined;
};

const readBefore = async (reader: Reader): Promise<Before> => {
  const text = await reader.readText(beforePath);
  return text === undefined ? [] : beforeSchema.parse(JSON.parse(text));
};

const notReloaded = (what: string, stderr: string): Problem => ({
  code: 'network/networkd',
  summary: `${what}: ${stderr.trim().split('\n').at(-1) || 'no reason given'}`,
  remedy: 'See `journalctl -b -u systemd-networkd -u systemd-resolved` for the cause',
});
