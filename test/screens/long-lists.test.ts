// Lists that are longer than the screen: everything in them can be reached, and it is always said where one is.
import { describe, expect, test } from 'vitest';
import { openConsole } from './console-driver.tsx';
import { manyFacts } from './node-data.ts';
import { manyNode } from './scenes.ts';

const ports = manyFacts.links.filter(({ kind }) => kind === 'ethernet').map(({ name }) => name);

describe('a node with 24 ports at 80×24', () => {
  const openNetwork = async () => {
    const console = await openConsole(manyNode);
    await console.waitFor('Press Enter');
    await console.press('enter');
    await console.waitFor('What is this node for?');
    await console.press('enter');
    await console.waitFor('Hostname');
    return console;
  };
  const marked = (lines: readonly string[]): string => lines.find((line) => line.startsWith(' ▸ ')) ?? '';

  test('shows every port under its heading while somebody goes through them', async () => {
    const console = await openNetwork();
    await console.press('tab', 'tab');
    const seen: string[] = [];
    for (let field = 0; field < ports.length + 1; field += 1) {
      const lines = console.lines();
      const port = ports.find((name) => marked(lines).includes(name));
      if (port !== undefined) seen.push(port);
      expect(lines.filter((line) => line.includes('Port ') && line.includes('Driver'))).toHaveLength(1);
      expect(lines.at(-1)).toContain('F1 Help');
      expect(lines.join('\n')).toContain(`port ${Math.max(1, seen.length)} of 24`);
      await console.press('tab');
    }
    expect(seen).toEqual(ports);
    expect(marked(console.lines())).toContain('Gateway');
  });

  test('finds one of them by what somebody knows of it, and goes there', async () => {
    const console = await openNetwork();
    await console.type('stor-01');
    await console.press('f9');
    await console.waitFor('1 of 24');
    await console.type('ixgbe up');
    await console.waitFor('1 of 2');
    await console.press('down', 'enter');
    await console.waitFor('port 22 of 24');
    expect(marked(console.lines())).toContain(ports[21]);
    await console.type('/');
    await console.waitFor('Find a port');
    await console.type('no such');
    await console.waitFor('none matches');
    await console.press('enter');
    expect(console.text()).toContain('No port matches');
    await console.press('ctrl-u');
    await console.type('10.40');
    await console.waitFor('1 of 1');
    await console.press('f1');
    await console.waitFor('Help: Find a port');
    await console.press('escape');
    await console.waitFor('1 of 1');
    await console.press('enter');
    await console.waitFor('port 19 of 24');
    await console.press('f9', 'escape');
    await console.waitFor('port 19 of 24');
    expect(console.loop.current().draft.values['node.hostname']).toBe('stor-01');
  });

  test('has no such key where the ports fit the eye', async () => {
    const console = await openConsole();
    await console.waitFor('Press Enter');
    await console.press('enter', 'enter');
    await console.waitFor('Hostname');
    await console.press('f9');
    await console.settle();
    expect(console.text()).not.toContain('Find a port');
  });
});

test('600 time zones are narrowed while somebody types, and the last one can be reached', async () => {
  const console = await openConsole(manyNode);
  await console.waitFor('Press Enter');
  console.loop.send({ type: 'choose', field: 'node.hostname', value: 'stor-01' });
  await console.press('enter', 'enter');
  await console.waitFor('Hostname');
  await console.press('pagedown');
  await console.waitFor('Which cluster');
  await console.press('pagedown');
  await console.waitFor('Algorithm');
  await console.press('pagedown');
  await console.waitFor('Root password');
  await console.press('tab', 'tab', 'tab', 'tab');
  await console.type('city');
  await console.waitFor('1 of 600; type more to narrow');
  for (let match = 1; match < 600; match += 1) console.loop.send({ type: 'highlight', by: 1 });
  await console.waitFor('▸ Area9/City_599');
  await console.type('_59');
  await console.waitFor('▸ Area0/City_59');
  await console.press('down', 'down', 'enter');
  expect(console.loop.current().draft.values['node.timezone']).toBe('Area9/City_591');
});
