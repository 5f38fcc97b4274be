import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import {
  endText,
  hearJoinCode,
  type JoinCode,
  joinPort,
  parseJoinCode,
  renderJoinCode,
} from '../../src/state/join-code.ts';

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const spelled = (bytes: number[]): string => ipaddr.fromByteArray(bytes).toString();
const bytesOf = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 255 }), { minLength: length, maxLength: length });

const codes: fc.Arbitrary<JoinCode> = fc.record({
  address: fc.oneof(bytesOf(4).map(spelled), bytesOf(16).map(spelled)),
  port: fc.oneof(fc.constant(joinPort), fc.integer({ min: 1, max: 65_535 })),
  cluster: fc.integer({ min: 0, max: 2047 }),
  endsAt: fc.integer({ min: 0, max: 1439 }),
  fingerprint: bytesOf(10).map((bytes) => Buffer.from(bytes).toString('hex')),
  secret: fc.array(fc.constantFrom(...digits), { minLength: 8, maxLength: 8 }).map((all) => all.join('')),
});

const code: JoinCode = {
  address: '10.20.0.11',
  port: joinPort,
  cluster: 1234,
  endsAt: 14 * 60 + 35,
  fingerprint: '00112233445566778899',
  secret: 'K7QZ03MX',
};
const groups = renderJoinCode(code);
const problemOf = (text: string) => {
  const parsed = parseJoinCode(text);
  return parsed.ok ? undefined : parsed.problem;
};
const wrongIn = (text: string): readonly number[] => hearJoinCode(text).wrong.map(({ group }) => group);

describe('a join code', () => {
  it('is 45 digits for IPv4, 70 for IPv6, five more with a port of its own', () => {
    const lengthOf = (more: Partial<JoinCode>): number => renderJoinCode({ ...code, ...more }).join('').length;
    expect([lengthOf({}), lengthOf({ port: 4000 })]).toEqual([45, 50]);
    expect([lengthOf({ address: 'fd00:20::11' }), lengthOf({ address: 'fd00:20::11', port: 4000 })]).toEqual([70, 75]);
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(codes, (one) => {
        expect(parseJoinCode(renderJoinCode(one).join('-'))).toEqual({ ok: true, value: one });
      }),
    );
  });

  it.each([
    [
      'in lower case, in three lines',
      `${groups.slice(0, 3).join(' ')}\n${groups.slice(3, 6).join(' ')}\n${groups.slice(6).join(' ')}\n`.toLowerCase(),
    ],
    ['without anything between the groups', groups.join('')],
    ['with dashes that an editor made longer', groups.join('–')],
    [
      'with spaces elsewhere',
      [...groups.join('')].map((digit, index) => (index % 3 === 0 ? ` ${digit}` : digit)).join(''),
    ],
    ['with O for 0, and I or L for 1', groups.join(' ').replaceAll('0', 'o').replace('1', 'I').replaceAll('1', 'l')],
  ])('is read %s', (_, text) => {
    expect(parseJoinCode(text)).toEqual({ ok: true, value: code });
  });

  it('shows any single wrong digit, and names its group', () => {
    fc.assert(
      fc.property(codes, fc.nat(), fc.nat({ max: 30 }), (one, place, step) => {
        const text = renderJoinCode(one).join('');
        const at = place % text.length;
        const digit = digits[(digits.indexOf(text[at] ?? '') + 1 + step) % 32] ?? '';
        const slipped = text.slice(0, at) + digit + text.slice(at + 1);
        expect(parseJoinCode(slipped).ok).toBe(false);
        expect(wrongIn(slipped)).toEqual([Math.floor(at / 5) + 1]);
      }),
      { numRuns: 2000 },
    );
  });

  it('shows any swap of two digits of a group, and of neighbours of two groups', () => {
    fc.assert(
      fc.property(codes, fc.nat(), fc.integer({ min: 1, max: 4 }), (one, place, apart) => {
        const text = renderJoinCode(one).join('');
        const at = place % (text.length - 1);
        const other = Math.floor(at / 5) === Math.floor((at + apart) / 5) ? at + apart : at + 1;
        const swapped = [...text]
          .with(at, text[other] ?? '')
          .with(other, text[at] ?? '')
          .join('');
        fc.pre(swapped !== text);
        expect(wrongIn(swapped)).toEqual([...new Set([Math.floor(at / 5) + 1, Math.floor(other / 5) + 1])]);
      }),
      { numRuns: 2000 },
    );
  });

  it('shows two groups in the wrong order', () => {
    const [first = '', second = '', ...rest] = groups;
    expect(wrongIn([second, first, ...rest].join(' '))).toEqual([1, 2]);
  });

  it('with a digit lost in a group names that group alone', () => {
    const lost = groups.with(3, (groups[3] ?? '').slice(1)).join(' ');
    expect(problemOf(lost)?.summary).toBe(`group 4 (${(groups[3] ?? '').slice(1)}) has 4 digits instead of 5`);
  });

  it.each([
    ['', 'join/empty'],
    [' - \n', 'join/empty'],
    [groups.slice(0, 8).join(' '), 'join/code-length'],
    [[...groups, renderJoinCode({ ...code, port: 4000 })[9]].join(' '), 'join/code-length'],
    [groups.with(2, 'UUUUU').join(' '), 'join/code-group'],
    [groups.with(2, 'A?BCD').join(' '), 'join/code-group'],
  ])('%j is answered with %s', (text, problem) => {
    expect(problemOf(text)?.code).toBe(problem);
  });

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseJoinCode(text)).toHaveProperty('ok');
      }),
    );
  });

  it('is checked while it is read out: how much is missing, and what is wrong', () => {
    expect(hearJoinCode(groups.slice(0, 3).join(' '))).toEqual({ groups: groups.slice(0, 3), expected: 9, wrong: [] });
    expect(hearJoinCode('').expected).toBe(undefined);
  });

  it('tells when the offer ends', () => {
    expect(endText(code)).toBe('14:35');
    expect(endText({ endsAt: 5 })).toBe('00:05');
  });
});
