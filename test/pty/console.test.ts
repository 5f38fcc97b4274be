// The built console in a real pseudo-terminal, in rehearsal on the machine at hand: what an operator's fingers do first.
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { fillWizard, openNetworkForm, type Seat, type WizardAnswers } from '../helpers/drive-wizard.ts';
import { type Pty, type PtyOptions, startPty } from '../helpers/pty.ts';

const consoleOn = (options: PtyOptions = {}, ...args: readonly string[]) =>
  startPty(['node', 'dist/mayfly.mjs', 'console', '--rehearse', ...args], options);

/** The machine that runs the tests may be slow to read; a console that hangs is what the deadline is for. */
const slow = 30_000;

const seatAt = ({ lines, press, type, waitFor }: Pty): Seat => ({ screen: lines, press, type, waitForScreen: waitFor });

/** A port that this machine has, whatever it is called here. */
const port = Object.entries(networkInterfaces()).find(([, addresses]) =>
  addresses?.some(({ internal }) => !internal),
)?.[0];

const noEscape = /^[^\u0080-\uFFFF]*$/;

test('opens, goes forward and back, and neither Esc nor Ctrl-C ends it', async () => {
  const pty = await consoleOn();
  await openNetworkForm(seatAt(pty), slow);
  pty.type('bad name!');
  await pty.waitFor('bad name!', slow);
  pty.press('pagedown');
  await pty.waitFor('e.g. stor-01', slow);
  expect(pty.text()).toContain('bad name!');
  pty.press('escape');
  await pty.waitFor('What is this node for?', slow);
  pty.press('escape');
  await pty.waitFor('Press Enter to set this node up', slow);
  pty.press('escape', 'ctrl-c');
  await pty.waitFor('Ctrl-C stops nothing here', slow);
  pty.press('enter', 'enter');
  await pty.waitFor('bad name!', slow);
});

test.skipIf(port === undefined)(
  'is filled in with keys only, on a machine that nobody has described, and shows no password',
  async () => {
    const pty = await consoleOn();
    const answers: WizardAnswers = {
      hostname: 'stor-01',
      port: port ?? '',
      address: '10.0.2.15/24',
      gateway: '10.0.2.2',
      password: 'four words of mine',
      sshKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK7/8Yuu5RgswAOnRed/tKH+Mq60EC4wr77ODhj1Vv3c operator@desk',
      zone: { typed: 'berlin', found: 'Europe/Berlin' },
    };
    await fillWizard(seatAt(pty), answers, slow);
    expect(pty.text()).not.toContain(answers.password);
  },
);

test('is ASCII and without colour where the terminal is a VT100', async () => {
  const pty = await consoleOn({ term: 'vt100', env: { LANG: 'C', NO_COLOR: '1' } }, '--glyphs', 'ascii');
  await pty.waitFor('Press Enter to set this node up', slow);
  expect(pty.text()).toMatch(noEscape);
  expect(pty.bytes()).not.toMatch(/\u001B\[[0-9;]*[34][0-7]m/);
});

test('SIGTERM gives the terminal back', async () => {
  const pty = await consoleOn();
  await pty.waitFor('Press Enter to set this node up', slow);
  await pty.signal('SIGTERM');
  await pty.waitForExit(slow);
  expect(pty.bytes().lastIndexOf('\u001B[?25h')).toBeGreaterThan(pty.bytes().lastIndexOf('\u001B[?25l'));
  expect(pty.text()).toContain('ended by SIGTERM; its log: journalctl -t mayfly-console');
});

test('a bug gives the terminal back and says where the log is', async () => {
  const planted = 'data:text/javascript,setTimeout(()=>{throw new Error("planted")},6000)';
  const pty = await startPty(['node', '--import', planted, 'dist/mayfly.mjs', 'console', '--rehearse']);
  await pty.waitFor('ended unexpectedly; its log: journalctl -t mayfly-console', slow);
  expect(await pty.waitForExit(slow)).toBe(70);
  expect(pty.bytes().lastIndexOf('\u001B[?25h')).toBeGreaterThan(pty.bytes().lastIndexOf('\u001B[?25l'));
  expect(pty.text()).not.toContain('planted');
});
