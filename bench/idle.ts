// What a screen that nobody touches costs: processor time over a minute at one reading a second, memory then, and memory after 10,000 frames.
// `node bench/idle.ts [SECONDS]` prints a Markdown table; all programs run in the same minutes, side by side.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Cost, type Memory, type Running, type Subject, start, whyNot } from './lib/subject.ts';
import { mayflyConsole, others, root } from './lib/subjects.ts';

const seconds = Number(process.argv[2] ?? 60);
/** The opening is over and what has a pace of its own has answered once. */
const settleMs = 10_000;

const everySecond: Readonly<Record<string, string>> = { htop: 'htop -d 10', btop: 'btop --utf-force', top: 'top -d 1' };
const variants = process.argv.slice(3).map((text) => {
  const at = text.indexOf('=');
  return mayflyConsole(text.slice(0, at), text.slice(at + 1));
});
const watched: readonly Subject[] = [
  mayflyConsole(),
  ...variants,
  ...others.flatMap((subject) => {
    const command = everySecond[subject.name];
    return command === undefined ? [] : [{ ...subject, command }];
  }),
];

type Row = { readonly name: string; readonly cost: Cost; readonly memory: Memory; readonly written: number };

const watch = async ({ name }: Subject, running: Running): Promise<Row> => {
  await pause(settleMs);
  const [before, bytes] = [running.cost(), running.written()];
  await pause(seconds * 1000);
  const after = running.cost();
  const memory = running.memory();
  const cost = {
    user: after.user - before.user,
    system: after.system - before.system,
    children: after.children - before.children,
  };
  return { name, cost, memory, written: running.written() - bytes };
};

const out = `${root}build/bench`;
/** What the launcher gives the runtime. */
const consoleFlags = /^flags='([^']*)'/m.exec(readFileSync(`${root}bin/mayfly`, 'utf8'))?.[1] ?? '';
const done = `${out}/done`;

/** Undefined where the console itself cannot be measured. */
const afterManyFrames = async (): Promise<Memory> => {
  mkdirSync(out, { recursive: true });
  rmSync(done, { force: true });
  const tool = `${root}tools/build.mjs`;
  const built = spawnSync(process.execPath, [tool, 'bench/lib/fast-console.ts', 'build/bench/fast-console.mjs']);
  if (built.status !== 0) throw new Error(String(built.stderr));
  const fast = mayflyConsole('fast', `${root}node_modules/.bin/node ${consoleFlags} ${out}/fast-console.mjs`);
  const running = await start(fast, { MAYFLY_BENCH_DONE: done });
  try {
    while (!existsSync(done)) await pause(200);
    return running.memory();
  } finally {
    await running.stop();
  }
};

const skipped = watched.flatMap((subject) => {
  const why = whyNot(subject);
  return why === undefined ? [] : [`${subject.name}: skipped, ${why}`];
});
const subjects = watched.filter((subject) => whyNot(subject) === undefined);
const running: [Subject, Running][] = [];
for (const subject of subjects) running.push([subject, await start(subject)]);
const rows = await Promise.all(running.map(([subject, one]) => watch(subject, one)));
for (const [, one] of running) await one.stop();

process.stdout.write(`${seconds} s at one reading a second, 80×24, after ${settleMs / 1000} s to settle.\n\n`);
process.stdout.write(
  '| program | user ms/s | system ms/s | its commands ms/s | % of a core | B/s to the line | RSS MiB | PSS MiB |\n|---|---:|---:|---:|---:|---:|---:|---:|\n',
);
for (const { name, cost, memory, written } of rows) {
  const figures = [cost.user, cost.system, cost.children].map((ms) => ms / seconds);
  const share = figures.reduce((sum, ms) => sum + ms, 0) / 10;
  const columns = [
    ...figures.map((ms) => ms.toFixed(2)),
    share.toFixed(2),
    (written / seconds).toFixed(0),
    memory.rss.toFixed(1),
    memory.pss.toFixed(1),
  ];
  process.stdout.write(`| ${name} | ${columns.join(' | ')} |\n`);
}
if (subjects[0] === watched[0]) {
  const { rss, pss } = await afterManyFrames();
  process.stdout.write(`\nAfter 10,000 frames: RSS ${rss.toFixed(1)} MiB, PSS ${pss.toFixed(1)} MiB.\n`);
}
for (const line of skipped) process.stdout.write(`\n${line}\n`);
