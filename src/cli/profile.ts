// `mayfly profile check|schema|show|export|commit`: everything about the profile that needs no console.
import { resolveProfile } from '../sources/resolve-profile.ts';
import { profileWarnings } from '../state/check-profile.ts';
import { parseProfile } from '../state/parse-profile.ts';
import type { Problem } from '../state/problem.ts';
import { profileJsonSchema } from '../state/profile-json-schema.ts';
import { profileLeaves } from '../state/profile-leaves.ts';
import { redactProfile, withoutSecrets } from '../state/redact-profile.ts';
import { renderProblemLines } from '../state/render-event.ts';
import { renderProfile } from '../state/render-profile.ts';
import { describeTransport } from '../state/resolved-profile.ts';
import { chooseProfile } from './choose-profile.ts';
import type { CliIo, Verb } from './cli-io.ts';
import { parseOptions, usageProblem } from './parse-options.ts';
import { commitFromInput } from './profile-commit.ts';

const help = `Usage: mayfly profile COMMAND

  check F|- [--json]        every problem of a profile, with its path
  schema                    its JSON Schema, for editors
  show [--json]             what the sources give this node now, with the layer
                            that set each value; secrets read (set)
  export [--with-secrets]   the profile of this node as YAML
  commit [--json]           saves the profile on standard input to the config
                            partition, where the next boot finds it

Exit status: 0, or 1 when it is not valid, there is none, or it is not saved.
`;

export const runProfile: Verb = async (args, io) => {
  const parsed = parseOptions(args, {
    json: { type: 'boolean' },
    'with-secrets': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (!parsed.ok) return refuse(io, [parsed.problem]);
  const { values, positionals } = parsed.value;
  const [command, file, ...more] = positionals;
  if (values.help === true) {
    io.out(help);
    return 0;
  }
  const json = values.json === true;
  if (command === 'check' && file !== undefined && more.length === 0) return check(io, file, json);
  if (command === 'check') return refuse(io, [usageProblem('check needs one file, or - for standard input')]);
  if (file !== undefined) return refuse(io, [usageProblem(`${command ?? ''} takes no arguments`)]);
  if (command === 'schema') return print(io, profileJsonSchema());
  if (command === 'show') return show(io, json);
  if (command === 'export') return exportProfile(io, values['with-secrets'] === true);
  if (command === 'commit') return commitFromInput(io, json);
  io.err(help);
  return 1;
};

const check = async (io: CliIo, file: string, json: boolean): Promise<number> => {
  const path = file.startsWith('/') ? file : `${process.cwd()}/${file}`;
  const text = file === '-' ? await io.readStdin() : await io.system.readText(path);
  if (text === undefined) return refuse(io, [noFile(path)]);
  const parsed = parseProfile(text);
  const problems = parsed.ok ? [] : parsed.problem;
  const warnings = parsed.ok ? profileWarnings(parsed.value) : [];
  if (json) print(io, { version: 1, valid: parsed.ok, problems, warnings });
  else {
    for (const problem of [...problems, ...warnings]) io.out(renderProblemLines(problem));
    const many = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
    const told = warnings.length === 0 ? '' : ` (${many(warnings.length, 'warning')})`;
    io.out(parsed.ok ? `Valid${told}.\n` : `Not valid: ${many(problems.length, 'problem')}.\n`);
  }
  return parsed.ok ? 0 : 1;
};

const show = async (io: CliIo, json: boolean): Promise<number> => {
  const resolution = await resolveProfile(io.system);
  if (resolution.kind !== 'resolved') {
    const problems = resolution.kind === 'none' ? resolution.tried : resolution.problems;
    if (json) print(io, { version: 1, found: false, problems });
    else io.err(resolution.kind === 'none' ? 'No profile was found.\n' : 'The profile is not valid.\n');
    return json ? 1 : refuse(io, problems);
  }
  const { transport, provenance, stale, warnings } = resolution;
  const profile = redactProfile(resolution.profile);
  if (json) {
    const layers = Object.fromEntries(provenance);
    return print(io, { version: 1, found: true, transport, ...(stale && { stale }), profile, layers, warnings });
  }
  const leaves = profileLeaves(profile, provenance);
  const width = Math.max(...leaves.map(({ path }) => path.length));
  io.out(`# ${describeTransport(transport)}, revision ${transport.revision ?? 'unknown'}\n`);
  for (const { path, value, layer } of leaves) {
    io.out(`${(layer ?? 'n/a').padEnd(6)}  ${path.padEnd(width)}  ${value}\n`);
  }
  for (const problem of warnings) io.err(renderProblemLines(problem));
  return 0;
};

const exportProfile = async (io: CliIo, withSecrets: boolean): Promise<number> => {
  const chosen = await chooseProfile(io, undefined);
  if (!chosen.ok) return refuse(io, chosen.problem);
  const shared = withoutSecrets(chosen.value);
  if (!withSecrets && shared !== chosen.value) {
    io.err('The password hash is left out; --with-secrets prints it too.\n');
  }
  io.out(renderProfile(withSecrets ? chosen.value : shared));
  return 0;
};

const print = (io: CliIo, value: unknown): number => {
  io.out(`${JSON.stringify(value, null, 2)}\n`);
  return 0;
};

const refuse = (io: CliIo, problems: readonly Problem[]): number => {
  for (const problem of problems) io.err(renderProblemLines(problem));
  return 1;
};

const noFile = (path: string): Problem => ({
  code: 'profile/no-file',
  summary: `there is no readable file ${path}`,
  remedy: 'check the path, or give - and the profile on standard input',
});
