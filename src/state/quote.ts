// Shows a value that somebody wrote, in a message: short, on one line, and with nothing in it that a terminal would obey.

import { redactSecretsInMessage } from './redact-profile.ts';

const longest = 60;

/** In double quotes; control and direction characters as `\uXXXX`; cut where it is long; without a secret that was put in the wrong place. */
export const quote = (text: string): string => {
  const open = redactSecretsInMessage(text, '(not shown)');
  const cut = open.length > longest ? `${open.slice(0, longest)}…` : open;
  return escapeControls(JSON.stringify(cut));
};

/** What JSON leaves as it is and a terminal would still obey: C1 controls, bidirectional marks, line separators. */
export const escapeControls = (text: string): string =>
  text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** `"x"`, `9000`, `a list of 2`, `a group of keys`, `nothing`. */
export const describeValue = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  return typeof value === 'object' ? 'a group of keys' : String(value);
};

/** As one would write it in YAML on one line. */
export const renderExample = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map((item) => inFlow(item)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${inFlow(inner)}`);
  return `{ ${pairs.join(', ')} }`;
};

const inFlow = (value: unknown): string =>
  typeof value === 'string' && !/^[\w./][\w ./+@-]*$/.test(value) ? JSON.stringify(value) : renderExample(value);
