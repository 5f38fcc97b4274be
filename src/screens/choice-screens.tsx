// The two wizard screens that are one choice each: the node's role and its cluster filesystem.
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { ChoiceList } from '../components/choice-list.tsx';
import { blank, fitted, type Line, padded, paragraph } from '../components/line.ts';
import { LinesView } from '../components/line-view.tsx';
import { chosenCluster, clusterChoices } from '../state/cluster-choices.ts';
import { roleChoices } from '../state/role-choices.ts';
import type { Session, SessionEvent } from '../state/session.ts';
import { factsOf } from '../state/session-facts.ts';
import { clusterAbout, clusterDetails, clusterQuestion, otherObstacles, roleQuestion } from './choice-words.ts';

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
  const intro: readonly Line[] = [blank, ...paragraph(roleQuestion, width, 1)];
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

export const ClusterScreen = ({ session, width, height, active, send }: ChoiceScreenProps): ReactElement => {
  const field = 'cluster.filesystem';
  const choices = clusterChoices(factsOf(session));
  const intro: readonly Line[] = [blank, ...paragraph(clusterQuestion, width, 1)];
  return (
    <Box flexDirection="column" height={height}>
      <LinesView lines={intro} height={introHeight} />
      <ChoiceList
        items={choices.map((choice) => ({
          value: choice.value,
          label: fitted(`${padded(choice.label, 11)}${clusterAbout(choice)}`, width - 4),
        }))}
        chosen={chosenCluster(session.draft)}
        active={active}
        onHighlight={(value) => send({ type: 'choose', field, value })}
        onChoose={(value) => {
          send({ type: 'choose', field, value });
          send({ type: 'leave' });
        }}
      />
      <LinesView
        lines={[...clusterDetails(session, width), ...(height > 30 ? otherObstacles(session, width) : [])]}
        height={Math.max(0, height - introHeight - choices.length)}
      />
    </Box>
  );
};
