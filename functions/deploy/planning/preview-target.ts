import { SluiceError, StackBusy, TargetBusy } from '../../../core/contract/errors.ts';
import type { TaskInput, TaskOutput } from '../../../core/contract/tasks.ts';
import { previewKey } from '../../../core/ledger/keys.ts';
import { type Preview, type PreviewItem, previewItem, type Refusal } from '../../../core/planning/items.ts';
import { putPreview } from '../../../core/planning/progress.ts';
import { cutText } from '../../../core/values/text.ts';
import type { StackState } from '../../../adapters/cloudformation/stack.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { readItem, readTurn } from '../../../engine/ledger/read.ts';
import { readPlanning, readPlanOf } from '../../../engine/planning/read.ts';
import { requireClaimable } from '../claim.ts';
import { requireHeaderSecrets } from '../forward/header-secrets.ts';
import { requireNextCode } from '../forward/readable-code.ts';
import { requireSeenLoss, requireWayBack, requireWhatIsRequired } from '../forward/required.ts';
import type { DeployServices } from '../services.ts';
import { type TargetView, viewTarget } from '../target-context.ts';
import { requireSeenCut } from '../template/boundary.ts';
import { readLive } from '../template/live.ts';
import { requireNobodyMoved } from '../template/moved-users.ts';
import { previewChange } from '../template/preview.ts';
import { clearTarget, planIntent } from './clear-target.ts';

type Input = TaskInput<'previewTarget'>;

/**
 * Looks at what an artifact that is not released would change in a target, and takes away again what it made for that. Invoked again, it
 * goes on where it was: what was seen is kept before anything is taken away.
 * @throws TargetBusy while what it made cannot be taken away
 */
export async function previewTarget(
  input: Input,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<TaskOutput<'previewTarget'>> {
  const { ledger } = services;
  const work = await openPreview(input, services, invocation);
  const known = (await readItem(ledger, previewKey(input.plan, input), previewItem)) ?? (await begin(input, work));
  if (known.preview === undefined) await ledger.write([putPreview({ ...known, preview: await look(work) })]);
  await clearTarget(work, known);
  return {};
}

/** The target as the plan has it. @throws NotInLedger, TargetUnreachable */
export async function openPreview(
  { plan: id, environment, account, region }: Pick<Input, 'plan' | 'environment' | 'account' | 'region'>,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<TargetView> {
  const plan = await readPlanOf(services.ledger, id);
  return viewTarget(services, invocation, { plan, where: { environment, account, region } });
}

/** Before anything is made: an empty stack that is there already is somebody else's. */
async function begin({ plan, environment, account, region }: Input, work: TargetView): Promise<PreviewItem> {
  const { stacks } = work.target;
  const stack = await stacks.describe(work.item.stackName);
  // Whoever may not list them could not tell later whether the stack may go: a target whose roles are of an older version says so now.
  await stacks.changeSets(work.item.stackName);
  const foreign = stack?.status === 'REVIEW_IN_PROGRESS' ? { foreignShell: stack.id } : {};
  const { expiresAt } = await readPlanning(work.services.ledger, plan);
  const item: PreviewItem = { plan, environment, account, region, expiresAt, ...foreign };
  await work.services.ledger.write([putPreview(item)]);
  return item;
}

/** How often it is tried while others are at the stack. */
const attempts = 5;
const pauseMilliseconds = 3000;

/** What is seen; or why nothing can be, now. */
async function look(work: TargetView): Promise<Preview> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await lookOnce(work);
    } catch (problem) {
      if (problem instanceof TargetBusy && attempt < attempts) await work.invocation.pause(pauseMilliseconds);
      else if (problem instanceof TargetBusy || problem instanceof StackBusy) return { unseen: problem.message };
      else if (problem instanceof SluiceError && problem.kind === 'business') return { refusals: [describe(problem)] };
      else throw problem;
    }
  }
}

async function lookOnce(work: TargetView): Promise<Preview> {
  await requireClaimable(work);
  const live = await readLive(work, StackBusy, leaveHusk);
  if (live === undefined) await requireNobodyBegins(work);
  const seen = await previewChange(work, live, planIntent);
  const { inService } = seen;
  const before = [() => requireWhatIsRequired(work), ...(live === undefined ? [] : [() => requireWayBack(work, live)])];
  if (seen.adoption !== undefined) {
    const refusals = await refusalsOf([() => requireSeenCut(work, seen.adoption), ...before]);
    return { inService, change: seen.adoption, refusals };
  }
  const { next, proposed } = seen;
  const refusals = await refusalsOf([
    ...before,
    () => requireNextCode(work, next, live),
    () => requireHeaderSecrets(work, next),
    () => requireNobodyMoved(work, proposed),
    () => requireSeenLoss(work, proposed.summary, proposed.changeSet),
  ]);
  return { inService, change: proposed.summary, refusals };
}

/** A release would delete it and make everything anew; whoever only looks does not. @throws StackBusy */
function leaveHusk(work: TargetView, stack: StackState): Promise<void> {
  const sentence = `The stack ${stack.name} is what a failed creation left (${stack.status}). A release deletes it and makes everything anew; what that would be cannot be seen before.`;
  return Promise.reject(new StackBusy(sentence, work.place));
}

/** A release that has the turn may be making the stack: nothing is put into what it is about to make. @throws StackBusy */
async function requireNobodyBegins({ services, plan, where, item, place }: TargetView): Promise<void> {
  const turn = await readTurn(services.ledger, plan.manifest.service, where.environment);
  if (turn?.holder === undefined) return;
  throw new StackBusy(`${turn.holder} is making the stack ${item.stackName}: ask again once it has ended.`, place);
}

/** Every reason for which a release would be refused, each by its own check. */
async function refusalsOf(checks: readonly (() => void | Promise<void>)[]): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  for (const check of checks) {
    try {
      await check();
    } catch (problem) {
      if (!(problem instanceof SluiceError) || problem.kind !== 'business') throw problem;
      refusals.push(describe(problem));
    }
  }
  return refusals;
}

/** Of a sentence in the ledger, in characters. */
const LONGEST = 2000;

function describe({ name, code, message }: SluiceError): Refusal {
  return { error: name, code, sentence: cutText(message, LONGEST) };
}
