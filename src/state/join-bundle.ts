// What goes over the wire when a node joins: the request with the one-time secret, and the part of the profile that the member made for it.
import * as z from 'zod';
import type { Problem } from './problem.ts';
import { cluster } from './profile-cluster.ts';
import { disksOf } from './profile-disks.ts';
import { domainName, host, hostname, ipAddress } from './profile-values.ts';

export const joinKinds = ['server', 'client'] as const;
export type JoinKind = (typeof joinKinds)[number];

/** Bytes of a line: what is longer is not read to its end. */
export const longestRequest = 4_096;
export const longestReply = 65_536;

const hostEntry = z.strictObject({ name: domainName, address: ipAddress });

export const joinRequestSchema = z.strictObject({
  version: z.literal(1),
  secret: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{8}$/),
  hostname,
  /** Of the joining node, without prefix length. */
  addresses: z.array(ipAddress).min(1).max(64),
});
export type JoinRequest = z.infer<typeof joinRequestSchema>;

/** Shown on a terminal: nothing that moves its cursor. */
const shown = z.string().regex(/^[^\p{Cc}]{1,500}$/u);
const problemSchema = z.strictObject({
  code: z.string().regex(/^[a-z-]+\/[a-z0-9-]+$/),
  summary: shown,
  remedy: shown,
});

export const joinBundleSchema = z.strictObject({
  kind: z.enum(joinKinds),
  /** The member that made it. */
  from: z.strictObject({ hostname: host, address: ipAddress }),
  /** The joining node as the member sees it. */
  you: z.strictObject({ hostname, address: ipAddress }),
  /** Without disks: those of a node are its operator's choice. */
  cluster: cluster.refine((part) => part.filesystem !== 'none' && !namesDisks(part), 'names disks, or no filesystem'),
  /** Members by name, for the hosts file. */
  hosts: z.array(hostEntry).max(512),
});
export type JoinBundle = z.infer<typeof joinBundleSchema>;

const namesDisks = (part: z.infer<typeof cluster>): boolean =>
  disksOf({ version: 1, role: 'storage', cluster: part }).length > 0;

export const joinReplySchema = z.discriminatedUnion('answer', [
  z.strictObject({ version: z.literal(1), answer: z.literal('welcome'), bundle: joinBundleSchema }),
  z.strictObject({ version: z.literal(1), answer: z.literal('refused'), problem: problemSchema }),
]);
export type JoinReply = z.infer<typeof joinReplySchema>;

const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 500);

export const refusal = ({ code, summary, remedy }: Problem): JoinReply => ({
  version: 1,
  answer: 'refused',
  problem: { code, summary: oneLine(summary), remedy: oneLine(remedy) },
});
