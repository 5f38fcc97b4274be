// Step keyboard, and trying a layout at a console, on a machine of files.
import { describe, expect, it } from 'vitest';
import { keyboardAction } from '../../src/actions/keyboard.ts';
import { tryKeyboard } from '../../src/actions/try-keyboard.ts';
import { readKeyboard } from '../../src/probes/keyboard.ts';
import type { Profile } from '../../src/state/profile.ts';
import { keymapIn, withKeymap } from '../../src/state/vconsole-conf.ts';
import { createRehearsal } from '../../src/system/rehearsal.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

const bare: Profile = { version: 1, role: 'storage' };
const german: Profile = { ...bare, node: { keyboard: 'de' } };
const layouts = '/usr/share/keymaps/xkb';
const inUse = '/run/mayfly/keyboard';
const conf = '/etc/vconsole.conf';
const loading = (layout: string) => [
  '/usr/bin/loadkeys',
  '--quiet',
  '--unicode',
  '--console=/dev/tty1',
  `${layouts}/${layout}.kmap.gz`,
];
const quiet = (): void => undefined;

const machine = (files: Readonly<Record<string, string>> = { '/dev/tty1': '' }) =>
  createFakeSystem({
    files: {
      [`${layouts}/de.kmap.gz`]: '',
      [`${layouts}/fr.kmap.gz`]: '',
      [`${layouts}/us.kmap.gz`]: '',
      [`${layouts}/README`]: '',
      ...files,
    },
    // As Debian's systemd package leaves it.
    links: { [conf]: 'default/keyboard', '/proc/7/fd/0': '/dev/tty1', '/proc/8/fd/0': '/dev/ttyS0' },
    commands: { '/usr/bin/loadkeys': '', 'systemd-run': '' },
  });

describe('vconsole.conf', () => {
  it.each([
    ['', undefined, 'KEYMAP=de\n'],
    ['FONT=ter-v16b', undefined, 'FONT=ter-v16b\nKEYMAP=de\n'],
    ['KEYMAP="fr"\nFONT=x\n', 'fr', 'KEYMAP=de\nFONT=x\n'],
    ['#KEYMAP=fr\nKEYMAP=\n', undefined, '#KEYMAP=fr\nKEYMAP=de\n'],
  ])('%j names %j, and keeps the rest', (text, named, changed) => {
    expect(keymapIn(text)).toBe(named);
    expect(withKeymap(text, 'de')).toBe(changed);
    expect(keymapIn(changed)).toBe('de');
  });
});

describe('step keyboard', () => {
  it('names the layout in its file and loads it, once', async () => {
    const system = machine();
    expect(await keyboardAction.check(german, system)).toEqual({
      kind: 'drifted',
      changes: [
        { op: 'create', subject: conf, after: 'de', destroysData: false },
        { op: 'update', subject: 'keyboard layout', before: 'us', after: 'de', destroysData: false },
      ],
    });
    expect(await keyboardAction.apply(german, system, quiet)).toMatchObject({ ok: true });
    expect(system.text(conf)).toBe('KEYMAP=de\n');
    expect(system.ran).toEqual([loading('de')]);
    expect(await keyboardAction.check(german, system)).toEqual({ kind: 'converged' });
    await keyboardAction.apply(german, system, quiet);
    expect(system.ran).toHaveLength(1);
  });

  it('loads the profile’s again after another one was tried', async () => {
    const system = machine({ '/dev/tty1': '' });
    await keyboardAction.apply(german, system, quiet);
    system.put(inUse, 'fr\n');
    expect(await keyboardAction.check(german, system)).toMatchObject({
      changes: [{ subject: 'keyboard layout', before: 'fr', after: 'de' }],
    });
    await keyboardAction.apply(german, system, quiet);
    expect(system.ran.at(-1)).toEqual(loading('de'));
    expect(await keyboardAction.check(german, system)).toEqual({ kind: 'converged' });
  });

  it('only writes the file where there is no screen', async () => {
    const system = machine({});
    await keyboardAction.apply(german, system, quiet);
    expect(system.text(conf)).toBe('KEYMAP=de\n');
    expect(system.ran).toEqual([]);
    expect(await keyboardAction.check(german, system)).toEqual({ kind: 'converged' });
  });

  it('is taken back, in the kernel too', async () => {
    const system = machine();
    await keyboardAction.apply(german, system, quiet);
    expect(await keyboardAction.undo?.(system, quiet)).toMatchObject({ ok: true });
    expect(await system.readLink(conf)).toBe('default/keyboard');
    expect(system.ran).toEqual([loading('de'), loading('us')]);
  });

  it('says when the layout was not loaded, and goes on from there', async () => {
    const system = machine();
    system.answer('/usr/bin/loadkeys', { exitCode: 1, stderr: 'Unable to open file: /dev/tty1\n' });
    const applied = await keyboardAction.apply(german, system, quiet);
    expect(applied).toMatchObject({ problem: { code: 'keyboard/not-loaded' } });
    expect(JSON.stringify(applied)).toContain('Unable to open file: /dev/tty1');
    expect(await keyboardAction.check(german, system)).toMatchObject({ changes: [{ subject: 'keyboard layout' }] });
    system.answer('/usr/bin/loadkeys', '');
    expect(await keyboardAction.apply(german, system, quiet)).toMatchObject({ ok: true });
    expect(await keyboardAction.check(german, system)).toEqual({ kind: 'converged' });
  });

  it('is blocked for a layout that is not there, and leaves the keyboard alone without one', async () => {
    const system = machine();
    expect(await keyboardAction.check({ ...bare, node: { keyboard: 'xx' } }, system)).toMatchObject({
      kind: 'blocked',
      problem: { code: 'keyboard/unknown-layout', path: 'node.keyboard' },
    });
    system.put(inUse, 'fr\n');
    expect(await keyboardAction.check(bare, system)).toEqual({ kind: 'converged' });
    await keyboardAction.apply(bare, system, quiet);
    expect(system.ran).toEqual([]);
  });
});

describe('a console', () => {
  it('tries a layout on the machine’s own keyboard, through systemd', async () => {
    const system = machine();
    expect(await readKeyboard(system)).toEqual({ layouts: ['de', 'fr', 'us'], inUse: 'us' });
    expect(await tryKeyboard(system, 7, 'fr')).toEqual({ ok: true, value: true });
    expect(system.ran).toEqual([['systemd-run', '--quiet', '--collect', '--wait', '--pipe', ...loading('fr')]]);
    expect(await readKeyboard(system)).toMatchObject({ inUse: 'fr' });
  });

  it('tries none on a serial line', async () => {
    const system = machine();
    expect(await tryKeyboard(system, 8, 'fr')).toEqual({ ok: true, value: false });
    expect(system.ran).toEqual([]);
  });

  it('says why it was not loaded, and what is in use stays known', async () => {
    const system = machine();
    system.answer('systemd-run', { exitCode: 1, stderr: 'Failed to connect to bus\n' });
    expect(await tryKeyboard(system, 7, 'fr')).toMatchObject({
      ok: false,
      problem: { code: 'keyboard/not-loaded', summary: expect.stringContaining('Failed to connect to bus') },
    });
    expect(await readKeyboard(system)).toMatchObject({ inUse: 'us' });
  });

  it('loads nothing in a rehearsal', async () => {
    const system = machine();
    await expect(tryKeyboard(createRehearsal(system), 7, 'fr')).rejects.toThrow(/Rehearsal/);
    expect(system.ran).toEqual([]);
  });
});
