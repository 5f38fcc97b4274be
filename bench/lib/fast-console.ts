// The console as it is, only that a second lasts as long as the machine needs for a frame: what 10,000 seconds leave behind, in a minute.
// Says in the file named by MAYFLY_BENCH_DONE when 10,000 readings were drawn.
import { writeFileSync } from 'node:fs';
import { createHost } from '../../src/system/host.ts';
import { createRehearsal, rehearsalWire } from '../../src/system/rehearsal.ts';
import type { System } from '../../src/system/system.ts';
import { withInkRuntime } from '../../src/terminal/prepare-runtime.ts';

const frames = 10_000;
let readings = 0;

const host = createHost();
const counting: System = {
  ...createRehearsal(host),
  readText: (path) => {
    if (path === '/proc/uptime') {
      readings += 1;
      if (readings === frames) writeFileSync(process.env.MAYFLY_BENCH_DONE ?? '/dev/null', `${readings}\n`);
    }
    return host.readText(path);
  },
};

const { runConsoleOn } = await withInkRuntime(() => import('../../src/app/run-console.tsx'));
await runConsoleOn({
  system: counting,
  wire: rehearsalWire,
  rehearsal: true,
  line: {},
  stdin: process.stdin,
  stdout: process.stdout,
  env: process.env,
  statusEveryMs: 0,
  onBug: (error) => {
    throw error;
  },
});
process.exit();
