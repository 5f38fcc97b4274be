// `mayfly status`: one reading of everything that the dashboard shows, as text or as JSON.
import { setTimeout as pause } from 'node:timers/promises';
import { createStatusReader, patientMs } from '../probes/read-status.ts';
import { healthOf } from '../state/judge-status.ts';
import { renderStatus } from '../state/render-status.ts';
import type { Verb } from './cli-io.ts';

const usage = `Usage: mayfly status [--json] [--watch]
  --json    one JSON document, version 1 (docs/status.md); with --watch one a line
  --watch   again every second, until interrupted
Exit status: 0 healthy, 1 not, 4 unknown, 2 wrong usage.
`;

const exitCodes = { healthy: 0, unhealthy: 1, unknown: 4 } as const;

export const runStatus: Verb = async (args, io) => {
  if (args.includes('--help')) {
    io.out(usage);
    return 0;
  }
  const unknown = args.find((arg) => arg !== '--json' && arg !== '--watch');
  if (unknown !== undefined) {
    io.err(`mayfly status: unknown argument ${unknown}\n${usage}`);
    return 2;
  }
  const json = args.includes('--json');
  const watching = args.includes('--watch');
  const reader = createStatusReader(io.system, Date.now, watching ? undefined : patientMs);
  await reader.read();
  await reader.settled();
  for (;;) {
    const status = await reader.read();
    if (json) io.out(`${JSON.stringify(status, undefined, watching ? 0 : 2)}\n`);
    else io.out(`${renderStatus(status)}${watching ? '\n' : ''}`);
    if (!watching) return exitCodes[healthOf(status)];
    await pause(1_000);
  }
};
