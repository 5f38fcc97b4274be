// The power screen: restart or power off, and in plain words what is lost by it.
import { blank, type Line, line, paragraph, span } from '../components/line.ts';
import { renderBytes } from '../state/bytes.ts';
import type { PowerChoice, Session } from '../state/session.ts';
import { factsOf } from '../state/session-facts.ts';

const profileFate = (session: Session): string => {
  const profile = session.statuses.at(-1)?.profile;
  if (session.inForce === undefined)
    return 'This node has no profile in force yet; the draft that you typed is lost, too.';
  if (profile?.kind === 'live' && profile.value.persisted)
    return `The profile is kept (${profile.value.transport}) and is applied again at the next boot.`;
  return 'The profile is NOT saved anywhere: the next boot asks for everything again. Save it first (F3 on the dashboard).';
};

/** What is lost by the end of this uptime. */
export const lossLines = (session: Session, width: number): readonly Line[] => {
  const zram = session.statuses.at(-1)?.zram;
  const held = zram?.kind === 'live' ? ` (${renderBytes(zram.value.original)} now)` : '';
  const inRam = factsOf(session)?.root.kind !== 'other';
  const loss = inRam
    ? `The root filesystem lives in RAM: everything written to it since boot is lost${held}. Data on disks stays.`
    : 'The root filesystem of this machine is not in RAM: it stays, and so does data on disks.';
  return [...paragraph(loss, width, 1), ...paragraph(profileFate(session), width, 1, 'warn')];
};

export const powerQuestions: Readonly<Record<PowerChoice, string>> = {
  reboot: 'Restart this node now?',
  poweroff: 'Power this node off now?',
};

export const powerLines = (session: Session, choice: PowerChoice | undefined, width: number): readonly Line[] => [
  blank,
  ...lossLines(session, width),
  blank,
  ...(choice === undefined
    ? [
        line('   ', span('r', 'accent'), '  restart: starts again from the image'),
        line('   ', span('o', 'accent'), '  power off'),
        line('   ', span('Esc', 'accent'), '  back, nothing happens'),
      ]
    : [
        line(' ', span(powerQuestions[choice], 'bad')),
        blank,
        line('   ', span('y', 'accent'), '  yes, now'),
        line('   ', span('Esc', 'accent'), '  no, back'),
      ]),
];
