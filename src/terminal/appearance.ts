// What the terminal can be shown: a whole screen at all, which glyphs, and whether in colour.
import type { GlyphSet } from './glyphs.ts';
import { type TerminalProfile, terminalProfile } from './terminal-profile.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Why a full screen is not possible here; undefined when it is. */
export const screenRefusal = (from: {
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: { readonly isTTY?: boolean };
  readonly env: Environment;
}): string | undefined => {
  if (from.stdin.isTTY !== true) return 'standard input is not a terminal';
  if (from.stdout.isTTY !== true) return 'standard output is not a terminal';
  if (!terminalProfile(from.env.TERM).addressable) return `TERM=${from.env.TERM ?? ''} cannot address the cursor`;
  return undefined;
};

/** The locale's word on UTF-8; undefined when none is set, as on many serial lines. */
const localeUtf8 = (env: Environment): boolean | undefined => {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  return locale === undefined ? undefined : /utf-?8/i.test(locale);
};

export const chooseGlyphs = (
  wanted: 'ascii' | 'unicode' | 'auto',
  profile: TerminalProfile,
  env: Environment,
  seenUtf8: boolean | undefined,
): GlyphSet => {
  if (wanted === 'ascii') return 'ascii';
  const utf8 = wanted === 'unicode' || (seenUtf8 !== false && (localeUtf8(env) ?? seenUtf8 === true));
  if (!utf8) return 'ascii';
  return profile.smallFont ? 'console' : 'unicode';
};

/** NO_COLOR: https://no-color.org, any value that is not empty. */
export const chooseColour = (
  wanted: 'always' | 'never' | 'auto',
  profile: TerminalProfile,
  env: Environment,
): boolean => {
  if (wanted !== 'auto') return wanted === 'always';
  return profile.colour && (env.NO_COLOR ?? '') === '';
};
