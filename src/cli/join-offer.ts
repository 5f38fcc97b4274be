// `mayfly join offer`: shows a join code on a member and waits for the node that it is for.
import { nameJoiner } from '../actions/join/name-joiner.ts';
import { offerJoin } from '../actions/join/offer-join.ts';
import { joinKinds } from '../state/join-bundle.ts';
import { type Joined, joinedText, type OfferEvent, wrongSecretText } from '../state/join-offer.ts';
import type { Problem } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { isAddress } from '../state/profile-values.ts';
import { renderProblemLines } from '../state/render-event.ts';
import type { SecureWire } from '../system/system.ts';
import { chooseProfile } from './choose-profile.ts';
import type { CliIo } from './cli-io.ts';
import { usageProblem } from './parse-options.ts';

export type OfferArguments = {
  readonly for?: string | undefined;
  readonly minutes?: string | undefined;
  readonly address?: string | undefined;
  readonly port?: string | undefined;
  readonly profile?: string | undefined;
  readonly json?: boolean | undefined;
};

/** A code that is good for days is a password on a note. */
const mostMinutes = 720;

export const runOffer = async (
  io: CliIo,
  wire: SecureWire,
  given: OfferArguments,
  signal: AbortSignal,
): Promise<number> => {
  const kind = joinKinds.find((one) => one === (given.for ?? 'server'));
  const minutes = wholeIn(given.minutes ?? '15', 1, mostMinutes);
  const port = given.port === undefined ? undefined : wholeIn(given.port, 1, 65_535);
  if (kind === undefined) return refuse(io, [usageProblem('--for takes server or client')]);
  if (minutes === undefined) return refuse(io, [usageProblem(`--minutes takes a whole number up to ${mostMinutes}`)]);
  if (given.port !== undefined && port === undefined)
    return refuse(io, [usageProblem('--port takes a whole number up to 65535')]);
  if (given.address !== undefined && !isAddress(given.address))
    return refuse(io, [usageProblem('--address takes an IPv4 or IPv6 address')]);
  const chosen = await chooseProfile(io, given.profile);
  if (!chosen.ok) return refuse(io, chosen.problem);

  const told = (event: OfferEvent): void =>
    io.out(given.json === true ? `${JSON.stringify({ version: 1, ...event })}\n` : describe(event));
  const { address } = given;
  const offered = await offerJoin(io.system, wire, chosen.value, { kind, minutes, address, port, signal, told });
  if (!offered.ok) return refuse(io, [offered.problem]);
  await tellMembers(io, chosen.value, offered.value, given.json === true);
  return 0;
};

const wholeIn = (text: string, least: number, most: number): number | undefined => {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  return value === undefined || value < least || value > most ? undefined : value;
};

const describe = (event: OfferEvent): string => {
  switch (event.event) {
    case 'offered':
      return [
        `Join code for one ${event.kind}, good until ${event.ends.slice(11, 16)} UTC:`,
        '',
        ...threeByThree(event.groups).map((line) => `    ${line}`),
        '',
        'Type it on the node that is to join, after `mayfly join`. Whoever has it may',
        `join. Waiting at ${event.address} port ${event.port}; Ctrl-C withdraws the offer.`,
        '',
      ].join('\n');
    case 'wrong-secret':
      return `${wrongSecretText(event)}\n`;
    case 'refused':
      return `${event.from} could not be let in:\n${renderProblemLines(event.problem)}`;
    case 'joined':
      return `${joinedText(event)}\n`;
  }
};

const threeByThree = (groups: readonly string[]): readonly string[] =>
  Array.from({ length: Math.ceil(groups.length / 3) }, (_, row) => groups.slice(row * 3, row * 3 + 3).join(' '));

/** Profiles are their operators' files: the change is prepared, and said, not made. */
const tellMembers = async (io: CliIo, profile: Profile, joiner: Joined, json: boolean): Promise<void> => {
  const named = await nameJoiner(io.system, profile, joiner);
  if (named === undefined) return;
  const { path, others } = named;
  if (json) return void io.out(`${JSON.stringify({ version: 1, event: 'member', profile: path })}\n`);
  io.out(`
This node's profile does not name ${joiner.hostname} yet. With it added:
    mayfly plan --profile ${path}
    mayfly apply --profile ${path}
    mayfly profile commit < ${path}
${others.length === 0 ? '' : `The same is due on ${others.join(', ')}: in cluster.peers and node.hosts, or\nonce in the global profile.\n`}`);
};

const refuse = (io: CliIo, problems: readonly Problem[]): number => {
  for (const problem of problems) io.err(renderProblemLines(problem));
  return 1;
};
