// Reads everything that a support bundle holds; what is not there or does not answer is named, and keeps nobody waiting.
import { type BundleItem, bundleFolders, bundleItems } from '../state/bundle-contents.ts';
import { parseProfile } from '../state/parse-profile.ts';
import { redactBundle, secretsOf } from '../state/redact-bundle.ts';
import type { Reader } from '../system/system.ts';

export type BundleFile = {
  readonly name: string;
  readonly text: string;
};

/** Characters of one file: of a longer one the newest, which stand at its end. */
const longest = 4 * 1024 ** 2;
const patienceMs = 15_000;
/** So many at once: a node in trouble has other things to do. */
const atOnce = 3;

type Collected = { readonly row: string; readonly file?: BundleFile };

/** `profilePath`: the profile in force, whose secrets are looked for in everything. */
export const collectBundle = async (
  reader: Reader,
  { logLines, profilePath }: { readonly logLines: number; readonly profilePath: string },
): Promise<readonly BundleFile[]> => {
  const profile = parseProfile((await reader.readText(profilePath)) ?? '');
  const secrets = profile.ok ? secretsOf(profile.value) : [];
  const found = await Promise.all(
    bundleFolders.map(async ({ name, folder, files }) =>
      (await reader.list(folder))
        .filter((entry) => files.test(entry))
        .map((entry): BundleItem => ({ name: `${name}/${entry}`, from: { file: `${folder}/${entry}` } })),
    ),
  );
  const left = [...bundleItems(logLines), ...found.flat()];
  const items = [...left];
  const collected = new Map<BundleItem, Collected>();
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift())
      collected.set(item, await collect(reader, item, secrets));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const all = items.flatMap((item) => collected.get(item) ?? []);
  const index = `${all.map(({ row }) => row).join('\n')}\n`;
  return [{ name: 'INDEX.txt', text: index }, ...all.flatMap(({ file }) => file ?? [])];
};

const collect = async (reader: Reader, { name, from }: BundleItem, secrets: readonly string[]): Promise<Collected> => {
  if ('file' in from) {
    const text = await reader.readText(from.file);
    if (text === undefined) return { row: `${name}  absent: ${from.file}` };
    return keep(name, `from ${from.file}`, text, secrets);
  }
  const { exitCode, stdout, stderr } = await reader.query(from.command, { timeoutMs: from.timeoutMs ?? patienceMs });
  const words = from.command.join(' ');
  if (exitCode === 127) return { row: `${name}  not installed: ${from.command[0]}` };
  const ending = exitCode === 124 ? 'out of time' : `exit status ${exitCode}`;
  return keep(name, `${ending}: ${words}`, stderr === '' ? stdout : `${stdout}\n[standard error]\n${stderr}`, secrets);
};

const keep = (name: string, source: string, text: string, secrets: readonly string[]): Collected => {
  // Before it is cut: half a secret is one too, and no longer looks like it.
  const clean = redactBundle(text, secrets);
  const cut = clean.length > longest ? `, the last ${longest} characters of ${clean.length}` : '';
  return { row: redactBundle(`${name}  ${source}${cut}`, secrets), file: { name, text: clean.slice(-longest) } };
};
