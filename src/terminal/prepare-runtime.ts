// Loads Ink in the surroundings that it needs, and puts them back before anything else can see them.

/** Names that chalk reads once, when it is first imported. */
const colourVariables = ['FORCE_COLOR', 'NO_COLOR'] as const;

/**
 * `const { runConsole } = await withInkRuntime(() => import('./app/run-console.tsx'));`
 *
 * Everything that imports ink must be reached only through such an `import()`: a static import, anywhere above, runs first.
 * In a single-file bundle esbuild keeps the `import()` lazy, so this works there as well.
 *
 * - chalk at level 0 would drop bold and inverse too, so it always gets 16 colours; the line output takes colour away.
 *   The variable is gone again afterwards, so shells and commands started from the console keep the operator's own.
 * - yoga loads its WASM by `fetch('data:…')` where there is a fetch, which pulls in all of undici: 20 ms and 10 MB.
 */
export const withInkRuntime = async <T>(load: () => Promise<T>): Promise<T> => {
  const before = colourVariables.map((name) => [name, process.env[name]] as const);
  const fetchProperty = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  delete process.env.NO_COLOR;
  process.env.FORCE_COLOR = '1';
  Reflect.deleteProperty(globalThis, 'fetch');
  try {
    return await load();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    if (fetchProperty !== undefined) Object.defineProperty(globalThis, 'fetch', fetchProperty);
  }
};
