// A node that its profile configures: when that is done, how long it took, and all that it is afterwards, to hold one boot against another.
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { BootedNode } from './booted-node.ts';
import type { Ssh } from './vm-ssh.ts';

const unit = 'mayfly-configure';
const unitState = `systemctl show --value --property=ActiveState ${unit}`;

/**
 * Waits for the end of an apply that has begun or is about to; one that failed is not begun again. The node itself waits: each way in costs an emulated
 * processor seconds that the apply would have had.
 */
export const awaitConfigured = async (ssh: Ssh, deadlineMs: number): Promise<void> => {
  let state = '';
  for (const deadline = Date.now() + deadlineMs; state !== 'active' && state !== 'failed'; ) {
    if (Date.now() > deadline) throw new Error(`what configures is ${state} after ${deadlineMs / 1000} s`);
    const { code, out } = await ssh.run(
      `for i in $(seq 100); do state=$(${unitState}); case $state in active | failed) break ;; esac; sleep 1; done; echo $state`,
    );
    state = code === 0 ? out : 'out of reach';
    if (code !== 0) await pause(4_000);
  }
  // The unit is active also when what it ran failed: a boot goes on.
  const { out: status } = await ssh.run(`systemctl show --value --property=ExecMainStatus ${unit}`);
  if (status !== '0')
    throw new Error(`${unit}: ${status}\n${(await ssh.run(`journalctl --boot --unit ${unit} --output cat`)).out}`);
};

/** Milliseconds since the kernel's start. */
export type Span = { readonly from: number; readonly to: number };

/** Of the last apply of what configures. */
export const readSpan = async (node: BootedNode): Promise<Span> => {
  const shown = await node.must(
    `systemctl show --value --property=InactiveExitTimestampMonotonic,ActiveEnterTimestampMonotonic ${unit}`,
  );
  const [from = 0, to = 0] = shown
    .split('\n')
    .map((text) => Number(text) / 1000)
    .sort((a, b) => a - b);
  return { from, to };
};

/** What `mayfly plan` says, with its exit status as the last line. */
export const readPlan = (node: BootedNode): Promise<string> =>
  node.must('mayfly plan && echo "exit 0" || echo "exit $?"');

/** All of /etc but for what each boot makes anew, what the packages of two-profiles.ts brought, and what the kernel has. */
const stateWords = `
cd /etc
find . -xdev -type f ! -name machine-id ! -name 'ssh_host_*' ! -name 'shadow*' ! -name '*.lock' -exec sha256sum {} + | sort -k 2
find . -xdev -type l -printf '%p -> %l\\n' | sort
cd /
grep ^root: /etc/shadow | cut -d : -f 2
hostname; hostname -f; getent hosts stor-09 || true
ip -4 -o address | awk '{ print $2, $4 }' | sort
ip -o link | awk '{ print $2, $4, $5 }' | sort
ip -4 route | sed 's/ src [^ ]*//' | sort
resolvectl domain | sort
swapon --noheadings --show=NAME,SIZE,PRIO | sort
cat /sys/block/zram*/comp_algorithm
systemctl is-active mayfly-logs mayfly-drift.timer mayfly-pull.timer chrony || true
sshd -T | grep -i ^passwordauth
head -n 99 /var/lib/mark-*
find /opt/agent -type f -exec sha256sum {} + | sort -k 2
ls -A /var/lib/mayfly/packages
cat /run/mayfly/keyboard || true
cat /run/mayfly/profile.yaml
ls -A /run/mayfly/applying.yaml /run/mayfly/undo 2>&1 || true
`;

export const readState = (node: BootedNode): Promise<string> => node.must(stateWords);

const statusSchema = z.object({
  uptimeBefore: z
    .object({ outcome: z.string(), step: z.string().optional(), done: z.number(), total: z.number() })
    .optional(),
  problems: z.array(z.object({ code: z.string() })),
});

/** What its status says of the uptime before, and what of its own apply is wrong. */
export const readBefore = async (
  node: BootedNode,
): Promise<{ readonly before: z.infer<typeof statusSchema>['uptimeBefore']; readonly wrong: readonly string[] }> => {
  const { uptimeBefore, problems } = statusSchema.parse(JSON.parse(await node.must('mayfly status --json || true')));
  const wrong = problems.map(({ code }) => code).filter((code) => /^(apply|profile|sources|packages)\//.test(code));
  return { before: uptimeBefore, wrong };
};
