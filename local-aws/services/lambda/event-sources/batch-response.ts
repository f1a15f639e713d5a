import * as z from 'zod';
import type { Invoked } from '../invoker.ts';

const response = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * Which records of a batch failed, by what the function answered; `all` after an error, and after an answer that is no report.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 * @param ids of the batch's records
 */
export function failedItems(
  { failed, payload }: Invoked,
  reports: boolean,
  ids: readonly string[],
): 'all' | ReadonlySet<string> {
  if (failed) return 'all';
  if (!reports) return new Set();
  const read = response.safeParse(parsed(payload));
  if (!read.success) return 'all';
  const items = (read.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return items.every((item) => ids.includes(item)) ? new Set(items) : 'all';
}

function parsed(json: string): unknown {
  return JSON.parse(json);
}
