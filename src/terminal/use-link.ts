// How a component knows the line that it is drawn on; undefined where nobody provides one, as in most tests.
import { createContext, createElement, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { Link, LinkState } from './link.ts';

const LinkContext = createContext<Link | undefined>(undefined);

export const LinkProvider = (props: { readonly link: Link; readonly children?: ReactNode }) =>
  createElement(LinkContext.Provider, { value: props.link }, props.children);

const never = () => () => {};
const nothing = () => undefined;

export const useLink = (): LinkState | undefined => {
  const link = useContext(LinkContext);
  return useSyncExternalStore(link?.subscribe ?? never, link?.current ?? nothing);
};
