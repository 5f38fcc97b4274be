// Joining by a code in the wizard: the code is typed, the member is asked, and what it gives becomes the cluster part of the draft.
import { clusterProblems } from './cluster-problems.ts';
import type { JoinBundle } from './join-bundle.ts';
import { clusterIdentity } from './join-cluster.ts';
import { type JoinCode, parseJoinCode } from './join-code.ts';
import { isHostName, isUnnamed } from './join-name.ts';
import { joinToDraft, joinToSecrets, leftInDraft } from './join-to-draft.ts';
import type { Problem } from './problem.ts';
import type { Profile } from './profile.ts';
import type { Session, SessionEvent, Transition } from './session.ts';
import { openStep, stay } from './session-editing.ts';
import { factsOf } from './session-facts.ts';
import { editText, type TextEdit } from './text-edit.ts';

export type JoinOverlay = {
  readonly kind: 'join';
  readonly typed: string;
  readonly caret: number;
  /** The member that is being asked; undefined while the code is typed. */
  readonly asking: string | undefined;
  /** Why the last try came to nothing. */
  readonly problem: Problem | undefined;
};

export type JoinEvent =
  | { readonly type: 'join' }
  // what effects answered
  | { readonly type: 'join-given'; readonly bundle: JoinBundle };

export type JoinCommand =
  | {
      readonly type: 'take-join';
      readonly code: JoinCode;
      readonly hostname: string;
      /** What the node is so far, unless the operator has chosen another filesystem. */
      readonly own: Profile | undefined;
    }
  | { readonly type: 'stop-join' };

const opened: JoinOverlay = { kind: 'join', typed: '', caret: 0, asking: undefined, problem: undefined };

const nameIn = ({ draft }: Session): string => (draft.values['node.hostname'] ?? '').trim();

/** Told before a code is used up for a node that cannot be named. */
export const joinNameProblem = (session: Session): Problem | undefined => {
  const name = nameIn(session);
  if (!isUnnamed(name) && isHostName(name)) return undefined;
  return {
    code: 'join/no-name',
    summary: isUnnamed(name)
      ? 'this node has no name of its own yet, and members know each other by name'
      : `${name} is no host name, and members know each other by name`,
    remedy: 'Type one on the screen Network, e.g. stor-04',
  };
};

/** The open question, also where help lies over it. */
const joinOf = ({ overlay }: Session): JoinOverlay | undefined => {
  const under = overlay.kind === 'help' ? overlay.over : overlay;
  return under?.kind === 'join' ? under : undefined;
};

const withJoin = (session: Session, join: JoinOverlay): Session => ({
  ...session,
  overlay: session.overlay.kind === 'help' ? { ...session.overlay, over: join } : join,
});

const openJoin = (session: Session): Session => {
  const { view, overlay } = session;
  const here = view.kind === 'editing' && view.step === 'cluster' && overlay.kind === 'none';
  return here ? { ...session, overlay: opened } : session;
};

/** Line ends in a paste part groups as blanks do. */
const typeCode = (overlay: JoinOverlay, edit: TextEdit): JoinOverlay => {
  const plain: TextEdit = edit.kind === 'insert' ? { kind: 'insert', text: edit.text.replaceAll(/\s+/g, ' ') } : edit;
  const { text, caret } = editText(overlay.typed, overlay.caret, plain);
  return { ...overlay, typed: text, caret, problem: undefined };
};

/** A profile of the same filesystem says which cluster this node is of; another choice here takes it out of that one. */
const ownProfile = ({ draft }: Session): Profile | undefined => {
  const { base, values } = draft;
  if (base === undefined || base.cluster?.filesystem === values['cluster.filesystem']) return base;
  const { cluster, ...rest } = base;
  return rest;
};

const ask = (session: Session, overlay: JoinOverlay): Transition => {
  const nameless = joinNameProblem(session);
  if (nameless !== undefined) return stay(withJoin(session, { ...overlay, problem: nameless }));
  const code = parseJoinCode(overlay.typed);
  if (!code.ok) return stay(withJoin(session, { ...overlay, problem: code.problem }));
  return {
    session: withJoin(session, { ...overlay, asking: code.value.address, problem: undefined }),
    commands: [{ type: 'take-join', code: code.value, hostname: nameIn(session), own: ownProfile(session) }],
  };
};

const stopped =
  'Asked no longer. If the member has let this node in already, its console says so, and the code is used up';

const leave = (session: Session, overlay: JoinOverlay): Transition =>
  overlay.asking === undefined
    ? stay({ ...session, overlay: { kind: 'none' } })
    : {
        session: {
          ...withJoin(session, { ...overlay, asking: undefined }),
          notice: { tone: 'plain', text: stopped },
        },
        commands: [{ type: 'stop-join' }],
      };

/** On to the disks, which nobody else can choose; where the filesystem is not possible here, the list says why. */
const take = (session: Session, bundle: JoinBundle): Session => {
  const draft = joinToDraft(session.draft, bundle);
  const facts = factsOf(session);
  const filled: Session = {
    ...session,
    overlay: { kind: 'none' },
    draft,
    secrets: joinToSecrets(session.secrets, bundle),
  };
  const isBlocked = clusterProblems(draft, facts).some(({ step }) => step === 'cluster');
  const { from, kind, cluster } = bundle;
  const what = cluster.filesystem === 'none' ? '' : ` ${clusterIdentity(cluster)}`;
  const { role } = draft.values;
  const words = [
    `${from.hostname} lets this node join${what} as a ${kind}. Nothing is changed here yet.`,
    ...(role === (session.draft.values.role ?? 'storage') ? [] : [`Its role becomes ${role}.`]),
    ...leftInDraft(draft, facts, bundle),
  ];
  const text = words.join(' ');
  return { ...openStep(filled, isBlocked ? 'cluster' : 'cluster-form'), notice: { tone: 'good', text } };
};

/** Keys and answers while a code is typed or its member asked; undefined for what is none of theirs. */
export const reduceJoin = (session: Session, event: SessionEvent): Transition | undefined => {
  if (event.type === 'join') return stay(openJoin(session));
  if (event.type === 'join-given') {
    const isAwaited = joinOf(session)?.asking !== undefined && session.view.kind === 'editing';
    return stay(isAwaited ? take(session, event.bundle) : session);
  }
  const { overlay } = session;
  if (overlay.kind !== 'join') return undefined;
  switch (event.type) {
    case 'edit':
      return stay(overlay.asking === undefined ? { ...session, overlay: typeCode(overlay, event.edit) } : session);
    case 'next':
      return overlay.asking === undefined ? ask(session, overlay) : stay(session);
    case 'back':
      return leave(session, overlay);
    default:
      return undefined;
  }
};

/** Remedies of a command line, as they are here. */
const remedies: Readonly<Record<string, string>> = {
  'join/same-name': 'Give this node a name of its own on the screen Network',
  'join/ceph-rights': 'Give this node another name on the screen Network',
  'join/other-cluster': 'Compare the codes. To leave that cluster, mark another filesystem in the list and join then',
};

/** The member was not asked, or said no: what was typed stays, for another try. Undefined where nobody waits for it any more. */
export const joinRefused = (session: Session, problem: Problem): Session | undefined => {
  const overlay = joinOf(session);
  if (overlay?.asking === undefined) return undefined;
  const remedy = remedies[problem.code] ?? problem.remedy;
  return withJoin(session, { ...overlay, asking: undefined, problem: { ...problem, remedy } });
};
