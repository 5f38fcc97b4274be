// The dashboard as a report: printed when somebody asks, and when the health of the node is another than the one last told.
import { healthOf } from '../state/judge-status.ts';
import { renderStatus } from '../state/render-status.ts';
import type { Session } from '../state/session.ts';
import type { Status } from '../state/status.ts';

export const statusReport = (session: Session): readonly string[] => {
  const status = session.statuses.at(-1);
  return status === undefined ? ['Taking the first reading…'] : renderStatus(status).trimEnd().split('\n');
};

/** What was told last, and when, by the clock of the readings. */
export type Told = { readonly health: string; readonly atMs: number };

/** A node whose health changes to and fro does not flood a slow line. */
const leastBetweenMs = 10_000;

const signature = (status: Status): string =>
  [
    healthOf(status),
    ...status.problems.map(({ code, summary }) => `${code} ${summary.replaceAll(/[\d.,]+/g, '')}`),
  ].join('\n');

/** The first readings of a program are not there yet; they say nothing about the node. */
const isSettled = ({ root, memory, links, services, cluster, time, profile }: Status): boolean =>
  [root, memory, links, services, cluster, time, profile].every(({ kind }) => kind !== 'pending');

const changeLines = (status: Status): readonly string[] => {
  const health = healthOf(status);
  const words = { healthy: 'healthy', unhealthy: 'NOT HEALTHY', unknown: 'not all known' }[health];
  return [
    `This node is now: ${words}`,
    ...status.problems.map(({ code, summary, remedy }) => `! ${summary}: ${remedy} (${code})`),
  ];
};

/** Undefined when there is nothing new to tell. */
export const healthNews = (
  session: Session,
  told: Told | undefined,
): { readonly told: Told; readonly said: readonly string[] } | undefined => {
  const status = session.statuses.at(-1);
  if (status === undefined || !isSettled(status)) return undefined;
  const health = signature(status);
  const now = { health, atMs: status.atMs };
  if (told === undefined) return { told: now, said: statusReport(session) };
  if (told.health === health || status.atMs - told.atMs < leastBetweenMs) return undefined;
  return { told: now, said: changeLines(status) };
};
