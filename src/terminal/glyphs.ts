// The one place where a character that the line or the font cannot show is replaced by one of the same width that it can.

/** `console`: Unicode on a font of few glyphs, such as the kernel's own console. */
export type GlyphSet = 'ascii' | 'console' | 'unicode';

const pairs = (from: string, to: string): [string, string][] =>
  [...from].map((glyph, at) => [glyph, [...to][at] ?? '?']);

const asciiTwins = new Map<string, string>([
  ...pairs('─━┄┅┈┉╌╍╴╶╸╺', '------------'),
  ...pairs('═', '='),
  ...pairs('│┃┆┇┊┋╎╏║╵╷╹╻', '|||||||||||||'),
  ...[...'┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬╭╮╯╰╒╓╕╖╘╙╛╜╞╟╡╢╤╥╧╨╪╫'].map((glyph): [string, string] => [glyph, '+']),
  ...pairs('▁▂▃▄▅▆▇█', '_.:-=+*#'),
  ...pairs('▏▎▍▌▋▊▉▐▀', '.:-=+*##^'),
  ...pairs('░▒▓■□▪▫▮▯', '.:%##*-##'),
  ...pairs('←→↑↓↔↵⏎⇐⇒⇑⇓', '<>^v-<<<>^v'),
  ...pairs('▲▼◀▶△▽◁▷►◄▴▾◂▸', '^v<>^v<>><^v<>'),
  ...pairs('✓✔✗✘✕✖×☐☑☒', '++xxxxx-+x'),
  ...pairs('…‥·•◦●○◉◎◆◇★☆⚠ℹ', '..**o*o*o*o**!i'),
  ...pairs('❯❮›‹»«⟩⟨', '><><><><'),
  ...pairs('–—‐‑‒―−¦', '-------|'),
  ...pairs('‘’‚“”„′″', '\'\'\'"""""'),
  ...pairs('≤≥≠≈±÷∞µμ°', '<>#~+/8uuo'),
  ...pairs('⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏', '|/-\\|/-\\|/'),
  ['\u00A0', ' '],
]);

/** What the kernel's font adds to ASCII: lines, half and full blocks, shades, some arrows (CP437). */
const consoleFont = new Set('─│┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬▀▄█▌▐░▒▓■←→↑↓↔▲▼►◄•○±÷≤≥≈°·«»µ×');
const consoleTwins = new Map<string, string>([
  ...pairs('━┃┏┓┗┛┣┫┳┻╋', '═║╔╗╚╝╠╣╦╩╬'),
  ...pairs('╭╮╯╰', '┌┐┘└'),
  ...pairs('▁▂▃▅▆▇', '_░▒▄▓█'),
  ...pairs('▶◀▸◂▴▾✓✔●', '►◄►◄▲▼√√•'),
]);

const latinLetter = /^[\u00A1-\u00FF]$/;
const marks = /\p{Mark}+/gu;

const asciiTwin = (glyph: string): string => {
  const known = asciiTwins.get(glyph);
  if (known !== undefined) return known;
  const bare = glyph.normalize('NFKD').replace(marks, '');
  return /^[\u0020-\u007E]$/.test(bare) ? bare : '?';
};

/** One grapheme as the set shows it. A wide one becomes `?` and blanks, which keeps the columns. */
export const mapGlyph = (glyph: string, width: number, set: GlyphSet): string => {
  if (set === 'unicode' || /^[\u0020-\u007E]$/.test(glyph)) return glyph;
  if (set === 'console') {
    if (width === 1 && (consoleFont.has(glyph) || latinLetter.test(glyph))) return glyph;
    const twin = consoleTwins.get(glyph);
    if (twin !== undefined) return twin;
  }
  return asciiTwin(glyph);
};
