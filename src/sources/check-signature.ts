// Holds a bundle against its signature, where the image trusts somebody's key: what is not signed, was changed since, or is older than what was
// in force is never applied, and says so.
import * as z from 'zod';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { OverlayFile } from '../state/resolved-profile.ts';
import { isSignedBy, parseSignature, sha256Of, trustedKeysPath } from '../state/signed-bundle.ts';
import type { Reader, System } from '../system/system.ts';
import { readFileOn } from './filesystems.ts';
import { type ConfigSurvey, surveyConfigPartition } from './find-config-partition.ts';
import type { Offered } from './transport.ts';
import { writeConfigFiles } from './write-config.ts';

/** What a bundle was accepted with. */
export type Accepted = {
  readonly serial: number;
  readonly signature: string;
  /** Name in the bundle → sha256. */
  readonly files: Readonly<Record<string, string>>;
};

const runSerialPath = '/run/mayfly/profile-serial.json';
const keptSerialPath = 'last-good/serial.json';
const serialSchema = z.object({ version: z.literal(1), serial: z.int().min(0) });

export const readTrustedKeys = (reader: Reader): Promise<string | undefined> => reader.readText(trustedKeysPath);

/** Undefined where the image trusts no key: then nothing needs a signature. */
export const checkSignature = async (
  reader: Reader,
  offered: Offered,
  survey: ConfigSurvey,
): Promise<Result<Accepted | undefined>> => {
  const keys = await readTrustedKeys(reader);
  if (keys === undefined) return ok(undefined);
  const where = offered.transport.detail;
  const found = await offered.signature();
  if (!found.ok) return found;
  if (found.value === undefined) return fail(unsigned(where, offered.signatureName));
  const { text, name } =
    typeof found.value === 'string' ? { text: found.value, name: offered.signatureName } : found.value;
  const signed = parseSignature(text);
  if (signed === undefined || !isSignedBy(signed, keys)) return fail(badSignature(where, name));
  const other = await firstOther(reader, offered, signed.files);
  if (other !== undefined) return fail(other);
  const accepted: Accepted = { serial: signed.serial, signature: text, files: signed.files };
  // The copy is the last that converged here, and a newer one may have been in force that did not. It lies where the number itself is kept:
  // who can exchange one can exchange the other.
  if (offered.transport.kind === 'last-good') return ok(accepted);
  const { now, kept } = await readSerials(reader, survey);
  const highest = Math.max(now, kept);
  return signed.serial < highest ? fail(replayed(where, signed.serial, highest)) : ok(accepted);
};

/** With what each file was when it was signed, so that only that is copied. */
export const withSums = (overlays: readonly OverlayFile[], accepted: Accepted | undefined): readonly OverlayFile[] =>
  accepted === undefined
    ? overlays
    : overlays.map((overlay) => ({ ...overlay, sha256: accepted.files[overlayName(overlay)] ?? 'unsigned' }));

/** What is not as it was signed, on either side. */
const firstOther = async (
  reader: Reader,
  { layers, overlays, transport }: Offered,
  files: Readonly<Record<string, string>>,
): Promise<Problem | undefined> => {
  const here = new Map(layers.map(({ file, text }) => [file, sha256Of(text)]));
  for (const overlay of overlays)
    here.set(overlayName(overlay), (await checksum(reader, overlay.from)) ?? 'unreadable');
  for (const [name, sum] of here)
    if (files[name] !== sum) return changed(transport.detail, name, files[name] === undefined);
  const gone = Object.keys(files).find((name) => !here.has(name));
  return gone === undefined ? undefined : missing(transport.detail, gone);
};

/** `node/etc/motd`: its place on the partition, wherever that is mounted. */
export const overlayName = ({ layer, to }: OverlayFile): string => `${layer}${to}`;

export const checksum = async (reader: Reader, file: string): Promise<string | undefined> => {
  const { exitCode, stdout } = await reader.query(['sha256sum', '--binary', file], { timeoutMs: 60_000 });
  return exitCode === 0 ? /^\\?([0-9a-f]{64}) /.exec(stdout)?.[1] : undefined;
};

type Serials = { readonly now: number; readonly kept: number };

/** Of this uptime, and of those before it; 0 where none is known. */
const readSerials = async (reader: Reader, { filesystem }: ConfigSurvey): Promise<Serials> => {
  const kept = filesystem === undefined ? undefined : await readFileOn(reader, filesystem, `/${keptSerialPath}`);
  return {
    now: parseSerial(await reader.readText(runSerialPath)),
    kept: parseSerial(kept?.ok === true ? kept.value : undefined),
  };
};

const parseSerial = (text: string | undefined): number => {
  try {
    const parsed = serialSchema.safeParse(JSON.parse(text ?? 'null'));
    return parsed.success ? parsed.data.serial : 0;
  } catch {
    // Half a file after a power cut.
    return 0;
  }
};

/** Notes the serial number of what is in force, for this uptime and, where there is a config partition, for the next; it never goes down. */
export const keepSerial = async (system: System, { serial }: Pick<Accepted, 'serial'>): Promise<Result<undefined>> => {
  const survey = await surveyConfigPartition(system);
  const { now, kept } = await readSerials(system, survey);
  const highest = Math.max(serial, now, kept);
  const text = `${JSON.stringify({ version: 1, serial: highest })}\n`;
  if (now < highest) await system.writeText(runSerialPath, text, { mode: 0o600 });
  return kept < highest && survey.fact.kind === 'found' && !survey.fact.readOnly
    ? writeConfigFiles(system, [{ path: keptSerialPath, text }])
    : ok(undefined);
};

const remedy = 'Sign it on the machine that has the private key: `mayfly profile sign --key KEY --serial N PATH`';

const unsigned = (where: string, name: string): Problem => ({
  code: 'sources/unsigned',
  summary: `${where} has no signature (${name}), and this image takes signed profiles only: nothing of it was applied`,
  remedy,
});

const badSignature = (where: string, name: string): Problem => ({
  code: 'sources/bad-signature',
  summary: `the signature of ${where} (${name}) was not made by a key that this image trusts, or not for this: nothing of it was applied`,
  remedy: `Find out who put it there. ${remedy}`,
});

const changed = (where: string, name: string, isNew: boolean): Problem => ({
  code: 'sources/not-as-signed',
  summary: `${name} of ${where} ${isNew ? 'is not among the files that were signed' : 'was changed after it was signed'}: nothing of it was applied`,
  remedy: `Find out who changed it. ${remedy}`,
});

const missing = (where: string, name: string): Problem => ({
  code: 'sources/not-as-signed',
  summary: `${name} was signed and is not there (${where}): nothing of the rest was applied`,
  remedy: `Put it back, or sign what is meant to be there. ${remedy}`,
});

const replayed = (where: string, serial: number, highest: number): Problem => ({
  code: 'sources/replayed',
  summary: `${where} has the serial number ${serial}, and ${highest} was in force here already: nothing of it was applied`,
  remedy: `An older profile was put back. If that is meant, sign it again with a serial number of ${highest} or more`,
});
