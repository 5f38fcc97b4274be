import { Box, Text } from 'ink';
import SelectInput from 'ink-select-input';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { useKey } from '../../src/terminal/use-key.ts';
import { showScreen } from '../helpers/screen.ts';

const Field = () => {
  const [value, setValue] = useState('');
  const [last, setLast] = useState('none');
  useKey(({ name, text }) => {
    setLast(name);
    if (name === 'text' || name === 'paste') setValue((before) => before + text);
    if (name === 'backspace') setValue((before) => before.slice(0, -1));
  });
  return (
    <Box flexDirection="column" height={23}>
      <Text bold>Value: {value}</Text>
      <Text>Key: {last}</Text>
    </Box>
  );
};

test('typed text, keys and pastes reach a component', async () => {
  const screen = await showScreen(<Field />);
  await screen.waitFor('Key: none');
  await screen.type('stor-01');
  await screen.press('backspace');
  await screen.waitFor(/^Value: stor-0$/m);
  await screen.press('f2');
  await screen.waitFor('Key: f2');
  await screen.press('escape');
  await screen.waitFor('Key: escape');
  expect(screen.lines()).toHaveLength(24);
});

test('ink-select-input works through the keyboard', async () => {
  let chosen = '';
  const items = ['storage', 'metadata', 'monitor'].map((label) => ({ label, value: label }));
  const screen = await showScreen(<SelectInput items={items} onSelect={({ value }) => (chosen = value)} />, {
    glyphs: 'ascii',
    term: 'vt100',
  });
  await screen.waitFor('> storage');
  await screen.press('down', 'down');
  await screen.waitFor('> monitor');
  await screen.press('enter');
  expect(chosen).toBe('monitor');
});

test('a resized terminal is laid out and drawn again', async () => {
  const screen = await showScreen(
    <Box borderStyle="round" flexGrow={1}>
      <Text>inside</Text>
    </Box>,
  );
  await screen.waitFor(/^╭─{78}╮$/m);
  screen.resize(40, 10);
  await screen.waitFor(/^╭─{38}╮$/m);
});
