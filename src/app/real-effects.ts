// The effects on a real machine, or in a rehearsal on one that refuses every change: the same code, another System.
import { randomBytes } from 'node:crypto';
import { followJournal } from '../actions/follow-journal.ts';
import { hashPassword } from '../actions/hash-password.ts';
import { readJournal } from '../actions/journal.ts';
import { planApply } from '../actions/plan-apply.ts';
import { powerOff, reboot } from '../actions/power.ts';
import { requestApply } from '../actions/request-apply.ts';
import { requestBundle } from '../actions/request-bundle.ts';
import { requestCommit } from '../actions/request-commit.ts';
import { requestNetwork } from '../actions/request-network.ts';
import { requestPrepare } from '../actions/request-prepare.ts';
import { requestUndo } from '../actions/request-undo.ts';
import { runPaths } from '../actions/run-paths.ts';
import { tryKeyboard } from '../actions/try-keyboard.ts';
import { readLastApply } from '../probes/last-apply.ts';
import { createMaintenance } from '../probes/maintenance.ts';
import { readFacts } from '../probes/read-facts.ts';
import { createStatusReader } from '../probes/read-status.ts';
import { diffCommitted, findConfigPartition } from '../sources/config-partition.ts';
import { resolveProfile } from '../sources/resolve-profile.ts';
import { parseDraft, renderDraft } from '../state/draft.ts';
import type { Facts } from '../state/facts.ts';
import { parseProfile } from '../state/parse-profile.ts';
import type { Profile } from '../state/profile.ts';
import { profileSourcePath } from '../state/profile-source.ts';
import { live, pending } from '../state/reading.ts';
import { summariseMaintenance, summariseResolution } from '../state/resolved-summary.ts';
import { readInventory } from '../system/inventory.ts';
import type { Reader, SecureWire, System } from '../system/system.ts';
import { createConsoleEffects } from './console-effects.ts';
import type { Effects } from './effects.ts';
import { createJoinEffects } from './join-effects.ts';
import { createOfferEffects } from './offer-effects.ts';
import { openShell, type Suspend } from './open-shell.ts';
import { createZramEffects } from './zram-effects.ts';

const draftPath = '/run/mayfly/draft.json';

const readProfileAt = async (reader: Reader, path: string): Promise<Profile | undefined> => {
  const text = await reader.readText(path);
  const parsed = text === undefined ? undefined : parseProfile(text);
  return parsed?.ok === true ? parsed.value : undefined;
};

export const createEffects = (system: System, wire: SecureWire, suspend: Suspend): Effects => {
  const status = createStatusReader(system);
  // The board is another one only after a restart.
  let inventory: ReturnType<typeof readInventory> | undefined;
  const facts = (): Promise<Facts> =>
    readFacts(system, {
      findConfigPartition,
      readInventory: () => {
        inventory ??= readInventory();
        return inventory;
      },
    });
  const maintenance = createMaintenance(system);
  const resolved = async () => {
    const note = await maintenance();
    return note === undefined ? summariseResolution(await resolveProfile(system)) : summariseMaintenance(note);
  };
  const inForce = async () => ({
    inForce: await readProfileAt(system, runPaths.profile),
    attempted: await readProfileAt(system, runPaths.applying),
  });

  return {
    ...createConsoleEffects(system, { pid: process.pid, ssh: process.env.SSH_CONNECTION }),
    readOpening: async () => {
      const [profiles, journal, apply, draft] = await Promise.all([
        inForce(),
        readJournal(system),
        readLastApply(system),
        system.readText(draftPath),
      ]);
      // A node with a profile opens on its dashboard at once; one without says who it is and why it waits, which takes commands.
      const waits = profiles.inForce === undefined;
      const known = waits ? await facts() : undefined;
      return {
        facts: known === undefined ? pending : live(known, Date.now()),
        resolved: pending,
        ...profiles,
        journal,
        applyRuns: apply?.outcome === 'running',
        draft: draft === undefined ? undefined : parseDraft(draft),
      };
    },
    readFacts: facts,
    readResolved: resolved,
    readStatus: () => status.read(),
    readInForce: inForce,
    plan: (profile) => planApply(profile, system),
    requestApply: async (profile, plan) => {
      const asked = await requestApply(system, profile, plan);
      // Until it is saved, nobody may say that the next boot finds it again.
      if (asked.ok) await system.remove(profileSourcePath);
      return asked;
    },
    followJournal: (onEvents, signal) => followJournal(system, onEvents, { signal, everyMs: 500 }),
    decideNetwork: (verdict) => requestNetwork(system, verdict === 'keep' ? 'confirm' : 'revert'),
    tryKeyboard: (layout) => tryKeyboard(system, process.pid, layout),
    hashPassword: (password) => hashPassword(system, password),
    makeSecret: () => randomBytes(32).toString('base64'),
    diffCommitted: (profile) => diffCommitted(system, profile),
    commitProfile: (profile) => requestCommit(system, profile),
    saveDraft: (draft) => system.writeText(draftPath, renderDraft(draft), { mode: 0o600 }),
    discardDraft: () => system.remove(draftPath),
    openShell: (maintenance) => openShell(system, suspend, maintenance),
    undoApply: () => requestUndo(system),
    prepareConfig: (serial) => requestPrepare(system, serial),
    makeBundle: () => requestBundle(system),
    ...createZramEffects(system),
    ...createJoinEffects(system, wire),
    ...createOfferEffects(system, wire),
    endUptime: (choice) => (choice === 'reboot' ? reboot(system) : powerOff(system)),
  };
};
