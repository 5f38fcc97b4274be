// Making a disk the config partition from the console: a disk is chosen, its serial number is typed, and the rest is done by `mayfly profile prepare`.
import { mib, renderBytes } from './bytes.ts';
import type { DiskFact } from './facts.ts';
import { disksOf } from './profile-disks.ts';
import type { Session, SessionEvent, Transition } from './session.ts';
import { factsOf } from './session-facts.ts';
import { editText } from './text-edit.ts';

type Stage =
  | { readonly kind: 'choosing' }
  /** Its serial number is typed; `why` what was typed is not it. */
  | {
      readonly kind: 'typing';
      readonly serial: string;
      readonly typed: string;
      readonly caret: number;
      readonly why: string | undefined;
    }
  | { readonly kind: 'working'; readonly serial: string };

/** `highlight` counts among the disks that can be taken. */
export type PrepareOverlay = { readonly kind: 'prepare'; readonly highlight: number; readonly stage: Stage };

export type PrepareEvent =
  | { readonly type: 'prepare' }
  /** What the effect answered; without a path no profile was saved there. */
  | { readonly type: 'config-prepared'; readonly device: string; readonly path: string | undefined };

export type PrepareCommand = { readonly type: 'prepare-config'; readonly serial: string };

/** For a filesystem with a journal and some profiles. */
export const leastConfigBytes = mib(8);

type Choices = {
  readonly possible: readonly (DiskFact & { readonly serial: string })[];
  /** And why not, in words. */
  readonly others: readonly { readonly disk: DiskFact; readonly why: string }[];
};

/** Every disk of this node, by whether it can become the config partition. */
export const configDiskChoices = (session: Session): Choices => {
  const named = session.inForce === undefined ? [] : disksOf(session.inForce);
  const possible: (DiskFact & { serial: string })[] = [];
  const others: { disk: DiskFact; why: string }[] = [];
  const disks = factsOf(session)?.disks ?? [];
  for (const disk of disks) {
    const { serial, size, mountedAt } = disk;
    const use = named.find((each) => each.serial === serial)?.use;
    const twins = disks.filter((each) => each.serial === serial).length;
    const why =
      serial === undefined
        ? 'has no serial number'
        : use !== undefined
          ? `${use} of this node's profile`
          : mountedAt.length > 0
            ? `in use: ${mountedAt.join(', ')}`
            : twins > 1
              ? 'another disk has its serial number'
              : size < leastConfigBytes
                ? `smaller than ${renderBytes(leastConfigBytes)}`
                : undefined;
    if (serial !== undefined && why === undefined) possible.push({ ...disk, serial });
    else others.push({ disk, why: why ?? '' });
  }
  return { possible, others };
};

/** The disk that is meant: marked, or with its number being typed. */
export const meantDisk = (session: Session, overlay: PrepareOverlay): DiskFact | undefined => {
  const { possible } = configDiskChoices(session);
  const { stage } = overlay;
  return stage.kind === 'choosing'
    ? possible[Math.min(overlay.highlight, possible.length - 1)]
    : possible.find(({ serial }) => serial === stage.serial);
};

const withStage = (session: Session, overlay: PrepareOverlay, stage: Stage): Session => ({
  ...session,
  overlay: { ...overlay, stage },
});

const closed = (session: Session): Session =>
  session.overlay.kind === 'prepare' ? { ...session, overlay: { kind: 'none' } } : session;

const take = (session: Session, overlay: PrepareOverlay): Transition => {
  const { stage } = overlay;
  const stay = (after: Session): Transition => ({ session: after, commands: [] });
  if (stage.kind === 'choosing') {
    const serial = meantDisk(session, overlay)?.serial;
    return stay(
      serial === undefined
        ? session
        : withStage(session, overlay, { kind: 'typing', serial, typed: '', caret: 0, why: undefined }),
    );
  }
  if (stage.kind !== 'typing') return stay(session);
  const typed = stage.typed.trim();
  if (typed !== stage.serial) {
    const why = typed === '' ? 'nothing was typed' : 'that is another serial number';
    return stay(withStage(session, overlay, { ...stage, why }));
  }
  return {
    session: withStage(session, overlay, { kind: 'working', serial: stage.serial }),
    commands: [{ type: 'prepare-config', serial: stage.serial }],
  };
};

const preparedWords = (device: string, path: string | undefined): string =>
  path === undefined
    ? `${device} is the config partition now, with no profile on it yet`
    : `${device} is the config partition now, the profile is saved as ${path}: every boot applies it`;

/** Undefined for what has nothing to do with it. */
export const reducePrepare = (session: Session, event: SessionEvent): Transition | undefined => {
  const { overlay, view } = session;
  const stay = (after: Session): Transition => ({ session: after, commands: [] });
  if (event.type === 'prepare')
    return stay(
      overlay.kind === 'none' && (view.kind === 'applied' || view.kind === 'console')
        ? { ...session, overlay: { kind: 'prepare', highlight: 0, stage: { kind: 'choosing' } } }
        : session,
    );
  if (event.type === 'config-prepared')
    return {
      session: { ...closed(session), notice: { tone: 'good', text: preparedWords(event.device, event.path) } },
      // What this node has is read again.
      commands: [{ type: 'read-in-force' }],
    };
  if (overlay.kind !== 'prepare') return undefined;
  const { stage } = overlay;
  switch (event.type) {
    case 'highlight': {
      const last = configDiskChoices(session).possible.length - 1;
      const highlight = Math.max(0, Math.min(overlay.highlight + event.by, last));
      return stay(stage.kind === 'choosing' ? { ...session, overlay: { ...overlay, highlight } } : session);
    }
    case 'edit': {
      if (stage.kind !== 'typing') return stay(session);
      const { text, caret } = editText(stage.typed, stage.caret, event.edit);
      return stay(withStage(session, overlay, { ...stage, typed: text, caret, why: undefined }));
    }
    case 'next':
      return take(session, overlay);
    case 'back':
      if (stage.kind === 'typing') return stay(withStage(session, overlay, { kind: 'choosing' }));
      if (stage.kind === 'working')
        return stay({ ...closed(session), notice: { tone: 'plain', text: 'It goes on; how it ended is told here' } });
      return stay(closed(session));
    default:
      return undefined;
  }
};

/** Back to the list, where somebody waits for it; `said` tells why. */
export const prepareFailed = (said: Session): Session =>
  said.overlay.kind === 'prepare' && said.overlay.stage.kind === 'working'
    ? withStage(said, said.overlay, { kind: 'choosing' })
    : said;
