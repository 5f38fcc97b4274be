// The layers that a profile is merged from, and what the image and the role bring before anybody has written a line.
import type { Problem } from './problem.ts';
import { type Role, roles } from './profile.ts';

/** In order: a later one wins, key by key. */
export const layerNames = ['image', 'role', 'global', 'node', 'kernel'] as const;
export type LayerName = (typeof layerNames)[number];

export type Layer = { readonly layer: LayerName; readonly values: unknown };

/** What holds on every node unless somebody says otherwise. */
export const imageDefaults = {
  version: 1,
  node: { timezone: 'Etc/UTC' },
  access: { sshPasswords: false, consoleLock: '10min' },
} as const;

/** What a role brings. Boot and client nodes hold no data of their own, so that they have nothing here yet. */
export const roleDefaults: Readonly<Record<Role, Readonly<Record<string, unknown>>>> = {
  storage: { cluster: { filesystem: 'none' } },
  metadata: { cluster: { filesystem: 'none' } },
  monitor: { cluster: { filesystem: 'none' } },
  client: { cluster: { filesystem: 'none' } },
  hyperconverged: { cluster: { filesystem: 'none' } },
  boot: { cluster: { filesystem: 'none' } },
};

export const isRole = (value: unknown): value is Role => roles.some((role) => role === value);

export type KernelLayer = { readonly values: Readonly<Record<string, unknown>>; readonly problems: readonly Problem[] };
