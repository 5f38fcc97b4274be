// A profile as a flat list of its values with the layer that set each: what `mayfly profile show` prints.
import type { LayerName } from './layers.ts';
import { layerOf } from './merge-layers.ts';
import { renderPath } from './profile-path.ts';
import { escapeControls, renderExample } from './quote.ts';
import { schemaOrder } from './schema-order.ts';

export type Leaf = { readonly path: string; readonly value: string; readonly layer: LayerName | undefined };

/** Lists are one leaf: they replace each other as a whole. */
export const profileLeaves = (values: unknown, provenance: ReadonlyMap<string, LayerName>): readonly Leaf[] =>
  leavesAt(schemaOrder(values), [], provenance);

const leavesAt = (
  value: unknown,
  path: readonly string[],
  provenance: ReadonlyMap<string, LayerName>,
): readonly Leaf[] => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) => leavesAt(inner, [...path, key], provenance));
  }
  const at = renderPath(path);
  return [{ path: at, value: escapeControls(renderExample(value)), layer: layerOf(provenance, at) }];
};
