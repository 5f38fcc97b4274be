// Joins a running session to the terminal: its picture out, the keys in through the keymap.
import { useInput, useWindowSize } from 'ink';
import { type ReactElement, useSyncExternalStore } from 'react';
import { isTooSmall } from '../screens/too-small.ts';
import { lineWords } from '../terminal/describe-link.ts';
import { useKey } from '../terminal/use-key.ts';
import { useLink } from '../terminal/use-link.ts';
import { ConsoleScreen } from './console-screen.tsx';
import { eventOf } from './keymap.ts';
import type { SessionLoop } from './session-loop.ts';

const ignore = (): void => {};

export const ConsoleApp = ({ loop }: { readonly loop: SessionLoop }): ReactElement => {
  const session = useSyncExternalStore(loop.subscribe, loop.current);
  const { columns, rows } = useWindowSize();
  const link = useLink();
  // Ink reads its input only while somebody listens; else every key would wait there for the next list that opens.
  useInput(ignore);
  useKey((key) => {
    // Nobody presses keys blindly: what cannot be seen cannot be changed.
    if (isTooSmall(columns, rows)) return;
    const event = eventOf(loop.current(), { columns, rows }, key, lineWords(link)) ?? { type: 'pressed' };
    // Ink hands the same key to a list on the screen one tick later: a list that this event opens must not get it as well.
    setImmediate(() => loop.send(event));
  });
  return <ConsoleScreen session={session} send={loop.send} />;
};
