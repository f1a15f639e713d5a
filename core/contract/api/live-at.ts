import * as z from 'zod';
import { describeCounts, recordedObject } from '../../checks/evidence.ts';
import { decisionWays } from '../../approval/ways.ts';
import type { ApprovalItem, ServedItem } from '../../ledger/items.ts';
import { servedItem } from '../../ledger/items.ts';
import { placeOf, type ReleaseEvent } from '../../release/events.ts';
import { accountId, instant, releaseId, serviceName, sha256 } from '../../values/identifiers.ts';
import { nameTarget } from '../../values/identifiers.ts';
import { liveDocument } from './documents.ts';
import { describeLive } from './live.ts';

/** A moment as people write one, and as a browser's field for date and time sends it, without a zone: that is UTC. */
export function inUtc(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return `${text}T00:00:00Z`;
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text)) return `${text}:00Z`;
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?$/.test(text) ? `${text}Z` : text;
}

/** What served at a moment of the past, who let it through, and on what evidence. */

/** A moment, in any zone; the ledger's are UTC with milliseconds. */
const moment = z.iso
  .datetime({ offset: true, error: 'must be a time such as "2026-11-20T09:00:00Z"' })
  .transform((text) => new Date(text).toISOString());

/** `GET /v1/live`: query. */
export const liveQuery = z.strictObject({
  service: serviceName.exactOptional(),
  account: accountId.exactOptional(),
  /** The moment; now when it is not given. */
  at: moment.exactOptional(),
  cursor: z.string().exactOptional(),
});

/** A person's yes, without which it would not have served. */
const approvedBy = z.strictObject({
  approval: z.string(),
  by: z.string(),
  at: instant,
  via: z.enum(decisionWays),
  reason: z.string().exactOptional(),
});

/** A judgement before it, and the object that holds all of it. */
const judgement = z.strictObject({
  release: releaseId,
  transition: z.int(),
  type: z.string(),
  at: instant,
  /** `12 checks: 11 passed, 1 failed`. */
  checks: z.string(),
  evidence: sha256,
});

/** What serves in a target from a moment on. */
export const servedDocument = liveDocument.extend({
  /** The transition that made it so, and its release: what was rolled back, say. */
  cause: servedItem.shape.cause,
  by: releaseId,
  /** Who let what serves into the environment; empty where nobody was asked. */
  approvals: z.array(approvedBy),
  /** What was judged of the release that caused it, here and until then: the last hundred transitions before. */
  evidence: z.array(judgement),
});
export type ServedDocument = z.infer<typeof servedDocument>;

/** `GET /v1/live?at=…`. */
export const liveAtList = z.strictObject({
  at: instant,
  live: z.array(servedDocument),
  cursor: z.string().exactOptional(),
});

/** What is known of why something served. */
export interface Known {
  /** Of the release that served, in the environment. */
  readonly approvals: readonly ApprovalItem[];
  /** Of the release that caused it, up to the cause. */
  readonly events: readonly ReleaseEvent[];
}

/** What served in a target at a moment; undefined where nothing did. @param item the last before the moment */
export function describeServed(
  item: ServedItem,
  moment: string,
  { approvals, events }: Known,
): ServedDocument | undefined {
  const { live, cause, by, service, environment, account, region } = item;
  if (live === undefined) return undefined;
  const place = { service, environment, account, region };
  return {
    ...describeLive({ ...place, ...live }, moment),
    ...{ cause, by },
    approvals: approvals.flatMap((approval) => givenIn(approval, item)),
    evidence: events.flatMap((event) => judgedIn(event, item)),
  };
}

/** Approvals that were void in the end let nothing through. */
function givenIn({ approval, environment, state, decisions }: ApprovalItem, item: ServedItem): Approved[] {
  if (environment !== item.environment || state !== 'approved') return [];
  return decisions.flatMap(({ by, decision, at, via, reason }) =>
    decision === 'approve' && at <= item.at
      ? [{ approval, by, at, via, ...(reason === undefined ? {} : { reason }) }]
      : [],
  );
}
type Approved = z.infer<typeof approvedBy>;

function judgedIn(event: ReleaseEvent, item: ServedItem): z.infer<typeof judgement>[] {
  const recorded = recordedObject(event.evidence);
  const { environment, target } = placeOf(event);
  const here = environment === item.environment && (target === undefined || target === nameTarget(item));
  if (recorded === undefined || !here || event.at > item.at) return [];
  const { sequence, type, at } = event;
  const checks = describeCounts(recorded.counts);
  return [{ release: item.by, transition: sequence, type, at, checks, evidence: recorded.object.sha256 }];
}
