// The keys of a cluster, all made from its one secret (HKDF, RFC 5869): whoever has the profile has them, and nobody passes one around.
import { hkdfSync } from 'node:crypto';

/** What a key is for. Every purpose has a key that tells nothing of another's. */
type Purpose = 'ceph/fsid' | 'ceph/mon.' | 'ceph/client.admin' | 'ceph/client.bootstrap-osd' | 'beegfs/conn.auth';

/** `secret` is base64 as in the profile. */
const derive = (secret: string, purpose: Purpose, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'base64'), 'mayfly cluster 1', purpose, bytes));

/** The entities whose keys must be known before there is a monitor that could be asked. */
type CephEntity = 'mon.' | 'client.admin' | 'client.bootstrap-osd';

/** The same at every run, so that two nodes make the same key; Ceph shows it and uses it for nothing. */
const createdAt = Date.UTC(2026, 0, 1) / 1000;

/** Ceph's CryptoKey in base64: type 1 (AES) in 16 bits, seconds and nanoseconds in 32 each, the length in 16, the key; little-endian. */
export const cephKeyOf = (secret: string, entity: CephEntity): string => {
  const head = Buffer.alloc(12);
  head.writeUInt16LE(1, 0);
  head.writeUInt32LE(createdAt, 2);
  head.writeUInt16LE(16, 10);
  return Buffer.concat([head, derive(secret, `ceph/${entity}`, 16)]).toString('base64');
};

/** A UUID of version 4, RFC 9562. */
export const fsidOf = (secret: string): string => {
  const bytes = derive(secret, 'ceph/fsid', 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

/** The 128 bytes of BeeGFS's conn.auth, in base64: a file is written from text. */
export const connAuthOf = (secret: string): string => derive(secret, 'beegfs/conn.auth', 128).toString('base64');
