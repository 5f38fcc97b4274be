// One field of a wizard screen, as data: what is asked, what was typed, what may be typed and when it takes effect.
import type { Draft, FieldId } from './draft.ts';

type Common = {
  readonly id: FieldId;
  readonly label: string;
  readonly value: string;
  /** What it is for, with an example; of a choice what is chosen. No keys: they differ by the console. */
  readonly hint: string;
};

type Option = { readonly value: string; readonly label: string };

export type Field =
  | (Common & { readonly kind: 'text'; readonly placeholder: string; readonly when: 'live' | 'next boot' | undefined })
  | (Common & { readonly kind: 'secret'; readonly placeholder: string })
  /** Several lines; only the last one is edited. */
  | (Common & { readonly kind: 'lines' })
  /** A text that is completed from a list while it is typed. */
  | (Common & { readonly kind: 'filter'; readonly placeholder: string; readonly matches: readonly string[] })
  | (Common & {
      readonly kind: 'choice';
      readonly options: readonly Option[];
      readonly when: 'live' | 'next boot' | undefined;
    });

export const text = (
  draft: Draft,
  id: FieldId,
  label: string,
  placeholder: string,
  hint: string,
  when?: 'live' | 'next boot',
): Field => ({ kind: 'text', id, label, value: draft.values[id] ?? '', placeholder, hint, when });
