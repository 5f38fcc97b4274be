// The least that a refresh costs, computed and not drawn: the yardstick of the benches.
import type { Grid } from '../src/terminal/cells.ts';
import { plain, styleChange } from '../src/terminal/style.ts';
import type { TerminalProfile } from '../src/terminal/terminal-profile.ts';

/** The least: each run of changed cells in one row is addressed once, in the shorter of two ways, and written once. */
export const idealBytes = (before: Grid, after: Grid, profile: TerminalProfile): number => {
  let bytes = 0;
  for (let line = 0; line < after.rows; line++) {
    let pen = plain;
    let column = -1;
    let started = false;
    for (let at = 0; at < after.columns; at++) {
      const cell = line * after.columns + at;
      if (before.texts[cell] === after.texts[cell] && before.styles[cell] === after.styles[cell]) continue;
      if (column !== at) {
        const jump = started ? `\u001B[${at - column === 1 ? '' : at - column}C` : '';
        const absolute = `\u001B[${line + 1};${at + 1}H`;
        bytes += started ? Math.min(jump.length, absolute.length) : absolute.length;
      }
      const to = after.styles[cell] ?? plain;
      bytes += styleChange(pen, to, profile).length + Buffer.byteLength(after.texts[cell] ?? '');
      pen = to;
      column = at + 1;
      started = true;
    }
    bytes += styleChange(pen, plain, profile).length;
  }
  return bytes;
};
