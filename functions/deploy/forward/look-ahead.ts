import { secondsBetween } from '../../../core/values/duration.ts';
import { SluiceError, StackBusy, TargetBusy, TargetNotReady } from '../../../core/contract/errors.ts';
import { type InService, quarantineItem } from '../../../core/ledger/items.ts';
import { quarantineKey } from '../../../core/ledger/keys.ts';
import { putTarget } from '../../../core/ledger/target.ts';
import { digestOf } from '../../../core/release/chain.ts';
import { clientToken } from '../../../core/release/client-token.ts';
import type { TaskInput, TaskOutput } from '../../../core/contract/tasks.ts';
import { environmentOf } from '../../../core/release/plan.ts';
import type { ChangeSummary } from '../../../core/template/change-schema.ts';
import type { Ledger } from '../../../adapters/dynamodb/ledger.ts';
import { updateRelease } from '../../../engine/ledger/update-release.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { readEvents, readItem, readPlan } from '../../../engine/ledger/read.ts';
import { claimTargetStack } from '../claim.ts';
import { requireNobodyMoved } from '../template/moved-users.ts';
import { type Live, readLive } from '../template/live.ts';
import { previewChange } from '../template/preview.ts';
import type { DeployServices } from '../services.ts';
import { openTarget, type TargetContext } from '../target-context.ts';

/**
 * Previews what would change in each target of the environment, for the people who decide, by change sets that are deleted
 * afterwards. @throws StackTaken, TargetNotReady, ChangeFailed
 */
export async function lookAhead(
  { release, environment }: TaskInput<'lookAhead'>,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'lookAhead'>> {
  const { ledger } = services;
  const plan = await readPlan(ledger, release);
  const { result } = await updateRelease({ ledger, invocation }, release, async (head) => {
    const said = await announced(ledger, release, environment);
    if (said !== undefined) return { result: said };
    const { actor } = invocation;
    return {
      result: head.sequence + 1,
      events: [{ type: 'lookingAhead', at: invocation.now(), actor, environment }],
    };
  });
  const targets = environmentOf(plan, environment).waves.flat();
  for (let begin = 0; begin < targets.length; begin += sideBySide) {
    const some = targets.slice(begin, begin + sideBySide);
    await Promise.all(some.map((target) => lookAt({ release, environment, ...target }, result, services, invocation)));
  }
  return {};
}

/** A change set takes seconds, and an environment may have hundreds of targets: one after another would take too long. */
const sideBySide = 10;

/** Number of the event that announced it, unless that preview has become void. */
async function announced(ledger: Ledger, release: string, environment: string): Promise<number | undefined> {
  const events = await readEvents(ledger, release);
  const last = events.findLast(
    (event) => (event.type === 'lookingAhead' || event.type === 'approvalVoided') && event.environment === environment,
  );
  return last?.type === 'lookingAhead' ? last.sequence : undefined;
}

interface Place {
  readonly release: string;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
}

async function lookAt(
  place: Place,
  intent: number,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<void> {
  const work = await openTarget(services, invocation, place.release, place);
  // A change set of a stack that is new makes the shell of one.
  await claimTargetStack(work);
  const { inService, summary } = await orUnseen(work, () => summarize(work, intent));
  const item = { ...work.item, lookedAhead: summary };
  // What was in service when it was looked at before may not be any more.
  delete item.inService;
  await services.ledger.write([putTarget(inService === undefined ? item : { ...item, inService })]);
}

/** What would change, and what serves until then; undefined where nobody could look. */
interface Seen {
  readonly summary: ChangeSummary;
  readonly inService?: InService;
}

/** How long another party's change of a stack is waited for before approval is requested without a preview. */
const patienceSeconds = 30;

/**
 * A target of a quarantined environment may be in no state to be previewed, and so is a stack that is being changed by someone
 * else. The release waits nevertheless: its change is previewed once that is over, and approval for it is requested then.
 */
async function orUnseen(work: TargetContext, look: () => Promise<Seen>): Promise<Seen> {
  try {
    return await look();
  } catch (problem) {
    if (problem instanceof StackBusy) return busy(work, problem);
    if (!(problem instanceof TargetNotReady)) throw problem;
    const { service } = work.plan.manifest;
    const key = quarantineKey(service, work.where.environment);
    const quarantine = await readItem(work.services.ledger, key, quarantineItem);
    if (quarantine === undefined) throw problem;
    return unseen(work, `Quarantined since ${quarantine.release}`, 'cleared');
  }
}

/** Most changes take seconds: the workflow tries again first. @throws TargetBusy */
async function busy(work: TargetContext, problem: StackBusy): Promise<Seen> {
  const { services, release, invocation, where, place } = work;
  const events = await readEvents(services.ledger, release);
  const begun = events.findLast((event) => event.type === 'lookingAhead' && event.environment === where.environment);
  const now = invocation.now();
  if (secondsBetween(begun?.at ?? now, now) < patienceSeconds)
    throw new TargetBusy(problem.message, { ...place, cause: problem });
  return unseen(work, 'The stack is being changed by someone else', 'over');
}

function unseen({ release, targetName: name, item }: TargetContext, why: string, until: string): Seen {
  const sentence = `${why}: the change is previewed, and approval requested again, once that is ${until}.`;
  const summary: ChangeSummary = {
    digest: digestOf(['not looked at', release, name]),
    partial: true,
    resources: [],
    warnings: [{ code: 'not-looked-at', logicalId: item.stackName, sentence }],
  };
  return { summary };
}

async function summarize(work: TargetContext, intent: number): Promise<Seen> {
  const live = await readLive(work, StackBusy);
  try {
    const seen = await preview(work, live, intent);
    if (live === undefined) await removeEmptyStack(work, intent);
    return seen;
  } catch (problem) {
    // The release ends here: nobody else would remove it.
    const ends = problem instanceof SluiceError && problem.kind === 'business';
    if (live === undefined && ends) await removeEmptyStack(work, intent);
    throw problem;
  }
}

async function preview(work: TargetContext, live: Live | undefined, intent: number): Promise<Seen> {
  const { target, item } = work;
  const { inService, ...seen } = await previewChange(work, live, intent);
  if (seen.adoption !== undefined) return { summary: seen.adoption, inService };
  await requireNobodyMoved(work, seen.proposed);
  const { changeSet, summary } = seen.proposed;
  await target.stacks.deleteChangeSet(item.stackName, changeSet.id);
  return { summary, inService };
}

/**
 * The change set of a stack that does not exist yet leaves an empty stack behind (REVIEW_IN_PROGRESS). Another release, whose turn it is,
 * may have begun to make something of it meanwhile: CloudFormation would delete that, too. @throws TargetBusy
 */
async function removeEmptyStack(work: TargetContext, intent: number): Promise<void> {
  const { target, roles, release, item } = work;
  const stack = await target.stacks.describe(item.stackName);
  if (stack?.status !== 'REVIEW_IN_PROGRESS') return;
  const token = clientToken(release, intent, 'empty stack');
  const refusal = await target.stacks.deleteStack(stack.id, token, roles.cloudFormation);
  if (refusal !== undefined) throw new TargetBusy(refusal, work.place);
}
