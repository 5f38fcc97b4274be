// A container as a systemd unit: what podman is to run, from which image, under which names on the node.
import { parseDuration } from './duration.ts';
import type { Profile } from './profile.ts';

type Package = NonNullable<Profile['packages']>[number];

/** Of `name@sha256:…`. */
export const digestIn = (source: string): string | undefined => /@sha256:([0-9a-f]{64})$/.exec(source)?.[1];

/** With its registry, which podman would otherwise have to guess, and without a tag, which the digest makes void. */
export const isReference = (source: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)+@sha256:[0-9a-f]{64}$/.test(source);

const prefix = 'mayfly-container-';

export const containerUnit = (name: string): string => `${prefix}${name}.service`;

/** `10-agent` of `mayfly-container-10-agent.service`. */
export const containerOfUnit = (unit: string): string | undefined =>
  new RegExp(`^${prefix}(\\d{2,4}-[a-z0-9-]+)\\.service$`).exec(unit)?.[1];

/** As podman's own generator writes such units (podman-systemd.unit(5)); `image`: its id, so that no other can be meant by a name. */
export const renderContainerUnit = ({ name, network = 'host', volumes = [] }: Package, image: string): string => {
  const paths = volumes.map((volume) => volume.split(':')[0] ?? '/');
  const remove = `podman rm --volumes --force --ignore --cidfile=%t/%N.cid`;
  const run = [
    '/usr/bin/podman run --detach --rm --replace --pull=never',
    `--name=${name} --cidfile=%t/%N.cid`,
    '--cgroups=split --sdnotify=conmon --log-driver=passthrough',
    `--network=${network}`,
    ...volumes.map((volume) => `--volume=${volume}`),
    image,
  ];
  return [
    '[Unit]',
    `Description=Container ${name}`,
    ...(paths.length === 0 ? [] : [`RequiresMountsFor=${paths.join(' ')}`]),
    // One that ends again and again is tried again for as long as the node runs.
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=notify',
    'NotifyAccess=all',
    'Delegate=yes',
    'KillMode=mixed',
    `ExecStart=${run.join(' ')}`,
    `ExecStop=/usr/bin/${remove}`,
    `ExecStopPost=-/usr/bin/${remove}`,
    // What SIGTERM and SIGKILL make of it when it is stopped.
    'SuccessExitStatus=143 137',
    // Also of one that ends well or is killed for its memory: it is there to run.
    'Restart=always',
    'RestartSec=5',
    'TimeoutStartSec=120',
    'TimeoutStopSec=70',
    '',
  ].join('\n');
};

/** Seconds for bringing its image; a day when there is no limit. */
export const pullSeconds = ({ timeout = '10min' }: Package): number => (parseDuration(timeout) ?? 86_400_000) / 1000;

/** The one image that `podman load` names; undefined when there are none or several. */
export const loadedImage = (stdout: string): string | undefined => {
  const [image, ...others] = [...stdout.matchAll(/^Loaded image: (\S+)$/gm)].map(([, name]) => name);
  return others.length === 0 ? image : undefined;
};
