import { RequestInvalid } from '../../core/contract/errors.ts';
import {
  type Arrival,
  type ArrivalDecision,
  decideArrival,
  recordArrival,
  recordDuplicate,
} from '../../core/ledger/arrival.ts';
import { headItem, versionItem } from '../../core/ledger/items.ts';
import { headKey, versionKey } from '../../core/ledger/keys.ts';
import { problem, type Problem } from '../../core/values/problems.ts';
import { nameUnreadable, parseArtifactKey } from '../../core/values/release-id.ts';
import { keyProblem, sizeProblem } from '../../core/artifact/contents.ts';
import { retryOnConflict } from '../../engine/ledger/update-release.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readItem } from '../../engine/ledger/read.ts';
import type { ObjectCreated } from './event.ts';
import type { ReceiveServices } from './services.ts';

/** Starts a release for an object that was dropped into the bucket, once, however often its event comes. */
export async function receive(
  event: ObjectCreated,
  services: ReceiveServices,
  invocation: InvocationContext,
): Promise<ArrivalDecision> {
  const { bucket, object } = event.detail;
  if (bucket.name !== services.bucket) throw new RequestInvalid(`${bucket.name} is not the release bucket.`);
  const pinned = { bucket: bucket.name, key: object.key, versionId: object['version-id'] };
  const found = await services.artifacts.facts(pinned);
  const { uploadedAt, ...facts } = found ?? {};
  const named = parseArtifactKey(pinned.key);
  const seen: Omit<Arrival, 'row' | 'newest' | 'newestEndedAt'> = {
    ...(named ?? nameUnreadable(pinned.key, pinned.versionId)),
    artifact: { ...pinned, ...facts },
    ...(uploadedAt === undefined ? {} : { uploadedAt }),
    events: services.events,
    problems: [
      keyProblem(pinned.key),
      found === undefined ? gone(pinned.key) : sizeProblem(pinned.key, found.size),
    ].filter((found) => found !== undefined),
  };
  const decision = await retryOnConflict(invocation, () => arrive(seen, services, invocation));
  invocation.about({ release: decision.release });
  invocation.log.info(`Object ${decision.kind}`, { key: pinned.key, versionId: pinned.versionId });
  const starts = decision.kind === 'begin' || (decision.kind === 'duplicate' && decision.start);
  // One that is rejected here has ended already: the reconciler lists it in a digest, and has others told of it.
  await services.schedule.enable();
  if (starts) await services.workflow.start(decision.release);
  return decision;
}

async function arrive(
  seen: Omit<Arrival, 'row' | 'newest' | 'newestEndedAt'>,
  { ledger }: ReceiveServices,
  invocation: InvocationContext,
): Promise<ArrivalDecision | undefined> {
  const row = await readItem(ledger, versionKey(seen.service, seen.version), versionItem);
  const newest = row === undefined ? undefined : await readItem(ledger, headKey(row.release), headItem);
  const ended = newest?.endedAt === undefined ? {} : { newestEndedAt: newest.endedAt };
  const arrival: Arrival = { ...seen, row, newest: newest?.status, ...ended };
  const decision = decideArrival(arrival);
  if (decision.kind === 'duplicate') {
    const known = recordDuplicate(arrival);
    if (known.length > 0) await ledger.write(known);
    return decision;
  }
  const { writes } = recordArrival(arrival, decision, { at: invocation.now(), actor: invocation.actor });
  return (await ledger.write(writes)) === 'already' ? undefined : decision;
}

function gone(key: string): Problem {
  return problem('artifact.gone', key, `The object "${key}" was deleted before it could be read: drop it again.`);
}
