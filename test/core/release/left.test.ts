import { expect, it } from 'vitest';
import { describeRelease } from '../../../core/contract/api/documents.ts';
import { recordEnd } from '../../../core/ledger/end.ts';
import { describeEnd } from '../../../core/notify/end-notice.ts';
import { adviceFor } from '../../../core/release/advice.ts';
import { describeLeft, type Left, mostLeft, recordedLeft } from '../../../core/release/left.ts';
import * as s from '../samples.ts';

const left = (more: Partial<Left>): Left => ({
  ...{ environment: 'production', target: '333333333333/us-east-1', logicalId: 'Orders', type: 'AWS::DynamoDB::Table' },
  ...{ physicalId: 'shop-orders', holds: 'data', next: 'imported' },
  ...more,
});

it('people read what stays, where, why, and what becomes of it', () => {
  const [imported, named, unnamed] = describeLeft([
    left({}),
    left({ next: 'named' }),
    left({ holds: 'unknown', next: 'unnamed' }),
  ]);
  expect(imported).toBe(
    'Orders (AWS::DynamoDB::Table) shop-orders in account 333333333333, region us-east-1, which this release made, holds data and stays. The next release that has it by this name takes it over.',
  );
  expect(named).toMatch(
    /each release that has it by this name fails \(docs\/operating\.md, "What a rollback leaves"\)\.$/,
  );
  expect(unnamed).toMatch(
    /cannot be shown to be empty and stays\. No release can take it over, because its name is made up/,
  );
  expect(adviceFor({ status: 'RolledBack', left: [left({})] })).toContain('holds data and stays.');
});

it('where there is more than an end can name, it says where all are named', () => {
  const many = Array.from({ length: mostLeft }, (_, index) => left({ physicalId: String(index) }));
  expect(describeLeft(many).at(-1)).toMatch(/There may be more/);
  expect(describeLeft([])).toEqual([]);
});

it('is read from the evidence of an end, and from no other', () => {
  expect(recordedLeft({ status: 'RolledBack', left: [left({})] })).toEqual([left({})]);
  expect(recordedLeft({ left: 'something' })).toEqual([]);
  expect(recordedLeft(undefined)).toEqual([]);
});

it('is in the ledger, in mails and pages, and in the API; after an end that is good it is not', () => {
  const back = ['rollbackStarted', 'trafficRestored', 'stackRestored', 'rolledBack'] as const;
  const held = s.tell(s.accepted, ...s.drafts('staging', 'turnRequested', 'turnTaken', 'preparing'));
  const undone = s.tell(s.tell(held, s.draft('failed')), ...s.drafts('staging', ...back));
  const turn = { service: 'orders', environment: 'staging', fence: 1, holder: s.release, takenAt: s.moment(0) };
  const by = { at: s.moment(9), actor: 'sluice-gate' };
  const stays = [left({ environment: 'staging', target: s.staging })];
  const { head, events } = recordEnd(undone.head, turn, by, { left: stays });
  expect(recordedLeft(events.at(-1)?.evidence)).toEqual(stays);
  expect(describeEnd(head, [], 'https://api').lines.join(' ')).toContain(describeLeft(stays)[0]);
  expect(describeRelease(head).left).toEqual(stays);
  expect(describeRelease(undone.head)).not.toHaveProperty('left');
  expect(recordEnd(s.productionDone.head, undefined, by, { left: stays }).head).not.toHaveProperty('left');
});
