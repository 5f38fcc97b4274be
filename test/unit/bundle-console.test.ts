// What the console pulls in before its first frame: nothing that only another verb or a rare probe needs.
import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** Files that are read before the first statement of the console runs: the entry and what it imports other than by `import()`. */
const loadedAtStart = async (entry: string): Promise<readonly string[]> => {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    outdir: 'out',
    write: false,
    metafile: true,
    alias: { 'react-devtools-core': './tools/no-devtools.mjs' },
  });
  const seen = new Set<string>();
  const visit = (name: string): readonly string[] => {
    const output = metafile.outputs[name];
    if (output === undefined || seen.has(name)) return [];
    seen.add(name);
    const eager = output.imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path);
    return [...Object.keys(output.inputs), ...eager.flatMap(visit)];
  };
  const start = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry)?.[0] ?? '';
  return visit(start);
};

test('the console loads neither the image builder nor the inventory package', async () => {
  const files = await loadedAtStart('src/app/run-console.tsx');
  expect(files).toContain('src/app/session-loop.ts');
  expect(files.filter((file) => /src\/(?:image|cli)\/|systeminformation/.test(file))).toEqual([]);
});

test('a verb without a screen loads no Ink', async () => {
  const files = await loadedAtStart('src/main.ts');
  expect(files).toContain('src/cli/verbs.ts');
  expect(files.filter((file) => /node_modules\/(?:ink|react|yoga)|src\/(?:app|image|screens)\//.test(file))).toEqual(
    [],
  );
});
