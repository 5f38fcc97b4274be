// A machine with three disks and Lustre's tools as doubles that refuse what the real ones do.
import { createVendorMachine, type VendorMachine } from './vendor-machine.ts';

/** What libblkid sees on a disk, and what tunefs.lustre makes of it. */
export type LustreHeld = {
  readonly type: string;
  readonly label?: string;
  readonly lustre?: string;
  readonly writeconf?: boolean;
};

export type LustreMachine = VendorMachine & { readonly disks: Map<string, LustreHeld> };

/** Three disks with the serial numbers D1 to D3. */
export const createLustreMachine = (held: Readonly<Record<string, LustreHeld>> = {}): LustreMachine => {
  const serials = ['D1', 'D2', 'D3'];
  const device = (serial: string) => `/dev/sd${'abc'[serials.indexOf(serial)]}`;
  const disks = new Map(Object.entries(held).map(([serial, what]) => [device(serial), what]));
  const made = createVendorMachine({
    files: {
      '/proc/sys/kernel/osrelease': '6.12.1\n',
      '/lib/modules/6.12.1/modules.dep': 'fs/lustre.ko:\n',
      '/usr/sbin/mkfs.lustre': '',
      '/usr/sbin/mount.lustre': '',
      '/proc/self/mountinfo': '',
    },
  });
  made.answer('lsblk', () => ({
    stdout: JSON.stringify({
      blockdevices: serials.map((serial) => ({
        ...{
          name: device(serial).slice(5),
          path: device(serial),
          type: 'disk',
          size: 2 ** 30,
          serial,
          mountpoints: [],
        },
      })),
    }),
  }));
  made.answer('wipefs', (command) => {
    const path = command.at(-1) ?? '';
    if (command.includes('--all')) disks.delete(path);
    const what = disks.get(path);
    return {
      stdout:
        what === undefined ? '' : JSON.stringify({ signatures: [{ type: what.type, label: what.label ?? null }] }),
    };
  });
  made.answer('tunefs.lustre --dryrun', (command) => {
    const held = disks.get(command.at(-1) ?? '');
    if (held?.lustre === undefined) return { exitCode: 19 };
    const flags = `Flags:      0x2\n              (OST ${held.writeconf === true ? 'writeconf ' : ''})\n`;
    return { stdout: `   Read previous values:\nTarget:     ${held.lustre}\nLustre FS:  x\n${flags}` };
  });
  made.answer('tunefs.lustre --writeconf', (command) => {
    const path = command.at(-1) ?? '';
    const held = disks.get(path);
    if (held?.lustre === undefined)
      return { exitCode: 19, stderr: `tunefs.lustre FATAL: Device ${path} has not been formatted with mkfs.lustre` };
    disks.set(path, { ...held, writeconf: true });
    return {};
  });
  made.answer('mkfs.lustre', (command) => {
    const path = command.at(-1) ?? '';
    if (disks.get(path)?.lustre !== undefined)
      return { exitCode: 1, stderr: `mkfs.lustre FATAL: Device ${path} was previously formatted for lustre.` };
    const value = (name: string) => command.find((word) => word.startsWith(`--${name}=`))?.split('=')[1] ?? '';
    const kind = command.includes('--ost') ? 'OST' : command.includes('--mdt') ? 'MDT' : undefined;
    const name =
      kind === undefined ? 'MGS' : `${value('fsname')}-${kind}${Number(value('index')).toString(16).padStart(4, '0')}`;
    disks.set(path, { type: 'ext4', label: name.replace('-', ':'), lustre: name });
    return {};
  });
  return { ...made, disks };
};
