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
  /** DECTCEM, `ESC [ ? 25 l`. */
  readonly hideCursor: boolean;
  /** terminfo's xenl: a character in the last column does not scroll until the next one comes. */
  readonly delayedWrap: boolean;
  readonly alternateScreen: boolean;
  readonly bracketedPaste: boolean;
  /** The console font of the kernel has the 512 glyphs of CP437 and little else. */
  readonly smallFont: boolean;
  /** Back to a known state after noise or somebody else's output: charset, margins, origin, attributes. */
  readonly reset: string;
};

const vtReset = '\u000F\u001B(B\u001B[r\u001B[?6l\u001B[m';

const vt100: TerminalProfile = {
  name: 'vt100',
  addressable: true,
  // bold, underline, blink, inverse
  attributes: 1 | 8 | 16 | 32,
  selectiveReset: false,
  colour: false,
  hideCursor: false,
  delayedWrap: true,
  alternateScreen: false,
  bracketedPaste: false,
  smallFont: false,
  reset: vtReset,
};

const profiles = {
  vt100,
  vt220: { ...vt100, name: 'vt220', selectiveReset: true, hideCursor: true },
  linux: {
    ...vt100,
    name: 'linux',
    attributes: 1 | 2 | 8 | 16 | 32,
    selectiveReset: true,
    colour: true,
    hideCursor: true,
    smallFont: true,
  },
  xterm: {
    ...vt100,
    name: 'xterm',
    attributes: 255,
    selectiveReset: true,
    colour: true,
    hideCursor: true,
    alternateScreen: true,
    bracketedPaste: true,
  },
  ansi: { ...vt100, name: 'ansi', colour: true, delayedWrap: false, reset: '\u001B[m' },
  dumb: { ...vt100, name: 'dumb', addressable: false, attributes: 0, reset: '' },
} satisfies Record<TerminalProfile['name'], TerminalProfile>;

const xtermLike = /^(xterm|screen|tmux|rxvt|foot|alacritty|kitty|wezterm|ghostty|konsole|gnome|vte|st|putty|mlterm)\b/;

/** Unknown names are taken for a VT100, which everything on a serial line understands. */
export const terminalProfile = (term: string | undefined): TerminalProfile => {
  if (term === undefined || term === '' || term === 'dumb' || term === 'unknown') return profiles.dumb;
  if (xtermLike.test(term)) return profiles.xterm;
  if (/^vt([2-5]\d\d)/.test(term)) return profiles.vt220;
  if (/^(linux|fbterm|bterm)/.test(term)) return profiles.linux;
  if (/^(ansi|pcansi|cons25|scoansi)/.test(term)) return profiles.ansi;
  return profiles.vt100;
};
