// The way to a config partition, in lines: a disk by its number in the list, then its serial number.
import { diskText } from '../screens/prepare.ts';
import { configDiskChoices, type PrepareOverlay } from '../state/prepare-overlay.ts';
import type { Session, SessionEvent } from '../state/session.ts';
import { type Ask, accepted, rejected, sessionAfter } from './ask.ts';
import { notAnOption, type Option, optionFor, optionLines } from './options.ts';
import { promptLine } from './prompt-line.ts';

const isNo = (typed: string): boolean => typed === '' || /^no?$/i.test(typed);
const leave: readonly SessionEvent[] = [{ type: 'back' }];
const unchanged = ['  Nothing is changed.'];

/** Undefined while it is being made. */
export const prepareAsk = (session: Session, overlay: PrepareOverlay): Ask | undefined => {
  switch (overlay.stage.kind) {
    case 'choosing':
      return diskAsk(session, overlay);
    case 'typing':
      return serialAsk(session, overlay.stage.serial);
    case 'working':
      return undefined;
  }
};

const diskAsk = (session: Session, { highlight }: PrepareOverlay): Ask => {
  const options = configDiskChoices(session).possible.map(
    (disk): Option => ({ value: disk.serial, label: disk.serial, about: diskText(disk) }),
  );
  return {
    id: `prepare ${options.map(({ value }) => value).join(' ')}`,
    intro: options.length === 0 ? ['  No disk here can be taken.'] : optionLines(options),
    prompt: promptLine('Disk', 'no'),
    secret: false,
    fresh: false,
    reply: (typed) => {
      if (isNo(typed)) return accepted(leave, unchanged);
      const option = optionFor(typed, options);
      if (option === undefined)
        return rejected([options.length === 0 ? '! there is no disk to choose: type no' : notAnOption(typed, options)]);
      const to = options.indexOf(option);
      const moves = Array.from(
        { length: Math.abs(to - highlight) },
        (): SessionEvent => ({ type: 'highlight', by: to > highlight ? 1 : -1 }),
      );
      return accepted([...moves, { type: 'next' }]);
    },
  };
};

const serialAsk = (session: Session, serial: string): Ask => ({
  id: `prepare/${serial}`,
  intro: [],
  prompt: promptLine('Serial number of the disk, all of which will be lost', 'no'),
  secret: false,
  fresh: true,
  reply: (typed) => {
    if (isNo(typed)) return accepted([...leave, ...leave], unchanged);
    const events: readonly SessionEvent[] = [
      { type: 'edit', edit: { kind: 'erase', what: 'all' } },
      { type: 'edit', edit: { kind: 'insert', text: typed } },
      { type: 'next' },
    ];
    const { overlay } = sessionAfter(session, events);
    const isTaken = overlay.kind === 'prepare' && overlay.stage.kind === 'working';
    return isTaken ? accepted(events) : rejected([`! that is another serial number: type ${serial}, or no`]);
  },
});
