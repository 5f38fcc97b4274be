// Loads a layout for the keyboard at the machine itself: into the kernel, which has one for all of its virtual terminals.
import { layoutPath } from '../probes/keyboard.ts';
import type { Problem } from '../state/problem.ts';

/** Any virtual terminal will do; without one named, loadkeys(1) would look for the terminal that it runs on. */
export const screenPath = '/dev/tty1';

export const loadKeyboardCommand = (layout: string): readonly [string, ...string[]] => [
  '/usr/bin/loadkeys',
  '--quiet',
  '--unicode',
  `--console=${screenPath}`,
  layoutPath(layout),
];

export const keyboardNotLoaded = (layout: string, stderr: string): Problem => ({
  code: 'keyboard/not-loaded',
  summary: `the keyboard layout ${layout} was not loaded: ${stderr.trim().split('\n').at(-1) || 'no reason given'}`,
  remedy: 'The old one is still in use; choose another, or type on a serial line or over SSH',
});
