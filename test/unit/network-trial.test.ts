// A network change on trial, told by the files that it leaves: confirmed, refused without evidence, taken back by either process, read by every console.
import { describe, expect, it } from 'vitest';
import { keepFiles } from '../../src/actions/kept-files.ts';
import { awaitConfirmation, confirmNetwork, revertNetwork } from '../../src/actions/network-provisional.ts';
import { returnNetwork } from '../../src/actions/network-return.ts';
import { tellReturning } from '../../src/actions/network-trial.ts';
import { requestNetwork } from '../../src/actions/request-network.ts';
import { readNetworkTrial } from '../../src/probes/network-trial.ts';
import { type Evidence, returnedPath } from '../../src/state/network-trial.ts';
import { createFakeSystem, type FakeSystem } from '../helpers/fake-system.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const file = '/etc/systemd/network/10-mayfly-ens3.network';
const silent = { code: 'network/gateway-silent', summary: 'the gateway is silent', remedy: 'Check it' };
const holds: readonly Evidence[] = [{ what: 'ens3 has carrier' }];
const fails: readonly Evidence[] = [...holds, { what: 'gateway 10.0.2.2 answers', missing: silent }];

const node = async (): Promise<FakeSystem> => {
  const system = createFakeSystem({
    files: { '/proc/uptime': '1000.00 1.00\n', [file]: 'old\n' },
    commands: { 'systemd-run': '', systemctl: '', networkctl: '', ip: '[]' },
  });
  await keepFiles(system, 'network', [file]);
  system.put(file, 'new\n');
  return system;
};

const onTrial = async (system: FakeSystem, look: () => Promise<readonly Evidence[]> = async () => holds) => {
  const ended = awaitConfirmation(system, { settings: ['ens3: 10.0.2.15/24'], look }, () => undefined);
  await waitUntil(async () => (await readNetworkTrial(system)).kind === 'provisional', 'it is provisional');
  return { ended };
};

describe('a change on trial', () => {
  it('says what is provisional, until when, and which evidence holds', async () => {
    const system = await node();
    const { ended } = await onTrial(system);
    expect(await readNetworkTrial(system)).toEqual({
      kind: 'provisional',
      untilUptime: 1090,
      settings: ['ens3: 10.0.2.15/24'],
      evidence: holds,
    });
    expect(system.ran.find(([program]) => program === 'systemd-run')?.slice(-3)).toEqual([
      'network',
      'revert',
      '--unconfirmed',
    ]);
    expect(await confirmNetwork(system)).toMatchObject({ ok: true });
    expect(await ended).toMatchObject({ ok: true });
    expect(await readNetworkTrial(system)).toEqual({ kind: 'none' });
    expect(system.text(file)).toBe('new\n');
  });

  it('looks again, and is not kept while evidence is missing', async () => {
    const system = await node();
    let now: readonly Evidence[] = holds;
    const { ended } = await onTrial(system, async () => now);
    now = fails;
    await waitUntil(async () => {
      const trial = await readNetworkTrial(system);
      return trial.kind === 'provisional' && trial.evidence.length === 2;
    }, 'the evidence was looked at again');
    expect(await confirmNetwork(system)).toMatchObject({
      problem: { code: 'network/evidence-missing', summary: 'not kept yet: the gateway is silent' },
    });
    now = holds;
    await waitUntil(async () => (await confirmNetwork(system)).ok, 'it holds again');
    expect(await ended).toMatchObject({ ok: true });
  });

  it.each([
    ['timer', 'network/not-confirmed'],
    ['somebody', 'network/taken-back'],
  ] as const)(
    'that the %s takes back ends the apply with %s, and tells that the return was checked',
    async (by, code) => {
      const system = await node();
      const { ended } = await onTrial(system);
      expect(await revertNetwork(system, by)).toMatchObject({ ok: true });
      expect(await ended).toMatchObject({ ok: false, problem: { code } });
      expect(system.text(file)).toBe('old\n');
      expect(await readNetworkTrial(system)).toMatchObject({ kind: 'returned', state: 'checked', why: { code } });
    },
  );
});

describe('a return', () => {
  it('that finds nothing to put back waits for the process that did, and takes its finding for its own', async () => {
    const system = await node();
    await tellReturning(system, silent);
    const first = returnNetwork(system);
    expect(await first).toMatchObject({ ok: true });
    expect(await returnNetwork(system)).toMatchObject({ ok: true });

    const problem = { code: 'network/not-returned', summary: 'the lease did not come back', remedy: 'Look' };
    const record = { version: 1, atMs: 1, why: silent };
    system.put(returnedPath, JSON.stringify({ ...record, state: 'returning' }));
    const other = returnNetwork(system);
    system.put(returnedPath, JSON.stringify({ ...record, state: 'unchecked', problem }));
    expect(await other).toEqual({ ok: false, problem });
    expect(await readNetworkTrial(system)).toMatchObject({ state: 'unchecked', problem, why: silent });
  });

  it('keeps the first reason: the apply that is told of it adds nothing', async () => {
    const system = await node();
    await tellReturning(system, silent);
    await tellReturning(system, { ...silent, code: 'network/other' });
    expect(await readNetworkTrial(system)).toMatchObject({ state: 'returning', why: silent });
  });
});

describe('a console', () => {
  it('asks systemd, and says what `mayfly network` said', async () => {
    const system = createFakeSystem({ commands: { 'systemd-run': '' } });
    expect(await requestNetwork(system, 'confirm')).toMatchObject({ ok: true });
    expect(system.ran[0]?.slice(-3)).toEqual(['/usr/bin/mayfly', 'network', 'confirm']);
    const stderr = '  network/nothing-provisional: there is no network\n  change to confirm\n  -> See `mayfly plan`\n';
    system.answer('systemd-run', { exitCode: 1, stderr });
    expect(await requestNetwork(system, 'revert')).toEqual({
      ok: false,
      problem: {
        code: 'network/nothing-provisional',
        summary: 'there is no network change to confirm',
        remedy: 'See `mayfly plan`',
      },
    });
    system.answer('systemd-run', { exitCode: 1, stderr: 'Failed to connect to bus\n' });
    expect(await requestNetwork(system, 'confirm')).toMatchObject({
      problem: { code: 'network/confirm-not-done', summary: expect.stringContaining('Failed to connect to bus') },
    });
  });
});
