// The two wizard screens that are one choice each: the node's role and its cluster filesystem.
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { ChoiceList } from '../components/choice-list.tsx';
import { blank, fitted, type Line, line, padded, paragraph, span } from '../components/line.ts';
import { LinesView } from '../components/line-view.tsx';
import { chosenCluster, clusterChoices, keepsCluster } from '../state/cluster-choices.ts';
import { roleChoices } from '../state/role-choices.ts';
import type { Session, SessionEvent } from '../state/session.ts';
import { factsOf } from '../state/session-facts.ts';

export type ChoiceScreenProps = {
  readonly session: Session;
  readonly width: number;
  readonly height: number;
  readonly active: boolean;
  readonly send: (event: SessionEvent) => void;
};

const introHeight = 3;

export const RoleScreen = ({ session, width, height, active, send }: ChoiceScreenProps): ReactElement => {
  const field = 'role';
  const intro: readonly Line[] = [
    blank,
    ...paragraph('What is this node for? It decides what is installed and how much RAM is kept free for it.', width, 1),
  ];
  return (
    <Box flexDirection="column" height={height}>
      <LinesView lines={intro} height={introHeight} />
      <ChoiceList
        items={roleChoices.map(({ value, label, about }) => ({
          value,
          label: fitted(`${padded(label, 16)}${about}`, width - 4),
        }))}
        chosen={session.draft.values.role ?? 'storage'}
        active={active}
        onHighlight={(value) => send({ type: 'choose', field, value })}
        onChoose={(value) => {
          send({ type: 'choose', field, value });
          send({ type: 'leave' });
        }}
      />
    </Box>
  );
};

const detailLines = (session: Session, width: number): readonly Line[] => {
  const chosen = chosenCluster(session.draft);
  const choice = clusterChoices(factsOf(session)).find(({ value }) => value === chosen);
  if (choice === undefined) return [];
  if (keepsCluster(session.draft) && chosen !== 'none')
    return [blank, ...paragraph(`${choice.label}: kept exactly as the profile has it.`, width, 3)];
  const verdict: readonly Line[] =
    choice.obstacles.length === 0
      ? [
          line(
            '   ',
            span('Possible on this node.', 'good'),
            choice.value === 'none' ? ' F2 adds a cluster filesystem later.' : '',
          ),
        ]
      : [
          line('   ', span(`${choice.label} is not possible:`, 'bad')),
          ...choice.obstacles.flatMap((text) => paragraph(`- ${text}`, width, 5)),
        ];
  return [blank, ...verdict];
};

export const ClusterScreen = ({ session, width, height, active, send }: ChoiceScreenProps): ReactElement => {
  const field = 'cluster.filesystem';
  const choices = clusterChoices(factsOf(session));
  const intro: readonly Line[] = [blank, ...paragraph('Which cluster filesystem shall this node serve?', width, 1)];
  const label = (text: string, needs: string, possible: boolean): string =>
    fitted(`${padded(text, 11)}${possible ? 'possible      ' : 'not possible  '}${needs}`, width - 4);
  return (
    <Box flexDirection="column" height={height}>
      <LinesView lines={intro} height={introHeight} />
      <ChoiceList
        items={choices.map((choice) => ({
          value: choice.value,
          label: label(choice.label, choice.needs, choice.obstacles.length === 0),
        }))}
        chosen={chosenCluster(session.draft)}
        active={active}
        onHighlight={(value) => send({ type: 'choose', field, value })}
        onChoose={(value) => {
          send({ type: 'choose', field, value });
          send({ type: 'leave' });
        }}
      />
      <LinesView lines={detailLines(session, width)} height={Math.max(0, height - introHeight - choices.length)} />
    </Box>
  );
};
