// Time and processor time from exec to the first complete frame, and the memory that the program then holds.
// `node bench/start.ts [RUNS]` prints a Markdown table; runs are interleaved, so that whatever else the machine does meets all alike.
import { median, type Running, type Subject, start, whyNot } from './lib/subject.ts';
import { bareNode, mayflyConsole, others } from './lib/subjects.ts';

const runs = Number(process.argv[2] ?? 9);
// Further consoles to compare, as NAME=COMMAND: another build, other flags.
const variants = process.argv.slice(3).map((text) => {
  const at = text.indexOf('=');
  return mayflyConsole(text.slice(0, at), text.slice(at + 1));
});

type Sample = { readonly ms: number; readonly cpu: number; readonly rss: number; readonly pss: number };

const sampleOf = (running: Running): Sample => {
  const { rss, pss } = running.memory();
  return { ms: running.firstFrameMs, cpu: running.scheduledMs() + running.cost().children, rss, pss };
};

const measured = new Map<Subject, Sample[]>();
const skipped: string[] = [];
for (const subject of [bareNode, mayflyConsole(), ...variants, ...others]) {
  const why = whyNot(subject);
  if (why === undefined) measured.set(subject, []);
  else skipped.push(`${subject.name}: skipped, ${why}`);
}

// The first round only warms the page cache.
for (let run = 0; run <= runs; run++) {
  for (const [subject, samples] of measured) {
    const running = await start(subject);
    const sample = sampleOf(running);
    await running.stop();
    if (run > 0) samples.push(sample);
  }
}

const medianOf = (samples: readonly Sample[], figure: keyof Sample): number =>
  median(samples.map((sample) => sample[figure]));
const bare = measured.get(bareNode) ?? [];
process.stdout.write(`Medians of ${runs} interleaved runs, 80×24.\n\n`);
process.stdout.write(
  '| program | ms to first frame | × bare node | CPU ms | RSS MiB | PSS MiB |\n|---|---:|---:|---:|---:|---:|\n',
);
for (const [{ name }, samples] of measured) {
  const [ms, cpu, rss, pss] = (['ms', 'cpu', 'rss', 'pss'] as const).map((figure) => medianOf(samples, figure));
  const ratio = (ms ?? Number.NaN) / medianOf(bare, 'ms');
  process.stdout.write(
    `| ${name} | ${ms?.toFixed(0)} | ${ratio.toFixed(1)} | ${cpu?.toFixed(0)} | ${rss?.toFixed(1)} | ${pss?.toFixed(1)} |\n`,
  );
}
for (const line of skipped) process.stdout.write(`\n${line}\n`);
