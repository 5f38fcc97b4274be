// What a terminal of a given TERM can do, so that nothing is sent that an old one would print as garbage.
// Authority: terminfo's entries, the VT100 and VT220 manuals, console_codes(4). Kept to what the writer needs.

export type TerminalProfile = {
  readonly name: 'xterm' | 'linux' | 'vt220' | 'vt100' | 'ansi' | 'dumb';
  /** False: no cursor addressing, so the line mode is the only one possible. */
  readonly addressable: boolean;
  /** Bits of `flags` in style.ts that it shows. */
  readonly attributes: number;
  /** SGR 22, 24, 27, 39 … end one attribute; a VT100 knows only `ESC [ m`. */
  readonly selectiveReset: boolean;
  readonly colour: boolean;
  /** More than SGR 30 to 37 and 40 to 47; where not, an ANSI.SYS reads the 5 of `38;5;…` as blink. */
  readonly manyColours: boolean;
  /** DECTCEM, `ESC [ ? 25 l`. */
  readonly hideCursor: boolean;
  /** terminfo's xenl: a character in the last column does not scroll until the next one comes. */
  readonly delayedWrap: boolean;
  readonly alternateScreen: boolean;
  readonly bracketedPaste: boolean;
  /** The console font of the kernel has the 512 glyphs of CP437 and little else. */
  readonly smallFont: boolean;
  /** DECSC and DECRC, `ESC 7` and `ESC 8`. */
  readonly saveCursor: boolean;
  /** terminfo's cub1 is a backspace and cud1 a line feed. */
  readonly moveByControls: boolean;
  /** Back to a known state after noise or somebody else's output: charset, margins, origin, attributes. */
  readonly reset: string;
};

// CAN ends a sequence that noise has begun; then G0 in ASCII, no margins, normal screen and origin, attributes off.
const vtReset = '\u0018\u000F\u001B(B\u001B[r\u001B[?5;6l\u001B[m';
// A VT102 and its successors may also stand in insert mode.
const replaceMode = '\u001B[4l';

const vt100: TerminalProfile = {
  name: 'vt100',
  addressable: true,
  // bold, underline, blink, inverse
  attributes: 1 | 8 | 16 | 32,
  selectiveReset: false,
  colour: false,
  manyColours: false,
  hideCursor: false,
  delayedWrap: true,
  alternateScreen: false,
  bracketedPaste: false,
  smallFont: false,
  saveCursor: true,
  moveByControls: true,
  reset: vtReset,
};

const profiles = {
  vt100,
  vt220: { ...vt100, name: 'vt220', selectiveReset: true, hideCursor: true, reset: vtReset + replaceMode },
  linux: {
    ...vt100,
    name: 'linux',
    attributes: 1 | 2 | 8 | 16 | 32,
    selectiveReset: true,
    colour: true,
    hideCursor: true,
    smallFont: true,
    // Its UTF-8 mode is a character set too: console_codes(4).
    reset: `${vtReset}${replaceMode}\u001B%G`,
  },
  xterm: {
    ...vt100,
    name: 'xterm',
    attributes: 255,
    selectiveReset: true,
    colour: true,
    manyColours: true,
    hideCursor: true,
    alternateScreen: true,
    bracketedPaste: true,
    reset: vtReset + replaceMode,
  },
  ansi: {
    ...vt100,
    name: 'ansi',
    colour: true,
    delayedWrap: false,
    saveCursor: false,
    moveByControls: false,
    reset: '\u001B[m',
  },
  dumb: { ...vt100, name: 'dumb', addressable: false, attributes: 0, reset: '' },
} satisfies Record<TerminalProfile['name'], TerminalProfile>;

const xtermLike = /^(xterm|screen|tmux|rxvt|foot|alacritty|kitty|wezterm|ghostty|konsole|gnome|vte|st|putty|mlterm)\b/;

const families: readonly (readonly [RegExp, TerminalProfile])[] = [
  [xtermLike, profiles.xterm],
  [/^vt([2-5]\d\d)/, profiles.vt220],
  [/^vt\d+/, profiles.vt100],
  [/^(linux|fbterm|bterm)/, profiles.linux],
  [/^(ansi|pcansi|cons25|scoansi)/, profiles.ansi],
];

/** Whether the name says what the terminal is, and not only that it is one. */
export const isKnownTerm = (term: string): boolean =>
  /^[a-z][a-z0-9.+-]*$/.test(term) && families.some(([names]) => names.test(term));

/** Unknown names are taken for a VT100, which everything on a serial line understands. */
export const terminalProfile = (term: string | undefined): TerminalProfile => {
  if (term === undefined || term === '' || term === 'dumb' || term === 'unknown') return profiles.dumb;
  return families.find(([names]) => names.test(term))?.[1] ?? profiles.vt100;
};
