// What the two screens that are one choice each say, apart from how they are drawn: the role and the cluster filesystem.
import { blank, type Line, line, paragraph, span } from '../components/line.ts';
import { type ClusterChoice, chosenCluster, clusterChoices, keepsCluster } from '../state/cluster-choices.ts';
import type { Session } from '../state/session.ts';
import { factsOf } from '../state/session-facts.ts';

export const roleQuestion = 'What is this node for? It decides what is installed and how much RAM is kept free for it.';
export const clusterQuestion = 'Which cluster filesystem shall this node serve?';

export const clusterAbout = ({ obstacles, packages, needs }: ClusterChoice): string =>
  `${obstacles.length > 0 ? 'not possible  ' : packages === undefined ? 'possible      ' : 'add packages  '}${needs}`;

/** Why each of the others cannot be chosen, where the screen has room for it beside the choice itself. */
export const otherObstacles = (session: Session, width: number): readonly Line[] => {
  const others = clusterChoices(factsOf(session)).filter(
    ({ value, obstacles }) => obstacles.length > 0 && value !== chosenCluster(session.draft),
  );
  return others.flatMap(({ label, obstacles }) => [
    blank,
    line('   ', span(`${label} is not possible:`, 'dim')),
    ...obstacles.flatMap((text) => paragraph(`- ${text}`, width, 5, 'dim')),
  ]);
};

/** Of the choice as it is: possible, kept, or why not. */
export const clusterDetails = (session: Session, width: number): readonly Line[] => {
  const chosen = chosenCluster(session.draft);
  const choice = clusterChoices(factsOf(session)).find(({ value }) => value === chosen);
  if (choice === undefined) return [];
  if (keepsCluster(session.draft) && chosen !== 'none')
    return [
      blank,
      ...paragraph(`${choice.label}: as the profile has it. Members and disks are on the next screen.`, width, 3),
    ];
  if (choice.packages !== undefined)
    return [
      blank,
      line('   ', span(`${choice.label} is possible once its packages are here:`, 'warn')),
      ...paragraph(`- ${choice.packages}`, width, 5),
      ...paragraph('The next screen asks for their repository, or writes the configuration only.', width, 3),
    ];
  const verdict: readonly Line[] =
    choice.obstacles.length === 0
      ? [
          line(
            '   ',
            span('Possible on this node.', 'good'),
            choice.value === 'none'
              ? ' F2 adds a cluster filesystem later.'
              : ' Members and disks are on the next screen.',
          ),
        ]
      : [
          line('   ', span(`${choice.label} is not possible:`, 'bad')),
          ...choice.obstacles.flatMap((text) => paragraph(`- ${text}`, width, 5)),
        ];
  return [blank, ...verdict];
};
