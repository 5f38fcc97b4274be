// A machine that can be read and that refuses every change, so that a rehearsal is another System and never an `if`.
import { type Problem, renderProblem } from '../state/problem.ts';
import type { SecureWire, System } from './system.ts';

/** What a rehearsal answers to a change: thrown, because nothing that reads may end here. */
export class RehearsalRefusal extends Error {
  override readonly name = 'RehearsalRefusal';
  readonly problem: Problem;

  constructor(what: string) {
    const problem: Problem = {
      code: 'rehearsal/refused',
      summary: `Rehearsal: ${what} was not done`,
      remedy: 'Start without --rehearse to change this machine',
    };
    super(renderProblem(problem));
    this.problem = problem;
  }
}

const refuse = (what: string): Promise<never> => Promise.reject(new RehearsalRefusal(what));

export const createRehearsal = (host: System): System => ({
  readText: host.readText,
  list: host.list,
  stat: host.stat,
  readLink: host.readLink,
  statFilesystem: host.statFilesystem,
  watch: host.watch,
  query: host.query,
  writeText: (path) => refuse(`writing ${path}`),
  createText: (path) => refuse(`making ${path}`),
  writeKernel: (path) => refuse(`writing ${path}`),
  appendText: (path) => refuse(`appending to ${path}`),
  remove: (path) => refuse(`removing ${path}`),
  makeDirectory: (path) => refuse(`making directory ${path}`),
  link: (_target, path) => refuse(`linking ${path}`),
  run: (command) => refuse(`running ${command[0]}`),
  lock: (path) => refuse(`locking ${path}`),
});

/** To ask a member uses its code up there. */
export const rehearsalWire: SecureWire = {
  serve: ({ address }) => refuse(`listening on ${address}`),
  ask: ({ address }) => refuse(`asking ${address}`),
};
