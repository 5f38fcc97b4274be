// Reads a verb's options; what is not understood is a message with the usage, not an exception.
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';

type Parsed<O extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>;

export const parseOptions = <O extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: O,
): Result<Parsed<O>> => {
  try {
    return ok(parseArgs({ args: [...args], options, allowPositionals: true, strict: true }));
  } catch (error) {
    // node:util throws TypeErrors with a code for what a person typed wrongly.
    if (!(error instanceof TypeError) || !('code' in error)) throw error;
    return fail(usageProblem(error.message));
  }
};

export const usageProblem = (what: string): Problem => ({
  code: 'cli/usage',
  summary: what.split('. ')[0] ?? what,
  remedy: 'See --help for what this command takes',
});
