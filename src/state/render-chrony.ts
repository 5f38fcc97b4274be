// chrony's configuration as text: the profile's servers in a file of our own, and the distribution's pool silent while there are any.

const header = '# Written by mayfly from the node profile; edits are lost at the next apply.\n';
const mark = '#mayfly# ';

/** One file for chrony's `sourcedir`, see chrony.conf(5). */
export const renderChronySources = (servers: readonly string[]): string =>
  header + servers.map((server) => `server ${server} iburst\n`).join('');

/** chrony.conf with its own `pool`, `server` and `peer` lines silenced, or all of them speaking again. */
export const renderChronyConf = (before: string, silenced: boolean): string =>
  before
    .split('\n')
    .map((line) => (line.startsWith(mark) ? line.slice(mark.length) : line))
    .map((line) => (silenced && /^\s*(pool|server|peer)\s/i.test(line) ? mark + line : line))
    .join('\n');

/** Names as given to chrony, from `chronyc -c -N sources -a`. Reference clocks are left out. */
export const parseChronySources = (csv: string): readonly string[] =>
  csv
    .split('\n')
    .map((line) => line.split(','))
    .flatMap(([mode, , name]) => ((mode === '^' || mode === '=') && name !== undefined ? [name] : []));
