import { stackClaimItem } from '../../core/ledger/items.ts';
import { claimKeys, claimStack } from '../../core/ledger/stack-claims.ts';
import { readItem } from '../../engine/ledger/read.ts';
import { retryOnConflict } from '../../engine/ledger/update-release.ts';
import type { TargetContext } from './target-context.ts';

/**
 * Makes the name of the target's stack this service's and environment's, before anything touches the stack. It stays so, whatever
 * becomes of the release. @throws StackTaken
 */
export async function claimTargetStack(work: TargetContext): Promise<void> {
  const { services, invocation, release, head, item, where } = work;
  const { ledger } = services;
  const [own, ...beginnings] = claimKeys(item);
  if (own === undefined) return;
  await retryOnConflict(invocation, async () => {
    const claimed = await readItem(ledger, own, stackClaimItem);
    // The rows around it are written together with it, once.
    const around = claimed?.state === 'claimed' ? [] : beginnings;
    const rows = [claimed, ...(await Promise.all(around.map((key) => readItem(ledger, key, stackClaimItem))))];
    const claim = { ...where, stackName: item.stackName, service: head.service, release, at: invocation.now() };
    const writes = claimStack(claim, rows);
    if (writes.length > 0) await ledger.write(writes);
    return 'claimed';
  });
}
