import { decodeCursor, encodeCursor } from '../../core/contract/api/cursor.ts';
import { describePlan, type PlanDocument, planQuery } from '../../core/contract/api/plans.ts';
import { RequestInvalid } from '../../core/contract/errors.ts';
import { planningPartition, previewPrefix } from '../../core/ledger/keys.ts';
import { previewItem } from '../../core/planning/items.ts';
import { planningId } from '../../core/values/identifiers.ts';
import { cutText } from '../../core/values/text.ts';
import { readRequest } from '../../engine/http/read-request.ts';
import { parseItem } from '../../engine/ledger/read.ts';
import { keyTexts } from './releases.ts';
import { readPlanning } from '../../engine/planning/read.ts';
import type { ReadServices } from './services.ts';

/** Targets of a page: DynamoDB ends one at 1 MB, whatever is in them. */
const PAGE = 50;

/** What an artifact that is not released would change, and some of its targets. @throws RequestInvalid, NotInLedger */
export async function showPlan(
  { ledger }: ReadServices,
  id: string,
  query: Readonly<Record<string, string>>,
  now: string,
): Promise<PlanDocument> {
  if (!planningId.safeParse(id).success) throw new RequestInvalid(`"${cutText(id, 100)}" is not the id of a plan.`);
  const { cursor } = readRequest(planQuery, query, 'The query is wrong');
  const item = await readPlanning(ledger, id);
  const list = ['plan', id];
  const partition = planningPartition(id);
  const shapes = [{ pk: { is: partition }, sk: { begins: previewPrefix } }];
  const start = cursor === undefined ? undefined : decodeCursor(list, cursor, shapes);
  const { items, next } = await ledger.query(partition, { prefix: previewPrefix, limit: PAGE, start });
  const previews = items.map((one) => parseItem(previewItem, one));
  const document = describePlan(item, previews, now);
  return next === undefined ? document : { ...document, cursor: encodeCursor(list, keyTexts(next)) };
}
