// Doubles of the vendors' programs that refuse what the real ones do not know: option by option, from their own sources.
import { readFileSync } from 'node:fs';
import * as z from 'zod';

const programSchema = z.object({ flags: z.string(), values: z.string(), operands: z.number() });
const table = z
  .object({ programs: z.record(z.string(), programSchema) })
  .parse(
    JSON.parse(readFileSync(new URL('../fixtures/cluster/program-options.json', import.meta.url), 'utf8')),
  ).programs;

/** Why the program would not take this command line; undefined when it would, or is not one of the vendors'. */
export const refusalOf = (command: readonly string[]): string | undefined => {
  const [program = ''] = command;
  const forms = Object.keys(table).filter((form) => form.split(' ')[0] === program);
  if (forms.length === 0) return undefined;
  const form = forms.find((each) => each.split(' ').every((word, index) => command[index] === word));
  const options = form === undefined ? undefined : table[form];
  if (form === undefined || options === undefined) return `${program}: unknown subcommand ${command[1]}`;
  const flags = options.flags.split(' ');
  const values = options.values.split(' ');
  const rest = command.slice(form.split(' ').length);
  const operands: string[] = [];
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? '';
    if (!word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    const [name = '', value] = word.startsWith('--') ? word.split(/=(.*)/s) : [word, undefined];
    if (flags.includes(name) && value === undefined) continue;
    if (!values.includes(name)) return `${form}: unknown option ${word}`;
    if (value === '') return `${form}: ${name} without a value`;
    if (value === undefined) {
      index += 1;
      if (rest[index] === undefined || rest[index] === '') return `${form}: ${name} without a value`;
    }
  }
  return operands.length > options.operands ? `${form}: too many operands (${operands.join(' ')})` : undefined;
};

/** Of Lustre's formatter, which checks more than its options. */
export const refusalOfMkfsLustre = (command: readonly string[]): string | undefined => {
  const refused = refusalOf(command);
  if (refused !== undefined) return refused;
  const has = (name: string) => command.some((word) => word === name || word.startsWith(`${name}=`));
  if (!has('--mgs') && !has('--mdt') && !has('--ost')) return 'must set target type: MDT,OST,MGS';
  if (has('--ost') && (has('--mdt') || has('--mgs'))) return 'OST type is exclusive with MDT,MGS';
  if (has('--mgs') && !has('--mdt') && has('--index')) return '--index only valid for MDT,OST';
  if ((has('--mdt') || has('--ost')) && !has('--index')) return 'the target index must be specified with --index';
  if (!has('--mgs') && !has('--mgsnode')) return 'Must specify --mgsnode';
  if ((has('--mdt') || has('--ost')) && !has('--fsname')) return 'Must specify --fsname for MDT/OST device';
  if (has('--failnode') && has('--servicenode')) return '--failnode is mutually exclusive with --servicenode';
  const fsname = command.find((word) => word.startsWith('--fsname='))?.slice('--fsname='.length);
  return fsname !== undefined && !/^[A-Za-z0-9_-]{1,8}$/.test(fsname) ? 'filesystem name must be 1-8 chars' : undefined;
};
