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

/** Only the network step cares whether somebody is there: then its change must be confirmed. */
export const actionsFor = (attended: boolean): readonly Action[] => [
  identityAction,
  accessAction,
  networkAction(attended),
  timeAction,
  logsAction,
  storageAction,
  clusterAction,
  zramAction,
  packagesAction,
  servicesAction,
  keyboardAction,
];

export const allActions: readonly Action[] = actionsFor(false);
