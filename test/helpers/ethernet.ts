// Ethernet frames as tests of the switch between machines send them.

export const broadcast = 'ff:ff:ff:ff:ff:ff';

/** An Ethernet frame of the type that IEEE 802 sets aside for local experiments. */
export const ethernet = (target: string, source: string, text = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`${target}${source}`.replaceAll(':', ''), 'hex'),
    Buffer.from([0x88, 0xb5]),
    Buffer.from(text),
  ]);
