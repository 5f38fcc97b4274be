import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import {
  parseDone,
  parseHealSummary,
  parsePool,
  parseVolumeStatus,
  parseVolumes,
} from '../../src/state/gluster-output.ts';
import { parseXml } from '../../src/state/gluster-xml.ts';

const sample = (name: string): string =>
  readFileSync(new URL(`../fixtures/cluster/gluster-${name}.xml`, import.meta.url), 'utf8');
const [one, two, three] = [
  'adb8015e-222c-4efc-b28b-d899b477f7a8',
  '804abfd1-df9d-4c3d-8d9c-7f4bf695a8a3',
  '175bae71-d311-451b-be31-399682d1dd6f',
];

describe('XML', () => {
  test.each([
    ['<a><b>1</b><b/><c>x &lt;y&gt; &amp;amp; &#65;</c></a>', { a: [{ b: ['1', ''], c: ['x <y> &amp; A'] }] }],
    ['<?xml version="1.0"?>\n<a k="v">text</a>\n', { a: ['text'] }],
    ['<a><b></a></b>', undefined],
    ['<a>', undefined],
    ['<a/><b/>', undefined],
    ['Connection failed. Please check if gluster daemon is operational.', undefined],
    ['', undefined],
    ['<a>1 < 2</a>', undefined],
  ])('%s', (xml, value) => {
    expect(parseXml(xml)).toEqual(value);
  });
});

describe('what glusterd prints', () => {
  it('pool list: peers with all their names, and itself', () => {
    expect(parsePool(sample('pool-list'))).toEqual({
      kind: 'answer',
      value: [
        { uuid: two, names: ['g2'], connected: true, member: true },
        { uuid: three, names: ['g3'], connected: true, member: true },
        { uuid: one, names: ['localhost'], connected: true, member: true },
      ],
    });
  });

  it('volume info: layout, bricks by the UUID of their peer, settings', () => {
    const answer = parseVolumes(sample('volume-info'));
    if (answer.kind !== 'answer') throw new Error(answer.why);
    const [disp, vol3] = answer.value;
    expect(disp).toMatchObject({ name: 'disp', state: 'started', type: 'Distributed-Disperse', disperse: 3 });
    expect(disp?.redundancy).toBe(1);
    expect(disp?.bricks).toHaveLength(6);
    expect(disp?.bricks[1]).toEqual({ name: 'g2:/data/b1/d1', path: '/data/b1/d1', peer: two, arbiter: false });
    expect(vol3).toMatchObject({ type: 'Replicate', replica: 3, id: '4cb6e25d-0aa1-4caf-98a5-72024ee7f1fb' });
    expect(vol3?.settings.get('network.ping-timeout')).toBe('5');
  });

  it('volume status: a dead brick is offline and has no port; the self-heal daemon is no brick', () => {
    const answer = parseVolumeStatus(sample('volume-status-brickdown'));
    if (answer.kind !== 'answer') throw new Error(answer.why);
    expect(answer.value.map(({ kind, host, online, port }) => [kind, host, online, port])).toEqual([
      ['brick', 'g1', true, 59315],
      ['brick', 'g2', true, 57469],
      ['brick', 'g3', false, undefined],
      ['self-heal', 'Self-heal Daemon', true, undefined],
      ['self-heal', 'Self-heal Daemon', true, undefined],
      ['self-heal', 'Self-heal Daemon', true, undefined],
    ]);
  });

  it('volume status detail: sizes', () => {
    const answer = parseVolumeStatus(sample('volume-status-detail'));
    if (answer.kind !== 'answer') throw new Error(answer.why);
    expect(answer.value[0]).toMatchObject({ size: 1_006_632_960, free: 952_930_304, path: '/data/b1/brick' });
  });

  it('heal info summary: what could not be asked is unknown and not 0', () => {
    expect(parseHealSummary(sample('heal-summary-degraded'))).toEqual({
      kind: 'answer',
      value: [
        { brick: 'g1:/data/b1/brick', entries: 2, splitBrain: 0 },
        { brick: 'g2:/data/b1/brick', entries: 2, splitBrain: 0 },
        { brick: 'g3:/data/b1/brick', entries: undefined, splitBrain: undefined },
      ],
    });
  });

  const refused =
    '<cliOutput><opRet>-1</opRet><opErrno>30800</opErrno><opErrstr>Another transaction is in progress for tank.</opErrstr></cliOutput>';
  test.each([
    ['a refusal, though the command exits with 0', refused, 'refused', 'Another transaction is in progress for tank.'],
    ['no words', '<cliOutput><opRet>-1</opRet><opErrstr/></cliOutput>', 'refused', 'opRet -1 without a reason'],
    [
      'no daemon',
      'Connection failed. Please check if gluster daemon is operational.\n',
      'unreadable',
      'no answer in XML',
    ],
    ['another form', '<cliOutput><opRet>0</opRet></cliOutput>', 'unreadable', 'peerStatus'],
  ])('%s', (_, xml, kind, why) => {
    expect(parsePool(xml)).toEqual({ kind, why });
  });

  it('no peers and no volumes are none', () => {
    expect(parsePool('<cliOutput><opRet>0</opRet><peerStatus/></cliOutput>')).toEqual({ kind: 'answer', value: [] });
    const none = '<cliOutput><opRet>0</opRet><volInfo><volumes><count>0</count></volumes></volInfo></cliOutput>';
    expect(parseVolumes(none)).toEqual({ kind: 'answer', value: [] });
    expect(parseDone('<cliOutput><opRet>0</opRet><opErrno>2</opErrno></cliOutput>')).toMatchObject({ kind: 'answer' });
  });
});
