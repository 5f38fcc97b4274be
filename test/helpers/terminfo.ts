// What a terminal understands according to terminfo, read from the system's own database by infocmp: the judge of every byte that goes out.
import { execFileSync } from 'node:child_process';

export type Language = {
  readonly term: string;
  /** Single control characters. */
  readonly controls: ReadonlySet<string>;
  /** Escapes without parameters, whole: `ESC 7`, `ESC ( B`. */
  readonly escapes: ReadonlySet<string>;
  /** Final byte of a control sequence → how many parameters it takes at most. */
  readonly finals: ReadonlyMap<string, number>;
  /** `?25h`, `4l`: modes with what may be done to them. */
  readonly modes: ReadonlySet<string>;
  /** SGR codes. */
  readonly attributes: ReadonlySet<string>;
  /** xenl: the last column waits for the next character before it wraps. */
  readonly delayedWrap: boolean;
};

/** What no terminfo entry has room for, each with who says that the terminal has it. */
const beyond: Readonly<Record<string, readonly string[]>> = {
  // VT100 User Guide, chapter 3: CAN ends a sequence, DECOM is mode 6, DECSTBM without parameters is the whole screen, SI is G0.
  vt100: ['\u0018', '\u001B[?6l'],
  // VT220 Programmer Reference, chapter 4: the same, SGR 22 and 25, SI.
  vt220: ['\u0018', '\u000F', '\u001B[?6l', '\u001B[22m', '\u001B[25m'],
  // console_codes(4): CAN, DECOM, DECSCNM, SGR 22 and 25, G0 in Latin-1, UTF-8.
  linux: ['\u0018', '\u001B[?5l', '\u001B[?6l', '\u001B[22m', '\u001B[25m', '\u001B(B', '\u001B%G'],
  // XTerm Control Sequences (ctlseqs): CAN, SI, DECOM, SGR 22, 25, 28.
  'xterm-256color': ['\u0018', '\u000F', '\u001B[?6l', '\u001B[22m', '\u001B[25m', '\u001B[28m'],
  ansi: [],
};

/** `\E[%i%p1%d;%p2%dH$<5>` as bytes; a parameter becomes `#`. */
const bytesOf = (value: string): string =>
  value
    .replaceAll(/\$<[^>]*>/g, '')
    .replaceAll(/%i/g, '')
    .replaceAll(/%p\d%\d*d/g, '#')
    .replaceAll(/\\E/g, '\u001B')
    .replaceAll(/\\n/g, '\n')
    .replaceAll(/\\r/g, '\r')
    .replaceAll(/\\b/g, '\b')
    .replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .replaceAll(/\^([A-Z\]\\^_])/g, (_, letter: string) => String.fromCharCode(letter.charCodeAt(0) - 64));

/** Keys are what the terminal sends, the rest describe, or are programs of conditions whose parts stand alone elsewhere. */
const irrelevant =
  /^(k[A-Z0-9]\w*|ka\d|kb\d|kc\d|k\w+|acsc|sgr|u\d|mc\d\w*|is1|is3|initc|oc|xm|XM|Ms|Se|Ss|PE|PS|E3|rep)$/;

const pieces = /\u001B\[[?>!]?[\d;#]*[ -/]*[@-~]|\u001B[ -/]*[0-Z\\^-~]|[\u0000-\u001A\u001C-\u001F]/g;

export const languageOf = (term: string): Language => {
  const printed = execFileSync('infocmp', ['-1x', term], { encoding: 'utf8' });
  const controls = new Set<string>();
  const escapes = new Set<string>();
  const finals = new Map<string, number>();
  const modes = new Set<string>();
  const attributes = new Set(['', '0']);
  const learn = (bytes: string) => {
    for (const [piece] of bytes.matchAll(pieces)) {
      const [, mark, parameters = '', final = ''] = /^\u001B\[([?>!]?)([\d;#]*)([@-~])$/.exec(piece) ?? [];
      if (mark === undefined) (piece.startsWith('\u001B') ? escapes : controls).add(piece);
      else if (final === 'h' || final === 'l')
        for (const mode of parameters.split(';')) modes.add(`${mark}${mode}${final}`);
      else if (final === 'm')
        for (const code of parameters.split(';'))
          if (code === '3#' || code === '4#') for (let hue = 0; hue < 8; hue++) attributes.add(`${code[0]}${hue}`);
          else attributes.add(code);
      else if (mark === '') {
        const count = parameters === '' ? 0 : parameters.split(';').length;
        finals.set(final, Math.max(finals.get(final) ?? 0, count));
      }
    }
  };
  for (const line of printed.split('\n')) {
    const [, name, value] = /^\t(\w+)=(.*),$/.exec(line) ?? [];
    if (name === undefined || value === undefined || irrelevant.test(name)) continue;
    if (/^seta[fb]$/.test(name) && value.includes('%?'))
      for (let hue = 0; hue < 8; hue++)
        for (const tens of name === 'setaf' ? [3, 9] : [4, 10]) attributes.add(`${tens}${hue}`);
    else learn(bytesOf(value));
  }
  // ECMA-48: a numeric parameter that is left out has its default, so `ESC [ K` is also what `ESC [ 1 K` teaches.
  // The question for the cursor's place is u7, which is no output.
  finals.set('n', 1);
  for (const extra of beyond[term] ?? []) learn(extra);
  return { term, controls, escapes, finals, modes, attributes, delayedWrap: /^\txenl,$/m.test(printed) };
};

const token =
  /\u001B\[([?>!]?)([\d;]*)([ -/]*[@-~])|\u001B[ -/]*[0-Z\\^-~]|[\u0000-\u001F\u007F-\u009F]|[^\u0000-\u001F\u007F-\u009F]+/g;

/** What of the bytes the terminal would not understand, as a person can read it. */
export const foreignTo = (language: Language, bytes: string): string[] => {
  const found: string[] = [];
  const report = (piece: string) => found.push(`${language.term}: ${JSON.stringify(piece)}`);
  let read = 0;
  for (const match of bytes.matchAll(token)) {
    const [piece, mark, parameters = '', final = ''] = match;
    if (match.index !== read) report(bytes.slice(read, match.index));
    read = match.index + piece.length;
    if (mark !== undefined) {
      const codes = parameters.split(';');
      const fits =
        final === 'm' && mark === ''
          ? isSgr(language, parameters)
          : final === 'h' || final === 'l'
            ? codes.every((mode) => language.modes.has(`${mark}${mode}${final}`))
            : mark === '' && (language.finals.get(final) ?? -1) >= (parameters === '' ? 0 : codes.length);
      if (!fits) report(piece);
    } else if (piece.startsWith('\u001B')) {
      if (!language.escapes.has(piece)) report(piece);
    } else if (/^[\u0000-\u001F\u007F-\u009F]/.test(piece) && !language.controls.has(piece)) report(piece);
  }
  if (read !== bytes.length) report(bytes.slice(read));
  return found;
};

/** Colours of a palette come as three codes and are known to who has `setaf` of more than eight. */
const isSgr = (language: Language, parameters: string): boolean =>
  parameters
    .replaceAll(/(^|;)([34]8;5;\d+)(?=;|$)/g, (_, before: string) =>
      language.attributes.has('90') ? `${before}0` : `${before}no`,
    )
    .split(';')
    .every((code) => language.attributes.has(code));
