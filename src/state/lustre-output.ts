// What Lustre's tools print: tunefs.lustre --dryrun, lfs check servers, lctl get_param.

export type FormattedTarget = {
  /** `lfs0-OST0000`, `MGS`. */
  readonly name: string;
  readonly fsname: string;
  /** `MDT`, `MGS`, `OST`, `first_time`, `update`, `writeconf`. */
  readonly flags: readonly string[];
  readonly mgsNodes: readonly string[];
  readonly serviceNodes: readonly string[];
};

/** `tunefs.lustre --dryrun DEVICE`: the values that were read, before those that would be written. */
export const parseTunefs = (text: string): FormattedTarget | undefined => {
  const read = /Read previous values:\n([\s\S]*?)(?:\n\s*\n\s*\n|\n\s*Permanent disk data:|$)/.exec(text)?.[1] ?? '';
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(read)?.[1]?.trim();
  const name = field('Target');
  if (name === undefined || name === '') return undefined;
  const flags = /^Flags:.*\n\s*\((.*)\)/m.exec(read)?.[1] ?? '';
  const parameters = (field('Parameters') ?? '').split(' ');
  const values = (key: string) =>
    parameters.flatMap((each) => (each.startsWith(`${key}=`) ? each.slice(key.length + 1).split(':') : []));
  return {
    name: plainName(name),
    fsname: field('Lustre FS') ?? '',
    flags: flags.split(' ').filter((word) => word !== ''),
    mgsNodes: values('mgsnode'),
    serviceNodes: values('failover.node'),
  };
};

/** A label says by its separator how far the target is: `:` never registered, `=` after writeconf, `-` registered. */
const plainName = (label: string): string => label.replace(/[:=+](MDT|OST)/, '-$1');

/** From what libblkid calls it (src/probes/disks.ts): `Lustre target lfs0:OST0000`, `ext4 label MGS`. */
export const nameInWords = (words: string): string | undefined => {
  const label = /^Lustre target (\S+)$/.exec(words)?.[1] ?? (words === 'ext4 label MGS' ? 'MGS' : undefined);
  return label === undefined ? undefined : plainName(label);
};

export type ServerSeen = { readonly name: string; readonly active: boolean };

const serverName = (device: string): string => device.replace(/-(osc|mdc)-[^-]+$/, '');

/** `lfs check servers`: a line for each, `lfs0-OST0000-osc-ffff8c… active.`, or what went wrong. */
export const parseServers = (text: string): readonly ServerSeen[] =>
  text.split('\n').flatMap((line) => {
    const [, name, state] = /^\s*(\S+) (active|inactive)\.$/.exec(line.trimEnd()) ?? [];
    if (name !== undefined) return [{ name: serverName(name), active: state === 'active' }];
    const failed = /error: check '([^']+)'/.exec(line)?.[1];
    return failed === undefined ? [] : [{ name: serverName(failed), active: false }];
  });

/** `lctl get_param health_check`, of `-n`: anything but `healthy` in it is not. */
export const parseHealthCheck = (text: string): 'healthy' | 'not healthy' | 'LBUG' | undefined => {
  const words = text.trim();
  if (words.includes('LBUG')) return 'LBUG';
  if (words.includes('NOT HEALTHY')) return 'not healthy';
  return words.split('\n').includes('healthy') ? 'healthy' : undefined;
};

export type Recovery = {
  readonly target: string;
  /** `COMPLETE`, `INACTIVE`, `RECOVERING`, `WAITING`, `WAITING_FOR_CLIENTS`. */
  readonly status: string;
  /** Seconds. */
  readonly remaining: number | undefined;
  readonly clients: string | undefined;
};

/** `lctl get_param mdt.*.recovery_status obdfilter.*.recovery_status`. */
export const parseRecovery = (text: string): readonly Recovery[] =>
  text.split(/^(?=(?:mdt|obdfilter)\.)/m).flatMap((block) => {
    const target = /^(?:mdt|obdfilter)\.([^.\s]+)\.recovery_status=/.exec(block)?.[1];
    const field = (name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(block)?.[1]?.trim();
    const status = /(?:^|=)\s*status: (\S+)/m.exec(block)?.[1];
    if (target === undefined || status === undefined) return [];
    const remaining = field('time_remaining');
    return [
      {
        target,
        status,
        remaining: remaining === undefined ? undefined : Number(remaining),
        clients: field('connected_clients') ?? field('completed_clients'),
      },
    ];
  });

export type TargetSpace = { readonly target: string; readonly total: number; readonly free: number };

/** `lctl get_param osd-*.*.kbytestotal osd-*.*.kbytesavail`: bytes of the targets that this node serves. */
export const parseSpace = (text: string): readonly TargetSpace[] => {
  const seen = new Map<string, { total?: number; free?: number }>();
  for (const [, target = '', key, value] of text.matchAll(/^osd-\w+\.([^.\s]+)\.kbytes(total|avail)=(\d+)$/gm)) {
    const entry = seen.get(target) ?? {};
    seen.set(target, { ...entry, [key === 'total' ? 'total' : 'free']: Number(value) * 1024 });
  }
  return [...seen].flatMap(([target, { total, free }]) =>
    total === undefined || free === undefined ? [] : [{ target, total, free }],
  );
};
