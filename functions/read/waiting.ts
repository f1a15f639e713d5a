import type * as z from 'zod';
import type { Caller } from '../../core/approval/caller.ts';
import { decodeCursor } from '../../core/contract/api/cursor.ts';
import { describeWaiting, type waitingList, waitingQuery } from '../../core/contract/api/people.ts';
import { RequestInvalid } from '../../core/contract/errors.ts';
import { parseCorrelationKey } from '../../core/ledger/correlation-key.ts';
import { approvalItem, headItem, waitItem } from '../../core/ledger/items.ts';
import { approvalKey, headKey, openWaits } from '../../core/ledger/keys.ts';
import { waitShapes } from '../../core/ledger/list-keys.ts';
import { parseItem } from '../../engine/ledger/read.ts';
import { keyTexts, page } from './releases.ts';
import { type Query, readQuery } from './read-query.ts';
import type { ReadServices } from './services.ts';

/** Open waits that a page looks through. */
const PAGE = 100;

/** The open approvals that ask the caller: found among what is open, which does not grow with the ledger. @throws RequestInvalid */
export async function listWaiting(
  { ledger }: ReadServices,
  caller: Caller | undefined,
  query: Query,
  now: string,
): Promise<z.infer<typeof waitingList>> {
  if (caller === undefined) throw new RequestInvalid('This request must be signed with IAM credentials.');
  const { cursor } = readQuery(waitingQuery, query);
  const list = ['approvals'];
  const start = cursor === undefined ? undefined : decodeCursor(list, cursor, waitShapes);
  const { items: keys, next } = await ledger.queryIndex('open', openWaits, { limit: PAGE, start });
  const waits = (await ledger.getAll(keys)).map((item) => parseItem(waitItem, item));
  const asked = waits.flatMap(({ release, correlation }) => {
    const known = parseCorrelationKey(correlation);
    return known?.kind === 'approval' ? [{ release, approval: known.approval }] : [];
  });
  const releases = [...new Set(asked.map(({ release }) => release))];
  const [approvals, heads] = await Promise.all([
    ledger.getAll(asked.map(({ release, approval }) => approvalKey(release, approval))),
    ledger.getAll(releases.map(headKey)),
  ]);
  const headOf = new Map(heads.map((item) => parseItem(headItem, item)).map((head) => [head.release, head]));
  const waiting = approvals.flatMap((item) => {
    const approval = parseItem(approvalItem, item);
    const head = headOf.get(approval.release);
    return head === undefined ? [] : (describeWaiting(approval, head, caller, now) ?? []);
  });
  const { items, ...more } = page(
    waiting.sort((a, b) => (`${a.deadline}${a.approval}` < `${b.deadline}${b.approval}` ? -1 : 1)),
    list,
    next === undefined ? undefined : keyTexts(next),
  );
  return { approvals: items, ...more };
}
