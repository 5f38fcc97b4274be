// The keys of each view, the most useful first.
import { documentLength } from '../screens/document.ts';
import type { Size } from '../screens/layout.ts';
import { canBeUndone } from '../state/apply-progress.ts';
import { isUnread } from '../state/refresh-facts.ts';
import type { Session } from '../state/session.ts';
import { factsOf } from '../state/session-facts.ts';
import { trialOf } from '../state/session-trial.ts';
import { type Binding, back, enter, scrolling } from './binding.ts';
import { formKeys, listKeys } from './keys-form.ts';
import { joinKey } from './keys-join.ts';
import { networkKeys } from './keys-network.ts';
import { undoKey } from './keys-undo.ts';
import { zramKey } from './keys-zram.ts';

/** No function key is left for it. */
export const bundleKey: Binding = {
  keys: ['text:u'],
  shown: 'u',
  label: 'Bundle',
  description: 'Make one file of everything that whoever helps needs to see; no secrets in it',
  does: { type: 'bundle' },
};

const change: Binding = {
  keys: ['f2', 'text:c'],
  shown: 'F2',
  label: 'Change',
  description: 'Open the wizard with the profile in force',
  does: { type: 'change' },
};

/** Saving needs a place to save to; otherwise the key says where to go instead. */
const keeping = (session: Session): readonly Binding[] => {
  const facts = factsOf(session);
  const partition = facts?.configPartition;
  const nothing =
    session.inForce === undefined ? 'No profile is in force yet: there is nothing to save or to show' : undefined;
  const nowhere =
    partition?.kind === 'ambiguous'
      ? 'Two config partitions were found: take one away first'
      : facts === undefined || isUnread(facts, 'configPartition')
        ? 'Nobody could look for a config partition yet: try again in a moment'
        : undefined;
  const save = nothing ?? nowhere;
  return [
    {
      keys: ['f3', 'text:w'],
      shown: 'F3',
      label: 'Save',
      ...(partition?.kind === 'none'
        ? {
            description: 'Make a disk the config partition, after a question, and save the profile there',
            does: { type: 'prepare' },
          }
        : { description: 'Save the profile, after showing what changes', does: { type: 'compare' } }),
      ...(save === undefined ? {} : { disabledReason: save }),
    },
    {
      keys: ['f4', 'text:v'],
      shown: 'F4',
      label: 'Profile',
      description: 'Show the profile in force, for copying',
      does: { type: 'export' },
      ...(nothing === undefined ? {} : { disabledReason: nothing }),
    },
  ];
};

export const viewKeys = (session: Session, size: Size): readonly Binding[] => {
  const { view } = session;
  switch (view.kind) {
    case 'starting':
      return [];
    case 'editing': {
      const leave = back('Back', 'One screen back; everything typed is kept');
      if (view.work === 'hashing') return [];
      if (view.step === 'welcome') {
        const isFirst = session.inForce === undefined && session.progress === undefined;
        return [
          enter('Begin', 'Begin to set this node up'),
          isFirst ? back('', 'Nothing: this is the first screen') : leave,
        ];
      }
      if (view.step === 'role') return [...listKeys, leave];
      if (view.step === 'cluster') return [...listKeys, leave, joinKey];
      return [...formKeys(session), leave];
    }
    case 'planning':
      return [back('Back', 'Back to the wizard; nothing was changed')];
    case 'reviewing': {
      const leave = back('Back', 'Back to the wizard; nothing was changed');
      const blocked = view.plan.steps.find(({ verdict }) => verdict.kind === 'blocked');
      const apply = enter('Apply', 'Apply exactly what is shown');
      const stopped =
        view.apply === 'asked'
          ? 'The apply has been asked for: waiting for it to begin'
          : blocked === undefined
            ? undefined
            : `${blocked.title} is blocked: nothing is applied until that is solved`;
      return [
        stopped === undefined ? apply : { ...apply, disabledReason: stopped },
        leave,
        ...scrolling(documentLength(session, size)),
      ];
    }
    case 'applying':
      return [...networkKeys(session), back('Dashboard', 'To the dashboard; the apply goes on')];
    case 'applied':
      return [
        ...networkKeys(session),
        enter('Dashboard', 'To the dashboard'),
        ...(view.progress.outcome === 'converged'
          ? keeping(session)
          : [
              {
                keys: ['f5', 'text:r'],
                shown: 'F5',
                label: 'Retry',
                description: 'Plan again and, after a review, apply again',
                does: { type: 'retry' },
              } satisfies Binding,
              ...(canBeUndone(view.progress) && trialOf(session)?.kind !== 'provisional' ? [undoKey] : []),
            ]),
        change,
        back('Back', 'One step back; nothing is undone'),
      ];
    case 'comparing': {
      const commit: Binding = {
        keys: ['f3', 'ctrl-y', 'text:w'],
        shown: 'F3',
        label: 'Save now',
        description: 'Write exactly this to the config partition',
        does: { type: 'commit' },
      };
      const nothing =
        view.diff === undefined
          ? 'Still reading what is saved'
          : view.diff === ''
            ? 'The saved profile is this one already'
            : view.saving
              ? 'It is being written'
              : undefined;
      return [
        nothing === undefined ? commit : { ...commit, disabledReason: nothing },
        back('Back', 'Back; nothing is written'),
        ...scrolling(documentLength(session, size)),
      ];
    }
    case 'exporting':
      return [back('Back', 'To the dashboard'), ...scrolling(documentLength(session, size))];
    case 'console': {
      const last: Binding = {
        keys: ['f5', 'text:a'],
        shown: 'F5',
        label: 'Last apply',
        description: 'The last apply, step by step',
        does: { type: 'show-apply' },
      };
      const none = session.progress === undefined ? 'Nothing was applied in this uptime' : undefined;
      return [
        ...networkKeys(session),
        change,
        ...keeping(session),
        none === undefined ? last : { ...last, disabledReason: none },
        zramKey(session),
        back('', 'Nothing: this is the first screen'),
      ];
    }
  }
};
