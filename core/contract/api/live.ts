import type { LiveItem } from '../../ledger/items.ts';
import { secondsBetween } from '../../values/duration.ts';
import { movedPercent, parseRollout } from '../../values/rollout.ts';
import type { LiveDocument } from './documents.ts';

/** What is live in one target, as the API shows it. @param now for how far the users have moved */
export function describeLive({ shift, ...item }: LiveItem, now: string): LiveDocument {
  const live = { ...item };
  delete live.fence;
  const own = {
    ...(live.release === undefined ? {} : { release: live.release }),
    ...(live.version === undefined ? {} : { version: live.version }),
  };
  if (shift === undefined) return { ...live, serves: [{ ...own, percent: 100 }] };
  const percent = movedPercent(parseRollout(shift.rollout), secondsBetween(shift.startedAt, now));
  const serves = [
    { ...shift.from, percent: 100 - percent },
    { ...own, percent },
  ];
  return { ...live, serves: serves.filter((one) => one.percent > 0) };
}

/** `1.4.2`; while users move `1.4.1 90 %, 1.4.2 10 % (unproven)`. */
export function describeShares({ serves, unproven }: Pick<LiveDocument, 'serves' | 'unproven'>): string {
  const shares = serves.map(({ version = 'of no release', percent }) =>
    percent === 100 ? version : `${version} ${percent} %`,
  );
  return `${shares.join(', ')}${unproven === true ? ' (unproven)' : ''}`;
}
