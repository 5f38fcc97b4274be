// The keys that work on every screen.
import type { Binding } from './binding.ts';

export const help: Binding = {
  keys: ['f1', 'ctrl-g', 'text:?'],
  shown: 'F1',
  label: 'Help',
  description: 'What this screen is for, and every key',
  does: { type: 'help' },
};
const power: Binding = {
  keys: ['f10', 'ctrl-p', 'text:p'],
  shown: 'F10',
  label: 'Power',
  description: 'Restart or power off, after a question',
  does: { type: 'power' },
};
const shell: Binding = {
  keys: ['f12', 'ctrl-t', 'text:s'],
  shown: 'F12',
  label: 'Shell',
  description: 'A shell on this line, behind the root password',
  does: { type: 'shell' },
};
export const repaint: Binding = {
  keys: ['ctrl-l'],
  shown: 'Ctrl-L',
  label: '',
  description: 'Draw the screen again',
  does: 'terminal',
};
export const interrupt: Binding = {
  keys: ['ctrl-c'],
  shown: 'Ctrl-C',
  label: '',
  description: 'Nothing: no key kills the console by accident',
  disabledReason: 'Ctrl-C stops nothing here: Esc goes back, F10 ends this uptime',
  does: { type: 'back' },
};
export const everywhere: readonly Binding[] = [help, power, shell, repaint, interrupt];
