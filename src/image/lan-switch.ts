// Decides where an Ethernet frame goes, as IEEE 802.1D bridges do: it learns which address is behind which port, and floods what it does not know.

export type LanSwitch<Port> = {
  attach(port: Port): void;
  /** Takes the port away and forgets what was learnt of it. */
  detach(port: Port): void;
  /** The ports that this frame goes out of; never the one that it came in by. */
  route(from: Port, frame: Buffer): readonly Port[];
};

/** A guest that makes up addresses must not fill this machine's memory. */
const mostAddresses = 4096;

const addressBytes = 6;

/** Two addresses and the type of what follows. */
const headerBytes = 14;

export const createLanSwitch = <Port>(): LanSwitch<Port> => {
  const ports = new Set<Port>();
  /** The oldest first. */
  const learnt = new Map<string, Port>();

  const learn = (address: string, port: Port): void => {
    learnt.delete(address);
    learnt.set(address, port);
    if (learnt.size <= mostAddresses) return;
    const [oldest] = learnt.keys();
    if (oldest !== undefined) learnt.delete(oldest);
  };

  return {
    attach: (port) => void ports.add(port),
    detach: (port) => {
      ports.delete(port);
      for (const [address, behind] of learnt) if (behind === port) learnt.delete(address);
    },
    route: (from, frame) => {
      if (frame.length < headerBytes) return [];
      const source = frame.subarray(addressBytes, 2 * addressBytes);
      if (!isGroup(source)) learn(source.toString('hex'), from);
      const target = frame.subarray(0, addressBytes);
      const known = isGroup(target) ? undefined : learnt.get(target.toString('hex'));
      if (known === undefined) return [...ports].filter((port) => port !== from);
      return known === from ? [] : [known];
    },
  };
};

/** Broadcast and multicast addresses have the lowest bit of their first byte set. */
const isGroup = (address: Buffer): boolean => (address.readUInt8(0) & 1) === 1;
