// What is measured side by side: the console on Welcome and on the dashboard, the bare runtime, and what operators know.
import type { Subject } from './subject.ts';

export const root = new URL('../..', import.meta.url).pathname;
const node = `${root}node_modules/.bin/node`;

const last = (lines: readonly string[]): string => lines.at(-1) ?? '';
const shows =
  (...words: readonly string[]) =>
  (lines: readonly string[]) =>
    words.every((word) => lines.some((line) => line.includes(word)));

/** A profile in force, seen by this process only: the console then opens on the dashboard. */
const inForce = `mount -t tmpfs tmpfs /run/mayfly && cp ${root}examples/storage-gluster.yaml /run/mayfly/profile.yaml`;

export const bareNode: Subject = {
  name: 'bare node',
  command: `${node} -e 'process.stdout.write("ready"); setInterval(() => {}, 1e6)'`,
  ready: shows('ready'),
};

export const mayflyConsole = (name = 'mayfly console, dashboard', command = `${root}bin/mayfly`): Subject => ({
  name,
  command: `${command} console --rehearse`,
  // The last part that is known, and the footer.
  ready: (lines) => shows('Dashboard', 'Memory', 'F1')(lines),
  prepare: inForce,
});

export const others: readonly Subject[] = [
  { name: 'htop', command: 'htop', ready: (lines) => last(lines).includes('F10') },
  { name: 'btop', command: 'btop --utf-force', ready: shows('proc', 'mem', 'net', 'cpu') },
  { name: 'top', command: 'top', ready: shows('PID', 'COMMAND', 'load average') },
  {
    name: 'whiptail',
    command: 'whiptail --menu Welcome 20 70 10 one first two second',
    ready: shows('Welcome', 'second', '<Ok>'),
  },
];
