// A node's whole life over its serial line: wizard, apply, dashboard, log-in, restart, and a console killed in mid-apply.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { driveWizard } from '../helpers/drive-wizard.ts';
import { noScreen, type Vm, type VmOptions, whyNoVm, withVm } from '../helpers/vm.ts';
import { type Answer, createSsh, type Ssh } from '../helpers/vm-ssh.ts';

const password = 'four words of mine';
const work = mkdtempSync(join(tmpdir(), 'mayfly-vm-'));

/** Software emulation on a busy machine: deadlines are for a node that hangs, not for a slow one. */
const slow = 240_000;
const boot = 600_000;

let remote: Ssh;
const ssh = (command: string): Promise<Answer> => remote.run(command);

beforeAll(async () => {
  remote = await createSsh(work, slow);
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

const openConsole = async (vm: Vm, from: number): Promise<void> => {
  await vm.waitForLog('press Enter for the console', boot, from);
  vm.press('enter');
};

/** sulogin throws away what was typed before it stopped the echo, so a password that was too early is typed again. */
const logIn = async (vm: Vm): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    vm.type(`${password}\r`);
    try {
      return await vm.waitForScreen(/root@stor-01.*#/, 15_000);
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
};

const setUp = (vm: Vm): Promise<void> =>
  driveWizard(
    vm,
    {
      hostname: 'stor-01',
      port: 'ens3',
      address: '10.0.2.15/24',
      gateway: '10.0.2.2',
      password,
      sshKey: remote.publicKey,
      zone: { typed: 'berlin', found: 'Europe/Berlin' },
    },
    slow,
  );

/** Waits until an apply has begun and not ended, kills the console with all its processes, and tells how the apply ended. */
const killInMidApply = [
  ': watching-the-journal; j=/run/mayfly/journal.jsonl',
  'until grep -q \'"event":"started"\' $j && ! grep -q \'"event":"finished"\' $j; do sleep 0.05; done',
  'systemctl kill --signal=KILL --kill-whom=all mayfly-console@ttyS0.service',
  'grep -c \'"event":"finished"\' $j',
  'until grep -q \'"event":"finished"\' $j; do sleep 0.2; done',
  'tail -n 1 $j; hostname',
].join('; ');

test.skipIf(whyNoVm() !== undefined)(
  'a bare machine becomes a node and stays one',
  { timeout: 1_500_000 },
  async () => {
    const folder = mkdtempSync(join(work, 'config-'));
    // What an emulated line carries beside a busy machine decides between ASCII and Unicode: here somebody says so.
    const options: VmOptions = {
      compression: 'lz4',
      'config-disk': folder,
      forward: [`${remote.port}:22`],
      append: ['mayfly.term=ttyS0:unicode', noScreen],
    };
    await withVm('life', options, async (vm) => {
      await openConsole(vm, 0);
      await setUp(vm);
      await vm.waitForScreen(/mayfly → stor-01|hostname.*stor-01/, slow);
      vm.press('enter');
      // The change from DHCP to a static address is provisional: it stays because somebody says so.
      await vm.waitForScreen('F7 Keep', slow);
      vm.press('f7');
      await vm.waitForScreen('This node is what its profile says.', slow);

      // Saved only after its difference was shown.
      vm.press('f3');
      await vm.waitForScreen('+role: storage', slow);
      vm.press('f3');
      await vm.waitForScreen('Saved as /config/node/profile.yaml', slow);
      await vm.waitForScreen(/ratio/i, slow);

      // Logged in on the serial line, with the password that was chosen.
      vm.press('f12');
      await vm.waitForScreen('Control-D to continue', slow);
      await logIn(vm);
      vm.type(
        'clear; findmnt -no SOURCE,FSTYPE /; hostname; readlink /etc/localtime; mayfly plan >/dev/null; echo plan=$?\r',
      );
      await vm.waitForScreen(/plan=\d/, slow);
      const shown = vm.screen().join('\n');
      expect(shown).toMatch(/\/dev\/zram0 +ext4/);
      expect(shown).toContain('stor-01');
      expect(shown).toContain('Europe/Berlin');
      expect(shown).toContain('plan=0');
      vm.type('exit\r');
      await vm.waitForScreen(/ratio/i, slow);

      // By key over the network, and only by key.
      expect(await ssh('ip -brief address show ens3')).toMatchObject({
        code: 0,
        out: expect.stringContaining('10.0.2.15/24'),
      });
      expect(await ssh('sshd -T | grep -i ^passwordauthentication')).toEqual({
        code: 0,
        out: 'passwordauthentication no',
      });
      expect((await ssh('mayfly status --json')).out).toMatch(/"filesystem": *"ext4"/);
      if (process.env.MAYFLY_PICTURE !== undefined) writeFileSync(process.env.MAYFLY_PICTURE, vm.picture());

      // A new uptime: what was written to the root is gone, what the profile says is there, and nobody was.
      expect(
        await ssh('touch /written-in-the-first-uptime && sync && cat /proc/sys/kernel/random/boot_id'),
      ).toMatchObject({ code: 0 });
      const before = vm.log().length;
      vm.press('f10');
      await vm.waitForScreen(/Restart/, slow);
      vm.type('r');
      await vm.waitForScreen(/Yes, now/, slow);
      vm.type('y');
      await openConsole(vm, before);
      await vm.waitForScreen(/stor-01[\s\S]*ratio/i, slow);
      // The dashboard is there while the boot still applies the profile.
      await ssh('systemctl start mayfly-configure');
      expect(await ssh('test -e /written-in-the-first-uptime; echo $?; hostname; readlink /etc/localtime')).toEqual({
        code: 0,
        out: '1\nstor-01\n/usr/share/zoneinfo/Europe/Berlin',
      });
      expect((await ssh('mayfly plan >/dev/null; echo $?; findmnt -no SOURCE,FSTYPE /')).out).toMatch(
        /^0\n\/dev\/zram0 +ext4$/,
      );

      // Another name, and the console killed while it is being applied.
      vm.press('f2');
      await vm.waitForScreen('What is this node for?', slow);
      vm.press('enter');
      await vm.waitForScreen('Hostname', slow);
      vm.press('end', 'backspace');
      vm.type('2');
      await vm.waitForScreen(/Hostname +stor-02/, slow);
      vm.press('pagedown');
      await vm.waitForScreen('Which cluster filesystem', slow);
      vm.press('enter');
      await vm.waitForScreen('Algorithm', slow);
      vm.press('pagedown');
      await vm.waitForScreen('Root password', slow);
      vm.press('pagedown');
      await vm.waitForScreen(/\d+ changes? in \d+ steps?/, slow);
      const killer = ssh(killInMidApply);
      const killed = vm.log().length;
      // The watcher has to be there before the apply is.
      await ssh('until pgrep -f watching-the-journal >/dev/null; do sleep 0.2; done');
      vm.press('enter');
      const { out } = await killer;
      const [finishedAtKill, last, hostname] = out.split('\n');
      expect(finishedAtKill).toBe('0');
      expect(last).toContain('"outcome":"converged"');
      expect(hostname).toBe('stor-02');
      await openConsole(vm, killed);
      await vm.waitForScreen('Mayfly · stor-02', slow);
    });
  },
);
