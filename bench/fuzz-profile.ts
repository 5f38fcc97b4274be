// Mutated profiles by the million: `node bench/fuzz-profile.ts --runs 1000000 --seed 1`. What is found is printed with the seed that finds it again.
// Ctrl-C or SIGTERM ends it with what it came to; `--skip N` goes on after the first N of that seed.
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { validateProfile } from '../src/state/validate-profile.ts';
import { brokenLaw, type MutatedProfile, mutatedProfile } from '../test/helpers/random/mutated-profile.ts';
import { machineLine } from './machine.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string' }, seed: { type: 'string' }, skip: { type: 'string' } },
});
const wanted = Number(values.runs ?? 1_000_000);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const perPart = 10_000;
const skipped = Math.floor(Number(values.skip ?? 0) / perPart);

let texts = 0;
let accepted = 0;
let runs = 0;
const findings: string[] = [];
const judge = (mutated: MutatedProfile): string | undefined => {
  if (mutated.kind === 'text') texts += 1;
  else if (validateProfile(mutated.values).ok) accepted += 1;
  try {
    return brokenLaw(mutated);
  } catch (error) {
    return `it threw ${error instanceof Error ? error.stack : String(error)}`;
  }
};

const begun = performance.now();
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    stopped = true;
  });
for (let part = skipped; runs < wanted && findings.length < 10 && !stopped; part += 1) {
  const count = Math.min(perPart, wanted - runs);
  const result = fc.check(
    fc.property(mutatedProfile, (mutated) => judge(mutated) === undefined),
    { numRuns: count, seed: seed + part },
  );
  runs += count;
  // Signals are heard only here.
  await new Promise((resolve) => setImmediate(resolve));
  const example = result.counterexample?.[0];
  if (!result.failed || example === undefined) continue;
  findings.push(`seed ${seed + part}: ${judge(example)}\n${JSON.stringify(example)}`);
  process.stdout.write(`FOUND: ${findings.at(-1)}\n`);
}
const seconds = (performance.now() - begun) / 1000;
process.stdout.write(
  `${machineLine()}\n\n${runs} mutated profiles, seed ${seed}${skipped === 0 ? '' : ` after the first ${skipped * perPart}`}: ${texts} of them as text, ${accepted} of the others valid, ${findings.length} findings, ${seconds.toFixed(0)} s\n`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
