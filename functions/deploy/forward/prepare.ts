import { describeVerdicts } from '../../../core/checks/verdict.ts';
import { AlarmAlreadyFiring, StackBusy } from '../../../core/contract/errors.ts';
import type { RollbackPoint, TargetItem } from '../../../core/ledger/items.ts';
import type { EventDraft } from '../../../core/release/events.ts';
import { mayFollow } from '../../../core/release/transition.ts';
import { describeParameter } from '../../../core/template/parameter-changes.ts';
import type { AppliedTemplate } from '../../../core/template/steps/chain.ts';
import { describeSteps } from '../../../core/template/steps/describe.ts';
import { describeUnguarded } from '../../../core/template/ways-in/evidence.ts';
import { keepVerdicts } from '../../../engine/ledger/evidence.ts';
import { readFormerRelease, inServiceOf } from '../../../engine/ledger/live.ts';
import { readFiringAlarms } from '../../../engine/waits/read-alarms.ts';
import { updateRelease } from '../../../engine/ledger/update-release.ts';
import { claimTargetStack } from '../claim.ts';
import { announce } from '../announce.ts';
import { openArtifact, publishAssets } from '../template/artifact.ts';
import { proposeChange } from '../template/change.ts';
import { templateKey } from '../template/keys.ts';
import { requireAdopted } from '../template/boundary.ts';
import { requireOwnTemplate } from '../template/own-template.ts';
import { requireNobodyMoved } from '../template/moved-users.ts';
import { requireEntry } from '../template/entry.ts';
import { type Live, readLive } from '../template/live.ts';
import { nextTemplate } from '../template/next-template.ts';
import { keepTemplate } from '../template/kept-templates.ts';
import { requireNextCode } from './readable-code.ts';
import { requireHeaderSecrets } from './header-secrets.ts';
import { requireSeenLoss, requireWayBack, requireWhatIsRequired } from './required.ts';
import { aliasesFirst } from './aliases-first.ts';
import { requireApprovedChange } from './approved-change.ts';
import { phaseOf, targetEvent, type TargetContext } from '../target-context.ts';

/** What is known of a target that is ready for the change, and the transition that records it. */
interface Prepared {
  readonly item: TargetItem;
  readonly event: EventDraft;
}

/**
 * Saves what is live as the rollback point, proves that it can be restored, checks what the release requires, publishes the
 * code, and makes the change set that is going to be executed. To be recorded together with the announcement of the change.
 * @throws StackTaken, TargetNotReady, ChangeFailed, ApprovalVoid, AlarmAlreadyFiring, StackBusy, AdoptionDue
 */
export async function prepare(work: TargetContext): Promise<Prepared> {
  await claimTargetStack(work);
  await requireAlarmsOk(work);
  const intent = await announce(work, 'preparing');
  const found = await readLive(work, StackBusy);
  await requireEntry(work, found);
  const live = await aliasesFirst(work, found);
  await requireAdopted(work, live);
  const former = await formerlyLive(work, live);
  const rollbackPoint = await saveRollbackPoint(work, live);
  await requireWhatIsRequired(work);
  const archive = await openArtifact(work);
  await publishAssets(work, archive);
  const next = await nextTemplate(work, archive, live, intent);
  await requireOwnTemplate(work, archive, next);
  await requireNextCode(work, next, live);
  await requireHeaderSecrets(work, next);
  const proposed = await proposeChange(work, next, { live, former }, intent);
  await requireNobodyMoved(work, proposed);
  const { changeSet, summary, application, guards, unguarded, moved } = proposed;
  await keepTemplate(work, 'next', application.named);
  const unchanged = changeSet.empty;
  if (unchanged) await work.target.stacks.deleteChangeSet(work.item.stackName, changeSet.id);
  await requireApprovedChange(work, summary, {
    changeSet: changeSet.id,
    inService: inServiceOf(live, former),
  });
  await requireSeenLoss(work, summary, changeSet);
  const item: TargetItem = {
    ...work.item,
    rollbackPoint,
    ...(former === undefined ? {} : { formerRelease: former }),
    stackId: changeSet.stackId,
    change: summary,
    changeSetId: changeSet.id,
    unchanged,
    guards,
    ...(application.imported.length === 0 ? {} : { imported: application.imported.map(nameImported) }),
  };
  delete item.lookedAhead; // the same change: it need not be kept twice
  const parameters = (summary.parameters ?? []).map(describeParameter);
  const evidence = {
    changes: summary.resources.length,
    warnings: summary.warnings.map(({ code, logicalId }) => `${logicalId}: ${code}`),
    ...(parameters.length === 0 ? {} : { parameters: parameters.slice(0, mostParameters) }),
    pinned: [...application.pinned],
    steps: [...describeSteps(application.done)],
    ...describeUnguarded(unguarded, moved),
    ...(summary.boundary === undefined ? {} : { boundary: summary.boundary }),
    rollbackTo: rollbackPoint.aliases.map(
      ({ functionName, aliasName, version }) => `${functionName}:${aliasName} ${version ?? '-'}`,
    ),
  };
  const differ = live !== undefined && parameters.length > 0;
  const reason = differ ? `Parameters: ${parameters.join('; ')}.` : undefined;
  return { item, event: { ...targetEvent(work, 'prepared', reason), evidence } };
}

function nameImported({ logicalId, type, physicalId }: AppliedTemplate['imported'][number]) {
  return { logicalId, type, physicalId };
}

/** The target's item has all of them. */
const mostParameters = 20;

/** An alarm that fires before anything was changed would be blamed on the new version: it must be OK first. @throws AlarmAlreadyFiring */
async function requireAlarmsOk(work: TargetContext): Promise<void> {
  const { services, invocation, release, plan, where, targetName: name, item, target, place } = work;
  if (phaseOf(work, work.head) !== 'pending') return;
  const { environment } = where;
  const former = await formerlyLive(work, undefined);
  const { stackName } = item;
  const overriddenAt = work.head.environments[environment]?.overriddenAt;
  const alarms = await readFiringAlarms({ plan, environment, stackName, target, former, overriddenAt });
  if (alarms.length === 0) return;
  const reason = describeVerdicts(alarms);
  const { notPassed, ...kept } = await keepVerdicts(services.evidence, { release, ...where }, alarms);
  await updateRelease({ ledger: services.ledger, invocation }, release, (head) => {
    const event: EventDraft = {
      ...{ type: 'alarmFiring', at: invocation.now(), actor: invocation.actor, environment, target: name, reason },
      evidence: { alarms: notPassed, ...kept },
    };
    const known = head.status === 'AwaitingAlarm' || !mayFollow(head, event);
    return { result: 'told', events: known ? [] : [event] };
  });
  throw new AlarmAlreadyFiring(reason, place);
}

/** The release that is live by the ledger. @param live what AWS says */
function formerlyLive({ services, plan, where }: TargetContext, live: Live | undefined) {
  return readFormerRelease(services.ledger, plan.manifest.service, where, live?.aliases);
}

/** What was read before the change is the rollback point, however often this runs. */
async function saveRollbackPoint(work: TargetContext, live: Live | undefined): Promise<RollbackPoint> {
  const { item, invocation } = work;
  if (live === undefined) return { readAt: invocation.now(), aliases: [] };
  await requireWayBack(work, live);
  await keepTemplate(work, 'live', live.template);
  return {
    readAt: invocation.now(),
    stackId: live.stack.id,
    stackStatus: live.stack.status,
    aliases: [...live.aliases],
    templateKey: templateKey(item, 'live'),
    parameters: { ...live.stack.parameters },
    tags: { ...live.stack.tags },
  };
}
