// Merges the layers of a profile key by key, later wins and lists replace, and remembers which layer set each value.
import type { Layer, LayerName } from './layers.ts';
import { renderPath } from './profile-path.ts';

export type Merged = {
  readonly values: unknown;
  /** For every leaf, by its path, e.g. `node.hostname` or `network.links` (a list is one leaf: lists replace). */
  readonly provenance: ReadonlyMap<string, LayerName>;
};

export const mergeLayers = (layers: readonly Layer[]): Merged => {
  const provenance = new Map<string, LayerName>();
  let values: unknown;
  for (const { layer, values: above } of layers) values = merge(values, above, layer, [], provenance);
  return { values, provenance };
};

/** The layer that set the value at `path`, or the list that it is in. */
export const layerOf = (provenance: ReadonlyMap<string, LayerName>, path: string): LayerName | undefined => {
  for (let at = path; at !== ''; at = parentOf(at)) {
    const layer = provenance.get(at);
    if (layer !== undefined) return layer;
  }
  return provenance.get('');
};

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['), 0));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function merge(
  below: unknown,
  above: unknown,
  layer: LayerName,
  at: readonly string[],
  provenance: Map<string, LayerName>,
): unknown {
  const path = renderPath(at);
  if (above === undefined) return below;
  if (!isRecord(above)) {
    forget(path, provenance);
    provenance.set(path, layer);
    return above;
  }
  // A cluster of another filesystem is another thing: nothing of the old one may shine through.
  const base = isRecord(below) && !isOtherCluster(below, above) ? below : {};
  if (base !== below) forget(path, provenance);
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(above)) {
    if (value === undefined) continue;
    merged.set(key, merge(merged.get(key), value, layer, [...at, key], provenance));
  }
  if (merged.size === 0) provenance.set(path, layer);
  else provenance.delete(path);
  return Object.fromEntries(merged);
}

const isOtherCluster = (below: Record<string, unknown>, above: Record<string, unknown>): boolean =>
  'filesystem' in above && 'filesystem' in below && above.filesystem !== below.filesystem;

const forget = (path: string, provenance: Map<string, LayerName>): void => {
  for (const known of provenance.keys()) {
    if (path === '' || known === path || known.startsWith(`${path}.`)) provenance.delete(known);
  }
};
