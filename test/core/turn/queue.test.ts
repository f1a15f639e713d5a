import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideQueue, isNewer, waitedFor } from '../../../core/turn/queue.ts';
import { moment } from '../samples.ts';

const waiter = (version: number) => ({
  release: `orders-${version}-a1`,
  startedAt: moment(version),
  requestedAt: moment(100 - version),
});
const empty = { turn: undefined, hold: undefined, quarantine: undefined, blocked: [] };
const turn = { service: 'orders', environment: 'production', fence: 3 };

describe('the queue of an environment', () => {
  it('gives the turn to the newest, and supersedes the others', () => {
    expect(decideQueue({ ...empty, waiters: [] })).toEqual({ supersede: [] });
    expect(decideQueue({ ...empty, waiters: [waiter(1), waiter(3), waiter(2)] })).toEqual({
      take: 'orders-3-a1',
      supersede: [
        { release: 'orders-2-a1', by: 'orders-3-a1' },
        { release: 'orders-1-a1', by: 'orders-3-a1' },
      ],
    });
  });

  it('lets the holder finish', () => {
    const held = { ...turn, holder: 'orders-1-a1' };
    expect(decideQueue({ ...empty, turn: held, waiters: [waiter(2)] })).toEqual({
      waitsFor: 'orders-1-a1 has the turn',
      supersede: [],
    });
    expect(decideQueue({ ...empty, turn: held, waiters: [waiter(1)] })).toEqual({ supersede: [] });
  });

  it('is kept away by a hold or a quarantine, which say why', () => {
    const hold = { owner: 'Robin', reason: 'Black Friday', since: moment(0) };
    expect(decideQueue({ ...empty, turn, hold, waiters: [waiter(2)] })).toEqual({
      waitsFor: 'held by Robin: Black Friday',
      supersede: [],
    });
    const quarantine = { release: 'orders-1-a1', reason: 'no rollback', since: moment(0), targets: [] };
    expect(decideQueue({ ...empty, quarantine, waiters: [waiter(2)] }).waitsFor).toBe(
      'quarantined since orders-1-a1: no rollback',
    );
  });

  it('never lets an older release overtake one that proved itself', () => {
    const proven = { ...turn, proven: { release: 'orders-5-a1', startedAt: moment(5) } };
    expect(decideQueue({ ...empty, turn: proven, waiters: [waiter(4), waiter(3)] })).toEqual({
      supersede: [
        { release: 'orders-4-a1', by: 'orders-5-a1' },
        { release: 'orders-3-a1', by: 'orders-5-a1' },
      ],
    });
    expect(decideQueue({ ...empty, turn: proven, waiters: [waiter(6)] }).take).toBe('orders-6-a1');
    expect(decideQueue({ ...empty, turn: proven, waiters: [waiter(5)] }).take).toBe('orders-5-a1');
  });

  it('decides the same whatever the order in which it is read', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), fc.integer(), (versions, seed) => {
        const waiters = versions.map(waiter);
        const shuffled = [...waiters].sort((a, b) => ((a.release.length * seed) % 7) - ((b.release.length * seed) % 7));
        const decided = decideQueue({ ...empty, waiters: shuffled });
        expect(decided).toEqual(decideQueue({ ...empty, waiters }));
        expect(decided.take).toBe(`orders-${Math.max(...versions)}-a1`);
        expect(decided.supersede).toHaveLength(versions.length - 1);
      }),
    );
  });
});

describe('a rollback that a person asks for', () => {
  const back = { ...waiter(3), version: '1', origin: 'rollback' as const };

  it('goes first, and supersedes what is older, but not what came after it', () => {
    expect(decideQueue({ ...empty, waiters: [waiter(5), back, waiter(2)] })).toEqual({
      take: 'orders-3-a1',
      supersede: [{ release: 'orders-2-a1', by: 'orders-5-a1' }],
    });
  });

  it('is superseded by another rollback alone', () => {
    const later = { ...waiter(4), version: '2', origin: 'rollback' as const };
    const proven = { ...turn, proven: { release: 'orders-9-a1', startedAt: moment(9) } };
    expect(decideQueue({ ...empty, turn: proven, waiters: [back, later] })).toEqual({
      take: 'orders-4-a1',
      supersede: [{ release: 'orders-3-a1', by: 'orders-4-a1' }],
    });
  });
});

describe('a version that people rolled back', () => {
  const block = { version: '7', release: 'orders-7-a1', by: 'robin@example.com', reason: 'Wrong', at: moment(0) };
  const blocked = { ...waiter(8), version: '7' };

  it('waits, says why, and supersedes nothing', () => {
    expect(decideQueue({ ...empty, blocked: [block], waiters: [blocked] })).toEqual({
      waitsFor: 'orders-8-a1 is blocked: robin@example.com rolled orders-7-a1 back (Wrong)',
      supersede: [],
    });
    expect(decideQueue({ ...empty, blocked: [block], waiters: [blocked, waiter(3)] })).toEqual({
      take: 'orders-3-a1',
      supersede: [],
    });
    expect(
      waitedFor({ ...empty, blocked: [block], waiters: [blocked], turn: { ...turn, holder: 'x' } }),
    ).toBeUndefined();
  });

  it('is told of the one that stays, where another of that version is superseded', () => {
    const proven = { ...turn, proven: { release: 'orders-6-a1', startedAt: moment(6) } };
    const older = { ...waiter(5), version: '7' };
    expect(decideQueue({ ...empty, turn: proven, blocked: [block], waiters: [older, blocked] })).toEqual({
      waitsFor: 'orders-8-a1 is blocked: robin@example.com rolled orders-7-a1 back (Wrong)',
      supersede: [{ release: 'orders-5-a1', by: 'orders-6-a1' }],
    });
  });

  it('is superseded like any other', () => {
    expect(decideQueue({ ...empty, blocked: [block], waiters: [blocked, waiter(9)] })).toEqual({
      take: 'orders-9-a1',
      supersede: [{ release: 'orders-8-a1', by: 'orders-9-a1' }],
    });
  });
});

describe('who waits for a holder alone', () => {
  const held = { ...turn, holder: 'orders-2-a1' };

  it('is the newest of the queue, unless something else keeps the turn away', () => {
    const waiters = [waiter(2), waiter(3), waiter(4)];
    expect(waitedFor({ ...empty, turn: held, waiters })).toEqual({ holder: 'orders-2-a1', by: waiter(4) });
    expect(waitedFor({ ...empty, turn: held, waiters: [waiter(2)] })).toBeUndefined();
    expect(waitedFor({ ...empty, turn, waiters })).toBeUndefined();
    const hold = { owner: 'Robin', reason: 'Black Friday', since: moment(0) };
    expect(waitedFor({ ...empty, turn: held, hold, waiters })).toBeUndefined();
    const quarantine = { release: 'orders-1-a1', reason: 'no rollback', since: moment(0), targets: [] };
    expect(waitedFor({ ...empty, turn: held, quarantine, waiters })).toBeUndefined();
  });

  it('is told from an older one', () => {
    fc.assert(
      fc.property(fc.nat({ max: 99 }), fc.nat({ max: 99 }), (one, other) => {
        if (one !== other) expect(isNewer(waiter(one), waiter(other))).toBe(one > other);
      }),
    );
  });
});

describe('windows in the queue', () => {
  const closed = { until: moment(10_000), why: 'the freeze', zone: 'Europe/Berlin' };
  const kept = (version: number) => ({ ...waiter(version), closed });

  it('keep the newest, which says until when', () => {
    const { waitsFor, ...decided } = decideQueue({ ...empty, waiters: [kept(1), kept(3), kept(2)] });
    expect(waitsFor).toMatch(/^closed by the freeze, until 20.* UTC \(.* Europe\/Berlin\)$/);
    expect(decided).toEqual({
      supersede: [
        { release: 'orders-2-a1', by: 'orders-3-a1' },
        { release: 'orders-1-a1', by: 'orders-3-a1' },
      ],
    });
  });

  it('let whom they do not keep go before a newer one, which supersedes nobody but its like', () => {
    const waiters = [kept(1), waiter(2), waiter(3), kept(4), kept(5)];
    expect(decideQueue({ ...empty, waiters })).toMatchObject({
      take: 'orders-3-a1',
      supersede: [
        { release: 'orders-4-a1', by: 'orders-5-a1' },
        { release: 'orders-2-a1', by: 'orders-3-a1' },
        { release: 'orders-1-a1', by: 'orders-5-a1' },
      ],
    });
    expect(decideQueue({ ...empty, waiters: [kept(1), waiter(2)] })).toEqual({
      take: 'orders-2-a1',
      supersede: [{ release: 'orders-1-a1', by: 'orders-2-a1' }],
    });
  });

  it('are less than a hold, and more than a holder', () => {
    const hold = { owner: 'Robin', reason: 'Sale', since: moment(0) };
    expect(decideQueue({ ...empty, hold, waiters: [kept(2), waiter(1)] })).toEqual({
      waitsFor: 'held by Robin: Sale',
      supersede: [],
    });
    const held = { ...turn, holder: 'orders-1-a1' };
    expect(decideQueue({ ...empty, turn: held, waiters: [kept(2)] }).waitsFor).toMatch(/^closed by/);
  });

  it('do not save an older one from a version that proved itself', () => {
    const proven = { ...turn, proven: { release: 'orders-5-a1', startedAt: moment(5) } };
    expect(decideQueue({ ...empty, turn: proven, waiters: [waiter(4), kept(6)] })).toMatchObject({
      supersede: [{ release: 'orders-4-a1', by: 'orders-5-a1' }],
    });
  });

  it('end nobody’s monitoring for one that they keep', () => {
    const held = { ...turn, holder: 'orders-2-a1' };
    expect(waitedFor({ ...empty, turn: held, waiters: [kept(4)] })).toBeUndefined();
    expect(waitedFor({ ...empty, turn: held, waiters: [kept(4), waiter(3)] })?.by).toEqual(waiter(3));
  });
});
