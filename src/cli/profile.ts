// `mayfly profile check|schema|show|export|import|commit|keygen|sign`: everything about the profile that needs no console.
import { resolveProfile } from '../sources/resolve-profile.ts';
import { profileWarnings } from '../state/check-profile.ts';
import { ageWords } from '../state/judge-source.ts';
import { parseProfile } from '../state/parse-profile.ts';
import { renderPaste } from '../state/paste.ts';
import type { Problem } from '../state/problem.ts';
import { profileJsonSchema } from '../state/profile-json-schema.ts';
import { profileLeaves } from '../state/profile-leaves.ts';
import { describeCheckout, parsePullState, pullStatePath } from '../state/pull-state.ts';
import { redactProfile, withoutSecrets } from '../state/redact-profile.ts';
import { renderProblemLines } from '../state/render-event.ts';
import { renderProfile } from '../state/render-profile.ts';
import { describeTransport } from '../state/resolved-profile.ts';
import { chooseProfile } from './choose-profile.ts';
import type { CliIo, Verb } from './cli-io.ts';
import { parseOptions, usageProblem } from './parse-options.ts';
import { commitFromInput } from './profile-commit.ts';
import { importProfile } from './profile-import.ts';
import { prepareConfig } from './profile-prepare.ts';
import { makeKey, signPath } from './profile-sign.ts';

const help = `Usage: mayfly profile COMMAND

  check F|- [--json]        every problem of a profile, with its path
  schema                    its JSON Schema, for editors
  show [--json]             what the sources give this node now, with the layer
                            that set each value; secrets read (set)
  export [--with-secrets] [--paste | --json]
                            the profile of this node as YAML; as numbered lines
                            with checksums, to be pasted elsewhere; as JSON
  import [--commit | --out F] [--json]
                            takes such lines from standard input, whole or not at
                            all; saves them, writes F, or prints the YAML
  keygen FILE               makes a key to sign with, and prints what an image needs
                            to trust it (mayfly image build --profile-key)
  sign --key KEY --serial N PATH
                            signs a profile (PATH.sig), a folder with global/ and
                            node/, or a checkout of node/ (signature.json in it);
                            N never goes down
  prepare --device serial=SERIAL [--wipe SERIAL] [--profile F|-] [--json]
                            makes that disk the config partition and saves the
                            profile there; one that is not empty only with its
                            serial number typed, or named by --wipe
  commit [--json]           saves the profile on standard input to the config
                            partition, where the next boot finds it

Exit status: 0, or 1 when it is not valid, there is none, or it is not saved.
`;

export const runProfile: Verb = async (args, io) => {
  const parsed = parseOptions(args, {
    json: { type: 'boolean' },
    'with-secrets': { type: 'boolean' },
    paste: { type: 'boolean' },
    commit: { type: 'boolean' },
    out: { type: 'string' },
    device: { type: 'string' },
    wipe: { type: 'string' },
    profile: { type: 'string' },
    key: { type: 'string' },
    serial: { type: 'string' },
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
  if (command === 'keygen' && file !== undefined && more.length === 0) return makeKey(io, file);
  if (command === 'sign' && file !== undefined && more.length === 0)
    return signPath(io, { path: file, key: values.key, serial: values.serial });
  if (command === 'keygen' || command === 'sign') return refuse(io, [usageProblem(`${command} needs one path`)]);
  if (file !== undefined) return refuse(io, [usageProblem(`${command ?? ''} takes no arguments`)]);
  if (command === 'schema') return print(io, profileJsonSchema());
  if (command === 'show') return show(io, json);
  if (command === 'export')
    return exportProfile(io, values['with-secrets'] === true, json ? 'json' : values.paste === true ? 'paste' : 'yaml');
  if (command === 'import') return importProfile(io, { json, commit: values.commit === true, out: values.out });
  if (command === 'prepare')
    return prepareConfig(io, { device: values.device, wipe: values.wipe, named: values.profile, json });
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
  const checkouts = parsePullState(await io.system.readText(pullStatePath))?.checkouts ?? [];
  const profile = redactProfile(resolution.profile);
  if (json) {
    const layers = Object.fromEntries(provenance);
    return print(io, {
      version: 1,
      found: true,
      transport,
      ...(stale && { stale }),
      profile,
      layers,
      warnings,
      checkouts,
    });
  }
  const leaves = profileLeaves(profile, provenance);
  const width = Math.max(...leaves.map(({ path }) => path.length));
  io.out(`# ${describeTransport(transport)}, revision ${transport.revision ?? 'unknown'}\n`);
  if (stale !== undefined) io.out(`# ${ageWords(stale.ageMs)}\n`);
  for (const checkout of checkouts) io.out(`# ${describeCheckout(checkout)}\n`);
  for (const { path, value, layer } of leaves) {
    io.out(`${(layer ?? 'n/a').padEnd(6)}  ${path.padEnd(width)}  ${value}\n`);
  }
  for (const problem of warnings) io.err(renderProblemLines(problem));
  return 0;
};

const exportProfile = async (io: CliIo, withSecrets: boolean, form: 'yaml' | 'paste' | 'json'): Promise<number> => {
  const chosen = await chooseProfile(io, undefined);
  if (!chosen.ok) return refuse(io, chosen.problem);
  const shared = withoutSecrets(chosen.value);
  if (!withSecrets && shared !== chosen.value) {
    io.err('Secrets are left out (the password hash, keys of a cluster); --with-secrets prints them too.\n');
  }
  const profile = withSecrets ? chosen.value : shared;
  if (form === 'json') return print(io, { version: 1, withSecrets, profile });
  io.out(form === 'paste' ? renderPaste(renderProfile(profile)) : renderProfile(profile));
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
