// `mayfly join`: makes a node a member of a cluster by a code that a member shows, so that nobody types secrets.
import { exists, joinPaths, writeProfile } from '../actions/join/join-files.ts';
import { takeJoin } from '../actions/join/take-join.ts';
import type { JoinBundle } from '../state/join-bundle.ts';
import { clusterIdentity, type JoinableCluster } from '../state/join-cluster.ts';
import { parseJoinCode } from '../state/join-code.ts';
import { isHostName, isUnnamed } from '../state/join-name.ts';
import { joinedProfile, leftToChoose, problemsOfJoined } from '../state/join-profile.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { renderProblemLines } from '../state/render-event.ts';
import { secureWire } from '../system/secure-wire.ts';
import type { SecureWire } from '../system/system.ts';
import { chooseProfile } from './choose-profile.ts';
import type { CliIo, Verb } from './cli-io.ts';
import { readJoinCode, terminalLines } from './join-code-input.ts';
import { runOffer } from './join-offer.ts';
import { parseOptions, usageProblem } from './parse-options.ts';
import { untilAskedToStop } from './stop-signal.ts';

const help = `Usage: mayfly join offer [--for server|client] [--minutes 15] [--address A]
                         [--port N] [--profile F] [--json]
       mayfly join [CODE] [--name NAME] [--out F] [--yes] [--json]

  offer   on a member: shows a code that is good once, and waits for its node
  CODE    on the node that joins: asks that member and writes a profile with
          the cluster's part, for you to choose this node's disks in. Without
          CODE it is read from standard input; on a terminal, group by group

  --for       what joins; a client is given no secret of the cluster
  --name      host name of the joining node, where its profile has none
  --out       where the profile is written; ${joinPaths.joined}
  --yes       replace that file

Exit status: 0 joined, 1 not.
`;

export const createJoinVerb =
  (wire: SecureWire): Verb =>
  async (args, io) => {
    const parsed = parseOptions(args, {
      for: { type: 'string' },
      minutes: { type: 'string' },
      address: { type: 'string' },
      port: { type: 'string' },
      profile: { type: 'string' },
      name: { type: 'string' },
      out: { type: 'string' },
      yes: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    });
    if (!parsed.ok) return refuse(io, [parsed.problem]);
    const { values, positionals } = parsed.value;
    if (values.help === true) {
      io.out(help);
      return 0;
    }
    if (positionals[0] !== 'offer') return join(io, wire, positionals, values);
    if (positionals.length > 1) return refuse(io, [usageProblem('offer takes no arguments')]);
    const stop = untilAskedToStop('stop');
    try {
      return await runOffer(io, wire, values, stop.signal);
    } finally {
      stop.end();
    }
  };

export const runJoin: Verb = createJoinVerb(secureWire);

type JoinArguments = {
  readonly name?: string | undefined;
  readonly out?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
};

const join = async (
  io: CliIo,
  wire: SecureWire,
  words: readonly string[],
  { name, out, yes = false, json = false }: JoinArguments,
): Promise<number> => {
  const path = out === undefined ? joinPaths.joined : absolute(out);
  // Before the code is used up for it.
  if (!yes && out !== undefined && (await io.system.stat(path)) !== undefined) return refuse(io, [exists(path)]);
  const own = await ownProfile(io);
  if (!own.ok) return refuse(io, [own.problem]);
  const hostname = await ownName(io, own.value, name);
  if (!hostname.ok) return refuse(io, [hostname.problem]);
  const code = parseJoinCode(await codeText(io, words));
  if (!code.ok) return refuse(io, [code.problem]);

  const joined = await takeJoin(io.system, wire, { code: code.value, hostname: hostname.value, own: own.value });
  if (!joined.ok) return refuse(io, [joined.problem]);
  const profile = joinedProfile(own.value, joined.value);
  const left = [...leftToChoose(profile, joined.value.kind), ...problemsOfJoined(profile).map(inWords)];
  const problem = await writeProfile(
    io.system,
    path,
    profile,
    remarksFor(joined.value, left),
    yes || out === undefined,
  );
  if (problem !== undefined) return refuse(io, [problem]);
  if (json) io.out(`${JSON.stringify({ version: 1, joined: true, profile: path, left })}\n`);
  else io.out(farewell(joined.value, path, left));
  return 0;
};

/** A node without a profile is the usual one here; one whose profile is not valid must not lose it. */
const ownProfile = async (io: CliIo): Promise<Result<Profile | undefined>> => {
  const chosen = await chooseProfile(io, undefined);
  if (chosen.ok) return chosen;
  const [problem] = chosen.problem;
  return problem.code === 'profile/none' ? ok(undefined) : fail(problem);
};

const ownName = async (io: CliIo, own: Profile | undefined, named: string | undefined): Promise<Result<string>> => {
  const name = named ?? own?.node?.hostname ?? (await io.system.readText('/proc/sys/kernel/hostname'))?.trim() ?? '';
  if (isUnnamed(name)) return fail(noName);
  return isHostName(name) ? ok(name) : fail(usageProblem(`${name} is no host name`));
};

const noName: Problem = {
  code: 'join/no-name',
  summary: 'this node has no name of its own yet, and members know each other by name',
  remedy: 'Give it one: `mayfly join --name stor-04`',
};

const codeText = async (io: CliIo, words: readonly string[]): Promise<string> => {
  if (words.length > 0 && words[0] !== '-') {
    io.err('The code is in the history of this shell now; it is good once, so nobody gains by it once it is used.\n');
    return words.join(' ');
  }
  if (!io.interactive) return io.readStdin();
  return (await readJoinCode({ lines: terminalLines(), say: io.out })) ?? '';
};

const inWords = ({ path, summary, remedy }: Problem): string => `${path ?? ''}: ${summary}; ${remedy}`;

const remarksFor = ({ from }: JoinBundle, left: readonly string[]): readonly string[] => [
  `The part \`cluster\` is from ${from.hostname} (${from.address}), by a join code.`,
  ...(left.length === 0 ? [] : ['Left to choose:', ...left.map((line) => `  ${line}`)]),
];

const farewell = ({ cluster, kind, from }: JoinBundle, path: string, left: readonly string[]): string => {
  const what = isJoinable(cluster) ? clusterIdentity(cluster) : 'the cluster';
  const todo = left.length === 0 ? '' : `\nLeft to choose in it:\n${left.map((line) => `    ${line}\n`).join('')}`;
  return `${from.hostname} lets this node join ${what} as a ${kind}. Nothing is changed here yet:
its profile is in ${path} (secrets included, for root alone).
${todo}
    mayfly plan --profile ${path}
    mayfly apply --profile ${path}
    mayfly profile commit < ${path}
`;
};

const isJoinable = (cluster: JoinBundle['cluster']): cluster is JoinableCluster => cluster.filesystem !== 'none';

const absolute = (path: string): string => (path.startsWith('/') ? path : `${process.cwd()}/${path}`);

const refuse = (io: CliIo, problems: readonly Problem[]): number => {
  for (const problem of problems) io.err(renderProblemLines(problem));
  return 1;
};
