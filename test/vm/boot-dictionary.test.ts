// The root's dictionary: in use as shipped, and no reason to stop when it cannot be had.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/image/boot-image.ts';
import { builtImage, imageWithFiles, type Vm, type VmOptions, whyNoVm, withVm } from '../helpers/vm.ts';
import { bootSettings } from '../helpers/vm-media.ts';
import { readBootRecord } from '../helpers/vm-record.ts';
import { createSsh } from '../helpers/vm-ssh.ts';

const missing = whyNoVm();
/** Filling takes a minute of two quiet processors in software emulation; these machines are not always quiet. */
const bootMs = 600_000;
const work = mkdtempSync(join(tmpdir(), 'mayfly-vm-dictionary-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A node whose profile lets this test in. */
const configWithKey = (sshKey: string): string => {
  const folder = join(work, 'config');
  mkdirSync(join(folder, 'node'), { recursive: true });
  writeFileSync(
    join(folder, 'node/profile.yaml'),
    `version: 1\nrole: boot\nnode: { hostname: stor-01 }\nnetwork: { links: [{ match: primary, dhcp4: true }] }\naccess: { sshKeys: ["${sshKey}"] }\n`,
  );
  return folder;
};

const untilAnswer = async (ask: () => Promise<string>, deadlineMs: number): Promise<string> => {
  for (const deadline = Date.now() + deadlineMs; Date.now() < deadline; ) {
    const answer = await ask();
    if (answer !== '') return answer;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  }
  throw new Error(`no answer within ${deadlineMs / 1000} s`);
};

const recordOf = async (name: string, options: Parameters<typeof withVm>[1]) => {
  let record: Awaited<ReturnType<typeof readBootRecord>>['facts'];
  await withVm(name, options, async (vm: Vm) => {
    record = (await readBootRecord(vm, bootMs)).facts;
  });
  if (record === undefined) throw new Error('the machine left no record');
  return record;
};

describe.skipIf(missing !== undefined)(
  `the dictionary${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 1_200_000 },
  () => {
    it('is in use as shipped, said on the dashboard, and leaves 700 MiB of 1.5 GiB after a log-in', async () => {
      const manifest = await readManifest(builtImage);
      if (!manifest.ok) throw new Error(manifest.problem.summary);
      const { dictionary, zramBytes = {} } = manifest.value;
      if (dictionary === undefined) throw new Error('the image has no dictionary');
      const smaller = (zramBytes['zstd-dict'] ?? Number.POSITIVE_INFINITY) < (zramBytes.zstd ?? 0);
      const ssh = await createSsh(work, 120_000);
      const options: VmOptions = {
        compression: 'as shipped',
        memory: '1536MiB',
        'config-disk': configWithKey(ssh.publicKey),
        nic: ['user'],
        forward: [`${ssh.port}:22`],
        // An image that nobody measured has to be asked.
        append: smaller ? [] : ['mayfly.zram.dictionary=yes'],
      };
      await withVm('boot-dictionary', options, async (vm) => {
        await vm.waitForLog('Root is ready', bootMs);
        const said = await untilAnswer(async () => {
          const { code, out } = await ssh.run(
            'cat /run/mayfly/boot.json && echo @ && mayfly status --json; echo @; free -m',
          );
          return code === 0 ? out : '';
        }, bootMs);
        const [record = '', status = '', free = ''] = said.split('@');
        const inUse = { bytes: dictionary.bytes, level: dictionary.level };
        expect(JSON.parse(record)).toMatchObject({
          image: { dictionary: inUse },
          zram: { dictionary: inUse },
        });
        expect(record).not.toContain('no dictionary');
        expect(JSON.parse(status)).toMatchObject({ zram: { value: { dictionary: inUse } } });
        const available = Number(/^Mem:.*?(\d+)$/m.exec(free)?.[1]);
        process.stdout.write(`free -m after log-in, with 1.5 GiB:\n${free}`);
        expect(available).toBeGreaterThanOrEqual(700);
        await vm.waitForScreen(/Mayfly \S+ - press Enter for the console/, bootMs);
        vm.press('enter');
        await vm.waitForScreen(/zstd, dictionary \S+ \S+, disk/, 240_000);
      });
    });

    it('that is damaged in the initramfs is left out, and the node boots', async () => {
      const image = imageWithFiles('empty-dictionary', [
        { path: 'usr/lib/mayfly/dictionary.zstd', content: Buffer.alloc(0) },
      ]);
      const record = await recordOf('boot-empty-dictionary', {
        image,
        append: ['mayfly.zram.dictionary=yes init=/bin/bash'],
      });
      expect(record.zram).toMatchObject({ algorithm: 'zstd', dictionary: null });
      expect(record.zram?.notes.join()).toMatch(/no dictionary: \S+ is damaged/);
    });

    it('that boot.env asks for with an algorithm that is not its own is said', async () => {
      const config = bootSettings('ZRAM_DICTIONARY=yes\nZRAM_ALGORITHM=lz4\n');
      const options: VmOptions = { 'config-disk': config, compression: 'as shipped', append: ['init=/bin/bash'] };
      const record = await recordOf('boot-lz4-dictionary', options).finally(() => rmSync(config, { recursive: true }));
      expect(record.zram).toMatchObject({ algorithm: 'lz4', dictionary: null });
      expect(record.zram?.notes.join()).toContain('no dictionary: lz4 is in use');
    });
  },
);
