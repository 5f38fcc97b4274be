// How the program becomes one file, shared by the build and by `npm run dev`.
import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

export const bundle = {
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/mayfly.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  // A third less to parse at every start, which is what a start costs most.
  minify: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.MAYFLY_VERSION': JSON.stringify(version) },
  // Ink imports React's developer tools only when DEV is set; the appliance does without them.
  alias: { 'react-devtools-core': './tools/no-devtools.mjs' },
  // Some packages inside are CommonJS and call require().
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
};
