import { describe, expect, it } from 'vitest';
import {
  claimNotice,
  closeNotice,
  isDue,
  type NoticeItem,
  noticeItem,
  openNotice,
} from '../../../core/notify/notices.ts';
import type { PutIntent } from '../../../core/ledger/write-intent.ts';
import { moment, release } from '../samples.ts';

const notice: NoticeItem = { release, pending: ['page', 'mail'], attempts: 0, notBefore: moment(0) };

/** The notice that a write leaves in the ledger, and whether it is among what is open. */
function kept({ item }: PutIntent): NoticeItem & { readonly open: boolean } {
  return { ...noticeItem.parse(item), open: 'gsi3pk' in item };
}

describe('a notice', () => {
  it('is opened for an end that is not good, and pages only for one that is not clean', () => {
    expect(openNotice(release, 'Failed', moment(0)).map(kept)).toEqual([{ ...notice, open: true }]);
    expect(openNotice(release, 'RolledBack', moment(0)).map(kept)).toMatchObject([{ pending: ['mail'] }]);
    expect(openNotice(release, 'Succeeded', moment(0))).toEqual([]);
  });

  it('is due when its time has come and somebody is pending', () => {
    expect(isDue(notice, moment(0))).toBe(true);
    expect(isDue({ ...notice, notBefore: moment(1) }, moment(0))).toBe(false);
    expect(isDue({ ...notice, pending: [] }, moment(0))).toBe(false);
  });

  it('is told by one of those who set out at once, who then has time for it', () => {
    const { notice: next, write } = claimNotice(notice, ['a@example.com', 'b@example.com'], moment(10));
    expect(next).toMatchObject({
      ...{ pending: ['page', 'mail:a@example.com', 'mail:b@example.com'], attempts: 1 },
      notBefore: moment(190),
    });
    expect(write).toMatchObject({
      condition: { names: { '#a': 'attempts' }, values: { ':a': 0 } },
      lost: 'AlreadyDone',
    });
    expect(claimNotice(next, ['c@example.com'], moment(200)).notice.pending).toEqual(next.pending);
  });
});

describe('whoever could not be told', () => {
  const told = { ...notice, pending: ['page', 'mail:a@example.com'] };
  const after = (attempts: number, pending: readonly string[]) =>
    kept(closeNotice({ ...told, attempts }, pending, moment(0)));

  it('is told later: soon at first, then once an hour', () => {
    expect(after(1, ['page'])).toMatchObject({ pending: ['page'], notBefore: moment(60), open: true });
    expect(after(3, ['page']).notBefore).toBe(moment(240));
    expect(after(20, ['page']).notBefore).toBe(moment(3600));
    expect(closeNotice({ ...told, attempts: 3 }, [], moment(0)).condition?.values).toEqual({ ':a': 3 });
  });

  it('is nobody once all were told', () => {
    const done = after(2, []);
    expect(done).toMatchObject({ pending: [], notifiedAt: moment(0), open: false });
    expect(done).not.toHaveProperty('undelivered');
  });

  it('is given up after a day of mails, and named', () => {
    expect(after(23, ['mail:a@example.com'])).toMatchObject({ pending: ['mail:a@example.com'], open: true });
    expect(after(24, ['mail:a@example.com'])).toMatchObject({
      ...{ pending: [], notifiedAt: moment(0), undelivered: ['mail:a@example.com'] },
      open: false,
    });
  });

  it('is never given up when on call', () => {
    const still = after(24, ['page', 'mail:a@example.com']);
    expect(still).toMatchObject({ pending: ['page'], notBefore: moment(3600), undelivered: ['mail:a@example.com'] });
    expect(still).not.toHaveProperty('notifiedAt');
    const again = kept(closeNotice({ ...still, attempts: 25 }, ['page'], moment(0)));
    expect(again).toMatchObject({ pending: ['page'], undelivered: ['mail:a@example.com'], open: true });
  });
});
