// Fetches a profile by HTTP: with deadlines, a bound on its size, and this machine's UUID and MAC in its address.
import { kernelWords } from '../state/kernel-command-line.ts';
import type { Problem } from '../state/problem.ts';
import type { Transport } from '../state/resolved-profile.ts';
import type { Reader } from '../system/system.ts';
import { revisionOf } from './revision.ts';
import type { Answer } from './transport.ts';

const longest = 262_144;

export const fetchProfile = async (reader: Reader, template: string, commandLine: string): Promise<Answer> => {
  const { url, problem } = await fillIn(reader, template, commandLine);
  const detail = withoutPassword(url);
  const transport: Transport = { kind: 'kernel-url', detail };
  if (problem !== undefined) return { kind: 'unusable', transport, problems: [problem] };
  const { exitCode, stdout, stderr } = await reader.query(
    [
      'curl',
      '--fail',
      '--silent',
      '--show-error',
      '--globoff',
      '--proto',
      '=http,https',
      '--connect-timeout',
      '5',
      '--max-time',
      '20',
      '--max-filesize',
      String(longest),
      '--retry',
      '4',
      '--retry-connrefused',
      '--retry-all-errors',
      '--retry-max-time',
      '60',
      '--url',
      url,
    ],
    { timeoutMs: 90_000 },
  );
  if (exitCode !== 0) return { kind: 'absent', expected: true, why: notFetched(detail, exitCode, stderr) };
  if (stdout.length > longest) {
    const tooLong = { code: 'sources/too-long', summary: `${detail} is longer than 256 KiB`, remedy: 'check the URL' };
    return { kind: 'unusable', transport, problems: [tooLong] };
  }
  return {
    kind: 'offered',
    transport: { ...transport, revision: revisionOf(stdout) },
    layers: [{ layer: 'node', name: detail, text: stdout }],
    overlays: [],
    warnings: [],
  };
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

/** curl(1), EXIT CODES. */
const notFetched = (detail: string, exitCode: number, stderr: string): Problem => ({
  code: exitCode === 22 ? 'sources/http-status' : 'sources/unreachable',
  summary: `${detail} cannot be fetched: ${
    stderr
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^curl: /, '') || `curl ended with ${exitCode}`
  }`,
  remedy:
    exitCode === 22
      ? 'put the profile of this node there, or correct the kernel command line'
      : 'check cable, address, name service and the server, then `systemctl restart mayfly-configure`',
});

const withoutPassword = (url: string): string => url.replace(/^(https?:\/\/)[^/@]*@/, '$1…@');
