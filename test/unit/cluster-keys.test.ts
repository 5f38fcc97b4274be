// Keys from the secret of a cluster: the same on every node, of the form that the daemons take, and none like another.
import { describe, expect, test } from 'vitest';
import { cephKeyOf, connAuthOf, fsidOf } from '../../src/state/cluster-keys.ts';
import { cephKey } from '../../src/state/profile-values.ts';

const secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const other = 'ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=';
const entities = ['mon.', 'client.admin', 'client.bootstrap-osd'] as const;

describe('keys of a cluster', () => {
  // Written down, since a release that makes other keys locks every node out of its cluster.
  test('stay what they were', () => {
    expect(entities.map((entity) => cephKeyOf(secret, entity))).toMatchInlineSnapshot(`
      [
        "AQAAuVVpAAAAABAAaLxr6jms7BBXhj+Nvi2KgQ==",
        "AQAAuVVpAAAAABAA/ncrLnljoO0mresBn2oGJA==",
        "AQAAuVVpAAAAABAAeulPlrVpJ8u7bHuzeCo2CA==",
      ]
    `);
    expect(fsidOf(secret)).toMatchInlineSnapshot(`"25f78f21-1bbf-4208-9ac1-412e35978a28"`);
    expect(connAuthOf(secret).slice(0, 24)).toMatchInlineSnapshot(`"gtiiylOpZz02tRespmV6zhOq"`);
  });

  test.each(entities)('%s is a CryptoKey: AES, a time, 16 bytes', (entity) => {
    const key = cephKeyOf(secret, entity);
    expect(cephKey.safeParse(key).success).toBe(true);
    const bytes = Buffer.from(key, 'base64');
    expect([bytes.length, bytes.readUInt16LE(0), bytes.readUInt32LE(6), bytes.readUInt16LE(10)]).toEqual([
      28, 1, 0, 16,
    ]);
    expect(new Date(bytes.readUInt32LE(2) * 1000).toISOString()).toBe('2026-01-01T00:00:00.000Z');
  });

  test('no two are alike, nor those of two clusters', () => {
    const all = [secret, other].flatMap((from) => [
      ...entities.map((entity) => cephKeyOf(from, entity)),
      fsidOf(from),
      connAuthOf(from),
    ]);
    expect(new Set(all).size).toBe(all.length);
  });

  test('the fsid is a random UUID by its form', () => {
    expect(fsidOf(secret)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('conn.auth has 128 bytes', () => {
    expect(Buffer.from(connAuthOf(secret), 'base64')).toHaveLength(128);
  });
});
