import { describe, expect, it } from 'vitest';
import { isTold, tellDeciders, tellEnd, tellTrouble } from '../../../core/notify/messages.ts';
import {
  claimMessage,
  closeMessage,
  deliveryKey,
  dropMessage,
  isDue,
  type MessageItem,
  messageItem,
  notReached,
} from '../../../core/notify/outbox.ts';
import { describeUnreached, unreached } from '../../../core/notify/unreached.ts';
import type { PutIntent } from '../../../core/ledger/write-intent.ts';
import { endStatuses } from '../../../core/release/status.ts';
import { approval, moment, productionAsked, release } from '../samples.ts';

const message: MessageItem = {
  release,
  about: { kind: 'end' },
  pending: [{ to: 'page' }, { to: 'mail' }],
  attempts: 0,
  notBefore: moment(0),
};
const a = { to: 'mail:a@example.com' };
const refused = { ...a, problem: 'MessageRejected: not verified.' };

/** The message that a write leaves in the ledger, and whether it is among what is open. */
function kept({ item }: PutIntent): MessageItem & { readonly open: boolean } {
  return { ...messageItem.parse(item), open: 'gsi3pk' in item };
}

describe('a message', () => {
  it('is written for an end that is not good, and pages only for one that is not clean', () => {
    const { head } = productionAsked;
    expect(tellEnd(head, 'Failed', moment(0)).map(kept)).toEqual([{ ...message, open: true }]);
    expect(tellEnd(head, 'RolledBack', moment(0)).map(kept)).toEqual([
      { ...message, pending: [{ to: 'mail' }], open: true },
    ]);
    for (const status of endStatuses) {
      const told = ['Failed', 'RolledBack', 'Rejected'].includes(status);
      expect([status, isTold(head, status)]).toEqual([status, told]);
      if (!told) expect(tellEnd(head, status, moment(0))).toEqual([]);
    }
  });

  it('is written for everybody who may decide an approval, once each; not for its author', () => {
    const people = [
      { name: 'Ada', email: 'ada@example.com' },
      { name: 'Ada again', email: 'ada@example.com' },
      { name: 'Dana', email: 'dana@example.com' },
    ];
    const asked = { ...approval, author: 'Dana <dana@example.com>', people, selfApproval: false };
    expect(tellDeciders(asked).map(kept)).toMatchObject([
      {
        about: { kind: 'approval', approval: approval.approval },
        pending: [{ to: 'mail:ada@example.com' }],
        open: true,
      },
    ]);
    expect(tellDeciders({ ...asked, selfApproval: true }).map(kept)).toMatchObject([
      { pending: [{ to: 'mail:ada@example.com' }, { to: 'mail:dana@example.com' }] },
    ]);
    expect(tellDeciders({ ...asked, people: people.slice(2) })).toEqual([]);
  });

  it('is written once for a trouble that lasts', () => {
    const trouble = { release, what: 'w1', since: moment(0), lastAt: moment(600) };
    const [write] = tellTrouble(trouble);
    expect(write).toMatchObject({
      item: { sk: `message#trouble-w1-${moment(0)}`, pending: [{ to: 'mail' }], notBefore: moment(600) },
      lost: 'AlreadyDone',
    });
  });

  it('is due when its time has come and somebody is pending', () => {
    expect(isDue(message, moment(0))).toBe(true);
    expect(isDue({ ...message, notBefore: moment(1) }, moment(0))).toBe(false);
    expect(isDue({ ...message, pending: [] }, moment(0))).toBe(false);
  });

  it('is delivered by one of those who set out at once, who then has time for it', () => {
    const { message: next, write } = claimMessage(
      message,
      { mail: ['a@example.com', 'b@example.com'], slack: [] },
      moment(10),
    );
    expect(next).toMatchObject({
      ...{ pending: [{ to: 'page' }, a, { to: 'mail:b@example.com' }], attempts: 1 },
      notBefore: moment(70),
    });
    expect(write).toMatchObject({
      condition: { names: { '#a': 'attempts' }, values: { ':a': 0 } },
      lost: 'AlreadyDone',
    });
    expect(claimMessage(next, { mail: ['c@example.com'], slack: [] }, moment(200)).message.pending).toEqual(
      next.pending,
    );
  });

  it('has a key for each recipient, and for each thing that is told', () => {
    const about = { kind: 'approval', approval: approval.approval } as const;
    const keys = [
      deliveryKey(message, a),
      deliveryKey(message, { to: 'page' }),
      deliveryKey({ ...message, about }, a),
      deliveryKey({ ...message, release: 'orders-1.4.2-a2' }, a),
    ];
    expect(new Set(keys).size).toBe(4);
    expect(deliveryKey({ ...message, attempts: 7 }, refused)).toBe(keys[0]);
  });
});

describe('whoever could not be reached', () => {
  const sent = { ...message, pending: [{ to: 'page' }, a] };
  const after = (attempts: number, failed: MessageItem['pending']) =>
    kept(closeMessage({ ...sent, attempts }, failed, moment(0)));
  const unpaged = { to: 'page', problem: 'the topic is gone.' };

  it('is tried again: soon at first, then once an hour', () => {
    expect(after(1, [unpaged])).toMatchObject({ pending: [unpaged], notBefore: moment(60), open: true });
    expect(after(3, [unpaged]).notBefore).toBe(moment(240));
    expect(after(20, [unpaged]).notBefore).toBe(moment(3600));
    expect(closeMessage({ ...sent, attempts: 3 }, [], moment(0)).condition?.values).toEqual({ ':a': 3 });
  });

  it('is nobody once all were', () => {
    const done = after(2, []);
    expect(done).toMatchObject({ pending: [], closedAt: moment(0), open: false });
    expect(done).not.toHaveProperty('undelivered');
  });

  it('is given up after a day of e-mails, and named', () => {
    expect(after(23, [refused])).toMatchObject({ pending: [refused], open: true });
    expect(after(24, [refused])).toMatchObject({
      ...{ pending: [], closedAt: moment(0), undelivered: [refused] },
      open: false,
    });
  });

  it('is never given up when on call', () => {
    const still = after(24, [unpaged, refused]);
    expect(still).toMatchObject({ pending: [unpaged], notBefore: moment(3600), undelivered: [refused] });
    expect(still).not.toHaveProperty('closedAt');
    const again = kept(closeMessage({ ...still, attempts: 25 }, [unpaged], moment(0)));
    expect(again).toMatchObject({ pending: [unpaged], undelivered: [refused], open: true });
  });

  it('stays on record when what the message tells is over', () => {
    const dropped = kept(dropMessage({ ...message, pending: [a, refused], undelivered: [unpaged] }, moment(9)));
    expect(dropped).toMatchObject({ pending: [], undelivered: [unpaged, refused], closedAt: moment(9), open: false });
    expect(dropMessage(message, moment(9)).item).not.toHaveProperty('undelivered');
  });

  it('is shown with the reason', () => {
    const rejected = Object.assign(new Error('not verified.'), { name: 'MessageRejected' });
    expect([notReached(a, rejected), notReached(a, 'No time').problem]).toEqual([refused, 'No time.']);
    expect(unreached([message, { ...message, pending: [], closedAt: moment(5) }])).toEqual([]);
    const about = { kind: 'approval', approval: approval.approval } as const;
    const shown = unreached([
      { ...message, attempts: 24, pending: [unpaged], undelivered: [refused] },
      { ...message, about, attempts: 1, pending: [refused], notBefore: moment(60) },
    ]);
    expect(shown.map(describeUnreached)).toEqual([
      'a@example.com could not be told of the end in 24 attempts: MessageRejected: not verified. Given up.',
      `The person on call could not be told of the end in 24 attempts: the topic is gone. Next attempt at ${moment(0)}.`,
      `a@example.com could not be told of the approval in 1 attempt: MessageRejected: not verified. Next attempt at ${moment(60)}.`,
    ]);
  });
});
