// The keys that decide on a provisional network change: they exist only while there is one.
import type { Session } from '../state/session.ts';
import { trialOf } from '../state/session-trial.ts';
import type { Binding } from './binding.ts';

const keep: Binding = {
  keys: ['f7', 'text:k'],
  shown: 'F7',
  label: 'Keep',
  description: 'Keep the new network settings; without it the old ones return',
  does: { type: 'decide-network', verdict: 'keep' },
};
const takeBack: Binding = {
  keys: ['f8', 'text:b'],
  shown: 'F8',
  label: 'Take back',
  description: 'Bring the old network settings back at once',
  does: { type: 'decide-network', verdict: 'take-back' },
};

export const networkKeys = (session: Session): readonly Binding[] => {
  const trial = trialOf(session);
  if (trial?.kind !== 'provisional') return [];
  const missing = trial.evidence.find((evidence) => evidence.missing !== undefined)?.missing;
  const asked =
    session.verdict === undefined
      ? undefined
      : `The new network settings are being ${session.verdict === 'keep' ? 'kept' : 'taken back'} already`;
  const why = asked ?? (missing === undefined ? undefined : `They stay only if they work: ${missing.summary}`);
  return [
    why === undefined ? keep : { ...keep, disabledReason: why },
    asked === undefined ? takeBack : { ...takeBack, disabledReason: asked },
  ];
};
