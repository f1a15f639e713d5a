import { type KnownAtEnd, recordEnd } from '../../core/ledger/end.ts';
import { leftAtEnd } from '../../core/ledger/left.ts';
import { rollbackFailureReason } from '../../core/notify/end-notice.ts';
import { environmentAtEnd, servingAtEnd } from '../../core/ledger/serving-at-end.ts';
import { currentEnvironment, heldEnvironment, isClean } from '../../core/release/progress.ts';
import { isTold } from '../../core/notify/messages.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { type EndStatus, isEnd } from '../../core/release/status.ts';
import { retryOnConflict } from '../ledger/update-release.ts';
import type { Ledger } from '../../adapters/dynamodb/ledger.ts';
import { readEvents, readHead, readLive, readTargets, readTurn } from '../ledger/read.ts';
import { passTurn } from '../turn/pass-on.ts';
import type { AnswerContext } from '../waits/waits.ts';
import { countDeployments } from './count-deployments.ts';

/** How a release ended. */
interface Ended {
  readonly status: EndStatus;
  /** There is a message about it, or others are told of it on the event bus. */
  readonly told: boolean;
}

/** Ends a release with the outcome in its ledger, and passes on the turn it held or waited for; once ended, nothing changes. */
export async function endRelease(services: AnswerContext, release: string): Promise<Ended> {
  const { ledger, invocation } = services;
  const { status, told, service, environment, ended } = await retryOnConflict(invocation, async () => {
    const head = await readHead(ledger, release);
    const current = environmentAtEnd(head);
    const rest = { service: head.service, environment: current };
    if (isEnd(head.status)) return { status: head.status, told: isTold(head, head.status), ended: false, ...rest };
    const held = heldEnvironment(head);
    const turn = held === undefined ? undefined : await readTurn(ledger, head.service, held);
    const conclusion = recordEnd(
      head,
      turn,
      { at: invocation.now(), actor: invocation.actor },
      { rollbackFailure: await readRollbackFailure(ledger, head), ...(await readTargetsAtEnd(ledger, head, current)) },
    );
    const counted = await countDeployments(ledger, head, invocation);
    const written = await ledger.write([...conclusion.writes, ...counted]);
    const { status: end } = conclusion;
    return written === 'already'
      ? undefined
      : { status: end, told: isTold(conclusion.head, end), ended: true, ...rest };
  });
  if (ended) invocation.measure({ metric: 'Releases', value: 1, of: status }, { release, service });
  if (environment !== undefined) await passTurn(services, { service, environment });
  return { status, told };
}

/** What serves where the release ends, and what it left there: read only where it did not come to the end of its environments. */
async function readTargetsAtEnd(
  ledger: Ledger,
  head: ReleaseHead,
  environment: string | undefined,
): Promise<Pick<KnownAtEnd, 'serves' | 'left'>> {
  if (environment === undefined || currentEnvironment(head) === undefined) return {};
  const [items, live] = await Promise.all([
    readTargets(ledger, head.release, environment),
    readLive(ledger, head.service, environment),
  ]);
  const serves = servingAtEnd(head, environment, items, live);
  return { serves, left: leftAtEnd(environment, items) };
}

/** Why the rollback did not finish: read only where it did not. */
async function readRollbackFailure(ledger: Ledger, head: ReleaseHead): Promise<string | undefined> {
  const state = head.environments[heldEnvironment(head) ?? ''];
  return state === undefined || isClean(state)
    ? undefined
    : rollbackFailureReason(head, await readEvents(ledger, head.release));
}
