// Random keys over the whole program, and what holds all the time: `node bench/random-keys.ts --keys 1000000 --seed 1`.
// The same seed presses the same keys; `--part N` walks only that part again. `--drawn` has every frame drawn by Ink on an emulated terminal.
import './lib/load-tsx.ts';
import { parseArgs } from 'node:util';
import { walkDrawn } from '../test/helpers/random/drawn-walk.ts';
import { walkSessions } from '../test/helpers/random/session-walk.ts';
import { machineLine } from './machine.ts';

const { values } = parseArgs({
  options: { keys: { type: 'string' }, seed: { type: 'string' }, part: { type: 'string' }, drawn: { type: 'boolean' } },
});
const wanted = Number(values.keys ?? 1_000_000);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const keysPerPart = values.drawn === true ? 500 : 5_000;
const only = values.part === undefined ? undefined : Number(values.part);

let keys = 0;
let frames = 0;
let disconnects = 0;
const places = new Map<string, number>();
const findings: string[] = [];
const begun = performance.now();
for (let part = only ?? 0; keys < wanted && (only === undefined || part === only); part++) {
  const walk = await (values.drawn === true ? walkDrawn : walkSessions)({
    seed,
    part,
    keys: Math.min(keysPerPart, wanted - keys),
  });
  keys += walk.keys;
  frames += walk.frames;
  disconnects += walk.disconnects;
  for (const [place, count] of walk.places) places.set(place, (places.get(place) ?? 0) + count);
  findings.push(...walk.findings);
  for (const finding of walk.findings) process.stdout.write(`FOUND: ${finding}\n`);
  if (findings.length >= 10) break;
}
const seconds = (performance.now() - begun) / 1000;
process.stdout.write(`${machineLine()}\n\n`);
process.stdout.write(
  `${keys} keys, seed ${seed}: ${frames} frames drawn, ${disconnects} lines lost, ${findings.length} findings, ${seconds.toFixed(0)} s\n`,
);
for (const [place, count] of [...places].sort(([, one], [, other]) => other - one))
  process.stdout.write(`${count} × ${place}\n`);
process.exit(findings.length === 0 ? 0 : 1);
