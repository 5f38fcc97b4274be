// What a firewall lets in, against the ports that the cluster wants: firewalld's zones as firewall-cmd prints them, nftables' rules as JSON. Pure.
import * as z from 'zod';
import type { ClusterPort } from './cluster-ports.ts';

/** `firewall-cmd --get-active-zones`: names at the start of a line, what is in them below; `(default)` behind a name in newer ones. */
export const parseZones = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => /^(\S+)(?: \(default\))?$/.exec(line)?.[1] ?? []);

/** `firewall-cmd --list-ports`: `24007/tcp 49152-60999/tcp`. */
export const unopened = (ports: readonly ClusterPort[], listed: string): readonly ClusterPort[] => {
  const open = listed.split(/\s+/).flatMap((word) => {
    const [, first, last, protocol] = /^(\d+)(?:-(\d+))?\/(tcp|udp)$/.exec(word) ?? [];
    return first === undefined ? [] : [{ first: Number(first), last: Number(last ?? first), protocol }];
  });
  return ports.filter(
    (port) =>
      !open.some(({ first, last, protocol }) => protocol === port.protocol && first <= port.first && port.last <= last),
  );
};

const number = z.number();
const portSet = z.object({
  set: z.array(z.union([number, z.object({ range: z.tuple([number, number]) }), z.unknown()])),
});
const right = z.union([number, z.object({ range: z.tuple([number, number]) }), portSet, z.unknown()]);
const match = z.object({
  match: z.object({
    op: z.string(),
    left: z.object({ payload: z.object({ protocol: z.string(), field: z.string() }) }),
    right,
  }),
});
const chain = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  hook: z.string().optional(),
  policy: z.string().optional(),
});
const rule = z.object({
  family: z.string(),
  table: z.string(),
  chain: z.string(),
  expr: z.array(z.record(z.string(), z.unknown())).default([]),
});
const rulesetSchema = z.object({ nftables: z.array(z.record(z.string(), z.unknown())) });

type Rule = z.infer<typeof rule>;

/** `unclear`: rules let in by something other than a port, so that only the one who wrote them knows. */
export type FirewallView = 'open' | 'unclear' | { readonly closed: readonly ClusterPort[] };

/** `nft --json list ruleset`. What is not understood is never called closed. */
export const judgeRuleset = (json: unknown, ports: readonly ClusterPort[]): FirewallView => {
  const parsed = rulesetSchema.safeParse(json);
  if (!parsed.success) return 'unclear';
  const chains = parsed.data.nftables.flatMap((entry) => chain.safeParse(entry.chain).data ?? []);
  const rules = parsed.data.nftables.flatMap((entry) => rule.safeParse(entry.rule).data ?? []);
  const inputs = chains.filter(({ hook }) => hook === 'input');
  const shut = inputs.filter((input) => input.policy === 'drop' || rulesOf(rules, input).some(endsAll));
  if (shut.length === 0) return 'open';
  const accepting = rules.filter((each) => each.expr.some((part) => 'accept' in part));
  const closed = ports.filter((port) => !accepting.some((each) => letsIn(each, port)));
  if (closed.length === 0) return 'open';
  return accepting.some(isBroad) || shut.some((input) => rulesOf(rules, input).some(leadsOn)) ? 'unclear' : { closed };
};

const rulesOf = (rules: readonly Rule[], { family, table, name }: z.infer<typeof chain>): readonly Rule[] =>
  rules.filter((each) => each.family === family && each.table === table && each.chain === name);

/** A rule without a condition that ends what came so far. */
const endsAll = ({ expr }: Rule): boolean => {
  const parts = expr.filter((part) => !('counter' in part) && !('log' in part));
  return parts.length === 1 && ['drop', 'reject'].some((verdict) => verdict in (parts[0] ?? {}));
};

const leadsOn = ({ expr }: Rule): boolean => expr.some((part) => 'jump' in part || 'goto' in part || 'vmap' in part);

const payloads = ({ expr }: Rule) => expr.flatMap((part) => match.safeParse(part).data?.match ?? []);

const letsIn = (each: Rule, port: ClusterPort): boolean =>
  payloads(each).some(
    ({ op, left: { payload }, right: allowed }) =>
      op === '==' &&
      payload.field === 'dport' &&
      ['th', port.protocol].includes(payload.protocol) &&
      covers(allowed, port),
  );

const covers = (allowed: unknown, { first, last }: ClusterPort): boolean => {
  if (typeof allowed === 'number') return allowed === first && allowed === last;
  const range = z.object({ range: z.tuple([number, number]) }).safeParse(allowed).data?.range;
  if (range !== undefined) return range[0] <= first && last <= range[1];
  return (
    portSet.safeParse(allowed).data?.set.some((element) => covers(element, { protocol: 'tcp', first, last, of: '' })) ??
    false
  );
};

/** Lets in by source, by link or by anything else than a port, a state, loopback or a protocol that carries no ports. */
const isBroad = ({ expr }: Rule): boolean => {
  const text = JSON.stringify(expr);
  return !/"dport"|"ct"|"lo"|icmp|igmp|vrrp/.test(text);
};
