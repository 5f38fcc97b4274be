// Reads what a real kernel or tool printed, for tests of parsers.
import { readFileSync } from 'node:fs';

export const probeFixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/probes/${name}`, import.meta.url), 'utf8');
