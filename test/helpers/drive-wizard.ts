// Takes a bare node through the wizard with keys only, as a person does: one key after another, each once the screen has taken the one before.
// For whatever has a screen and a keyboard: the built console in a pseudo-terminal, or a machine at the other end of a serial line.
import { setTimeout as pause } from 'node:timers/promises';
import type { KeyName } from '../../src/terminal/key.ts';

export type Seat = {
  screen(): readonly string[];
  press(...keys: readonly KeyName[]): void;
  type(text: string): void;
  waitForScreen(wanted: string | RegExp, deadlineMs: number): Promise<void>;
};

export type WizardAnswers = {
  readonly hostname: string;
  /** The kernel's name of the port that gets the address. */
  readonly port: string;
  readonly address: string;
  readonly gateway: string;
  readonly password: string;
  /** One line of authorized_keys, its comment last. */
  readonly sshKey: string;
  /** What is typed of the time zone, and the name that it finds. */
  readonly zone: { readonly typed: string; readonly found: string };
};

/** From Welcome to the first field of the network's form. */
export const openNetworkForm = async (seat: Seat, deadlineMs: number): Promise<void> => {
  await seat.waitForScreen('Press Enter to set this node up', deadlineMs);
  seat.press('enter');
  await seat.waitForScreen('What is this node for?', deadlineMs);
  seat.press('enter');
  await seat.waitForScreen('Hostname', deadlineMs);
};

/** Makes a port static from whatever use it has: where the choice begins depends on whether the port has its carrier. */
const makeStatic = async (seat: Seat, port: string, deadlineMs: number): Promise<void> => {
  const rowNow = (): string => seat.screen().find((line) => line.includes(`▸ ${port}`)) ?? '';
  const isStatic = (): boolean => rowNow().includes('static');
  const wanted = new RegExp(`▸ ${port}.*static`);
  await seat.waitForScreen(new RegExp(`▸ ${port}`), deadlineMs);
  // The use follows the cable until somebody chooses one, so that a key may meet another use than the one on the screen: what counts
  // is what stands there when nothing is under way any more.
  for (const end = performance.now() + deadlineMs; performance.now() < end; ) {
    await pause(settledMs);
    if (isStatic()) return;
    const before = rowNow();
    seat.press('right');
    for (let waited = 0; waited < 10_000 && rowNow() === before; waited += 50) await pause(50);
  }
  await seat.waitForScreen(wanted, 0);
};

/** Longer than a key takes to the screen of a busy machine. */
const settledMs = 2_000;

/** From Welcome to the last screen of the wizard, all of it filled in. */
export const fillWizard = async (seat: Seat, answers: WizardAnswers, deadlineMs: number): Promise<void> => {
  const fill = async (text: string, shown: string | RegExp = text): Promise<void> => {
    seat.type(text);
    await seat.waitForScreen(shown, deadlineMs);
  };
  const { hostname, port, address, gateway, password, sshKey, zone } = answers;

  await openNetworkForm(seat, deadlineMs);
  await fill(hostname);
  seat.press('tab', 'tab');
  await makeStatic(seat, port, deadlineMs);
  seat.press('tab');
  await fill(address);
  seat.press('down', 'down');
  await fill(gateway, new RegExp(`Gateway +${gateway.replaceAll('.', '\\.')}`));
  seat.press('pagedown');
  await seat.waitForScreen('Which cluster filesystem', deadlineMs);
  seat.press('enter');
  await seat.waitForScreen('Algorithm', deadlineMs);
  seat.press('pagedown');
  await seat.waitForScreen('Root password', deadlineMs);
  // The keyboard stays as it is.
  seat.press('enter');
  await fill(password, '•'.repeat(8));
  seat.press('enter');
  seat.type(password);
  seat.press('enter');
  await fill(sshKey, sshKey.split(' ').at(-1));
  seat.press('enter', 'enter');
  await fill(zone.typed, zone.found);
  seat.press('enter');
  await seat.waitForScreen(new RegExp(`Time zone +${zone.found}`), deadlineMs);
};

/** From Welcome to the review: where the password can be hashed, which takes a program of the image. */
export const driveWizard = async (seat: Seat, answers: WizardAnswers, deadlineMs: number): Promise<void> => {
  await fillWizard(seat, answers, deadlineMs);
  seat.press('pagedown');
  await seat.waitForScreen(/\d+ changes in \d+ steps/, deadlineMs);
};
