// The table of commands: which module answers which verb, loaded only when asked for, and the usage text.
import type { Verb } from './cli-io.ts';

type Load = () => Promise<Verb>;

export const verbs: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['console', async () => (await import('./console.ts')).runConsole],
  ['plan', async () => (await import('./plan.ts')).runPlan],
  ['apply', async () => (await import('./apply.ts')).runApply],
  ['configure', async () => (await import('./configure.ts')).runConfigure],
  ['pull', async () => (await import('./pull.ts')).runPull],
  ['status', async () => (await import('./status.ts')).runStatus],
  ['profile', async () => (await import('./profile.ts')).runProfile],
  ['join', async () => (await import('./join.ts')).runJoin],
  ['network', async () => (await import('./network.ts')).runNetwork],
  ['zram', async () => (await import('./zram.ts')).runZram],
  ['bundle', async () => (await import('./bundle.ts')).runBundle],
  ['lustre', async () => (await import('./lustre.ts')).runLustre],
  ['image', async () => (await import('./image.ts')).runImage],
]);

export const usage = `Usage: mayfly [COMMAND] [OPTIONS]

  console      the console on this terminal (the default)
                 --rehearse          read this machine, change nothing
                 --glyphs ascii|unicode   --colour always|never|auto
                 --line | --screen   numbered prompts, or the full screen
  plan         show what apply would change        [--profile F|-] [--json]
  apply        bring this node to its profile      [--profile F|-] [--yes] [--json] [--resume]
  configure    find this node's profile and apply it unattended (what boot does)
  pull         ask the sources again, and apply what is new
  status       one reading of this node            [--json] [--watch]
  profile      check F | schema | show | export | import | commit
  join         join a cluster by a code; offer shows one on a member
  network      confirm | revert
  zram         grow | trim | limit | compact | recompress
  bundle       one file for whoever helps, without secrets [--out F | --serial]
  lustre       writeconf, with the whole filesystem stopped
  image        build | boot | verify | start       (on a workstation)

Exit status: plan 0 nothing to do, 2 changes, 1 error; apply 0 converged, 1 failed,
3 refused; status 0 healthy, 1 not, 4 unknown; profile check 0 valid, 1 invalid.
\`mayfly COMMAND --help\` says more.
`;
