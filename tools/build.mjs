// Bundles the program into one file, dist/mayfly.mjs, for the launcher and for the appliance.
// `node tools/build.mjs [ENTRY OUTFILE]`: a bench bundles its own beginning in the same way.
import { chmod, mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { build } from 'esbuild';
import { bundle } from './bundle.mjs';

const [entry = bundle.entryPoints[0], outfile = bundle.outfile] = process.argv.slice(2);
const finished = `${bundle.absWorkingDir}${outfile}`;
// Renamed over the old one, so that a program that starts meanwhile never finds half a bundle.
const half = `${dirname(outfile)}/.mayfly-${process.pid}.mjs`;
await mkdir(dirname(finished), { recursive: true });
await build({ ...bundle, entryPoints: [entry], outfile: half });
await chmod(`${bundle.absWorkingDir}${half}`, 0o755);
await rename(`${bundle.absWorkingDir}${half}`, finished);
