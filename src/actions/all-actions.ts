// The steps of an apply in their order.
import { accessAction } from './access.ts';
import type { Action } from './action.ts';
import { clusterAction } from './cluster.ts';
import { identityAction } from './identity.ts';
import { keyboardAction } from './keyboard.ts';
import { logsAction } from './logs.ts';
import { networkAction } from './network.ts';
import { packagesAction } from './packages.ts';
import { servicesAction } from './services.ts';
import { storageAction } from './storage.ts';
import { timeAction } from './time.ts';
import { zramAction } from './zram.ts';

export type Circumstances = {
  /** Somebody is there to confirm a network change. */
  readonly attended: boolean;
  /** A step that cannot be done does not keep the others from being done. */
  readonly goOn: boolean;
};

export const actionsFor = ({ attended, goOn }: Circumstances): readonly Action[] => [
  identityAction,
  accessAction,
  networkAction(attended),
  timeAction,
  logsAction,
  storageAction(goOn),
  clusterAction(goOn),
  zramAction,
  packagesAction,
  servicesAction,
  keyboardAction,
];

export const allActions: readonly Action[] = actionsFor({ attended: false, goOn: false });
