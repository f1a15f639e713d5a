import { describe, expect, it } from 'vitest';
import { describeTrouble } from '../../../core/notify/trouble-notice.ts';
import { isNewTrouble, recordTrouble, troubleItem, type TroubleItem } from '../../../core/reconcile/trouble.ts';
import { moment, production, release } from '../samples.ts';

const failureAt = (seconds: number) => ({
  ...{ release, what: 'w1', environment: 'production', target: production },
  reason: 'TargetUnreachable: no role.',
  at: moment(seconds),
});

/** What is in the ledger after these failures, and how many messages were written. */
function after(...seconds: number[]): { trouble: TroubleItem | undefined; messages: number } {
  let trouble: TroubleItem | undefined;
  let messages = 0;
  for (const second of seconds) {
    const [put, ...told] = recordTrouble(trouble, failureAt(second));
    trouble = troubleItem.parse(put?.write === 'put' ? put.item : {});
    messages += told.length;
  }
  return { trouble, messages };
}

describe('a trouble', () => {
  it('is told once, after ten minutes, however long it lasts', () => {
    expect(after(0, 60, 120).messages).toBe(0);
    const lasting = after(...Array.from({ length: 30 }, (_, minute) => minute * 60));
    expect(lasting).toMatchObject({ messages: 1, trouble: { since: moment(0), lastAt: moment(1740), told: true } });
  });

  it('is another one when all went well in between', () => {
    const { trouble } = after(0, 60);
    expect(isNewTrouble(trouble, failureAt(120))).toBe(false);
    expect(isNewTrouble(trouble, failureAt(1000))).toBe(true);
    expect(isNewTrouble(undefined, failureAt(0))).toBe(true);
    expect(after(0, 60, 1000)).toMatchObject({ messages: 0, trouble: { since: moment(1000) } });
  });

  it('says where, since when and why', () => {
    const { trouble } = after(0);
    if (trouble === undefined) throw new Error('no trouble');
    const { subject, lines } = describeTrouble(trouble, 'https://api.example.com');
    expect(subject).toBe(`Sluice: cannot look after ${release} in production`);
    expect(lines.join(' ')).toContain(`in production (account 333333333333, region us-east-1) since ${moment(0)}.`);
    expect(lines.join(' ')).toContain('TargetUnreachable: no role.');
    const { environment, target, ...ofRelease } = trouble;
    expect([environment, target]).toEqual(['production', production]);
    expect(describeTrouble(ofRelease, '').lines[0]).toBe(
      `The engine cannot look after the release ${release} since ${moment(0)}.`,
    );
  });
});
