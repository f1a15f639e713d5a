import {
  describeVerification,
  VERIFIED,
  type VerificationDocument,
  verificationQuery,
} from '../../core/contract/api/verification.ts';
import { eventKey, eventPrefix, releasePartition } from '../../core/ledger/keys.ts';
import { type ReleaseEvent, releaseEventSchema } from '../../core/release/events.ts';
import type { StoredItem } from '../../adapters/dynamodb/ledger.ts';
import { findRelease } from './releases.ts';
import { type Query, readQuery } from './read-query.ts';
import type { ReadServices } from './services.ts';

/** Recomputes a part of a release's chain. @throws RequestInvalid, NotInLedger */
export async function verifyRelease(services: ReadServices, id: string, query: Query): Promise<VerificationDocument> {
  const { after } = readQuery(verificationQuery, query);
  const head = await findRelease(services, id);
  const { ledger } = services;
  const before = after === 0 ? undefined : readable(await ledger.get(eventKey(head.release, after)));
  const { items } = await ledger.query(releasePartition(head.release), {
    prefix: eventPrefix,
    limit: VERIFIED,
    ...(after === 0 ? {} : { start: { ...eventKey(head.release, after) } }),
  });
  return describeVerification(head, after, before, items.map(readable));
}

/** A transition; undefined where what is there is none: somebody changed it. */
function readable(item: StoredItem | undefined): ReleaseEvent | undefined {
  const event = Object.entries(item ?? {}).filter(([name]) => name !== 'pk' && name !== 'sk');
  return releaseEventSchema.safeParse(Object.fromEntries(event)).data;
}
