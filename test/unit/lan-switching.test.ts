// The pure half of a lan: the byte stream cut into frames wherever its chunks end, and where a switch sends each frame.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader, longestFrame, renderFrame } from '../../src/image/lan-frames.ts';
import { createLanSwitch } from '../../src/image/lan-switch.ts';
import { broadcast, ethernet } from '../helpers/ethernet.ts';

const chunksOf = (bytes: Buffer, cuts: readonly number[]): readonly Buffer[] => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
};

describe('a stream of frames', () => {
  it('is the same frames wherever its chunks end', () => {
    const frame = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 30 }), (frames, cuts) => {
        const reader = createFrameReader();
        const read = chunksOf(Buffer.concat(frames.map(renderFrame)), cuts).flatMap(
          (chunk) => reader.read(chunk) ?? [],
        );
        expect(read).toEqual(frames);
      }),
    );
  });

  it('takes the longest frame', () => {
    const frame = Buffer.alloc(longestFrame, 7);
    expect(createFrameReader().read(renderFrame(frame))).toEqual([frame]);
  });

  it.each([
    ['0', Buffer.alloc(4)],
    ['more than the longest', renderFrame(Buffer.alloc(longestFrame + 1))],
    ['text', Buffer.from('GET / HTTP/1.1\r\n')],
  ])('is none, for good, once a length is %s', (_, bytes) => {
    const reader = createFrameReader();
    expect(reader.read(bytes.subarray(0, 3))).toEqual([]);
    expect(reader.read(bytes.subarray(3))).toBeUndefined();
    expect(reader.read(renderFrame(Buffer.from('sound')))).toBeUndefined();
  });
});

describe('a switch', () => {
  const [a, b, c] = ['52:54:00:00:00:0a', '52:54:00:00:00:0b', '52:54:00:00:00:0c'];
  const three = () => {
    const made = createLanSwitch<string>();
    for (const port of ['A', 'B', 'C']) made.attach(port);
    return made;
  };

  it('floods broadcast, multicast and what it does not know, never back', () => {
    const made = three();
    for (const target of [broadcast, '33:33:00:00:00:01', '01:00:5e:00:00:01', b])
      expect(made.route('A', ethernet(target, a))).toEqual(['B', 'C']);
  });

  it('sends to the one port behind which it has seen an address, also when that moves', () => {
    const made = three();
    made.route('A', ethernet(broadcast, a));
    expect(made.route('B', ethernet(a, b))).toEqual(['A']);
    made.route('C', ethernet(broadcast, a));
    expect(made.route('B', ethernet(a, b))).toEqual(['C']);
  });

  it('keeps what is for the sender’s own port', () => {
    const made = three();
    made.route('A', ethernet(broadcast, a));
    expect(made.route('A', ethernet(a, c))).toEqual([]);
  });

  it('forgets a port that goes', () => {
    const made = three();
    made.route('A', ethernet(broadcast, a));
    made.detach('A');
    expect(made.route('B', ethernet(a, b))).toEqual(['C']);
  });

  it('does not learn a group address, and drops what is too short for a header', () => {
    const made = three();
    made.route('A', ethernet(broadcast, '33:33:00:00:00:01'));
    expect(made.route('B', ethernet('33:33:00:00:00:01', b))).toEqual(['A', 'C']);
    expect(made.route('A', Buffer.alloc(13))).toEqual([]);
  });

  it('forgets the oldest address when a guest makes up thousands', () => {
    const made = three();
    made.route('A', ethernet(broadcast, a));
    for (let count = 0; count < 5000; count++) {
      const low = count.toString(16).padStart(4, '0');
      made.route('C', ethernet(broadcast, `52:54:00:01:${low.slice(0, 2)}:${low.slice(2)}`));
    }
    expect(made.route('B', ethernet(a, b))).toEqual(['A', 'C']);
    expect(made.route('B', ethernet('52:54:00:01:13:87', b))).toEqual(['C']);
  });
});
