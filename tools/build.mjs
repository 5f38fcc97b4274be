// Bundles the program into one file, dist/mayfly.mjs, for the launcher and for the appliance.
import { chmod, mkdir, rename } from 'node:fs/promises';
import { build } from 'esbuild';
import { bundle } from './bundle.mjs';

const finished = `${bundle.absWorkingDir}${bundle.outfile}`;
// Renamed over the old one, so that a program that starts meanwhile never finds half a bundle.
const half = `dist/.mayfly-${process.pid}.mjs`;
await mkdir(`${bundle.absWorkingDir}dist`, { recursive: true });
await build({ ...bundle, outfile: half });
await chmod(`${bundle.absWorkingDir}${half}`, 0o755);
await rename(`${bundle.absWorkingDir}${half}`, finished);
