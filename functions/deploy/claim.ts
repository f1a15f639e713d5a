import { stackClaimItem } from '../../core/ledger/items.ts';
import { claimKeys, claimStack } from '../../core/ledger/stack-claims.ts';
import type { WriteIntent } from '../../core/ledger/write-intent.ts';
import { readItem } from '../../engine/ledger/read.ts';
import { retryOnConflict } from '../../engine/ledger/update-release.ts';
import type { TargetContext, TargetView } from './target-context.ts';

/**
 * Makes the name of the target's stack this service's and environment's, before anything touches the stack. It stays so, whatever
 * becomes of the release. @throws StackTaken
 */
export async function claimTargetStack(work: TargetContext): Promise<void> {
  const { services, invocation } = work;
  await retryOnConflict(invocation, async () => {
    const writes = await claimWrites(work);
    if (writes.length > 0) await services.ledger.write(writes);
    return 'claimed';
  });
}

/** The name could be claimed now. It is not: only a release does. @throws StackTaken */
export async function requireClaimable(work: TargetView): Promise<void> {
  await claimWrites(work);
}

async function claimWrites({ services, invocation, release, plan, item, where }: TargetView): Promise<WriteIntent[]> {
  const { ledger } = services;
  const [own, ...beginnings] = claimKeys(item);
  if (own === undefined) return [];
  const claimed = await readItem(ledger, own, stackClaimItem);
  // The rows around it are written together with it, once.
  const around = claimed?.state === 'claimed' ? [] : beginnings;
  const rows = [claimed, ...(await Promise.all(around.map((key) => readItem(ledger, key, stackClaimItem))))];
  const { service } = plan.manifest;
  return claimStack({ ...where, stackName: item.stackName, service, release, at: invocation.now() }, rows);
}
