// Cuts what an emulator's `-netdev stream` sends into Ethernet frames: each has its length before it, in 4 bytes, big-endian (QEMU, net/net.c).

/** What a guest can hand over in one piece: 64 KiB with an Ethernet header and a VLAN tag. */
export const longestFrame = 65_536 + 18;

const lengthBytes = 4;

export type FrameReader = {
  /** The frames that these bytes complete; undefined once the stream has shown that it is not one of frames. */
  read(bytes: Buffer): readonly Buffer[] | undefined;
};

export const createFrameReader = (): FrameReader => {
  let rest: Buffer | undefined = Buffer.alloc(0);
  return {
    read: (bytes) => {
      if (rest === undefined) return undefined;
      const cut = cutFrames(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]));
      rest = cut?.rest;
      return cut?.frames;
    },
  };
};

const cutFrames = (bytes: Buffer): { readonly frames: readonly Buffer[]; readonly rest: Buffer } | undefined => {
  const frames: Buffer[] = [];
  let at = 0;
  while (bytes.length - at >= lengthBytes) {
    const length = bytes.readUInt32BE(at);
    if (length === 0 || length > longestFrame) return undefined;
    const end = at + lengthBytes + length;
    if (end > bytes.length) break;
    frames.push(bytes.subarray(at + lengthBytes, end));
    at = end;
  }
  return { frames, rest: bytes.subarray(at) };
};

export const renderFrame = (frame: Uint8Array): Buffer => {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(frame.length);
  return Buffer.concat([length, frame]);
};
