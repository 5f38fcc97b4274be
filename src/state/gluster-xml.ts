// Reads the XML that `gluster --xml` prints: elements and their text. Attributes say nothing there that elements do not say too.

/** A leaf is its text; what has elements inside lists them by name, each as often as it stands there. */
export type XmlValue = string | { readonly [name: string]: readonly XmlValue[] };

type Open = { readonly name: string; text: string; readonly inside: Map<string, XmlValue[]> };

const token = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([\w.-]+)[^<>]*?(\/?)>|([^<]+)/g;

/** Undefined when it is not one whole document. */
export const parseXml = (xml: string): XmlValue | undefined => {
  const top = begin('');
  const stack = [top];
  let end = 0;
  for (const found of xml.matchAll(token)) {
    if (found.index !== end) return undefined;
    end = found.index + found[0].length;
    const [, closing, name, empty, text] = found;
    const current = stack.at(-1);
    if (current === undefined) return undefined;
    if (text !== undefined) current.text += plainText(text);
    if (name === undefined) continue;
    if (closing !== '/') stack.push(begin(name));
    if (closing === '/' || empty === '/') {
      const done = stack.pop();
      const parent = stack.at(-1);
      if (done?.name !== name || parent === undefined) return undefined;
      parent.inside.set(name, [...(parent.inside.get(name) ?? []), valueIn(done)]);
    }
  }
  return end === xml.length && stack.length === 1 && top.inside.size === 1 ? valueIn(top) : undefined;
};

const begin = (name: string): Open => ({ name, text: '', inside: new Map() });

const valueIn = ({ text, inside }: Open): XmlValue => (inside.size === 0 ? text.trim() : Object.fromEntries(inside));

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

const plainText = (text: string): string =>
  text.replaceAll(/&(#\d+|\w+);/g, (whole, name: string) =>
    name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : (entities[name] ?? whole),
  );
