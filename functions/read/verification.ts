import {
  describeVerification,
  VERIFIED,
  type VerificationDocument,
  verificationQuery,
} from '../../core/contract/api/verification.ts';
import { DataUnreadable, EngineUnavailable } from '../../core/contract/errors.ts';
import { openSealed, type SealedHead, sealedHead, sealedHeadKey } from '../../core/ledger/digests/document.ts';
import { eventKey, eventPrefix, releasePartition } from '../../core/ledger/keys.ts';
import { type ReleaseEvent, releaseEventSchema } from '../../core/release/events.ts';
import type { StoredItem } from '../../adapters/dynamodb/ledger.ts';
import { findRelease } from './releases.ts';
import { type Query, readQuery } from './read-query.ts';
import type { ReadServices } from './services.ts';

/** Recomputes a part of a release's chain, and holds its end to the digests. @throws RequestInvalid, NotInLedger, EngineUnavailable */
export async function verifyRelease(
  services: ReadServices,
  id: string,
  query: Query,
  now: string,
): Promise<VerificationDocument> {
  const { after } = readQuery(verificationQuery, query);
  const head = await findRelease(services, id);
  const { ledger } = services;
  const before = after === 0 ? undefined : readable(await ledger.get(eventKey(head.release, after)));
  const { items } = await ledger.query(releasePartition(head.release), {
    prefix: eventPrefix,
    limit: VERIFIED,
    ...(after === 0 ? {} : { start: { ...eventKey(head.release, after) } }),
  });
  const sealed = after + VERIFIED < head.sequence ? undefined : await readSealed(services, head.release);
  return describeVerification(head, after, { before, events: items.map(readable), sealed }, now);
}

/** The head of a release in the bucket of digests; undefined where there is none. @throws DataUnreadable, EngineUnavailable */
async function readSealed({ digests }: ReadServices, release: string): Promise<SealedHead | undefined> {
  const key = sealedHeadKey(release);
  const text = await digests.text(key).catch((problem: unknown) => {
    const why = problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem);
    throw new EngineUnavailable(`The bucket of digests cannot be read: ${why}.`, { release, cause: problem });
  });
  if (text === undefined) return undefined;
  const sealed = openSealed(sealedHead, text);
  if (sealed?.release === release) return sealed;
  throw new DataUnreadable(`The object ${key} in the bucket of digests is no head of this release.`, { release });
}

/** A transition; undefined where what is there is none: somebody changed it. */
function readable(item: StoredItem | undefined): ReleaseEvent | undefined {
  const event = Object.entries(item ?? {}).filter(([name]) => name !== 'pk' && name !== 'sk');
  return releaseEventSchema.safeParse(Object.fromEntries(event)).data;
}
