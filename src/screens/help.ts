// The help on the screen that is open: what it is for, then every key that works there.
import { besides, blank, fitted, type Line, line, paragraph, proseWidth, span, wrapWords } from '../components/line.ts';
import type { Session, View } from '../state/session.ts';
import { wordsIn } from './glossary.ts';

export type HelpKey = { readonly shown: string; readonly twins: string; readonly description: string };

const about: Readonly<Record<View['kind'], string>> = {
  starting:
    'The console reads this machine: who it is, whether it has a profile, and whether an apply runs. Where that fails it says why and tries again by itself.',
  editing: '',
  planning: 'Every step looks at this node and says what it would change. Nothing is changed yet.',
  reviewing:
    'What this node is → what it will be. Nothing is changed before you say so, and then only what is shown here. A blocked step says what to do; until then nothing is applied.',
  applying:
    'systemd applies the profile, this screen only reads the journal of it. Closing the line, or a second console, changes nothing. New network settings are provisional for 90 s: they stay when somebody keeps them here and they work, else the old ones return.',
  applied:
    'How the apply ended. What is applied holds for this uptime; only a profile that is saved on the config partition, or that your own tools deliver, is applied again after the next boot.',
  comparing:
    'The difference between the saved profile and the one in force: - goes, + comes. It is written when you say so and not before.',
  exporting:
    'The profile in force as text, for copying into your own tools. It holds the hash of the root password, never the password. The keys of a cluster read (set): `mayfly profile export --with-secrets` in a shell prints them.',
  console:
    'How this node lives. The root filesystem is kept compressed in RAM: original is what was written, used what it takes. n/a says why something is not known; STALE marks a reading that is no longer new.',
};

const editing = {
  welcome: 'Who this machine is, what it can be reached by, and why it waits for you. Nothing has been changed on it.',
  role: 'What the node is for. You can change it later with F2.',
  network:
    'The name of this node and how it is reached. Each port shows what is true of its wire now: carrier, speed, driver, MAC. Addresses carry their prefix length, e.g. 10.0.0.11/24.',
  cluster: 'Which cluster filesystem the node serves, what each needs, and why one cannot be chosen here.',
  'cluster-form':
    'The members of the cluster, what this node keeps for it, and on which disks. Each disk is named by its serial number and shows what is on it now; one that holds data is written to only after you have typed its serial number at the review. A warning stops nobody; what is wrong does.',
  zram: 'How much RAM the root filesystem may take. A memory limit takes effect at once; disk size and algorithm are fixed when the device is made, so they wait for the next boot.',
  access:
    'Who gets in. The keyboard comes first: on the screen of the machine itself a layout that you choose is in use at once, so that the password is typed with it. SSH takes keys only, the root password is for this console. Keys are pasted, one line each; Enter on an empty line goes on.',
} as const;

/** What a screen is for. */
export const aboutView = (view: View): string => (view.kind === 'editing' ? editing[view.step] : about[view.kind]);

const aboutPower =
  'The end of this uptime, after one more question. Restarting starts from the image again: what is lost and what stays is said here.';

const aboutFind =
  "The ports of this machine, narrowed while you type: every word must be a part of a port's name, MAC, driver or address, or say what is true of its wire. Enter goes to the port that is marked.";

const aboutZram =
  'What can be done to the zram root while it is in use. Each says first what it would come to; nothing is changed before you say yes. Size of the disk and algorithm can only be changed by a boot: F2, zram.';

const aboutConsent =
  'An apply destroys no data unless you say so for each disk: you type its serial number, as it is on the label of the disk and on this screen. The agreement holds for this apply only.';

const aboutJoin =
  'A node joins a cluster by a code that a member shows: nine groups, more for IPv6. Every group has a check digit, so that a misheard one is named at once; either case will do, and blanks do not matter. The member is known by the code and by nothing else. What it gives fills the next screen; disks are chosen there, and nothing is changed before the review is applied. The secret of the cluster stays in this console until then.';

const aboutOffer =
  'This member lets one node join its cluster by a code that is read out or shown. Whoever has it may join, once, while it is good; who that was is told here at once. The code is nowhere but on this screen. The offer goes on while the dashboard is looked at or the console is locked, and ends with this console. Five wrong secrets close it.';

const aboutUndo =
  'An apply that stopped half-way left some steps done. Each goes back to what was there before, the newest first; what has no way back stays, and is named. It is journalled: cut off, it is gone on with the next time.';

const aboutPrepare =
  'This node has no place that outlives an uptime. A disk that you choose becomes one, with the profile in force on it: one ext4 filesystem with the label MAYFLY. Disks that are in use or that the profile needs cannot be chosen, and nothing is written before you have typed the serial number.';

const aboutOverlay: Readonly<Record<Exclude<Session['overlay']['kind'], 'none' | 'help'>, string>> = {
  power: aboutPower,
  find: aboutFind,
  consent: aboutConsent,
  join: aboutJoin,
  offer: aboutOffer,
  zram: aboutZram,
  undo: aboutUndo,
  prepare: aboutPrepare,
};

const aboutSession = ({ overlay, view }: Session): string =>
  overlay.kind === 'none' || overlay.kind === 'help' ? aboutView(view) : aboutOverlay[overlay.kind];

const wordColumn = 20;

/** The words that the screen shows, for whoever meets them for the first time. */
const wordLines = (text: string, width: number): readonly Line[] => {
  const entries = wordsIn(text).flatMap(({ word, means }) =>
    wrapWords(means, Math.min(width - wordColumn - 1, proseWidth)).map((part, index) =>
      line(' ', span(fitted(index === 0 ? word : '', wordColumn - 1), 'strong'), part),
    ),
  );
  return entries.length === 0 ? [] : [line(span(' Words on this screen', 'dim')), ...entries];
};

const keyLines = (keys: readonly HelpKey[], width: number): readonly Line[] => [
  line(span(' Keys', 'dim')),
  ...keys.flatMap(({ shown, twins, description }) =>
    wrapWords(description, width - 26).map((part, index) =>
      line(
        ' ',
        span(fitted(index === 0 ? shown : '', 11), 'strong'),
        span(fitted(index === 0 ? twins : '', 14), 'dim'),
        part,
      ),
    ),
  ),
];

/** From this width on the words stand beside the keys. */
const twoColumns = 160;

/** `screen` is the text of the screen that the help is on. */
export const helpLines = (
  session: Session,
  keys: readonly HelpKey[],
  screen: string,
  width: number,
  lineWords: readonly string[],
): readonly Line[] => {
  const half = Math.floor(width / 2);
  const words = wordLines(screen, width < twoColumns ? width : width - half);
  const parts =
    width < twoColumns
      ? [...words, ...(words.length === 0 ? [] : [blank]), ...keyLines(keys, width)]
      : besides(keyLines(keys, half), words, half);
  return [
    ...paragraph(aboutSession(session), width, 1),
    blank,
    ...parts,
    blank,
    ...paragraph(
      'A line that mangles function keys: press Esc and then a digit, quickly (Esc 1 is F1, Esc 0 is F10, Esc ! is F11, Esc @ is F12), or use the letter, where no text is typed.',
      width,
      1,
      'dim',
    ),
    ...lineWords.flatMap((said) => [blank, ...paragraph(said, width, 1, 'dim')]),
  ];
};
