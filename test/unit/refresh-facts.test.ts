// A probe that gives up under load must neither take away what is known nor refuse what was typed.
import { describe, expect, it } from 'vitest';
import { checkAgainstFacts } from '../../src/state/check-against-facts.ts';
import type { Facts } from '../../src/state/facts.ts';
import { parseProfile } from '../../src/state/parse-profile.ts';
import type { Problem } from '../../src/state/problem.ts';
import { isUnread, refreshFacts } from '../../src/state/refresh-facts.ts';
import { bareFacts } from '../screens/node-data.ts';

const unread = (what: string): Problem => ({ code: `facts/${what}`, summary: `no ${what}`, remedy: 'try again' });

const withoutLinks: Facts = { ...bareFacts, links: [], unread: [unread('links')] };

describe('refreshFacts', () => {
  it('takes the newer reading whole when it has everything', () => {
    const newer: Facts = { ...bareFacts, links: [], disks: [] };
    expect(refreshFacts(bareFacts, newer)).toBe(newer);
  });

  it('keeps what an older reading knew of a part that could not be read', () => {
    const refreshed = refreshFacts(bareFacts, { ...withoutLinks, hostname: 'stor-99' });
    expect(refreshed.links).toEqual(bareFacts.links);
    expect(refreshed.hostname).toBe('stor-99');
    expect(isUnread(refreshed, 'links')).toBe(false);
  });

  it('goes on saying what nobody has read yet', () => {
    const newer: Facts = { ...withoutLinks, disks: [], unread: [unread('links'), unread('disks')] };
    const refreshed = refreshFacts(withoutLinks, newer);
    expect(isUnread(refreshed, 'links')).toBe(true);
    expect(isUnread(refreshed, 'disks')).toBe(false);
    expect(refreshed.disks).toEqual(bareFacts.disks);
  });
});

describe('checkAgainstFacts', () => {
  const profile = parseProfile(
    'version: 1\nrole: storage\nnetwork:\n  links:\n    - match: { name: nowhere7 }\n      dhcp4: true\n',
  );

  it('refuses a link that is not there', () => {
    expect(profile.ok && checkAgainstFacts(profile.value, bareFacts).map(({ code }) => code)).toEqual([
      'network/no-such-link',
    ]);
  });

  it('refuses nothing while nobody could look', () => {
    expect(profile.ok && checkAgainstFacts(profile.value, withoutLinks)).toEqual([]);
  });
});
