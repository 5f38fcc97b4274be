// How a component hears keys. Ink's useInput loses function keys and misreads slow lines, so nothing uses it directly.
import { createContext, createElement, type ReactNode, useContext, useEffectEvent, useLayoutEffect } from 'react';
import type { KeyPress } from './key.ts';

type KeySource = { onKey(listener: (key: KeyPress) => void): () => void };

const KeyboardContext = createContext<KeySource | undefined>(undefined);

export const KeyboardProvider = (props: { readonly keyboard: KeySource; readonly children?: ReactNode }) =>
  createElement(KeyboardContext.Provider, { value: props.keyboard }, props.children);

/** Calls the newest handler for each key while `active`. A layout effect, so that no key after the first paint is lost. */
export const useKey = (handler: (key: KeyPress) => void, active = true): void => {
  const keyboard = useContext(KeyboardContext);
  if (keyboard === undefined) throw new Error('useKey needs a KeyboardProvider above it');
  const handle = useEffectEvent(handler);
  useLayoutEffect(() => {
    if (!active) return undefined;
    const stop = keyboard.onKey((pressed) => handle(pressed));
    return () => stop();
  }, [keyboard, active]);
};
