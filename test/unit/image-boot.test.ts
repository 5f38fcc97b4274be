// The pure parts of booting an image: options as a person types them, and the emulator call that they make.
import { describe, expect, it } from 'vitest';
import { type BootValues, parseSize, readBootOptions } from '../../src/image/boot-options.ts';
import {
  type Machine,
  renderEmulatorCommand,
  renderKernelArguments,
  renderMac,
} from '../../src/image/emulator-command.ts';
import { parseEmulatorVersion } from '../../src/image/emulator-version.ts';
import { gib, mib } from '../../src/state/bytes.ts';

const read = (values: BootValues) => readBootOptions(values, '/image');

describe('boot options', () => {
  it.each<[BootValues, RegExp]>([
    [{ memory: '2 pounds' }, /--memory 2 pounds/],
    [{ memory: '64MiB' }, /--memory 64MiB/],
    [{ cpus: '0' }, /--cpus 0/],
    [{ disk: ['10GiB,serial=a b'] }, /--disk 10GiB,serial=a b/],
    [{ disk: ['10GiB,cache=none'] }, /--disk/],
    [{ nic: ['bridge'] }, /--nic bridge/],
    [{ nic: ['lan:a,b'] }, /--nic lan:a,b/],
    [{ nic: Array(9).fill('user') }, /--nic \(9 times\)/],
    [{ forward: ['22'] }, /--forward 22/],
    [{ forward: ['70000:22'] }, /--forward 70000:22/],
    [{ forward: ['2222:22'], nic: ['lan:a'] }, /--forward/],
    [{ accel: 'xen' }, /--accel xen/],
    [{ name: '../up' }, /--name/],
  ])('say which value is not understood: %o', (values, summary) => {
    const result = read(values);
    expect(result.ok ? '' : result.problem.summary).toMatch(summary);
    expect(result.ok ? '' : result.problem.remedy).not.toBe('');
  });

  it('have defaults', () => {
    const result = read({});
    expect(result.ok && result.value).toMatchObject({
      memory: gib(2),
      cpus: 2,
      disks: [],
      nics: [{ kind: 'user' }],
      accel: 'auto',
      name: 'mayfly',
      headless: false,
    });
  });

  it.each([
    ['2G', gib(2)],
    ['2GiB', gib(2)],
    ['1536M', mib(1536)],
    ['1.5GiB', mib(1536)],
    ['10gb', gib(10)],
  ])('read %s', (text, size) => {
    expect(parseSize(text)).toBe(size);
  });
});

describe('the emulator call', () => {
  const machine = (values: BootValues, rest: Partial<Machine> = {}): readonly string[] => {
    const options = read(values);
    if (!options.ok) throw new Error(options.problem.summary);
    return renderEmulatorCommand({
      options: options.value,
      accelerator: 'tcg',
      version: { major: 10, minor: 0 },
      lans: [{ name: 'storage', socket: '/run/l,n/storage.sock' }],
      kernel: 'vmlinuz',
      initramfs: 'initramfs.img',
      drives: [],
      serialSocket: '/run/a,b.sock',
      serialLog: 'serial.log',
      waitForLine: true,
      ...rest,
    });
  };

  it('puts network cards into slots of their own, so that names are stable', () => {
    const command = machine({ nic: ['user', 'lan:storage'], forward: ['2222:22'] });
    expect(command).toContain('user,id=nic0,hostfwd=tcp:127.0.0.1:2222-:22');
    expect(
      command.filter((word) => word.startsWith('virtio-net-pci')).map((word) => word.replace(/.*addr=/, '')),
    ).toEqual(['0x3', '0x4']);
  });

  it.each([
    ['10.0.2', 'reconnect-ms=500'],
    ['9.2.0', 'reconnect-ms=500'],
    ['9.1.3', 'reconnect=1'],
    ['8.0.0', 'reconnect=1'],
  ])('joins a lan by its socket, and comes back as QEMU %s can', (text, reconnect) => {
    const version = parseEmulatorVersion(`QEMU emulator version ${text} (Debian 1:${text}+ds-2)`);
    expect(machine({ nic: ['user', 'lan:storage'] }, { version })).toContain(
      `stream,id=nic1,server=off,addr.type=unix,addr.path=/run/l,,n/storage.sock,${reconnect}`,
    );
  });

  it('gives a name the same addresses at every boot, and every card another', () => {
    expect(renderMac('a', 0)).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
    const all = ['a', 'b'].flatMap((name) => [0, 1, 2].map((index) => renderMac(name, index)));
    expect(new Set(all).size).toBe(6);
  });

  it('doubles commas in paths', () => {
    expect(machine({}).join(' ')).toContain('path=/run/a,,b.sock');
  });

  it('has a monitor beside its disks', () => {
    expect(machine({}).join(' ')).toContain('-qmp unix:monitor.sock,server=on,wait=off');
  });

  it('has drives with serial numbers, never over a network card', () => {
    const command = machine(
      { nic: Array(8).fill('user') },
      { drives: Array(14).fill({ path: 'd', readOnly: false, serial: 'S' }) },
    );
    const slots = command.flatMap((word) => /addr=(0x[0-9a-f]+)/.exec(word)?.[1] ?? []);
    expect(new Set(slots).size).toBe(slots.length);
    expect(slots.every((slot) => Number(slot) <= 0x1f)).toBe(true);
  });

  it.each([
    ['', /mayfly\.image=LABEL=MAYFLY-IMAGE:\/root\.ext4\.zst$/],
    ['mayfly.rescue', /MAYFLY-IMAGE:\/root\.ext4\.zst mayfly\.rescue$/],
    ['mayfly.image=http://s/root.ext4.zst', /^(?!.*MAYFLY-IMAGE).*mayfly\.image=http/],
  ])('boots the built image unless told otherwise: %s', (append, expected) => {
    expect(renderKernelArguments(append)).toMatch(expected);
  });
});
