// What the kernel command line says about the profile: where it lies, and single values that are stronger than any file.
import type { KernelLayer } from './layers.ts';
import type { Problem } from './problem.ts';
import { readYaml } from './read-yaml.ts';

/** Words as the kernel splits them: spaces within double quotes belong to the word, the quotes do not. */
export const kernelWords = (commandLine: string): readonly string[] =>
  (commandLine.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).map((word) => word.replaceAll('"', ''));

/** The last `name=value`; the kernel's own convention for a parameter that is there twice. */
export const kernelValue = (commandLine: string, name: string): string | undefined =>
  kernelWords(commandLine)
    .findLast((word) => word.startsWith(`${name}=`))
    ?.slice(name.length + 1);

const prefix = 'mayfly.set.';

/** `mayfly.set.node.hostname=stor-07`, `mayfly.set.node.ntp=[10.0.0.1,10.0.0.2]`: the value is YAML on one line. */
export const kernelLayer = (commandLine: string): KernelLayer => {
  let values: Readonly<Record<string, unknown>> = {};
  const problems: Problem[] = [];
  for (const word of kernelWords(commandLine)) {
    if (!word.startsWith(prefix)) continue;
    const equals = word.indexOf('=');
    const path = word.slice(prefix.length, equals === -1 ? undefined : equals);
    const keys = path.split('.');
    const read = readYaml(equals === -1 ? '' : word.slice(equals + 1));
    if (path === 'access.rootPasswordHash') {
      problems.push(
        refuse(path, 'a secret on the kernel command line can be read by everybody', 'set it in the profile'),
      );
    } else if (!keys.every((key) => /^[A-Za-z0-9]+$/.test(key))) {
      problems.push(refuse(path, 'it names no key', 'write it like mayfly.set.node.hostname=stor-07'));
    } else if (!read.ok) {
      problems.push(refuse(path, 'it has no value that can be read', 'write it like mayfly.set.node.hostname=stor-07'));
    } else {
      values = setAt(values, keys, read.value.values);
    }
  }
  return { values, problems };
};

const refuse = (path: string, summary: string, remedy: string): Problem => ({
  code: 'sources/kernel-set',
  summary: `${prefix}${path} on the kernel command line: ${summary}`,
  remedy,
});

const setAt = (
  values: Readonly<Record<string, unknown>>,
  [key = '', ...rest]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> => {
  const inner = Object.hasOwn(values, key) ? values[key] : undefined;
  const below = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? { ...inner } : {};
  const set = rest.length === 0 ? value : setAt(below, rest, value);
  return Object.fromEntries([...Object.entries(values).filter(([known]) => known !== key), [key, set]]);
};
