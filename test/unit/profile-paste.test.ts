// A profile as lines to be pasted: what was exported is what is imported, and damage is named by its first line.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/cli-io.ts';
import { runProfile } from '../../src/cli/profile.ts';
import { parsePaste, renderPaste } from '../../src/state/paste.ts';
import { lsblk } from '../helpers/fake-filesystems.ts';
import { createFakeSystem, type FakeSystem } from '../helpers/fake-system.ts';

const text =
  'version: 1\nrole: client\nnode: { hostname: n1, domain: rack7.example }\n# grüße aus dem Rechenzentrum, Reihe 7, Schrank 12\n';
const paste = renderPaste(text);
const lines = paste.trimEnd().split('\n');
const summary = (pasted: string): string => {
  const parsed = parsePaste(pasted);
  return parsed.ok ? 'whole' : parsed.problem.summary;
};

describe('lines to be pasted', () => {
  it('fit on 80 columns and come back as they were', () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(76);
    expect(parsePaste(paste)).toEqual({ ok: true, value: { text, lines: lines.length - 2 } });
  });

  it('may have other text around them, spaces at both ends, and the line ends of any machine', () => {
    const around = `$ mayfly profile import\r\n${lines.map((line) => `   ${line}  `).join('\r\n\r\n')}\r\n$ `;
    expect(parsePaste(around)).toMatchObject({ ok: true, value: { text } });
  });

  it.each([
    ['the beginning is missing', lines.slice(1), 'there is no line -----BEGIN MAYFLY PROFILE-----'],
    ['the end is missing', lines.slice(0, -1), 'line 0004 is missing: the text ends'],
    ['a line is missing', lines.toSpliced(2, 1), 'line 0002 is missing or in the wrong place: 0003 came'],
    ['the last line is missing', lines.toSpliced(-2, 1), 'line 0003 is missing: the END line counts 3 lines'],
    ['two lines changed places', [lines[0], lines[2], lines[1], ...lines.slice(3)], 'line 0001 is missing or in'],
    ['a line came twice', lines.toSpliced(1, 0, lines[1] ?? ''), 'line 0002 is missing or in the wrong place: 0001'],
    ['a character was lost', lines.with(2, (lines[2] ?? '').slice(0, -1)), 'line 0002 is damaged'],
    ['a line was broken in two', lines.flatMap((line) => [line.slice(0, 40), line.slice(40)]), 'line 0001 is damaged'],
    [
      'the end is that of another',
      lines.with(-1, renderPaste(text.replace('n1', 'n2')).trimEnd().split('\n').at(-1) ?? ''),
      'line END has the checksum of another text',
    ],
  ])('are refused when %s, by name', (_, damaged, words) => {
    expect(summary(damaged.join('\n'))).toContain(words);
  });

  it('survive no change of a single character', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }),
        fc.nat(),
        fc.constantFrom('A', '0', 'f', '+', ' ', '=', '\n'),
        (original, at, put) => {
          const whole = renderPaste(original);
          expect(parsePaste(whole)).toMatchObject({ ok: true, value: { text: Buffer.from(original).toString() } });
          const index = at % whole.length;
          const changed = whole.slice(0, index) + put + whole.slice(index + 1);
          const parsed = parsePaste(changed);
          if (parsed.ok) expect(parsed.value.text).toBe(Buffer.from(original).toString());
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('mayfly profile export and import', () => {
  const hash = '$y$j9T$abcdefghijklmnop$abcdefghijklmnopqrstuvwxyz';
  const node = (): FakeSystem => {
    const system = createFakeSystem({
      files: {
        '/config/.mayfly-config': '',
        '/config/node/profile.yaml': `${text}access: { rootPasswordHash: "${hash}" }\n`,
      },
      commands: lsblk({ name: '/dev/vdb', label: 'MAYFLY', mountpoints: ['/config'] }),
    });
    system.answer('mount', '');
    return system;
  };
  const mayfly = async (system: FakeSystem, args: readonly string[], stdin = '') => {
    const said = { out: '', err: '' };
    const io: CliIo = {
      out: (words) => {
        said.out += words;
      },
      err: (words) => {
        said.err += words;
      },
      readStdin: async () => stdin,
      interactive: false,
      system,
    };
    return { status: await runProfile(args, io), ...said };
  };

  it('carry a profile from one node to the other', async () => {
    const exported = await mayfly(node(), ['export', '--paste', '--with-secrets']);
    expect(exported.status).toBe(0);
    const system = node();
    await system.remove('/config/node/profile.yaml');
    const imported = await mayfly(system, ['import', '--commit'], exported.out);
    expect(imported).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^Whole \(\d+ lines\), saved as \/config/),
    });
    expect(system.text('/config/node/profile.yaml')).toContain(hash);
    expect(imported.out + imported.err).not.toContain(hash);
  });

  it('leave secrets out unless asked for them', async () => {
    const exported = await mayfly(node(), ['export', '--paste']);
    expect(exported.err).toContain('--with-secrets');
    expect((await mayfly(node(), ['import'], exported.out)).out).not.toContain(hash);
    const json = JSON.parse((await mayfly(node(), ['export', '--json'])).out);
    expect(json).toMatchObject({ version: 1, withSecrets: false, profile: { node: { hostname: 'n1' } } });
    expect(JSON.stringify(json)).not.toContain(hash);
  });

  it('write a file that only its owner reads', async () => {
    const system = node();
    const { status, out } = await mayfly(system, ['import', '--out', '/root/p.yaml', '--json'], paste);
    expect({ status, ...JSON.parse(out) }).toEqual({
      status: 0,
      version: 1,
      imported: true,
      lines: 3,
      path: '/root/p.yaml',
    });
    expect((await system.stat('/root/p.yaml'))?.mode).toBe(0o600);
    expect(system.text('/root/p.yaml')).toBe(text);
  });

  it('refuse what is damaged and what is no valid profile, and save nothing', async () => {
    const system = node();
    const before = system.text('/config/node/profile.yaml');
    const damaged = await mayfly(system, ['import', '--commit', '--json'], lines.toSpliced(2, 1).join('\n'));
    expect(damaged).toMatchObject({ status: 1, err: expect.stringContaining('line 0002') });
    expect(JSON.parse(damaged.out)).toMatchObject({ imported: false, problems: [{ code: 'paste/damaged' }] });
    const invalid = await mayfly(system, ['import', '--commit'], renderPaste('version: 1\nrole: clint\n'));
    expect(invalid).toMatchObject({ status: 1, err: expect.stringContaining('did you mean `client`?') });
    expect(system.text('/config/node/profile.yaml')).toBe(before);
  });
});
