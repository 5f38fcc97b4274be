import { defineConfig } from 'vitest/config';

// `unit`, `screens` and `pty` need no root; `system` needs root; `vm` needs the built image and QEMU.
const project = (name: string, testTimeout: number, fileParallelism: boolean) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.{ts,tsx}`],
    testTimeout,
    hookTimeout: testTimeout,
    fileParallelism,
    env: { CI: 'false', FORCE_COLOR: '1' },
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 15_000, true),
      project('screens', 15_000, true),
      project('pty', 60_000, false),
      project('system', 180_000, false),
      project('vm', 600_000, false),
    ],
  },
});
