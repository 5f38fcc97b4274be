// Reads a join code from a person who hears it over the phone: line by line, and a group that was misheard is asked for at once.
import { createInterface } from 'node:readline/promises';
import { hearJoinCode } from '../state/join-code.ts';

export type CodeInput = {
  /** Lines as they are typed, until the end of the input. */
  readonly lines: AsyncIterable<string>;
  readonly say: (text: string) => void;
};

/** The whole code, with groups that fit their check digits; undefined when the input ended before. */
export const readJoinCode = async ({ lines, say }: CodeInput): Promise<string | undefined> => {
  let kept = '';
  say('Join code, as many groups a line as you like:\n> ');
  for await (const line of lines) {
    const { groups, expected, wrong } = hearJoinCode(`${kept} ${line}`);
    const [first] = wrong;
    const sound = first === undefined ? groups : groups.slice(0, first.group - 1);
    kept = sound.join(' ');
    if (expected !== undefined && sound.length >= expected) return kept;
    if (first !== undefined)
      say(`Group ${first.group} (${groups[first.group - 1]}) ${first.why}. From group ${first.group} again:\n> `);
    else
      say(`${counted(groups.length)} right${expected === undefined ? '' : `, ${expected - groups.length} to go`}:\n> `);
  }
  return undefined;
};

const counted = (groups: number): string => (groups === 1 ? '1 group is' : `${groups} groups are`);

/** The terminal of this process; Ctrl-C ends its lines. */
export const terminalLines = (): CodeInput['lines'] =>
  createInterface({ input: process.stdin, output: process.stdout });
