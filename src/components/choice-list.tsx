// A list to choose one thing from with the arrow keys: ink-select-input with marks that every terminal can show.
import { Box, Text } from 'ink';
import SelectInput from 'ink-select-input';
import type { ReactElement } from 'react';

type ChoiceItem = { readonly value: string; readonly label: string };

const Indicator = ({ isSelected = false }: { readonly isSelected?: boolean }): ReactElement => (
  <Box flexShrink={0}>
    <Text color="cyan" bold>
      {isSelected ? ' ▸ ' : '   '}
    </Text>
  </Box>
);

const Item = ({
  label,
  isSelected = false,
}: {
  readonly label: string;
  readonly isSelected?: boolean;
}): ReactElement => (
  <Text bold={isSelected} wrap="truncate-end">
    {label}
  </Text>
);

export type ChoiceListProps = {
  readonly items: readonly ChoiceItem[];
  readonly chosen: string;
  readonly active: boolean;
  readonly onHighlight: (value: string) => void;
  readonly onChoose: (value: string) => void;
};

export const ChoiceList = ({ items, chosen, active, onHighlight, onChoose }: ChoiceListProps): ReactElement => (
  <Box flexDirection="column" flexShrink={0}>
    <SelectInput
      // The mark of a list that somebody else moves follows that one.
      key={active ? 'moved here' : chosen}
      items={items.map(({ value, label }) => ({ key: value, value, label }))}
      initialIndex={Math.max(
        0,
        items.findIndex(({ value }) => value === chosen),
      )}
      isFocused={active}
      indicatorComponent={Indicator}
      itemComponent={Item}
      onHighlight={({ value }) => onHighlight(value)}
      onSelect={({ value }) => onChoose(value)}
    />
  </Box>
);
