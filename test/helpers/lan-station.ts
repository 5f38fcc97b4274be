// A card on a lan without a machine behind it: connects as an emulator does, sends frames and keeps those that come.
import { connect, type Socket } from 'node:net';
import { createFrameReader, renderFrame } from '../../src/image/lan-frames.ts';
import { broadcast, ethernet } from './ethernet.ts';
import { waitUntil } from './wait-until.ts';

export type Station = {
  readonly socket: Socket;
  send(frame: Buffer): void;
  /** The texts of the frames that came, in their order. */
  heard(): readonly string[];
  bytes(): number;
  /** Says it until the other has heard it, as whoever sends on an Ethernet has to. */
  tell(other: Station, text: string, target?: string): Promise<void>;
};

export const openStation = async (path: string, address: string): Promise<Station> => {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  const reader = createFrameReader();
  const frames: Buffer[] = [];
  let bytes = 0;
  socket.on('data', (data) => {
    bytes += data.length;
    const read = reader.read(data);
    if (read === undefined) throw new Error('what came is not frames');
    frames.push(...read);
  });
  const station: Station = {
    socket,
    send: (frame) => void socket.write(renderFrame(frame)),
    heard: () => frames.map((frame) => frame.subarray(14).toString()),
    bytes: () => bytes,
    tell: (other, text, target = broadcast) =>
      waitUntil(() => {
        if (other.heard().includes(text)) return true;
        station.send(ethernet(target, address, text));
        return false;
      }, `${text} is heard`),
  };
  return station;
};
