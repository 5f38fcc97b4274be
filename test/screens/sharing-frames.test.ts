// The screens of several consoles and of the lock, as frames that a person can read in test/frames/console.
import { describe, test } from 'vitest';
import { inForce } from './scenes.ts';
import { serial, sharedNode, video } from './two-consoles.tsx';

describe.each(['unicode', 'ascii'] as const)('at 80×24 in %s', (glyphs) => {
  const frame = (name: string): string => `console/${name}-80x24-${glyphs}`;

  test('one writes, one looks on, asks, and takes over', async () => {
    const node = sharedNode();
    const writer = await node.console(serial, inForce(), { glyphs });
    const watcher = await node.console(video, inForce(), { glyphs });
    await writer.press('f2', 'pagedown');
    await watcher.waitFor('Looking on at ttyS0: Network');
    await watcher.waitFor(/Hostname +stor-01/);
    await watcher.expectFrame(frame('watching-network'));
    await watcher.press('f10');
    await watcher.waitFor('Not while');
    await watcher.expectFrame(frame('watching-refused'));
    await watcher.press('escape');
    await watcher.waitFor('Uptime');
    await watcher.expectFrame(frame('watching-own-dashboard'));
    await watcher.press('f1');
    await watcher.waitFor('Help: Dashboard');
    await watcher.expectFrame(frame('help-watching'));
    await watcher.press('escape', 'f6');
    await writer.waitFor('F6 gives it');
    node.pass(5_000);
    await writer.waitFor('in 25 s');
    await writer.expectFrame(frame('asked-to-give'));
    await watcher.press('escape');
    await watcher.waitFor('yours in 25 s');
    await watcher.expectFrame(frame('asking'));
    node.pass(25_000);
    await watcher.waitFor('Nobody answered');
    await watcher.expectFrame(frame('taken-over'));
    await writer.waitFor('took over at 14:02');
    await writer.expectFrame(frame('lost-to-another'));
  });

  test('the lock', async () => {
    const node = sharedNode();
    const console = await node.console(serial, inForce(), { glyphs });
    await console.waitFor('Uptime');
    node.pass(600_000);
    await console.waitFor('Enter root');
    await console.expectFrame(frame('locked'));
    await console.type('no');
    await console.press('enter');
    await console.waitFor('Wait 2 s');
    await console.expectFrame(frame('locked-delayed'));
  });
});
