// What a document prints to be copied: its fenced blocks of one language, in order.
import { readFileSync } from 'node:fs';

/** `name`: below `docs/`. */
export const printedBlocks = (name: string, language: string): readonly string[] =>
  [
    ...readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8').matchAll(
      new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'),
    ),
  ].map(([, block = '']) => block);
