import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelLayer, kernelValue, kernelWords } from '../../src/state/kernel-command-line.ts';
import { layerOf, mergeLayers } from '../../src/state/merge-layers.ts';
import { renderPath } from '../../src/state/profile-path.ts';

describe('mergeLayers', () => {
  it('lets the later layer win key by key, and lists replace', () => {
    const { values, provenance } = mergeLayers([
      { layer: 'image', values: { version: 1, node: { timezone: 'Etc/UTC' } } },
      { layer: 'global', values: { node: { domain: 'x', ntp: ['a', 'b'] }, access: {} } },
      { layer: 'node', values: { node: { hostname: 'n', ntp: ['c'] } } },
      { layer: 'kernel', values: { node: { hostname: 'k' } } },
    ]);
    expect(values).toEqual({
      version: 1,
      node: { timezone: 'Etc/UTC', domain: 'x', ntp: ['c'], hostname: 'k' },
      access: {},
    });
    expect(Object.fromEntries(provenance)).toEqual({
      version: 'image',
      'node.timezone': 'image',
      'node.domain': 'global',
      'node.ntp': 'node',
      'node.hostname': 'kernel',
      access: 'global',
    });
    expect(layerOf(provenance, 'node.ntp[0]')).toBe('node');
    expect(layerOf(provenance, 'node.colour')).toBe(undefined);
  });

  it('does not let another filesystem shine through', () => {
    const { values, provenance } = mergeLayers([
      { layer: 'global', values: { cluster: { filesystem: 'ceph', monitors: ['a'] } } },
      { layer: 'node', values: { cluster: { filesystem: 'none' } } },
    ]);
    expect(values).toEqual({ cluster: { filesystem: 'none' } });
    expect([...provenance]).toEqual([['cluster.filesystem', 'node']]);
  });

  it('is not misled by the names of prototypes', () => {
    const values = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}');
    const merged = mergeLayers([{ layer: 'node', values }]);
    expect(JSON.stringify(merged.values)).toBe(JSON.stringify(values));
    expect(Reflect.get({}, 'polluted')).toBe(undefined);
  });

  it('knows a layer for every leaf, whatever is merged', () => {
    const layers = ['image', 'role', 'global', 'node', 'kernel'] as const;
    const values = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 5 }), (given) => {
        const { values: merged, provenance } = mergeLayers(
          given.map((layer, index) => ({ layer: layers[index] ?? 'kernel', values: layer })),
        );
        const top = given.at(-1) ?? {};
        for (const [key, value] of Object.entries(top)) {
          if (Array.isArray(value) || typeof value !== 'object' || value === null) {
            expect(Reflect.get(Object(merged), key)).toEqual(value);
            expect(provenance.get(key)).toBe(layers[given.length - 1]);
          }
        }
        const leaves = (at: unknown, path: readonly string[]): readonly string[] =>
          typeof at === 'object' && at !== null && !Array.isArray(at) && Object.keys(at).length > 0
            ? Object.entries(at).flatMap(([key, inner]) => leaves(inner, [...path, key]))
            : [renderPath(path)];
        expect([...provenance.keys()].sort()).toEqual([...leaves(merged, [])].sort());
      }),
      { numRuns: 500 },
    );
  });
});

describe('kernel command line', () => {
  it('splits as the kernel does', () => {
    expect(kernelWords('quiet  a="b c" "d e=f" x=\n')).toEqual(['quiet', 'a=b c', 'd e=f', 'x=']);
    expect(kernelValue('p=1 q=2 p=3', 'p')).toBe('3');
    expect(kernelValue('mayfly.profile.x=1', 'mayfly.profile')).toBe(undefined);
  });

  it('sets values of any depth', () => {
    const line = 'ro mayfly.set.node.hostname=stor-07 mayfly.set.role=client mayfly.set.node.ntp=[10.0.0.1,10.0.0.2]';
    expect(kernelLayer(line)).toEqual({
      values: { node: { hostname: 'stor-07', ntp: ['10.0.0.1', '10.0.0.2'] }, role: 'client' },
      problems: [],
    });
  });

  it.each([
    'mayfly.set.access.rootPasswordHash=$6$a$b',
    'mayfly.set.=x',
    'mayfly.set.node.hostname',
    'mayfly.set.node.hostname=',
    'mayfly.set.node..x=1',
    'mayfly.set.node.ntp=[',
  ])('refuses %s', (line) => {
    const { values, problems } = kernelLayer(line);
    expect(values).toEqual({});
    expect(problems.map(({ code }) => code)).toEqual(['sources/kernel-set']);
    expect(JSON.stringify(problems)).not.toContain('$6$');
  });
});
