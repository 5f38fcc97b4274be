// `mayfly network confirm|revert`: keeps or takes back a network change that is provisional.
import { confirmNetwork, revertNetwork } from '../actions/network-provisional.ts';
import { renderProblemLines } from '../state/render-event.ts';
import type { Verb } from './cli-io.ts';

const help = `Usage: mayfly network confirm | revert

  confirm   keep the network settings that are provisional now
  revert    take the last network change back and check that the old settings
            have returned

Exit status: 0 done, 1 there was nothing to do it to, or it failed.
`;

export const runNetwork: Verb = async (args, io) => {
  const [verb, ...rest] = args;
  if (verb === '--help' || verb === '-h') {
    io.out(help);
    return 0;
  }
  if ((verb !== 'confirm' && verb !== 'revert') || rest.length > 0) {
    io.err(help);
    return 1;
  }
  const done = verb === 'confirm' ? await confirmNetwork(io.system) : await revertNetwork(io.system);
  if (!done.ok) {
    io.err(renderProblemLines(done.problem));
    return 1;
  }
  io.out(verb === 'confirm' ? 'The new network settings stay.\n' : 'The settings of before are back, and checked.\n');
  return 0;
};
