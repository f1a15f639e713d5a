import { describe, expect, it } from 'vitest';
import { FenceLost, IllegalTransition } from '../../../core/contract/errors.ts';
import { headItem } from '../../../core/ledger/items.ts';
import { recordEnd } from '../../../core/ledger/end.ts';
import { checkFence, recordEvents, recordFirstEvents } from '../../../core/ledger/record.ts';
import { intentKey } from '../../../core/ledger/write-intent.ts';
import type { EventType } from '../../../core/release/events.ts';
import type { WriteIntent } from '../../../core/ledger/write-intent.ts';
import * as s from '../samples.ts';

const by = { at: s.moment(50), actor: 'sluice-gate' };
const place = { service: 'orders', environment: 'production' };
const turn = { ...place, fence: 1, holder: s.release, takenAt: s.moment(1) };
const rollback = ['rollbackStarted', 'trafficRestored', 'stackRestored', 'rolledBack'] as const;

/** `put release#… / head` for every write. */
function outline(writes: readonly WriteIntent[]): string[] {
  return writes.map((intent) => `${intent.write} ${intentKey(intent).pk} ${intentKey(intent).sk}`);
}

/** Size of an item as DynamoDB counts it, roughly: names and values as UTF-8. */
function sizeOf(item: unknown): number {
  return Buffer.byteLength(JSON.stringify(item).replaceAll('"', ''));
}

describe('a recording', () => {
  it('begins a release once', () => {
    const { writes, head } = recordFirstEvents([s.draft('received')]);
    expect(outline(writes)).toEqual([`put release#${s.release} event#00000001`, `put release#${s.release} head`]);
    expect(writes.map(({ condition }) => condition?.expression)).toEqual([
      'attribute_not_exists(pk)',
      'attribute_not_exists(pk)',
    ]);
    expect(writes[1]).toMatchObject({
      item: {
        gsi1pk: 'service#orders',
        gsi1sk: `${s.moment(1)}#${s.release}`,
        gsi2pk: 'day#2026-11-20',
        gsi3pk: 'open#release',
        sequence: 1,
      },
      lost: 'AlreadyDone',
    });
    expect(headItem.parse(writes[1]?.write === 'put' ? writes[1].item : {})).toEqual(head);
  });

  it('appends any number of events and moves the head from exactly the one read', () => {
    const { writes, events, head } = recordEvents(
      s.stagingChecked.head,
      s.drafts('staging', 'settleStarted', 'settled'),
    );
    const { sequence } = s.stagingChecked.head;
    expect(events.map((event) => event.sequence)).toEqual([sequence + 1, sequence + 2]);
    expect(head.sequence).toBe(sequence + 2);
    expect(writes.find((intent) => intentKey(intent).sk === 'head')).toMatchObject({
      condition: { expression: '#a = :a', names: { '#a': 'sequence' }, values: { ':a': sequence } },
      lost: 'HeadMoved',
    });
  });

  it('of a change to a target demands the fence, once', () => {
    const { writes } = recordEvents(
      s.productionHeld.head,
      s.drafts('production', 'preparing', 'prepared', 'changeStarted'),
    );
    expect(writes.filter(({ write }) => write === 'check')).toEqual([
      {
        write: 'check',
        key: { pk: 'environment#orders#production', sk: 'turn' },
        condition: {
          expression: '#holder = :holder AND #fence = :fence',
          names: { '#holder': 'holder', '#fence': 'fence' },
          values: { ':holder': s.release, ':fence': 1 },
        },
        lost: 'FenceLost',
      },
    ]);
    const evidence = recordEvents(s.stagingDone.head, s.drafts('production', 'lookingAhead'));
    expect(evidence.writes.some(({ write }) => write === 'check')).toBe(false);
  });

  it('demands a fence that nobody has where the turn was never taken', () => {
    expect(checkFence(s.accepted.head, 'production').condition.values).toEqual({ ':holder': s.release, ':fence': 0 });
  });

  it('is open work at the end until a digest lists it', () => {
    const { writes } = recordEvents(s.productionDone.head, [s.draft('ended')]);
    const head = writes.find((intent) => intentKey(intent).sk === 'head');
    expect(head?.write === 'put' && head.item['gsi3pk']).toBe('open#digest');
    expect(head?.write === 'put' && head.item['gsi1pk']).toBe('service#orders');
  });

  it('writes nothing illegal, and not nothing', () => {
    expect(() => recordEvents(s.accepted.head, [s.draft('shifted')])).toThrow(IllegalTransition);
    expect(() => recordEvents(s.accepted.head, [])).toThrow(RangeError);
    expect(() => recordFirstEvents([])).toThrow(RangeError);
  });

  it('keeps the head within one write unit all along a promotion', () => {
    const key = {
      pk: `release#${s.release}`,
      sk: 'head',
      gsi1pk: 'service#orders',
      gsi1sk: 'x'.repeat(40),
      gsi2pk: 'day#2026-11-20',
      gsi2sk: 'x'.repeat(40),
      gsi3pk: 'open#release',
      gsi3sk: 'x'.repeat(40),
    };
    expect(sizeOf({ ...key, ...s.productionDone.head })).toBeLessThan(1024);
  });
});

describe('the conclusion of a release', () => {
  it('of a good one is Succeeded', () => {
    const { status, writes, head } = recordEnd(s.productionDone.head, undefined, by);
    expect(status).toBe('Succeeded');
    expect(head.status).toBe('Succeeded');
    expect(outline(writes)).toHaveLength(2);
  });

  it('gives a clean environment back, and says that the old version serves', () => {
    const story = s.tell(s.productionBaking, s.draft('failed'), ...s.drafts('production', ...rollback));
    const { status, writes, events } = recordEnd(story.head, turn, by);
    expect(status).toBe('RolledBack');
    expect(events.map(({ type, reason }) => [type, reason])).toEqual([
      ['turnGivenBack', undefined],
      ['ended', 'It broke.'],
    ]);
    const given = writes.find((intent) => intentKey(intent).sk === 'turn');
    expect(given).toMatchObject({
      item: { fence: 1 },
      condition: { values: { ':fence': 1, ':holder': s.release } },
      lost: 'TurnMoved',
    });
    expect(given?.write === 'put' && ('holder' in given.item || 'proven' in given.item)).toBe(false);
    expect(() => recordEnd(story.head, undefined, by)).toThrow(FenceLost);
  });

  it('remembers what proved itself even if the rest went wrong', () => {
    const story = s.tell(s.stagingChecked, s.draft('failed'));
    const { status, writes } = recordEnd(story.head, { ...turn, environment: 'staging' }, by);
    expect(status).toBe('RolledBack');
    expect(writes.find((intent) => intentKey(intent).sk === 'turn')).toMatchObject({
      item: { proven: { release: s.release, startedAt: story.head.startedAt } },
    });
  });

  it('quarantines what is unclean, and keeps its turn', () => {
    const story = s.tell(s.productionBaking, s.draft('failed'));
    const { status, writes } = recordEnd(story.head, turn, by);
    expect(status).toBe('Failed');
    expect(outline(writes).at(-1)).toBe('put environment#orders#production quarantine');
    expect(writes.at(-1)).toMatchObject({
      item: { release: s.release, reason: 'It broke.', since: by.at, targets: [s.production] },
    });
    const silent = s.tell(s.productionBaking, s.draft('cancelled'));
    expect(recordEnd(silent.head, turn, by).writes.at(-1)).toMatchObject({
      item: { reason: 'The release ended before its targets were clean.' },
    });
  });

  it('names only the targets that are unclean', () => {
    const second = '444444444444/eu-west-1';
    const evidence = {
      plan: s.digest,
      environments: [
        {
          name: 'staging',
          approval: false,
          bakes: true,
          onFailure: 'rollBackAll' as const,
          waves: [[s.staging, second]],
        },
      ],
    };
    const story = s.tell(
      undefined,
      s.draft('received'),
      { type: 'accepted', ...by, evidence },
      ...s.drafts('staging', 'turnRequested', 'turnTaken', 'preparing', 'failed'),
    );
    expect(recordEnd(story.head, turn, by).writes.at(-1)).toMatchObject({ item: { targets: [s.staging] } });
  });

  it('names the targets that keep the new version although others were rolled back', () => {
    const second = '444444444444/eu-west-1';
    const stop = { name: 'staging', approval: false, bakes: false, onFailure: 'stop' as const };
    const evidence = { plan: s.digest, environments: [{ ...stop, waves: [[s.staging, second]] }] };
    const of = (...types: readonly EventType[]) => types.map((type) => s.draft(type, { target: second }));
    const unclean = s.tell(
      undefined,
      s.draft('received'),
      { type: 'accepted', ...by, evidence },
      ...s.drafts('staging', 'turnRequested', 'turnTaken', 'preparing', 'prepared', 'changeStarted', 'changed'),
      ...s.drafts('staging', 'verified', 'shiftStarted', 'shifted', 'checked'),
      ...of('preparing', 'failed', 'rollbackStarted', 'trafficRestored'),
    );
    expect(recordEnd(unclean.head, turn, by).writes.at(-1)).toMatchObject({
      item: { sk: 'quarantine', targets: [second] },
    });
    const clean = s.tell(unclean, ...of('stackRestored', 'rolledBack'));
    const { status, events } = recordEnd(clean.head, turn, by);
    expect(status).toBe('RolledBack');
    expect(events.at(-1)).toMatchObject({
      type: 'ended',
      evidence: { status: 'RolledBack', kept: [`staging ${s.staging}`] },
    });
  });

  it('leaves the queues', () => {
    const queued = s.tell(s.accepted, s.draft('turnRequested'), s.draft('failed'));
    expect(outline(recordEnd(queued.head, undefined, by).writes)).toContain(
      `delete environment#orders#staging waiter#${s.release}`,
    );
    const superseded = s.tell(s.accepted, s.draft('turnRequested'), s.draft('superseded'));
    const { status, writes } = recordEnd(superseded.head, undefined, by);
    expect(status).toBe('Superseded');
    expect(outline(writes).at(-1)).toBe(`delete environment#orders#staging waiter#${s.release}`);
  });
});
