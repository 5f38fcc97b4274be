// A machine that has booted once, and what each further boot would make of another kernel command line: a boot takes minutes in emulation, so that
// another line is bound over /proc/cmdline, what the uptime before left is taken away, and what configures at boot runs again.
import * as z from 'zod';
import type { Ssh } from './vm-ssh.ts';

/** Measured on a busy machine it may be one or the other. */
export const term = 'mayfly.term=ttyS0:unicode';

const problems = z.array(z.object({ code: z.string(), summary: z.string(), remedy: z.string() }));
const statusSchema = z.object({
  hostname: z.string(),
  profile: z.object({
    kind: z.string(),
    value: z.object({ transport: z.string(), stale: z.object({ keptAtMs: z.number() }).optional() }).optional(),
  }),
  problems,
});
const shownSchema = z.object({
  transport: z.object({ kind: z.string() }),
  profile: z.object({ node: z.object({ hostname: z.string(), domain: z.string().optional() }) }),
  layers: z.record(z.string(), z.string()),
  warnings: problems,
});

const ofUptime = [
  ...['maintenance', 'profile.yaml', 'profile-source.json', 'applying.yaml', 'sourced', 'pull.json', 'drift.json'],
  ...['journal.jsonl', 'journal.previous.jsonl', 'profile-serial.json'],
].map((name) => `/run/mayfly/${name}`);

type Status = {
  readonly hostname: string;
  readonly transport: string | undefined;
  readonly stale: { readonly keptAtMs: number } | undefined;
  /** Of its profile and where that is from. */
  readonly problems: z.infer<typeof problems>;
  /** Those, and of its last apply. */
  readonly codes: readonly string[];
};

export type BootedNode = {
  /** Throws unless it exits with 0. */
  must(command: string): Promise<string>;
  readStatus(): Promise<Status>;
  /** As a boot with these words on its kernel command line, as far as the profile goes. */
  bootWith(words: string): Promise<Status>;
  /** What the sources have, with these words or those of now; nothing is applied, and several may be asked at once. */
  show(words?: string): Promise<z.infer<typeof shownSchema>>;
  /** Changes the config partition. */
  onConfig(change: string): Promise<void>;
};

export const createBootedNode = (ssh: Ssh): BootedNode => {
  const must = async (command: string): Promise<string> => {
    const { code, out } = await ssh.run(`set -eu; ${command}`);
    if (code !== 0) throw new Error(`\`${command}\` exited with ${code}: ${out}`);
    return out;
  };
  const readStatus = async (): Promise<Status> => {
    const status = statusSchema.parse(JSON.parse(await must('mayfly status --json || true')));
    const { transport, stale } = status.profile.value ?? {};
    return {
      hostname: status.hostname,
      transport,
      stale,
      problems: status.problems.filter(({ code }) => /^(profile|sources)\//.test(code)),
      codes: status.problems.map(({ code }) => code).filter((code) => /^(profile|sources|apply)\//.test(code)),
    };
  };
  let shows = 0;
  return {
    must,
    readStatus,
    bootWith: async (words) => {
      await must(
        'test -e /root/cmdline || { cp /proc/cmdline /root/cmdline; mount --bind /root/cmdline /proc/cmdline; }',
      );
      await must(`echo 'quiet ${term} ${words}' >/root/cmdline; rm -f ${ofUptime.join(' ')}`);
      await must('systemctl restart mayfly-configure');
      return readStatus();
    },
    show: async (words) => {
      const file = `/root/shown-${++shows}`;
      const bound = `echo 'quiet ${words}' >${file}; unshare --mount sh -c 'mount --bind ${file} /proc/cmdline && mayfly profile show --json'`;
      return shownSchema.parse(JSON.parse(await must(words === undefined ? 'mayfly profile show --json' : bound)));
    },
    onConfig: async (change) => {
      await must(`mount -o remount,rw /config; cd /config; ${change}; cd /; sync; mount -o remount,ro /config`);
    },
  };
};
