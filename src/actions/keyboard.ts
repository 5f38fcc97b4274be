// Step keyboard: the layout of the keyboard at the machine itself. The last one, since no keyboard shall keep a node from serving.
import { layoutInUsePath, layoutPath, readLayoutInUse } from '../probes/keyboard.ts';
import { type Change, change } from '../state/change.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { keymapIn, withKeymap } from '../state/vconsole-conf.ts';
import type { Reader, System } from '../system/system.ts';
import type { Action } from './action.ts';
import { keepFiles, putBackFiles, settleFiles } from './kept-files.ts';
import { keyboardNotLoaded, loadKeyboardCommand, screenPath } from './load-keyboard.ts';
import { blocked, verdictOf } from './verdict.ts';

const confPath = '/etc/vconsole.conf';

export const keyboardAction: Action = {
  id: 'keyboard',
  title: 'Set the layout of the keyboard',

  check: async (profile, reader) => {
    const layout = profile.node?.keyboard;
    // A profile that names none leaves the keyboard as it is.
    if (layout === undefined) return verdictOf([]);
    if ((await reader.stat(layoutPath(layout))) === undefined) return blocked(unknownLayout(layout));
    const now = await readNow(reader);
    const changes: Change[] = [];
    if (now.named !== layout)
      changes.push(change(now.named === undefined ? 'create' : 'update', confPath, now.named, layout));
    if (now.hasScreen && now.inUse !== layout) changes.push(change('update', 'keyboard layout', now.inUse, layout));
    return verdictOf(changes);
  },

  apply: async ({ node }: Profile, system) => {
    const layout = node?.keyboard;
    if (layout === undefined) return ok(undefined);
    const now = await readNow(system);
    await keepFiles(system, 'keyboard', [confPath, layoutInUsePath]);
    if (now.named !== layout) await system.writeText(confPath, withKeymap(now.conf, layout));
    if (now.hasScreen && now.inUse !== layout) {
      const loaded = await load(system, layout);
      if (!loaded.ok) return loaded;
    }
    await settleFiles(system, 'keyboard');
    return ok(undefined);
  },

  undo: async (system) => {
    const back = await putBackFiles(system, 'keyboard');
    const { hasScreen, inUse } = await readNow(system);
    return back.length === 0 || !hasScreen ? ok(undefined) : load(system, inUse);
  },
};

const readNow = async (reader: Reader) => {
  const conf = (await reader.readText(confPath)) ?? '';
  return {
    conf,
    named: keymapIn(conf),
    inUse: await readLayoutInUse(reader),
    hasScreen: (await reader.stat(screenPath)) !== undefined,
  };
};

const load = async (system: System, layout: string): Promise<Result<undefined>> => {
  const loaded = await system.run(loadKeyboardCommand(layout));
  if (loaded.exitCode !== 0) return fail(keyboardNotLoaded(layout, loaded.stderr));
  await system.writeText(layoutInUsePath, `${layout}\n`);
  return ok(undefined);
};

const unknownLayout = (layout: string): Problem => ({
  code: 'keyboard/unknown-layout',
  summary: `this image has no keyboard layout ${layout}`,
  remedy: 'Choose one of those in /usr/share/keymaps/xkb, e.g. us',
  path: 'node.keyboard',
});
