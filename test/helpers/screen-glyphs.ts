// Holds a picture of a text screen against the characters that should be on it: one picture for each character, and no two characters alike.

export type Picture = {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel, row after row. */
  readonly pixels: Uint8Array;
};

/** Undefined where it is not known which character stands there. */
type TextCell = { readonly character: string; readonly attribute: number } | undefined;

export type TextScreen = { readonly columns: number; readonly rows: number; readonly cells: readonly TextCell[] };

/** Binary PPM with one byte a value, as QEMU's screendump writes it: ppm(5). */
export const parsePpm = (bytes: Uint8Array): Picture => {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const [all = '', width, height] = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(head) ?? [];
  const picture = { width: Number(width), height: Number(height), pixels: bytes.subarray(all.length) };
  if (all === '' || picture.pixels.length !== picture.width * picture.height * 3)
    throw new Error(`this is no picture: it begins with ${JSON.stringify(head.slice(0, 20))}`);
  return picture;
};

/** The cells as two files of the kernel have them, vcs(4): four bytes of Unicode a cell, and two with the attribute behind a head of four. */
export const readTextScreen = (vcsu: Buffer, vcsa: Buffer): TextScreen => {
  const [rows = 0, columns = 0] = vcsa;
  if (rows === 0 || vcsu.length !== rows * columns * 4 || vcsa.length !== rows * columns * 2 + 4)
    throw new Error(`${vcsu.length} and ${vcsa.length} bytes are no screen of ${columns}×${rows}`);
  const cells = Array.from({ length: rows * columns }, (_, at) => ({
    character: String.fromCodePoint(vcsu.readUInt32LE(at * 4)),
    attribute: vcsa.readUInt16LE(4 + at * 2) >> 8,
  }));
  return { columns, rows, cells };
};

/** What did not change between the two. */
export const steadyCells = (before: TextScreen, after: TextScreen): TextScreen => ({
  ...after,
  cells: after.cells.map((cell, at) => {
    const earlier = before.cells[at];
    return cell?.character === earlier?.character && cell?.attribute === earlier?.attribute ? cell : undefined;
  }),
});

/** Bits 4 to 6: where they are none the ground is black, and what is not black is the character. */
const isOnBlack = (attribute: number): boolean => (attribute & 0x70) === 0;

const glyphAt = ({ width, pixels }: Picture, left: number, top: number, cell: Cell): string => {
  let glyph = '';
  for (let y = top; y < top + cell.height; y += 1) {
    for (let x = left; x < left + cell.width; x += 1) {
      const at = (y * width + x) * 3;
      glyph += pixels[at] === 0 && pixels[at + 1] === 0 && pixels[at + 2] === 0 ? ' ' : '#';
    }
    glyph += '\n';
  }
  return glyph;
};

type Cell = { readonly width: number; readonly height: number };

export type Glyphs = {
  /** The picture of each character as lines of `#` and blanks, of those that stand on black. */
  readonly glyphs: ReadonlyMap<string, string>;
  /** What does not fit, in words; empty where the picture shows the characters. */
  readonly faults: readonly string[];
};

export const glyphsOf = (picture: Picture, { columns, rows, cells }: TextScreen): Glyphs => {
  const cell = { width: Math.floor(picture.width / columns), height: Math.floor(picture.height / rows) };
  if (cell.width < 5 || cell.height < 7)
    return {
      glyphs: new Map(),
      faults: [`${picture.width}×${picture.height} pixels hold no ${columns}×${rows} cells`],
    };
  const glyphs = new Map<string, string>();
  const seenAt = new Map<string, string>();
  const faults: string[] = [];
  for (const [at, known] of cells.entries()) {
    if (known === undefined || !isOnBlack(known.attribute)) continue;
    const row = Math.floor(at / columns);
    const column = at % columns;
    const place = `row ${row + 1}, column ${column + 1}`;
    const glyph = glyphAt(picture, column * cell.width, row * cell.height, cell);
    const { character } = known;
    const before = glyphs.get(character);
    if (before !== undefined && before !== glyph)
      faults.push(`${character} at ${place} is not drawn as at ${seenAt.get(character)}:\n${glyph}`);
    if (before !== undefined) continue;
    glyphs.set(character, glyph);
    seenAt.set(character, place);
    if (character === ' ' && glyph.includes('#')) faults.push(`at ${place} there should be nothing:\n${glyph}`);
  }
  const owners = new Map<string, string>();
  for (const [character, glyph] of glyphs) {
    const other = owners.get(glyph);
    if (other !== undefined) faults.push(`${character} and ${other} look the same:\n${glyph}`);
    owners.set(glyph, character);
  }
  return { glyphs, faults };
};
