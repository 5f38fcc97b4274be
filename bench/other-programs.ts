// htop, btop and top on a pseudo-terminal of the same size at the same rate: what they send, and the least that their own changes cost.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Grid } from '../src/terminal/cells.ts';
import { applySgr, plain } from '../src/terminal/style.ts';
import { terminalProfile } from '../src/terminal/terminal-profile.ts';
import { createEmulator, type Emulator } from '../test/helpers/emulator.ts';
import { idealBytes } from './ideal-bytes.ts';

/** `ideal` undefined: the same refreshes as the first of our own. */
export type Measured = { readonly name: string; readonly bytes: number; readonly ideal: number | undefined };

const commands = { htop: 'htop -d 10', btop: 'btop --utf-force', top: 'top -d 1' } as const;
const columns = 80;
const rows = 24;

const gridOf = ({ terminal }: Emulator): Grid => {
  const { active } = terminal.buffer;
  const cells = Array.from({ length: columns * rows }, (_, at) =>
    active.getLine(active.baseY + Math.floor(at / columns))?.getCell(at % columns),
  );
  return {
    columns,
    rows,
    texts: cells.map((cell) => (cell === undefined ? ' ' : cell.getWidth() === 0 ? '' : cell.getChars() || ' ')),
    styles: cells.map((cell) => {
      if (cell === undefined) return plain;
      const colour = (base: number, value: number, isRgb: boolean): string => {
        if (isRgb) return `${base + 8};2;${value >> 16};${(value >> 8) & 255};${value & 255}`;
        return value < 8 ? String(base + value) : `${base + 8};5;${value}`;
      };
      const codes = [
        ...(cell.isBold() ? ['1'] : []),
        ...(cell.isDim() ? ['2'] : []),
        ...(cell.isUnderline() ? ['4'] : []),
        ...(cell.isInverse() ? ['7'] : []),
        ...(cell.isFgDefault() ? [] : [colour(30, cell.getFgColor(), cell.isFgRGB())]),
        ...(cell.isBgDefault() ? [] : [colour(40, cell.getBgColor(), cell.isBgRGB())]),
      ];
      return codes.length === 0 ? plain : applySgr(plain, codes.join(';'));
    }),
  };
};

/** A refresh ends when nothing has come for a third of its period. */
export const measureProgram = (program: keyof typeof commands, refreshes: number): Promise<readonly Measured[]> => {
  if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) {
    process.stderr.write(`${program} is left out: it is not installed\n`);
    return Promise.resolve([]);
  }
  const emulator = createEmulator(columns, rows);
  // btop takes its pace from a file alone.
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-bench-'));
  mkdirSync(join(folder, 'btop'));
  writeFileSync(join(folder, 'btop/btop.conf'), 'update_ms = 1000\n');
  const child = spawn(
    'script',
    ['-qfec', `stty rows ${rows} cols ${columns}; exec ${commands[program]}`, '/dev/null'],
    {
      env: { ...process.env, TERM: 'xterm', LANG: 'C.UTF-8', XDG_CONFIG_HOME: folder },
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  return new Promise((resolve) => {
    const seen: { readonly bytes: number; readonly ideal: number }[] = [];
    let before: Grid | undefined;
    let pending = 0;
    let timer: NodeJS.Timeout | undefined;
    const refreshed = () => {
      const after = gridOf(emulator);
      // The first paint is no refresh.
      if (before !== undefined)
        seen.push({ bytes: pending, ideal: idealBytes(before, after, terminalProfile('xterm')) });
      before = after;
      pending = 0;
      if (seen.length < refreshes) return;
      child.kill();
      rmSync(folder, { recursive: true, force: true });
      const mean = (pick: (one: { readonly bytes: number; readonly ideal: number }) => number) =>
        seen.reduce((sum, one) => sum + pick(one), 0) / seen.length;
      resolve([
        {
          name: `${program}, its own screen, xterm`,
          bytes: mean(({ bytes }) => bytes),
          ideal: mean(({ ideal }) => ideal),
        },
      ]);
    };
    child.stdout.on('data', (bytes: Buffer) => {
      pending += bytes.length;
      clearTimeout(timer);
      emulator.terminal.write(bytes, () => {
        clearTimeout(timer);
        timer = setTimeout(refreshed, 330);
      });
    });
  });
};
