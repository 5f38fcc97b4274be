// The first transport: `mayfly.profile=` on the kernel command line names a file on a labelled filesystem or a URL.
import { kernelValue } from '../state/kernel-command-line.ts';
import type { Transport } from '../state/resolved-profile.ts';
import type { Reader } from '../system/system.ts';
import { fetchProfile } from './fetch-profile.ts';
import { listFilesystems, readFileOn } from './filesystems.ts';
import { revisionOf } from './revision.ts';
import { type Answer, absent } from './transport.ts';

const parameter = 'mayfly.profile';

export const askKernel = async (reader: Reader, commandLine: string): Promise<Answer> => {
  const place = kernelValue(commandLine, parameter);
  if (place === undefined || place === '') {
    return absent(
      'sources/no-kernel-profile',
      'the kernel command line names no profile',
      `add ${parameter}=LABEL=NAME:/profile.yaml or ${parameter}=http://server/{uuid}.yaml`,
      false,
    );
  }
  if (/^https?:\/\//.test(place)) return fetchProfile(reader, place, commandLine);
  const [, tag, value, path] = /^(LABEL|UUID)=([^:]+):(\/.+)$/.exec(place) ?? [];
  if (tag === undefined || value === undefined || path === undefined || path.split('/').includes('..')) {
    return notUnderstood(place);
  }
  return readLabelled(reader, { tag, value, path, place });
};

type Place = { readonly tag: string; readonly value: string; readonly path: string; readonly place: string };

const readLabelled = async (reader: Reader, { tag, value, path, place }: Place): Promise<Answer> => {
  const all = await listFilesystems(reader);
  if (!all.ok) return { kind: 'absent', why: all.problem, expected: true };
  const filesystems = all.value.filter(({ label, uuid }) => (tag === 'LABEL' ? label : uuid) === value);
  const [filesystem, ...others] = filesystems;
  if (filesystem === undefined) {
    const remedy = 'plug the medium in, or correct the kernel command line';
    return absent('sources/no-filesystem', `${parameter}=${place}: no filesystem has ${tag} ${value}`, remedy, true);
  }
  const transport: Transport = { kind: 'kernel-file', detail: `${filesystem.device}:${path}` };
  if (others.length > 0) {
    const devices = filesystems.map(({ device }) => device).join(', ');
    const summary = `${parameter}=${place}: more than one filesystem has ${tag} ${value}: ${devices}`;
    const problem = { code: 'sources/two-filesystems', summary, remedy: 'unplug one, or name it by UUID=' };
    return { kind: 'unusable', transport, problems: [problem] };
  }
  const read = await readFileOn(reader, filesystem, path);
  if (!read.ok) return { kind: 'absent', why: read.problem, expected: true };
  if (read.value === undefined) {
    const summary = `${filesystem.device} (${tag} ${value}) has no file ${path}`;
    return absent('sources/no-file', summary, 'put it there, or correct the kernel command line', true);
  }
  return {
    kind: 'offered',
    transport: { ...transport, revision: revisionOf(read.value) },
    layers: [{ layer: 'node', name: transport.detail, file: 'profile.yaml', text: read.value }],
    overlays: [],
    warnings: [],
    signature: () => readFileOn(reader, filesystem, `${path}.sig`),
    signatureName: `${transport.detail}.sig`,
  };
};

const notUnderstood = (place: string): Answer => ({
  kind: 'unusable',
  transport: { kind: 'kernel-file', detail: place },
  problems: [
    {
      code: 'sources/kernel-profile',
      summary: `${parameter}=${place} is not understood`,
      remedy: 'write LABEL=NAME:/profile.yaml, UUID=…:/profile.yaml, or http://server/{uuid}.yaml',
    },
  ],
});
