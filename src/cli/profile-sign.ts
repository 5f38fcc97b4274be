// `mayfly profile keygen` and `sign`: what the machine that looks after a fleet does, never a node.
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { overlayName } from '../sources/check-signature.ts';
import { type LayerFolder, layersBelow, listOverlays } from '../sources/overlays.ts';
import type { Problem } from '../state/problem.ts';
import { renderProblemLines } from '../state/render-event.ts';
import { isBundlePath, parseSignature, signBundle } from '../state/signed-bundle.ts';
import type { CliIo } from './cli-io.ts';
import { usageProblem } from './parse-options.ts';

export const makeKey = async (io: CliIo, file: string): Promise<number> => {
  const path = resolve(file);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const text = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  if (!(await io.system.createText(path, text, { mode: 0o600 }))) return refuse(io, thereAlready(path));
  io.err(`The private key is ${path}: keep it away from nodes. The public key:\n`);
  io.out(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  return 0;
};

type SignOptions = {
  readonly path: string;
  readonly key: string | undefined;
  readonly serial: string | undefined;
};

export const signPath = async (io: CliIo, options: SignOptions): Promise<number> => {
  const serial = Number(options.serial ?? Number.NaN);
  if (options.key === undefined) return refuse(io, usageProblem('sign needs --key FILE'));
  if (!Number.isSafeInteger(serial) || serial < 1)
    return refuse(io, usageProblem('sign needs --serial N, a whole number from 1'));
  const key = readKey(await io.system.readText(resolve(options.key)));
  if (key === undefined) return refuse(io, noKey(options.key));
  const path = resolve(options.path);
  const kind = (await io.system.stat(path))?.kind;
  if (kind !== 'file' && kind !== 'directory') return refuse(io, nothingThere(path));
  const sums = await sumsOf(io, path, kind);
  if (sums === undefined || sums.size === 0) return refuse(io, nothingThere(path));
  const files = Object.fromEntries(sums);
  const target = kind === 'file' ? `${path}.sig` : await signatureIn(io, path);
  const text = `${JSON.stringify(signBundle({ serial, files }, key), null, 2)}\n`;
  // What a node would not read back must not look as if it were signed: a name that is not ASCII, for one.
  if (parseSignature(text) === undefined) return refuse(io, cannotBeNamed(sums.keys()));
  await io.system.writeText(target, text);
  io.out(`Signed ${sums.size} file${sums.size === 1 ? '' : 's'} with the serial number ${serial}: ${target}\n`);
  return 0;
};

/** Name in the bundle → sha256 of everything that a node would read: the one profile, or both with their `etc/`. Undefined when one cannot be read. */
const sumsOf = async (
  io: CliIo,
  path: string,
  kind: 'file' | 'directory',
): Promise<ReadonlyMap<string, string> | undefined> => {
  const sums = new Map<string, string>();
  for (const { name, file } of kind === 'file' ? [{ name: 'profile.yaml', file: path }] : await filesIn(io, path)) {
    const { exitCode, stdout } = await io.system.query(['sha256sum', '--binary', file], { timeoutMs: 60_000 });
    const sum = exitCode === 0 ? /^\\?([0-9a-f]{64}) /.exec(stdout)?.[1] : undefined;
    if (sum === undefined) return undefined;
    sums.set(name, sum);
  }
  return sums;
};

type Named = { readonly name: string; readonly file: string };

/** A folder with a profile at its top is one that becomes `node/`. */
const layersIn = async (io: CliIo, folder: string): Promise<readonly LayerFolder[]> =>
  (await io.system.stat(`${folder}/profile.yaml`))?.kind === 'file' ? [{ layer: 'node', folder }] : layersBelow(folder);

/** Within a checkout where there is one: what is pulled must bring its signature along. */
const signatureIn = async (io: CliIo, folder: string): Promise<string> => {
  for (const layer of ['node', 'global'])
    if ((await io.system.stat(`${folder}/${layer}/.git`)) !== undefined) return `${folder}/${layer}/signature.json`;
  return `${folder}/signature.json`;
};

const filesIn = async (io: CliIo, top: string): Promise<readonly Named[]> => {
  const layers = await layersIn(io, top);
  const profiles: Named[] = [];
  for (const { layer, folder } of layers) {
    const file = `${folder}/profile.yaml`;
    if ((await io.system.stat(file))?.kind === 'file') profiles.push({ name: `${layer}/profile.yaml`, file });
  }
  const overlays = await listOverlays(io.system, layers);
  for (const problem of overlays.skipped) io.err(renderProblemLines(problem));
  return profiles.length === 0
    ? []
    : [...profiles, ...overlays.files.map((overlay) => ({ name: overlayName(overlay), file: overlay.from }))];
};

const readKey = (pem: string | undefined): KeyObject | undefined => {
  try {
    const key = pem === undefined ? undefined : createPrivateKey(pem);
    return key?.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
};

const refuse = (io: CliIo, problem: Problem): number => {
  io.err(renderProblemLines(problem));
  return 1;
};

const thereAlready = (path: string): Problem => ({
  code: 'profile/key-exists',
  summary: `${path} is there already`,
  remedy: 'Name another file: a key that is lost cannot be made again',
});

const noKey = (path: string): Problem => ({
  code: 'profile/no-key',
  summary: `${path} holds no Ed25519 private key`,
  remedy: 'Make one with `mayfly profile keygen FILE`',
});

const cannotBeNamed = (names: Iterable<string>): Problem => ({
  code: 'profile/name-not-signed',
  summary: `a signature cannot name ${JSON.stringify([...names].find((name) => !isBundlePath(name)) ?? 'one of the files')}`,
  remedy: 'Give the file a name of ASCII letters, digits and punctuation, at most 512 characters with its folders',
});

const nothingThere = (path: string): Problem => ({
  code: 'profile/nothing-to-sign',
  summary: `${path} is no profile, and no folder with profile.yaml, global/profile.yaml or node/profile.yaml that can be read`,
  remedy: 'Name the profile, or the folder that becomes the config partition',
});
