// Reads which layouts there are for the keyboard at the machine itself, and which of them is in use.
import type { KeyboardFact } from '../state/facts.ts';
import type { Reader } from '../system/system.ts';

const layouts = '/usr/share/keymaps/xkb';
const ending = '.kmap.gz';

/** Who loads a layout notes it here: a loaded one has no name any more. */
export const layoutInUsePath = '/run/mayfly/keyboard';

export const layoutPath = (layout: string): string => `${layouts}/${layout}${ending}`;

export const readLayoutInUse = async (reader: Reader): Promise<string> =>
  // What is built into the kernel has the keys of an American keyboard.
  (await reader.readText(layoutInUsePath))?.trim() || 'us';

export const readKeyboard = async (reader: Reader): Promise<KeyboardFact> => ({
  layouts: (await reader.list(layouts)).flatMap((name) =>
    name.endsWith(ending) ? [name.slice(0, -ending.length)] : [],
  ),
  inUse: await readLayoutInUse(reader),
});
