import { cancelRelease } from '../core/release/actions/cancel.ts';
import { continueRelease } from '../core/release/actions/continue.ts';
import { promoteVersion } from '../core/release/actions/promote.ts';
import { type DemandAnswer, retryRelease } from '../core/release/actions/retry.ts';
import { rollBackEnvironment } from '../core/release/actions/roll-back.ts';
import type { ActionAnswer } from '../core/release/actions/action.ts';
import type { EnvironmentPhase, ReleaseHead, TargetPhase } from '../core/release/head.ts';
import { isEnd, type ReleaseStatus, releaseStatuses } from '../core/release/status.ts';

/** Where a release stands in production, its last environment, or in staging before it, for every status that there is. */
interface Stage {
  readonly staging: EnvironmentPhase;
  readonly production: EnvironmentPhase;
  readonly target: TargetPhase;
}

const before: Stage = { staging: 'done', production: 'waiting', target: 'pending' };

const stages: Readonly<Record<ReleaseStatus, Stage>> = {
  Received: before,
  Accepted: { ...before, staging: 'waiting' },
  LookingAhead: before,
  AwaitingApproval: { ...before, production: 'approvalPending' },
  AwaitingTurn: { ...before, production: 'queued' },
  AwaitingWindow: { ...before, production: 'queued' },
  AwaitingAlarm: { ...before, production: 'held' },
  AwaitingStack: { ...before, production: 'held', target: 'preparing' },
  Deploying: { ...before, production: 'held', target: 'shifting' },
  AwaitingDecision: { ...before, production: 'held', target: 'changed' },
  Baking: { ...before, production: 'baking', target: 'checked' },
  Monitoring: { ...before, production: 'monitoring', target: 'checked' },
  Settling: { ...before, production: 'proven', target: 'settling' },
  RollingBack: { ...before, production: 'held', target: 'rollingBack' },
  Ending: { ...before, production: 'declined' },
  Succeeded: { ...before, production: 'done', target: 'settled' },
  Rejected: before,
  Declined: { ...before, production: 'declined' },
  Expired: { ...before, production: 'expired' },
  Superseded: { ...before, production: 'superseded' },
  Cancelled: before,
  RolledBack: { ...before, production: 'undone', target: 'rolledBack' },
  Failed: { ...before, production: 'held', target: 'rollbackFailed' },
};

const at = '2026-11-20T10:00:00.000Z';
const who = { by: 'robin@example.com', at, reason: 'Why', principal: 'arn' };
const digest = 'a'.repeat(64);
const where = { service: 'orders', environment: 'production', account: '333333333333', region: 'us-east-1' };

/** A release of each status. */
export function sampleHead(status: ReleaseStatus): ReleaseHead {
  const { staging, production, target } = stages[status];
  const common = { approval: true, bakes: true, onFailure: 'rollBackAll' } as const;
  const unknown = status === 'Received' || status === 'Rejected';
  return {
    ...{ release: 'orders-1.4.2-a1', service: 'orders', version: '1.4.2', attempt: 1, status },
    artifact: { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v', sha256: digest },
    ...{ startedAt: at, updatedAt: at, sequence: 9, hash: digest },
    ...(status === 'RollingBack' || status === 'RolledBack' || status === 'Failed'
      ? { failure: { error: 'CheckFailed', reason: 'The alarm Errors fires.', sequence: 8 } }
      : {}),
    ...(status === 'Cancelled' ? { cancelled: 8 } : {}),
    ...(status === 'Rejected' ? { rejected: 2 } : {}),
    ...(isEnd(status) ? { endedAt: at } : {}),
    ...(unknown
      ? { order: [], environments: {} }
      : {
          environment: 'production',
          order: ['staging', 'production'],
          environments: {
            staging: { ...common, phase: staging, targets: { '222222222222/us-east-1': 'settled' } },
            production: { ...common, phase: production, targets: { '333333333333/us-east-1': target } },
          },
        }),
  };
}

/** What a release of each status answers to each action, in words: no cell is empty. */
export function answersOf(
  status: ReleaseStatus,
): Readonly<Record<'cancel' | 'continue' | 'retry' | 'rollback', string>> {
  const head = sampleHead(status);
  return {
    cancel: inWords(cancelRelease(head, who)),
    continue: inWords(continueRelease(head, who)),
    retry: ofDemand(retryRelease(head, ['staging', 'production'])),
    rollback: ofRollback(head),
  };
}

function inWords(answer: ActionAnswer): string {
  return answer.answer === 'refused' ? `– ${answer.why}` : answer.follows;
}

function ofDemand(answer: DemandAnswer): string {
  if ('why' in answer) return `– ${answer.why}`;
  const { environments, kind } = answer.origin;
  return `A new attempt (${kind}) in ${environments.join(', ')}.`;
}

/** Version 1.4.1 served before; this release has the turn as long as it is in production, and is live where it has succeeded. */
function ofRollback(head: ReleaseHead): string {
  const phase = head.environments['production']?.phase ?? 'waiting';
  const holds = ['held', 'baking', 'monitoring', 'proven'].includes(phase);
  const earlier = { release: 'orders-1.4.1-a1', version: '1.4.1', since: at, stackId: 'stack', aliases: [] };
  const own = { release: head.release, version: head.version, since: at, stackId: 'stack', aliases: [] };
  const oldest = { release: 'orders-1.4.0-a1', version: '1.4.0', since: at, stackId: 'stack', aliases: [] };
  const serves = phase === 'done' || phase === 'proven' ? own : earlier;
  const answer = rollBackEnvironment({
    ...{ service: 'orders', environment: 'production', to: undefined, blocked: [] },
    holder: holds ? head : undefined,
    live: [{ ...where, ...serves }],
    served: (serves === own ? [own, earlier, oldest] : [earlier, oldest]).map((live, age) => ({
      ...where,
      ...{ at: `2026-11-${20 - age}T10:00:00.000Z`, cause: 'settleStarted' as const, by: live.release, live },
    })),
  });
  if ('why' in answer) return `– ${answer.why}`;
  const cancels = answer.cancel === undefined ? [] : ['It is cancelled, which brings 1.4.1 back'];
  const brings = answer.back === undefined ? [] : [`A release brings version ${answer.back.version} back`];
  const blocks = answer.block === undefined ? [] : [`version ${answer.block.version} is blocked`];
  return `${[...cancels, ...brings, ...blocks].join('; ')}.`;
}

/** docs/actions.md */
export function actionsPage(): string {
  const rows = releaseStatuses.map((status) => {
    const { cancel, continue: goOn, retry, rollback } = answersOf(status);
    return `| \`${status}\` | ${[cancel, goOn, retry, rollback].join(' | ')} |`;
  });
  const promotedAfter = (status: ReleaseStatus): string =>
    ofDemand(
      promoteVersion({
        ...{ version: '1.4.2', environment: 'production', hotfix: false, hotfixes: false, blocked: false },
        ...{ earlier: ['staging'], attempts: [sampleHead(status)] },
      }),
    );
  return [
    '# What a person can do to a release, in each of its states',
    '',
    'Made from the code by `npm run schemas`: what `orders-1.4.2-a1` answers, which goes to staging and production, where version 1.4.1 served before. A dash: it is refused, with this sentence.',
    `\`sluice promote\` asks where its version has proven itself: ${promotedAfter('Declined')} While a release brings the version there, no second one is begun: ${promotedAfter('Deploying')}`,
    'But where its version is blocked, it waits for nothing else than a promotion; and a hotfix passes over the earlier environments that a release is still in.',
    '`sluice hold`, `release-hold` and `clear` are about environments; `approve` and `decline` about approvals.',
    '',
    '<!-- prettier-ignore-start -->',
    '',
    '| status | `cancel` | `continue` | `retry` | `rollback orders production` |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}
