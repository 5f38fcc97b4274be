// Screen or numbered prompts: what the operator asked for, or what this terminal can carry.
import { answersReport } from '../terminal/answers-report.ts';
import { screenRefusal } from '../terminal/appearance.ts';

export type ConsoleMode =
  | { readonly kind: 'screen' }
  | { readonly kind: 'line'; readonly why: string | undefined }
  | { readonly kind: 'refused'; readonly why: string; readonly remedy: string };

export type ModeWish = {
  readonly line: boolean;
  readonly screen: boolean;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
};

const reportDeadlineMs = 3_000;

export const chooseMode = async ({ line, screen, stdin, stdout, env }: ModeWish): Promise<ConsoleMode> => {
  if (line) return { kind: 'line', why: undefined };
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
  const refusal = screenRefusal({ stdin, stdout, env });
  if (refusal !== undefined && !isTerminal)
    return {
      kind: 'refused',
      why: refusal,
      remedy:
        'Run it on a terminal, or with --line and the answers on standard input; `mayfly status`, `plan` and `apply` need none.',
    };
  if (refusal !== undefined)
    return screen
      ? {
          kind: 'refused',
          why: refusal,
          remedy: 'Say what the terminal is, e.g. `TERM=vt100 mayfly console --screen`.',
        }
      : { kind: 'line', why: refusal };
  const write = (bytes: string): void => void stdout.write(bytes);
  return screen || (await answersReport({ stdin, write, deadlineMs: reportDeadlineMs }))
    ? { kind: 'screen' }
    : { kind: 'line', why: 'this terminal does not say where its cursor is; --screen draws on it all the same' };
};
