import { defineConfig } from 'vitest/config';

// `unit`, `screens` and `pty` need no root; `system` and `clusters` (of GlusterFS and Ceph) need root; `vm` needs the built image and QEMU; `nightly` too, and hours.
// A VM test is tried once more: an emulated serial line was seen to stop in mid-line once in some forty boots, cause unknown.
// The runner reports what needed its second try.
const project = (name: string, testTimeout: number, fileParallelism: boolean, retry = 0) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.{ts,tsx}`],
    testTimeout,
    hookTimeout: testTimeout,
    fileParallelism,
    retry,
    env: { CI: 'false', FORCE_COLOR: '1', TZ: 'UTC' },
  },
});

export default defineConfig({
  test: {
    // One processor fewer unless told: on two, that leaves one at rest.
    maxWorkers: '100%',
    projects: [
      project('unit', 15_000, true),
      project('screens', 15_000, true),
      project('pty', 60_000, false),
      project('system', 180_000, false),
      project('clusters', 180_000, false),
      // A booting machine keeps two processors busy: two at once take more than twice as long.
      project('vm', 600_000, false, 1),
      project('nightly', 600_000, false, 1),
    ],
  },
});
