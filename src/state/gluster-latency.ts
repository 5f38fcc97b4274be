// How long the bricks of a volume take to answer. They measure it only where somebody has switched profiling on, which costs; nobody does it for a display.
import type { ClusterRow } from './cluster-status.ts';
import type { BrickLatency, Volume } from './gluster-reading.ts';

/** As `gluster volume profile NAME start` sets it. */
export const isProfiled = ({ settings }: Volume): boolean =>
  ['diagnostics.latency-measurement', 'diagnostics.count-fop-hits'].every((name) => settings.get(name) === 'on');

type Slowest = { readonly milliseconds: number; readonly host: string };

const slowest = (bricks: readonly BrickLatency[], key: 'read' | 'write'): Slowest | undefined =>
  bricks
    .flatMap(({ brick, [key]: milliseconds }) =>
      milliseconds === undefined ? [] : [{ milliseconds, host: brick.slice(0, brick.indexOf(':/')) }],
    )
    .toSorted((one, other) => other.milliseconds - one.milliseconds)[0];

/** Mean of all since profiling began, of the slowest brick: a write waits for the last copy. */
export const latencyRow = (bricks: readonly BrickLatency[]): readonly ClusterRow[] => {
  const parts = (['read', 'write'] as const).flatMap((key) => {
    const found = slowest(bricks, key);
    return found === undefined ? [] : [`${key} ${found.milliseconds.toPrecision(2)} ms (${found.host})`];
  });
  return parts.length === 0
    ? []
    : [{ label: 'Latency', text: `on the slowest brick: ${parts.join(', ')}`, tone: 'plain' }];
};
