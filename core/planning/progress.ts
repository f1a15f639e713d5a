import { planningKey, planningLeaseKey, planningPlanKey, previewKey } from '../ledger/keys.ts';
import { equals, type WriteIntent } from '../ledger/write-intent.ts';
import type { EnvironmentTarget } from '../contract/tasks.ts';
import { dataLosses, describeRollout } from '../approval/brief.ts';
import { whyNot } from '../approval/decision.ts';
import { readFailure } from '../contract/failure.ts';
import type { Plan } from '../release/plan.ts';
import type { Problem } from '../values/problems.ts';
import type { OutlinedEnvironment, PlanningItem, PreviewItem } from './items.ts';

/** What was asked for begins to be looked at: the plan that a release of the artifact would have is kept with it. */
export function beginLooking(item: PlanningItem, plan: Plan): WriteIntent[] {
  const looking: PlanningItem = {
    ...item,
    ...{ state: 'looking', version: plan.manifest.version },
    environments: outlineEnvironments(plan),
    dataLosses: dataLosses(plan),
  };
  const { expiresAt } = item;
  return [{ write: 'put', item: { ...planningPlanKey(item.plan), ...plan, expiresAt } }, asLongAs('asked', looking)];
}

/** The artifact is invalid: a release of it would be rejected. */
export function rejectPlanning(item: PlanningItem, problems: readonly Problem[]): WriteIntent[] {
  return [asLongAs('asked', { ...item, state: 'rejected', problems: [...problems] })];
}

/** How it ended. @param failure what the workflow caught; its error is empty where there is nothing */
export function endPlanning(
  item: PlanningItem,
  failure: { readonly error: string; readonly cause: string },
  at: string,
): WriteIntent[] {
  const { state } = item;
  if (item.endedAt !== undefined) return [];
  const ended = { ...item, endedAt: at };
  const { error, message } = readFailure(failure.error, failure.cause);
  const how: PlanningItem =
    failure.error !== ''
      ? { ...ended, state: 'failed', failure: { error, reason: message } }
      : { ...ended, state: state === 'rejected' ? 'rejected' : 'done' };
  return [asLongAs(state, how)];
}

/** The service can be planned again. */
export function endLease({ plan, service }: PlanningItem): WriteIntent {
  return { write: 'delete', key: planningLeaseKey(service), condition: equals('plan', plan), lost: 'AlreadyDone' };
}

/** What is known of one target. */
export function putPreview(item: PreviewItem): WriteIntent {
  return { write: 'put', item: { ...previewKey(item.plan, item), ...item } };
}

/** Every target of a plan, environment after environment. */
export function targetsOf({ environments }: Pick<PlanningItem, 'environments'>): EnvironmentTarget[] {
  return environments.flatMap(({ name: environment, waves }) =>
    waves.flat().map(({ account, region }) => ({ environment, account, region })),
  );
}

function asLongAs(state: PlanningItem['state'], item: PlanningItem): WriteIntent {
  return { write: 'put', item: { ...planningKey(item.plan), ...item }, condition: equals('state', state), lost: 'AlreadyDone' }; // prettier-ignore
}

function outlineEnvironments(plan: Plan): OutlinedEnvironment[] {
  return plan.environments.map(({ name, waves, approval }) => ({
    name,
    waves: waves.map((wave) => wave.map(({ account, region }) => ({ account, region }))),
    rollout: describeRollout(plan, name),
    ...(approval === undefined ? {} : { approval: askedOf(approval, plan.manifest) }),
  }));
}

function askedOf(
  approval: NonNullable<Plan['environments'][number]['approval']>,
  { source: { author }, dataChanges }: Plan['manifest'],
): NonNullable<OutlinedEnvironment['approval']> {
  const { required, people, when, including } = approval;
  const barred = people.flatMap((person) => {
    const { approve: why } = whyNot({ ...approval, author }, person);
    return why === undefined ? [] : [{ email: person.email, why }];
  });
  return {
    ...{ required, people: people.map(({ email }) => email) },
    ...(when === undefined ? {} : { when: [...when] }),
    ...(including === undefined ? {} : { including: including.map(({ group }) => group) }),
    ...(barred.length === 0 ? {} : { barred }),
    ...(dataChanges === undefined ? {} : { changesData: true }),
  };
}
