// Composes the QEMU call for a virtual machine; pure, so that a table can test it.
import { createHash } from 'node:crypto';
import type { BootOptions, NicWish } from './boot-options.ts';
import type { EmulatorVersion } from './emulator-version.ts';

export type Accelerator = 'kvm' | 'tcg';

export type DriveFile = { readonly path: string; readonly readOnly: boolean; readonly serial: string };

export type Machine = {
  readonly options: Pick<BootOptions, 'memory' | 'cpus' | 'nics' | 'forwards' | 'append' | 'name'>;
  readonly accelerator: Accelerator;
  readonly version: EmulatorVersion;
  /** The socket of every lan that the machine is on. */
  readonly lans: readonly { readonly name: string; readonly socket: string }[];
  readonly kernel: string;
  readonly initramfs: string;
  readonly drives: readonly DriveFile[];
  /** Unix socket for the serial line, relative to the emulator's working folder. */
  readonly serialSocket: string;
  readonly serialLog: string;
  /** Wait with starting until somebody is on the line, so that nothing of the boot is missed. */
  readonly waitForLine: boolean;
};

/** In the machine's folder, which is where the emulator runs: a longer path might not fit into a socket's address. */
export const monitorSocket = 'monitor.sock';

export const mediumLabel = 'MAYFLY-IMAGE';

export const renderKernelArguments = (append: string): string =>
  // The last console is the kernel's own; quiet, or it writes over the console's screen.
  [
    'console=tty0',
    'console=ttyS0,115200',
    'quiet',
    'loglevel=3',
    // Whoever names another place means that one, not one more to try.
    /(^| )mayfly\.image=/.test(append) ? '' : `mayfly.image=LABEL=${mediumLabel}:/root.ext4.zst`,
    append,
  ]
    .filter((word) => word !== '')
    .join(' ');

/**
 * A kernel that is told of fast string instructions copies and clears memory with them, byte by byte in emulation: without, a root was
 * filled in 82 instead of 108 seconds of processor time. Vectors of 256 bits are emulated in halves by calls: without them a machine had its
 * dashboard after 210 instead of 237 seconds of processor time.
 */
const emulatedProcessor = 'max,-erms,-fsrm,-avx,-avx2';

export const renderAccelerator = (accelerator: Accelerator): readonly string[] =>
  accelerator === 'kvm' ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=multi', '-cpu', emulatedProcessor];

export const renderEmulatorCommand = (machine: Machine): readonly [string, ...string[]] => {
  const { options } = machine;
  return [
    'qemu-system-x86_64',
    ...['-name', options.name, '-machine', 'pc', '-nodefaults', '-no-user-config', '-display', 'none', '-vga', 'std'],
    ...renderAccelerator(machine.accelerator),
    ...['-smp', String(options.cpus), '-m', `${Math.floor(options.memory / 1024 ** 2)}M`],
    // The same name is the same machine, at every boot.
    ...[
      '-uuid',
      renderUuid(options.name),
      '-smbios',
      `type=1,manufacturer=Mayfly,product=Virtual node,serial=VM-${options.name}`,
    ],
    ...['-device', 'virtio-rng-pci,addr=0x1c', '-monitor', 'none'],
    // For whatever no serial line carries, such as the keys of the video console.
    ...['-qmp', `unix:${monitorSocket},server=on,wait=off`],
    ...['-kernel', machine.kernel, '-initrd', machine.initramfs, '-append', renderKernelArguments(options.append)],
    '-chardev',
    `socket,id=line,path=${doubleCommas(machine.serialSocket)},server=on,wait=${machine.waitForLine ? 'on' : 'off'},logfile=${doubleCommas(machine.serialLog)}`,
    ...['-serial', 'chardev:line'],
    ...machine.drives.flatMap((drive, index) => [
      '-drive',
      `if=none,id=drive${index},format=raw,file=${doubleCommas(drive.path)},readonly=${drive.readOnly ? 'on' : 'off'}${drive.readOnly ? '' : ',discard=unmap'}`,
      '-device',
      `virtio-blk-pci,drive=drive${index},serial=${drive.serial},addr=0x${(0x0c + index).toString(16)}`,
    ]),
    ...options.nics.flatMap((nic, index) => [
      '-netdev',
      renderNetdev(nic, index, machine),
      '-device',
      // Slot 3 is ens3, and so on, whatever else is plugged in.
      `virtio-net-pci,netdev=nic${index},mac=${renderMac(options.name, index)},addr=0x${(3 + index).toString(16)}`,
    ]),
  ];
};

const renderNetdev = (nic: NicWish, index: number, { options, lans, version }: Machine): string => {
  if (nic.kind === 'lan') {
    const path = lans.find(({ name }) => name === nic.name)?.socket;
    if (path === undefined) throw new Error(`lan ${nic.name} was not joined`);
    return `stream,id=nic${index},server=off,addr.type=unix,addr.path=${doubleCommas(path)},${renderReconnect(version)}`;
  }
  const first = options.nics.findIndex((other) => other.kind === 'user') === index;
  const forwards = first
    ? options.forwards.map(({ hostPort, port }) => `,hostfwd=tcp:127.0.0.1:${hostPort}-:${port}`).join('')
    : '';
  return `user,id=nic${index}${forwards}`;
};

/** In whole seconds since QEMU 8.0; deprecated in 9.2 for milliseconds (QEMU, qapi/net.json and about/deprecated). */
const renderReconnect = ({ major, minor }: EmulatorVersion): string =>
  major > 9 || (major === 9 && minor >= 2) ? 'reconnect-ms=500' : 'reconnect=1';

/** QEMU's own prefix, then the machine's name and the port's place. */
export const renderMac = (name: string, index: number): string => {
  const sum = digest(`mac ${name}`);
  return [
    '52',
    '54',
    '00',
    hex(sum.readUInt8(0)),
    hex(sum.readUInt8(1)),
    hex((sum.readUInt8(2) & 0xf0) | (index & 0x0f)),
  ].join(':');
};

const renderUuid = (name: string): string => {
  const text = digest(`machine ${name}`).toString('hex');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-8${text.slice(13, 16)}-8${text.slice(17, 20)}-${text.slice(20, 32)}`;
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** QEMU's option lists double a comma that is meant. */
const doubleCommas = (path: string): string => path.replaceAll(',', ',,');
