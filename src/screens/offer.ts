// A join code that this member offers: for whom it shall be, its groups as they are read out, how long it is good, and what became of it.
import { blank, type Line, line, paragraph, span } from '../components/line.ts';
import { joinedText } from '../state/join-offer.ts';
import { memberProfile, type Offer } from '../state/offer-overlay.ts';
import type { Session } from '../state/session.ts';
import { durationText } from './words.ts';

const perRow = 3;

const filesystemOf = (session: Session): string => memberProfile(session)?.cluster?.filesystem ?? 'none';

const clientWords = (session: Session): string =>
  filesystemOf(session) === 'beegfs'
    ? 'only mounts it; BeeGFS gives each of its nodes the secret'
    : 'only mounts it, and is given no secret of the cluster';

const choosing = (session: Session, width: number): readonly Line[] => [
  ...paragraph(
    'A node joins this cluster by a code that is shown here: good once, for 15 minutes. What is it to be?',
    width,
    1,
  ),
  blank,
  line(span('   s  ', 'accent'), span('Server  ', 'strong'), 'serves the cluster as this node does'),
  line(span('   c  ', 'accent'), span('Client  ', 'strong'), clientWords(session)),
];

const codeLines = (groups: readonly string[]): readonly Line[] =>
  Array.from({ length: Math.ceil(groups.length / perRow) }, (_, row) =>
    line('        ', span(groups.slice(row * perRow, (row + 1) * perRow).join('  '), 'strong')),
  );

/** `14 min 5 s` */
const leftText = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  return `${durationText(seconds)}${seconds < 3600 ? ` ${seconds % 60} s` : ''}`;
};

type Open = Extract<Offer, { kind: 'open' }>;

const openWords = ({ for: joins, address, port, endsMs }: Open): readonly string[] => [
  `Join code for one ${joins}. Type it on the node that is to join: at its console on the list of cluster filesystems (Join by code), or after \`mayfly join\`. Whoever has it may join.`,
  `Good until ${new Date(endsMs).toISOString().slice(11, 16)} UTC, at ${address} port ${port}.`,
];

const open = (session: Session, offer: Open, width: number): readonly Line[] => {
  const [use = '', until = ''] = openWords(offer);
  const nowMs = session.statuses.at(-1)?.atMs;
  const left = nowMs === undefined ? '' : ` ${leftText(offer.endsMs - nowMs)} left.`;
  return [
    ...paragraph(use, width, 1),
    blank,
    ...codeLines(offer.groups),
    blank,
    ...paragraph(`${until}${left}`, width, 1, 'accent'),
  ];
};

const joined = ({ joined: who, named }: Extract<Offer, { kind: 'joined' }>, width: number): readonly Line[] => [
  ...paragraph(joinedText(who), width, 1, 'good'),
  ...(named === undefined
    ? []
    : [
        blank,
        ...paragraph(`This node's profile does not name ${who.hostname} yet. In a shell, with it added:`, width, 1),
        ...['plan --profile', 'apply --profile', 'profile commit <'].map((verb) =>
          line(`     mayfly ${verb} ${named.path}`),
        ),
        ...(named.others.length === 0
          ? []
          : paragraph(
              `The same is due on ${named.others.join(', ')}: in cluster.peers and node.hosts, or once in the global profile.`,
              width,
              1,
            )),
      ]),
];

export const offerLines = (session: Session, width: number): readonly Line[] => {
  const { offer } = session;
  switch (offer?.kind) {
    case undefined:
      return [blank, ...choosing(session, width)];
    case 'making':
      return [blank, line(span(' Making a code…', 'accent'))];
    case 'open':
      return [blank, ...open(session, offer, width)];
    case 'withdrawing':
      return [blank, line(span(' Withdrawing it…', 'accent'))];
    case 'joined':
      return [blank, ...joined(offer, width)];
    case 'ended':
      return [blank, ...paragraph(`${offer.problem.summary}. ${offer.problem.remedy}`, width, 1)];
  }
};
