// Fetches a profile by HTTP: with deadlines, a bound on its size, and this machine's UUID and MAC in its address.
import { kernelWords } from '../state/kernel-command-line.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Transport } from '../state/resolved-profile.ts';
import type { CommandResult, Reader } from '../system/system.ts';
import { fetchText, httpStatus, longestText, tooLongExit } from './fetch-text.ts';
import { revisionOf } from './revision.ts';
import type { Answer } from './transport.ts';

export const fetchProfile = async (reader: Reader, template: string, commandLine: string): Promise<Answer> => {
  const { url, problem } = await fillIn(reader, template, commandLine);
  const detail = withoutPassword(url);
  const transport: Transport = { kind: 'kernel-url', detail };
  if (problem !== undefined) return { kind: 'unusable', transport, problems: [problem] };
  const fetched = await fetchText(reader, url);
  const { exitCode, stdout } = fetched;
  if (exitCode === tooLongExit || stdout.length > longestText)
    return { kind: 'unusable', transport, problems: [tooLong(detail)] };
  if (exitCode !== 0) return { kind: 'absent', expected: true, why: notFetched(detail, fetched) };
  return {
    kind: 'offered',
    transport: { ...transport, revision: revisionOf(stdout) },
    layers: [{ layer: 'node', name: detail, file: 'profile.yaml', text: stdout }],
    overlays: [],
    warnings: [],
    signature: () => fetchSignature(reader, `${url}.sig`),
    signatureName: `${detail}.sig`,
  };
};

/** The server was there a moment ago: that it has none is an answer, that it is gone is a problem. */
const fetchSignature = async (reader: Reader, url: string): Promise<Result<string | undefined>> => {
  const fetched = await fetchText(reader, url);
  if (fetched.exitCode === 0) return ok(fetched.stdout);
  const isThere = fetched.exitCode !== 22 || (httpStatus(fetched) ?? 404) >= 500;
  return isThere ? fail(notFetched(withoutPassword(url), fetched)) : ok(undefined);
};

const fillIn = async (
  reader: Reader,
  template: string,
  commandLine: string,
): Promise<{ readonly url: string; readonly problem?: Problem }> => {
  let url = template;
  for (const [field, read] of [
    ['{uuid}', () => readUuid(reader)],
    ['{mac}', () => readMac(reader, commandLine)],
  ] as const) {
    if (!url.includes(field)) continue;
    const value = await read();
    if (value === undefined) return { url, problem: unknownField(field, withoutPassword(template)) };
    url = url.replaceAll(field, value);
  }
  return { url };
};

/** SMBIOS, in lower case; root only. */
const readUuid = async (reader: Reader): Promise<string | undefined> => {
  const uuid = (await reader.readText('/sys/class/dmi/id/product_uuid'))?.trim().toLowerCase();
  return uuid !== undefined && /^[0-9a-f-]{36}$/.test(uuid) ? uuid : undefined;
};

/** The link that was booted from (`BOOTIF=01-52-54-…`, as network boot loaders write it), else the first with carrier. */
const readMac = async (reader: Reader, commandLine: string): Promise<string | undefined> => {
  const boot = kernelWords(commandLine).find((word) => word.startsWith('BOOTIF='));
  const fromBoot = /^BOOTIF=(?:01-)?((?:[0-9a-f]{2}[-:]){5}[0-9a-f]{2})$/i.exec(boot ?? '')?.[1];
  if (fromBoot !== undefined) return fromBoot.replaceAll('-', ':').toLowerCase();
  for (const name of await reader.list('/sys/class/net')) {
    const folder = `/sys/class/net/${name}`;
    const [kind, carrier, address] = await Promise.all([
      reader.readText(`${folder}/type`),
      reader.readText(`${folder}/carrier`),
      reader.readText(`${folder}/address`),
    ]);
    const isReal = kind?.trim() === '1' && (await reader.stat(`${folder}/device`)) !== undefined;
    if (isReal && carrier?.trim() === '1' && address !== undefined) return address.trim().toLowerCase();
  }
  return undefined;
};

const unknownField = (field: string, template: string): Problem => ({
  code: 'sources/kernel-profile',
  summary: `mayfly.profile=${template}: this machine has no value for ${field}`,
  remedy:
    field === '{uuid}'
      ? 'use {mac}: the firmware tells no UUID'
      : 'check the cable: no link has carrier; or use {uuid}',
});

const tooLong = (detail: string): Problem => ({
  code: 'sources/too-long',
  summary: `${detail} is longer than 256 KiB: no profile is`,
  remedy: 'Correct mayfly.profile= on the kernel command line, or what lies there',
});

const again = 'then `systemctl restart mayfly-configure`, or restart this node';

/** In the words of whoever stands before the node: what the server did, and whose turn it is. */
const notFetched = (detail: string, fetched: CommandResult): Problem => {
  const { exitCode, stderr } = fetched;
  const status = httpStatus(fetched);
  const said =
    stderr
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^curl: /, '') || `curl ended with ${exitCode}`;
  const problem = (code: string, what: string, remedy: string): Problem => ({
    code: `sources/${code}`,
    summary: `${detail} cannot be fetched: ${what}`,
    remedy: `${remedy}, ${again}`,
  });
  if (status !== undefined && status >= 500)
    return problem('http-status', `the server answers with its error ${status}`, 'Look at the log of that server');
  if (exitCode === 22)
    return problem(
      'http-status',
      status === undefined ? said : `the server answers ${status}`,
      'Put the profile of this node there, or correct mayfly.profile= on the kernel command line',
    );
  // 18: fewer bytes than were announced.
  if (exitCode === 18)
    return problem(
      'unreachable',
      `the answer breaks off ${said}`,
      'Look at what that server does, and at the line to it',
    );
  return problem('unreachable', said, 'Check cable, address (DHCP gives it), name service and the server');
};

const withoutPassword = (url: string): string => url.replace(/^(https?:\/\/)[^/@]*@/, '$1…@');
