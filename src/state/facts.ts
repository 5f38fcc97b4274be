// What probes saw on the live node: the inventory that the wizard chooses from and that plans are made against.
import type { Bytes } from './bytes.ts';
import type { Problem } from './problem.ts';
import type { RootKind } from './root-kind.ts';
import type { Dictionary } from './zram-dictionary.ts';

/** One network interface that a cable can be put into, or that a profile made. */
export type LinkFact = {
  readonly name: string;
  readonly kind: 'ethernet' | 'bond' | 'vlan' | 'bridge' | 'loopback' | 'other';
  readonly mac: string | undefined;
  /** Undefined when the link is administratively down: the kernel cannot tell then. */
  readonly carrier: boolean | undefined;
  readonly up: boolean;
  /** Mbit/s; undefined when the driver does not say. */
  readonly speedMbps: number | undefined;
  readonly driver: string | undefined;
  /** `vendor:device` or a model name where known. */
  readonly model: string | undefined;
  readonly mtu: number;
  /** CIDR, e.g. `10.0.0.11/24`; IPv6 link-local addresses included. */
  readonly addresses: readonly string[];
  readonly received: Bytes;
  readonly sent: Bytes;
};

/** A whole disk, not a partition. */
export type DiskFact = {
  readonly name: string;
  readonly path: string;
  readonly size: Bytes;
  readonly serial: string | undefined;
  readonly model: string | undefined;
  readonly rotational: boolean | undefined;
  /** What is on it, in words: `ext4 label MAYFLY`, `GPT with 3 partitions`; empty when nothing was recognised. */
  readonly contents: readonly string[];
  readonly mountedAt: readonly string[];
};

/** Whether something the profile may ask for can be had on this node. */
export type Availability =
  | { readonly available: true }
  | {
      readonly available: false;
      readonly why: string;
      /** Packages are all that is missing, and a repository that the profile names may bring them. */
      readonly addable?: true;
    };

export type Facts = {
  readonly hostname: string;
  readonly machineId: string | undefined;
  /** SMBIOS; undefined where firmware says nothing. */
  readonly uuid: string | undefined;
  readonly serial: string | undefined;
  readonly vendor: string | undefined;
  readonly model: string | undefined;
  readonly cpuModel: string | undefined;
  /** Undefined when they could not be counted: unknown is never 0. */
  readonly cpus: number | undefined;
  readonly memory: Bytes | undefined;
  readonly kernel: string;
  readonly links: readonly LinkFact[];
  readonly disks: readonly DiskFact[];
  readonly timezones: readonly string[];
  readonly keyboard: KeyboardFact;
  readonly filesystems: {
    readonly ceph: Availability;
    readonly gluster: Availability;
    readonly beegfs: Availability;
    readonly lustre: Availability;
  };
  readonly root: RootFact;
  readonly configPartition: ConfigPartitionFact;
  /** What could not be read and why: an empty list or a zero above is then unknown, not none. */
  readonly unread?: readonly Problem[];
};

/** Of the keyboard at the machine itself. */
export type KeyboardFact = {
  /** By name; empty where there are none to choose from. */
  readonly layouts: readonly string[];
  readonly inUse: string;
};

/** What `/` is. */
export type RootFact = {
  readonly device: string | undefined;
  readonly filesystem: string | undefined;
  readonly kind: RootKind;
  /** Of an overlay: why this boot made no zram root. */
  readonly why?: string | undefined;
  /** From the initramfs (`/run/mayfly/boot.json`); undefined on a machine that Mayfly did not boot. */
  readonly image:
    | {
        readonly version: string;
        readonly source: string;
        readonly uncompressed: Bytes;
        readonly inodes: number;
        readonly zramBytes: Readonly<Record<string, number>>;
        /** Size of the squashfs beside it; absent: none, or not known. */
        readonly squashfs?: Bytes | undefined;
        /** What the initramfs carries for it; absent: none. */
        readonly dictionary?: Dictionary | undefined;
      }
    | undefined;
  /** As the kernel lists them; the one in use first. */
  readonly algorithms: readonly string[];
};

export type ConfigPartitionFact =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'found';
      readonly device: string;
      readonly mountpoint: string | undefined;
      readonly readOnly: boolean;
    }
  | { readonly kind: 'ambiguous'; readonly devices: readonly string[] };
