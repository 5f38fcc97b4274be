// How many columns a text takes. What the screens are made of is told by one look; only names from elsewhere are taken apart.
import stringWidth from 'string-width';

/** ASCII, Latin-1, and the dots, arrows, lines, blocks and marks that the screens draw with: each is one column, and none joins another. */
const narrow = /^[ -~\u00A1-\u00AC\u00AE-\u00FF\u2022\u2026\u2190-\u2193\u2500-\u259F\u25B8\u25C2\u2713\u2717]*$/;

export const isNarrow = (text: string): boolean => narrow.test(text);

export const columnsOf = (text: string): number => (isNarrow(text) ? text.length : stringWidth(text));
