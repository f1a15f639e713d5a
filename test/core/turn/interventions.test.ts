import { describe, expect, it } from 'vitest';
import { HoldRefused, NotQuarantined, RepairRefused, WindowOverrideRefused } from '../../../core/contract/errors.ts';
import {
  clearQuarantine,
  holdEnvironment,
  overrideAlarms,
  overrideWindow,
  releaseHold,
} from '../../../core/turn/interventions.ts';
import { interventionItem } from '../../../core/ledger/items.ts';
import { intentKey } from '../../../core/ledger/write-intent.ts';
import * as s from '../samples.ts';

const place = { service: 'orders', environment: 'production' };
const robin = {
  ...{ by: 'robin@example.com', principal: 'arn:aws:iam::111111111111:role/release-manager' },
  ...{ at: s.moment(60), reason: 'Repaired by hand.', id: 'i1' },
};
const { id, ...told } = robin;
const quarantine = { release: s.release, reason: 'It broke.', since: s.moment(1), targets: [s.production] };
const turn = { ...place, fence: 4, holder: s.release, takenAt: s.moment(0) };
const free = { turn: undefined, hold: undefined, quarantine: undefined };
const hold = { owner: 'max@example.com', reason: 'Sale.', since: s.moment(2) };
const partition = 'environment#orders#production';
const row = { pk: partition, sk: `intervention#${robin.at}#${id}` };

describe('a quarantine', () => {
  it('is cleared together with the turn of the release that left it, whose number stays', () => {
    const { item, writes } = clearQuarantine(place, { ...free, turn, quarantine }, robin);
    expect(interventionItem.parse(item)).toEqual({ kind: 'cleared', ...told, quarantine });
    expect(writes).toMatchObject([
      { write: 'put', item: { ...row, kind: 'cleared' }, condition: { expression: 'attribute_not_exists(pk)' } },
      { write: 'delete', key: { pk: partition, sk: 'quarantine' }, condition: { values: { ':a': s.release } } },
      { write: 'put', item: { pk: partition, sk: 'turn', fence: 4 }, lost: 'TurnMoved' },
    ]);
    const [, , freed] = writes;
    expect(freed?.write === 'put' && 'holder' in freed.item).toBe(false);
  });

  it('is cleared without touching the turn of another release', () => {
    for (const other of [{ ...turn, holder: 'orders-1.4.3-a1' }, undefined]) {
      const { writes } = clearQuarantine(place, { ...free, turn: other, quarantine }, robin);
      expect(writes.map((intent) => intentKey(intent).sk)).toEqual([row.sk, 'quarantine']);
    }
  });

  it('is not cleared where there is none', () => {
    expect(() => clearQuarantine(place, { ...free, turn }, robin)).toThrow(NotQuarantined);
  });
});

describe('a hold', () => {
  it('is taken where nobody has one, and its owner may say another reason', () => {
    const { item, writes } = holdEnvironment(place, free, robin);
    expect(interventionItem.parse(item)).toEqual({ kind: 'held', ...told });
    const taken = { owner: robin.by, reason: robin.reason, since: robin.at };
    expect(writes).toMatchObject([
      { item: row },
      { item: { pk: partition, sk: 'hold', ...taken }, condition: { expression: 'attribute_not_exists(pk)' } },
    ]);
    const own = { ...taken, since: s.moment(30) };
    expect(holdEnvironment(place, { ...free, hold: own }, robin).writes[1]).toMatchObject({
      item: taken,
      condition: { names: { '#a': 'since' }, values: { ':a': s.moment(30) } },
      lost: 'TurnMoved',
    });
  });

  it('is refused where somebody else has one, by name and reason', () => {
    const take = () => holdEnvironment(place, { ...free, hold }, robin);
    expect(take).toThrow(HoldRefused);
    expect(take).toThrow('orders in production is already held by max@example.com: Sale.');
  });

  it('is released by anybody, exactly the one that was read', () => {
    const { item, writes } = releaseHold(place, { ...free, hold }, robin);
    expect(interventionItem.parse(item)).toEqual({ kind: 'holdReleased', ...told, hold });
    expect(writes[1]).toMatchObject({
      ...{ write: 'delete', key: { pk: partition, sk: 'hold' } },
      condition: { names: { '#a': 'since' }, values: { ':a': hold.since } },
    });
    expect(() => releaseHold(place, free, robin)).toThrow(
      'orders in production is not held: there is nothing to release.',
    );
  });
});

describe('a release that waits for an alarm', () => {
  const story = s.tell(s.productionHeld, ...s.drafts('production', 'alarmFiring'));
  const firing = story.head;
  const alarms = ['alarm Errors is in alarm.'];
  const letIn = (changes: Partial<Parameters<typeof overrideAlarms>[1]> = {}, at = place) =>
    overrideAlarms(at, { head: firing, waiting: 1, alarms, ...changes }, robin);

  it('names so many of the alarms as a row takes', () => {
    const { item, events } = letIn({ alarms: Array.from({ length: 120 }, (_, index) => `alarm ${index}`) });
    expect(item.alarms).toHaveLength(51);
    expect(item.alarms?.at(-1)).toBe('and 70 more');
    expect(events).toMatchObject([{ evidence: { alarms: item.alarms } }]);
  });

  it('is let in by a person, whose row and transition say who, why, and what was firing', () => {
    const { item, events, writes } = letIn();
    expect(interventionItem.parse(item)).toEqual({ kind: 'alarmsOverridden', ...told, release: s.release, alarms });
    expect(writes).toMatchObject([{ write: 'put', item: { ...row, kind: 'alarmsOverridden' }, lost: 'AlreadyDone' }]);
    const { principal, reason, by: actor } = robin;
    expect(events).toEqual([
      {
        ...{ type: 'alarmsOverridden', at: robin.at, actor, environment: 'production', reason },
        evidence: { alarms, principal },
      },
    ]);
    const { head } = s.tell(story, ...events);
    expect(head).toMatchObject({ status: 'Deploying', environments: { production: { overriddenAt: robin.at } } });
  });

  it('may wait already before its task does', () => {
    expect(letIn({ waiting: 0 }).events).toHaveLength(1);
  });

  it.each([
    ['waits for none', () => letIn({ head: s.productionHeld.head, waiting: 0 })],
    ['waits in another environment', () => letIn({ waiting: 0 }, { service: 'orders', environment: 'staging' })],
    ['is of another service', () => letIn({}, { ...place, service: 'billing' })],
    ['has failed', () => letIn({ head: s.tell(story, ...s.drafts('production', 'failed')).head })],
  ])('is not let in where it %s', (_, refused) => {
    expect(refused).toThrow(RepairRefused);
    expect(refused).toThrow(/there is nothing to let it in by/);
  });
});

describe('a release that a window keeps', () => {
  const inStaging = { service: 'orders', environment: 'staging' };
  const queued = s.tell(s.accepted, ...s.drafts('staging', 'turnRequested', 'windowClosed'));
  const waiter = { release: s.release, startedAt: s.moment(0), requestedAt: s.moment(1) };
  const windows = { freeze: [{ cron: '0 16 * * 5', for: 'PT60H', zone: 'UTC' }], kind: 'release' } as const;
  const closed = queued.head.environments['staging']?.closed;

  it('is let in: it stays in the queue without windows, and its wait is no longer kept', () => {
    const kept = {
      ...waiter,
      windows: { ...windows, freeze: [...windows.freeze] },
      ...(closed === undefined ? {} : { closed }),
    };
    const { item, writes, events } = overrideWindow(inStaging, { head: queued.head, waiter: kept, waits: [] }, robin);
    expect(interventionItem.parse(item)).toEqual({ kind: 'windowOverridden', ...told, release: s.release, closed });
    expect(events).toMatchObject([{ type: 'windowOverridden', actor: robin.by, reason: robin.reason }]);
    const [, put, until] = writes;
    expect(put).toMatchObject({ write: 'put', item: waiter });
    expect(put?.write === 'put' && ('windows' in put.item || 'closed' in put.item)).toBe(false);
    expect(until).toMatchObject({ write: 'update', expression: 'REMOVE #until', lost: 'AlreadyDone' });
    const { head } = s.tell(queued, ...events);
    expect(head).toMatchObject({ status: 'AwaitingTurn', environments: { staging: { windowOverriddenAt: robin.at } } });
    expect(head.environments['staging']).not.toHaveProperty('closed');
  });

  it('is let in where it has the turn already', () => {
    const held = s.tell(queued, ...s.drafts('staging', 'turnTaken', 'windowClosed'));
    const { writes, events } = overrideWindow(
      inStaging,
      { head: held.head, waiter: undefined, waits: [{ wait: 'w1' }] },
      robin,
    );
    expect(writes.slice(1)).toMatchObject([{ write: 'update', key: { sk: 'wait#w1' }, expression: 'REMOVE #until' }]);
    expect(s.tell(held, ...events).head.status).toBe('Deploying');
  });

  it.each([
    ['waits for none', s.tell(queued, ...s.drafts('staging', 'windowOpened')).head, inStaging],
    ['waits in another environment', queued.head, place],
    ['is of another service', queued.head, { ...inStaging, service: 'billing' }],
    ['was stopped', s.tell(queued, ...s.drafts('staging', 'cancelled')).head, inStaging],
  ])('is not let in where it %s', (_, head, where) => {
    const refused = () => overrideWindow(where, { head, waiter, waits: [] }, robin);
    expect(refused).toThrow(WindowOverrideRefused);
    expect(refused).toThrow(/there is nothing to let it in by/);
  });
});
