import { troubleKey } from '../../core/ledger/keys.ts';
import { isNewTrouble, recordTrouble, troubleItem, troubleSince, type Failure } from '../../core/reconcile/trouble.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readItem } from '../../engine/ledger/read.ts';
import type { WakeServices } from './services.ts';

/** What is looked after. */
type Subject = Pick<Failure, 'release' | 'what' | 'environment' | 'target'>;

/**
 * Does something for one of several: what fails is recorded, and keeps nobody from the others. The reconciler tries again.
 * @returns since when it has failed; undefined where it did not
 */
export async function lookAfter(
  services: WakeServices,
  invocation: InvocationContext,
  subject: Subject,
  work: (invocation: InvocationContext) => Promise<void>,
): Promise<string | undefined> {
  const own = invocation.of(subject);
  try {
    await work(own);
    return undefined;
  } catch (problem) {
    return noteTrouble(services, own, subject, problem);
  }
}

/**
 * Records that something could not be looked after. An error in the log when it begins, a warning while it lasts.
 * @returns since when; now where that cannot be recorded
 */
async function noteTrouble(
  { ledger }: WakeServices,
  invocation: InvocationContext,
  { release, what, environment, target }: Subject,
  problem: unknown,
): Promise<string> {
  try {
    const reason = problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem);
    const place = {
      ...(environment === undefined ? {} : { environment }),
      ...(target === undefined ? {} : { target }),
    };
    const failure: Failure = { release, what, ...place, reason, at: invocation.now() };
    const known = await readItem(ledger, troubleKey(release, what), troubleItem);
    if (isNewTrouble(known, failure)) invocation.log.error('Could not be looked after', problem);
    else invocation.log.warn('Still cannot be looked after', { what, reason });
    await ledger.write(recordTrouble(known, failure));
    return troubleSince(known, failure);
  } catch (second) {
    invocation.log.error('A trouble could not be recorded', second);
    return invocation.now();
  }
}
