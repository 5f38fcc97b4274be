// A rehearsal reads and refuses every change, and nothing of the machine is touched by it.
import { expect, test } from 'vitest';
import { createRehearsal, RehearsalRefusal } from '../../src/system/rehearsal.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

test('reading works', async () => {
  const fake = createFakeSystem({ files: { '/etc/hostname': 'stor-01\n' }, commands: { 'ip -json': '[]' } });
  const rehearsal = createRehearsal(fake);
  expect(await rehearsal.readText('/etc/hostname')).toBe('stor-01\n');
  expect(await rehearsal.list('/etc')).toEqual(['hostname']);
  expect((await rehearsal.query(['ip', '-json', 'address'])).stdout).toBe('[]');
});

test('every change is refused as a problem and leaves no trace', async () => {
  const fake = createFakeSystem({ files: { '/etc/hostname': 'stor-01\n' }, commands: { reboot: '' } });
  const rehearsal = createRehearsal(fake);
  const attempts = [
    () => rehearsal.writeText('/etc/hostname', 'x'),
    () => rehearsal.writeKernel('/etc/hostname', 'x'),
    () => rehearsal.appendText('/etc/hostname', 'x'),
    () => rehearsal.remove('/etc/hostname'),
    () => rehearsal.makeDirectory('/new'),
    () => rehearsal.link('/etc/hostname', '/new'),
    () => rehearsal.run(['reboot']),
    () => rehearsal.lock('/run/lock'),
  ];
  for (const attempt of attempts) {
    const refusal = await attempt().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RehearsalRefusal);
    expect(refusal).toMatchObject({ problem: { code: 'rehearsal/refused' } });
  }
  expect(fake.ran).toEqual([]);
  expect(fake.text('/etc/hostname')).toBe('stor-01\n');
  expect(await fake.list('/')).toEqual(['etc']);
});
