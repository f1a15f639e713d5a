import { describe, expect, it } from 'vitest';
import { recordEvents } from '../../../core/ledger/record.ts';
import { claimMessage, closeMessage, deliveryKey, messageItem } from '../../../core/notify/outbox.ts';
import { tellProgress } from '../../../core/notify/progress.ts';
import { describeUnreached, unreached } from '../../../core/notify/unreached.ts';
import * as s from '../samples.ts';

const { head } = s.accepted;
const told = { ...head, slack: true as const };

describe('what Slack is told of a release', () => {
  it('is one item, which each transition that matters replaces', () => {
    const [write, ...others] = tellProgress(told, ['lookingAhead', 'approvalRequested']);
    expect(others).toEqual([]);
    expect(write?.item).toMatchObject({
      sk: 'message#progress',
      pending: [{ to: 'slack' }],
      gsi3pk: 'open#message',
      attempts: 0,
    });
    expect(write).not.toHaveProperty('condition');
  });
  it('is nothing where it is not told of there, or nothing else is to be said', () => {
    expect(tellProgress(head, ['accepted'])).toEqual([]);
    expect(tellProgress(told, ['lookingAhead', 'verified'])).toEqual([]);
  });
  it('is written with the transition', () => {
    const { writes } = recordEvents(told, [s.draft('cancelled')]);
    expect(writes.map((one) => (one.write === 'put' ? one.item.sk : ''))).toContain('message#progress');
  });

  it('goes to the channels of the plan; an attempt ends only what it began with', () => {
    const message = messageItem.parse(tellProgress(told, ['accepted'])[0]?.item);
    const { message: next, write } = claimMessage(
      message,
      { mail: ['a@example.com'], slack: ['C0000TOLD1', 'U000000ADA'] },
      s.moment(1),
    );
    expect(next.pending).toEqual([{ to: 'slack:C0000TOLD1' }, { to: 'slack:U000000ADA' }]);
    expect(write.condition).toEqual({
      expression: '#a = :a AND #about.#sequence = :sequence',
      names: { '#a': 'attempts', '#about': 'about', '#sequence': 'sequence' },
      values: { ':a': 0, ':sequence': head.sequence },
    });
    const failed = [{ to: 'slack:C0000TOLD1', problem: 'Slack is down.' }];
    const closed = messageItem.parse(closeMessage(next, failed, s.moment(2)).item);
    expect(unreached([closed]).map(describeUnreached)).toEqual([
      expect.stringMatching(/^Slack C0000TOLD1 could not be told how the release stands in 1 attempt: Slack is down\./),
    ]);
    expect(deliveryKey(next, { to: 'slack:C0000TOLD1' })).toMatch(/^[0-9a-f]{32}$/);
  });
});
