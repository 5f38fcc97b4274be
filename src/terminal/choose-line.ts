// Who decides how a line is drawn on: an option, then the kernel command line, then the environment, then what is measured.
import type { LineOverrides } from './term-parameter.ts';
import { parseTermParameter } from './term-parameter.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What was given on the command of the console. */
export type LineFlags = {
  readonly glyphs: 'ascii' | 'unicode' | undefined;
  readonly colour: 'always' | 'never' | 'auto' | undefined;
};

export type KnownLine = {
  readonly device: string | undefined;
  readonly baud: number | undefined;
  readonly kernelCommandLine: string;
};

export type ChosenLine = {
  /** With the TERM that holds. */
  readonly env: Environment;
  readonly glyphs: 'ascii' | 'unicode' | 'auto';
  readonly colour: 'always' | 'never' | 'auto';
  readonly toldBaud: number | undefined;
  readonly toldSize: LineOverrides['size'];
  readonly portBaud: number | undefined;
  /** The machine's own screen, with no line in between. */
  readonly onScreen: boolean;
  readonly chosenBy: readonly string[];
  readonly ignored: readonly string[];
};

export const chooseLine = (flags: LineFlags, line: KnownLine, env: Environment): ChosenLine => {
  const { overrides, ignored } = parseTermParameter(line.kernelCommandLine, line.device);
  const { term, glyphs, colour, baud, size } = overrides;
  const byKernel = [
    ...(term === undefined ? [] : ['TERM']),
    ...(glyphs === undefined || flags.glyphs !== undefined ? [] : ['glyphs']),
    ...(colour === undefined || flags.colour !== undefined ? [] : ['colour']),
    ...(baud === undefined ? [] : ['speed']),
    ...(size === undefined ? [] : ['size']),
  ];
  const noColour = (env.NO_COLOR ?? '') !== '' && flags.colour === undefined && colour === undefined;
  return {
    env: term === undefined ? env : { ...env, TERM: term },
    glyphs: flags.glyphs ?? glyphs ?? 'auto',
    colour: flags.colour ?? colour ?? 'auto',
    toldBaud: baud,
    toldSize: size,
    portBaud: line.baud,
    onScreen: /^tty\d+$/.test(line.device ?? ''),
    chosenBy: [
      ...(flags.glyphs === undefined ? [] : ['glyphs by --glyphs']),
      ...(flags.colour === undefined ? [] : ['colour by --colour']),
      ...(noColour ? ['colour by NO_COLOR'] : []),
      ...(byKernel.length === 0 ? [] : [`${byKernel.join(', ')} by mayfly.term`]),
    ],
    ignored,
  };
};
