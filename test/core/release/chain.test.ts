import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, chainHash, digestOf, verifyChain } from '../../../core/release/chain.ts';
import { clientToken } from '../../../core/release/client-token.ts';
import { succeeded } from '../samples.ts';

const { events } = succeeded;
const index = fc.nat({ max: events.length - 1 });

describe('the chain of a release', () => {
  it('holds', () => {
    expect(verifyChain(events)).toBeUndefined();
    expect(verifyChain([])).toBeUndefined();
  });

  it('shows any change of any event', () => {
    fc.assert(
      fc.property(
        index,
        fc.constantFrom('actor', 'at', 'reason', 'from', 'to', 'type', 'hash', 'previousHash'),
        fc.string(),
        (place, name, value) => {
          const before = events[place];
          fc.pre(before !== undefined && Object.entries(before).every(([key, old]) => key !== name || old !== value));
          const changed = events.map((event, at) => (at === place ? { ...event, [name]: value } : event));
          expect(verifyChain(changed)?.sequence).toBe(place + 1);
        },
      ),
    );
  });

  it('shows any event that is missing, doubled or moved', () => {
    fc.assert(
      fc.property(index, index, (a, b) => {
        const without = events.filter((_, at) => at !== a);
        expect(verifyChain(without) === undefined).toBe(a === events.length - 1);
        const doubled = events.flatMap((event, at) => (at === a ? [event, event] : [event]));
        expect(verifyChain(doubled)).toMatchObject({ sequence: a + 2 });
        fc.pre(a !== b);
        const swapped = events.map((event, at) => (at === a ? events[b] : at === b ? events[a] : event) ?? event);
        expect(verifyChain(swapped)).toMatchObject({ sequence: Math.min(a, b) + 1 });
      }),
    );
  });

  it('shows a rewritten history by the first event that does not follow', () => {
    const rewritten = events.map((event, at) => {
      if (at !== 3) return event;
      const changed = { ...event, actor: 'somebody else' };
      return { ...changed, hash: chainHash(changed) };
    });
    expect(verifyChain(rewritten)).toMatchObject({
      sequence: 5,
      sentence: 'Event 5 does not follow the event before it: its previous hash differs.',
    });
  });
});

describe('canonical JSON', () => {
  it('is the same for the same value, in any order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
    expect(canonicalJson({ b: [undefined, 1], a: undefined, c: { z: 1, y: 2 } })).toBe(
      '{"b":[null,1],"c":{"y":2,"z":1}}',
    );
    expect(canonicalJson(undefined)).toBe('null');
    expect(digestOf({ a: 1, b: 2 })).toBe(digestOf({ b: 2, a: 1 }));
  });
});

describe('a client token', () => {
  it('is the same for the same intent, and fits every service', () => {
    const token = clientToken('orders-1-a1', 7, 'execute');
    expect(clientToken('orders-1-a1', 7, 'execute')).toBe(token);
    expect(token).toMatch(/^[a-zA-Z][-a-zA-Z0-9]{1,63}$/);
    expect(
      new Set([
        token,
        clientToken('orders-1-a1', 8, 'execute'),
        clientToken('orders-1-a1', 7, 'delete'),
        clientToken('orders-1-a2', 7, 'execute'),
      ]).size,
    ).toBe(4);
  });
});
