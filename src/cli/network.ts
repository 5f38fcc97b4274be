// `mayfly network confirm|revert`: keeps or takes back a network change that is provisional.
import { confirmNetwork, revertNetwork } from '../actions/network-provisional.ts';
import type { Result } from '../state/problem.ts';
import { renderProblemLines } from '../state/render-event.ts';
import type { System } from '../system/system.ts';
import type { Verb } from './cli-io.ts';

const help = `Usage: mayfly network confirm | revert [--unconfirmed]

  confirm   keep the network settings that are provisional now; refused while
            evidence is missing that they work
  revert    take the last network change back and check that the old settings
            have returned. --unconfirmed: because nobody confirmed, as systemd's
            timer does after 90 s

Exit status: 0 done, 1 there was nothing to do it to, or it failed.
`;

export const runNetwork: Verb = async (args, io) => {
  const words = args.join(' ');
  if (words === '--help' || words === '-h') {
    io.out(help);
    return 0;
  }
  const act = acts.get(words);
  if (act === undefined) {
    io.err(help);
    return 1;
  }
  const done = await act.run(io.system);
  if (!done.ok) {
    io.err(renderProblemLines(done.problem));
    return 1;
  }
  io.out(act.done);
  return 0;
};

type Act = { readonly run: (system: System) => Promise<Result<undefined>>; readonly done: string };

const returned = 'The settings of before are back, and checked.\n';
const acts: ReadonlyMap<string, Act> = new Map([
  ['confirm', { run: confirmNetwork, done: 'The new network settings stay.\n' }],
  ['revert', { run: (system: System) => revertNetwork(system, 'somebody'), done: returned }],
  ['revert --unconfirmed', { run: (system: System) => revertNetwork(system, 'timer'), done: returned }],
]);
