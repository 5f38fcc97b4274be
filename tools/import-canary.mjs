// Proves that the check of import directions works: plants violations in a copy and demands that each is reported.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const violations = [
  ['src/state/canary.ts', '../actions/action.ts'],
  ['src/state/canary-fs.ts', 'node:fs'],
  ['src/system/canary.ts', '../probes/zram.ts'],
  ['src/probes/canary.ts', '../system/host.ts'],
  ['src/actions/canary.ts', '../sources/config-partition.ts'],
  ['src/actions/canary-run.ts', 'execa'],
  ['src/actions/canary-tls.ts', 'node:tls'],
  ['src/sources/canary.ts', 'node:fs/promises'],
  ['src/terminal/canary.ts', 'node:child_process'],
  ['src/components/canary.ts', '../screens/welcome.tsx'],
  ['src/screens/canary.ts', '../actions/action.ts'],
  ['src/screens/canary-app.ts', '../app/keymap.ts'],
  ['src/app/canary.ts', 'systeminformation'],
  ['src/cli/canary.ts', 'execa'],
  ['src/image/canary.ts', '../screens/welcome.tsx'],
  ['src/line/canary.ts', '../screens/choice-screens.tsx'],
  ['src/line/canary-ink.ts', 'ink'],
  ['src/line/canary-probes.ts', '../probes/zram.ts'],
  ['src/screens/canary-line.ts', '../line/ask.ts'],
];
const permitted = [
  ['src/actions/allowed.ts', '../system/system.ts'],
  ['src/screens/allowed.ts', '../state/problem.ts'],
  ['src/line/allowed.ts', '../app/session-loop.ts'],
  ['src/line/allowed-screens.ts', '../screens/review.ts'],
];

const copy = mkdtempSync(join(tmpdir(), 'mayfly-canary-'));
let failures = 0;
try {
  const config = JSON.parse(readFileSync(`${root}biome.json`, 'utf8'));
  writeFileSync(join(copy, 'biome.json'), JSON.stringify({ ...config, vcs: { enabled: false } }));
  cpSync(`${root}package.json`, join(copy, 'package.json'));
  for (const [file, target] of [...violations, ...permitted]) {
    mkdirSync(join(copy, dirname(file)), { recursive: true });
    writeFileSync(join(copy, file), `import { canary } from '${target}';\ncanary();\n`);
  }
  const lint = (file) =>
    spawnSync(`${root}node_modules/.bin/biome`, ['lint', '--only=style/noRestrictedImports', file], {
      cwd: copy,
      encoding: 'utf8',
    });
  for (const [file, target] of violations) {
    const { stdout, stderr } = lint(file);
    if (!`${stdout}${stderr}`.includes('lint/style/noRestrictedImports')) {
      process.stderr.write(
        `import canary: ${file} importing ${target} was NOT reported: the check of directions is blind\n`,
      );
      failures += 1;
    }
  }
  for (const [file, target] of permitted) {
    const { status, stdout, stderr } = lint(file);
    if (status !== 0) {
      process.stderr.write(`import canary: ${file} importing ${target} must be allowed:\n${stdout}${stderr}\n`);
      failures += 1;
    }
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
if (failures > 0) process.exit(1);
process.stdout.write(
  `import canary: ${violations.length} planted violations reported, ${permitted.length} permitted imports pass\n`,
);
