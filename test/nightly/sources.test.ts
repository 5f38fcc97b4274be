// Where a node has its profile from, on the real image: one source after the other, and every way in which one can fail.
import { expect, test } from 'vitest';
import { sourcesMachine, steps } from '../helpers/sources-machine.ts';
import { whyNoVm } from '../helpers/vm.ts';

const take = sourcesMachine('all-sources');

test.skipIf(whyNoVm() !== undefined)(
  'every source of a profile, and each of them wrong or gone',
  { timeout: 1_800_000 },
  async () => {
    await take(Object.values(steps));
    expect.hasAssertions();
  },
);
