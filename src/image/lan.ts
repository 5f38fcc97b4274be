// Joins the machines of this user that name the same lan: an isolated Ethernet switch of our own, in the process of one of them.
import { join } from 'node:path';
import { fail, ok, type Result } from '../state/problem.ts';
import { shareSocket } from '../system/workstation-socket.ts';
import type { Line, ServeLine, SocketRole } from '../system/workstation-turn.ts';
import type { NicWish } from './boot-options.ts';
import { createFrameReader, renderFrame } from './lan-frames.ts';
import { createLanSwitch } from './lan-switch.ts';

type Lan = {
  readonly name: string;
  /** Where emulators connect to. */
  readonly socket: string;
  /** Gives the switch, when it is here, to another machine of this lan. */
  leave(): Promise<void>;
};

/** Not below TMPDIR or a login session's folder: all of a user's machines have to find it, however they were started. */
const lanFolder = `/tmp/mayfly-lan-${process.getuid?.() ?? 0}`;

/** `told` hears who holds the switch, now and whenever that changes. */
export const joinLan = async (
  name: string,
  told: (role: SocketRole) => void,
  folder: string = lanFolder,
): Promise<Result<Lan>> => {
  const socket = join(folder, `${name}.sock`);
  const shared = await shareSocket(socket, createPorts(), told);
  return shared.ok ? ok({ name, socket, leave: shared.value.leave }) : shared;
};

/** Every lan that these cards are on, once. */
export const joinLans = async (
  nics: readonly NicWish[],
  told: (name: string, role: SocketRole) => void,
): Promise<Result<readonly Lan[]>> => {
  const joined: Lan[] = [];
  for (const name of new Set(nics.flatMap((nic) => (nic.kind === 'lan' ? [nic.name] : [])))) {
    const lan = await joinLan(name, (role) => told(name, role));
    if (!lan.ok) {
      await leaveLans(joined);
      return fail(lan.problem);
    }
    joined.push(lan.value);
  }
  return ok(joined);
};

export const leaveLans = async (lans: readonly Lan[]): Promise<void> => {
  await Promise.all(lans.map((lan) => lan.leave()));
};

/** One switch; every line is a port of it. */
const createPorts = (): ServeLine => {
  const lanSwitch = createLanSwitch<Line>();
  return (line) => {
    const reader = createFrameReader();
    lanSwitch.attach(line);
    return {
      received: (bytes) => {
        const frames = reader.read(bytes);
        if (frames === undefined) line.hangUp();
        for (const frame of frames ?? []) {
          const ports = lanSwitch.route(line, frame);
          if (ports.length === 0) continue;
          const packet = renderFrame(frame);
          for (const port of ports) port.send(packet);
        }
      },
      closed: () => lanSwitch.detach(line),
    };
  };
};
