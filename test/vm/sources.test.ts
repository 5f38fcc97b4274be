// Where a node has its profile from, on the real image: a web server, the config partition, the next source when one has nothing, and none.
// All the others, and every way in which one can fail: test/nightly/sources.test.ts.
import { expect, test } from 'vitest';
import { sourcesMachine, steps } from '../helpers/sources-machine.ts';
import { whyNoVm } from '../helpers/vm.ts';

const take = sourcesMachine('sources');

test.skipIf(whyNoVm() !== undefined)(
  'a profile comes from the sources in their order',
  { timeout: 1_200_000 },
  async () => {
    await take([steps.boot, steps.configPartition, steps.missingFile, steps.nothing]);
    expect.hasAssertions();
  },
);
