// A plan as people read it at 80 columns.
import { expect, it } from 'vitest';
import { change } from '../../src/state/change.ts';
import type { Plan } from '../../src/state/plan.ts';
import { renderPlan } from '../../src/state/render-plan.ts';

const plan = (steps: Plan['steps']): Plan => ({ version: 1, profileDigest: 'd', steps });

it('shows existing -> new, long ones below each other, data loss in capitals', () => {
  const long = change(
    'update',
    'link ens3',
    '10.0.0.2/24, default via 10.0.0.1, MTU 1500',
    '10.20.0.11/24, fd00:20::11/64, default via 10.20.0.1, 10.9.0.0/16 via 10.20.0.9, MTU 9000',
  );
  const text = renderPlan(
    plan([
      {
        id: 'identity',
        title: 'Set hostname',
        verdict: { kind: 'drifted', changes: [change('update', 'hostname', 'old', 'stor-01')] },
      },
      { id: 'network', title: 'Set links', verdict: { kind: 'drifted', changes: [long] } },
      {
        id: 'storage',
        title: 'Disks',
        verdict: { kind: 'drifted', changes: [{ ...change('run', 'disk S1', 'ext4', 'xfs'), destroysData: true }] },
      },
      { id: 'time', title: 'Time', verdict: { kind: 'converged' } },
    ]),
  );
  expect(text).toBe(`identity: Set hostname
  ~ hostname: old -> stor-01

network: Set links
  ~ link ens3
      10.0.0.2/24, default via 10.0.0.1, MTU 1500
   -> 10.20.0.11/24, fd00:20::11/64, default via 10.20.0.1, 10.9.0.0/16 via
      10.20.0.9, MTU 9000

storage: Disks
  > disk S1: ext4 -> xfs
      DESTROYS THE DATA ON IT

3 changes.
`);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

it('says that nothing is to do, or that nothing can be done', () => {
  expect(renderPlan(plan([]))).toBe('Nothing to do: this node is as its profile says.\n');
  const blocked = renderPlan(
    plan([
      {
        id: 'packages',
        title: 'Packages',
        verdict: { kind: 'blocked', problem: { code: 'a/b', summary: 'no', remedy: 'do', path: 'packages' } },
      },
    ]),
  );
  expect(blocked).toBe(
    'packages: Packages\n  ! a/b: no\n    in the profile: packages\n    do\n\n1 step blocked: nothing can be applied.\n',
  );
});
