// Reads the options of `mayfly image build`.
import { resolve } from 'node:path';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import { type Feature, features, type Kernel, kernels } from './package-list.ts';

export const defaultSuite = 'trixie';

export type BuildOptions = {
  readonly features: readonly Feature[];
  readonly suite?: string;
  readonly mirror?: string;
  readonly securityMirror?: string;
  readonly out: string;
  readonly kernel: Kernel;
  /** zstd's, 1 to 19. */
  readonly level: number;
  /** Make the squashfs for the fallback root as well. */
  readonly fallback: boolean;
  /** A file of public keys: profiles are taken only when one of them signed them. */
  readonly profileKey?: string;
  /** Ask the archive now, even when it was asked today. */
  readonly refresh: boolean;
  /** Boot the image once to measure it when nobody has yet. */
  readonly measure: boolean;
};

export const buildOptionTable = {
  with: { type: 'string', multiple: true },
  suite: { type: 'string' },
  mirror: { type: 'string' },
  'security-mirror': { type: 'string' },
  out: { type: 'string' },
  kernel: { type: 'string' },
  level: { type: 'string' },
  'no-fallback': { type: 'boolean' },
  'profile-key': { type: 'string' },
  refresh: { type: 'boolean' },
  measure: { type: 'boolean' },
  'no-measure': { type: 'boolean' },
} as const;

export type BuildValues = {
  readonly with?: readonly string[] | undefined;
  readonly suite?: string | undefined;
  readonly mirror?: string | undefined;
  readonly 'security-mirror'?: string | undefined;
  readonly out?: string | undefined;
  readonly kernel?: string | undefined;
  readonly level?: string | undefined;
  readonly 'no-fallback'?: boolean | undefined;
  readonly 'profile-key'?: string | undefined;
  readonly refresh?: boolean | undefined;
  readonly measure?: boolean | undefined;
  readonly 'no-measure'?: boolean | undefined;
};

export const readBuildOptions = (values: BuildValues, defaultOut: string, measure: boolean): Result<BuildOptions> => {
  const names = (values.with ?? []).flatMap((text) => text.split(',')).filter((name) => name !== '');
  const wanted = features.filter((feature) => names.includes(feature));
  const unknown = names.find((name) => !features.some((feature) => feature === name));
  if (unknown !== undefined)
    return fail(optionProblem('--with', unknown, `one of ${features.join(', ')}, or several with commas between`));
  const kernel = kernels.find((name) => name === (values.kernel ?? 'amd64'));
  if (kernel === undefined) return fail(optionProblem('--kernel', values.kernel ?? '', kernels.join(' or ')));
  const level = Number(values.level ?? 9);
  if (!Number.isInteger(level) || level < 1 || level > 19)
    return fail(optionProblem('--level', values.level ?? '', 'a number from 1 to 19'));
  const suite = values.suite;
  if (suite !== undefined && !/^[a-z][a-z0-9-]*$/.test(suite))
    return fail(optionProblem('--suite', suite, 'a name like trixie'));
  for (const [name, value] of [
    ['--mirror', values.mirror],
    ['--security-mirror', values['security-mirror']],
  ] as const) {
    if (value !== undefined && !/^(https?|file):\/\/\S+$/.test(value))
      return fail(optionProblem(name, value, 'an address that starts with http:// or https://'));
  }
  return ok({
    features: wanted,
    ...(suite === undefined ? {} : { suite }),
    ...(values.mirror === undefined ? {} : { mirror: values.mirror.replace(/\/+$/, '') }),
    ...(values['security-mirror'] === undefined
      ? {}
      : { securityMirror: values['security-mirror'].replace(/\/+$/, '') }),
    out: values.out === undefined ? defaultOut : resolve(values.out),
    kernel,
    level,
    fallback: values['no-fallback'] !== true,
    ...(values['profile-key'] === undefined ? {} : { profileKey: resolve(values['profile-key']) }),
    refresh: values.refresh ?? false,
    measure: values['no-measure'] === true ? false : (values.measure ?? measure),
  });
};

/** A value that is not understood: which, and what would be. */
export const optionProblem = (option: string, value: string, wanted: string): Problem => ({
  code: 'image/option',
  summary: `${option} ${value} is not understood`,
  remedy: `Give ${wanted}`,
});
