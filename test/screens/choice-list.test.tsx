// The list component on its own, under ink-testing-library: arrows move the mark, Enter chooses, the mark is ours.
import { stripVTControlCharacters } from 'node:util';
import { cleanup, render } from 'ink-testing-library';
import { afterEach, expect, test } from 'vitest';
import { ChoiceList } from '../../src/components/choice-list.tsx';

afterEach(cleanup);

const items = [
  { value: 'none', label: 'none' },
  { value: 'ceph', label: 'Ceph' },
];

test('arrows and Enter', async () => {
  const highlighted: string[] = [];
  const chosen: string[] = [];
  const list = render(
    <ChoiceList
      items={items}
      chosen="none"
      active
      onHighlight={(value) => highlighted.push(value)}
      onChoose={(value) => chosen.push(value)}
    />,
  );
  const frame = () => stripVTControlCharacters(list.lastFrame() ?? '');
  expect(frame()).toBe(' ▸ none\n   Ceph');
  // Effects, and with them the list's ear, come a tick after the first frame.
  await new Promise<void>((resolve) => setImmediate(resolve));
  list.stdin.write('\u001B[B');
  await expect.poll(frame).toContain(' ▸ Ceph');
  expect(highlighted).toEqual(['ceph']);
  list.stdin.write('\r');
  await expect.poll(() => chosen).toEqual(['ceph']);
});
