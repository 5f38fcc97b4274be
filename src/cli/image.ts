// `mayfly image build|boot|start|verify`: what a workstation does with the appliance's image.
import { join, resolve } from 'node:path';
import { bootImage } from '../image/boot-image.ts';
import { bootOptionTable, readBootOptions } from '../image/boot-options.ts';
import { buildImage } from '../image/build-image.ts';
import { buildOptionTable, readBuildOptions } from '../image/build-options.ts';
import { findProject, type Project } from '../image/project.ts';
import { bootRequirements, buildRequirements, ensureInstalled } from '../image/requirements.ts';
import { verifyImage } from '../image/verify-image.ts';
import { ok, type Problem, type Result, renderProblem } from '../state/problem.ts';
import { parseOptions } from './parse-options.ts';

const usage = `Usage: mayfly image build [BUILD OPTIONS]      builds the image where its inputs changed
       mayfly image boot [BOOT OPTIONS]        boots the built image in a virtual machine
       mayfly image start [BOTH]               both: what npm start does
       mayfly image verify [DIR]               checks a built image against its manifest

Boot options (npm start -- …):
  --memory SIZE           2GiB unless told; the base image needs 1.5GiB
  --cpus N                2 unless told
  --disk SIZE[,serial=S]  an empty disk that keeps what is written (repeatable)
  --nic user|lan:NAME     user: out through this machine; lan:NAME joins the machines of this
                          host that name it on an isolated switch (repeatable)
  --forward HOSTPORT:PORT this machine's port to the node's, over --nic user (repeatable)
  --config-disk DIR       a config partition made from that folder, label and marker
                          added; kept between boots until the folder changes
  --append 'ARGS'         more kernel arguments
  --accel auto|kvm|tcg    auto proves hardware virtualisation before it trusts it
  --name NAME             mayfly unless told; several can run at once
  --headless              no terminal: prints the path of the serial line's unix socket
  Ctrl-] leaves the machine and switches it off.

Build options:
  --with gluster,ceph,git,podman
                          cluster filesystems to carry, git for profiles, podman
                          for config packages that are containers
  --kernel amd64|cloud    cloud: smaller, for virtual machines only
  --suite NAME            trixie unless told
  --mirror URI            this machine's own Debian mirror unless told
  --security-mirror URI
  --level 1..19           how hard zstd packs the root and its squashfs, 9 unless told
  --no-fallback           leave out root.squashfs, which machines boot whose memory
                          is too small for a zram root
  --profile-key FILE      take only profiles that a key in FILE signed (see
                          mayfly profile keygen, sign)
  --refresh               ask the mirror for news now; it is asked once a day
  --measure, --no-measure measure zram bytes per algorithm in a virtual machine
                          (build does, start does not)
  --out DIR               build/image unless told
`;

const out = (line: string): void => void process.stderr.write(`${line}\n`);

export const runImage = async (args: readonly string[]): Promise<number> => {
  const [verb, ...rest] = args;
  if (verb === undefined || verb === '--help' || verb === 'help' || rest.includes('--help')) {
    process.stdout.write(usage);
    return verb === undefined ? 1 : 0;
  }
  const result = await run(verb, rest);
  if (result.ok) return result.value;
  out(`mayfly: ${renderProblem(result.problem)}`);
  return 1;
};

const run = async (verb: string, args: readonly string[]): Promise<Result<number>> => {
  const project = findProject();
  if (!project.ok) return project;
  switch (verb) {
    case 'build':
    case 'boot':
    case 'start':
      return await buildOrBoot(verb, args, project.value);
    case 'verify':
      return ok(await verify(resolve(args[0] ?? join(project.value.build, 'image'))));
    default:
      return {
        ok: false,
        problem: {
          code: 'cli/usage',
          summary: `There is no \`mayfly image ${verb}\``,
          remedy: 'See mayfly image --help',
        },
      };
  }
};

/** Where the image is concerns booting as well. */
const { out: _, ...buildOnlyTable } = buildOptionTable;

const buildOrBoot = async (
  verb: 'build' | 'boot' | 'start',
  args: readonly string[],
  project: Project,
): Promise<Result<number>> => {
  const builds = verb !== 'boot';
  const boots = verb !== 'build';
  const parsed = parseOptions(args, { ...buildOptionTable, ...bootOptionTable });
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  const foreign = Object.keys(verb === 'build' ? bootOptionTable : verb === 'boot' ? buildOnlyTable : {});
  const extra = positionals[0] ?? Object.keys(values).find((name) => foreign.includes(name));
  if (extra !== undefined) return { ok: false, problem: surplus(extra) };
  // All of it is read before anything long begins.
  const buildOptions = readBuildOptions(values, join(project.build, 'image'), verb === 'build');
  if (!buildOptions.ok) return buildOptions;
  const bootOptions = readBootOptions(values, buildOptions.value.out);
  if (!bootOptions.ok) return bootOptions;

  const installed = await ensureInstalled(
    [...(builds ? buildRequirements : []), ...(boots || buildOptions.value.measure ? bootRequirements : [])],
    out,
  );
  if (!installed.ok) return installed;
  if (builds) {
    const built = await buildImage(buildOptions.value, project, out);
    if (!built.ok) return built;
    out(`Image ready: ${built.value.folder}`);
  }
  if (!boots) return ok(0);
  const leave = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => leave.abort());
  return await bootImage(bootOptions.value, project.build, out, leave.signal);
};

const verify = async (folder: string): Promise<number> => {
  const problems = await verifyImage(folder);
  for (const problem of problems) out(`mayfly: ${renderProblem(problem)}`);
  if (problems.length === 0) out(`${folder} is what its manifest says.`);
  return problems.length === 0 ? 0 : 1;
};

const surplus = (word: string): Problem => ({
  code: 'cli/usage',
  summary: `\`${word}\` is not understood`,
  remedy: 'See mayfly image --help',
});
