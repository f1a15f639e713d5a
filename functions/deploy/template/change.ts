import { ChangeFailed, TargetBusy } from '../../../core/contract/errors.ts';
import { entryLabel, tagNames } from '../../../core/contract/names.ts';
import { clientToken } from '../../../core/release/client-token.ts';
import { applyTemplate, type AppliedTemplate } from '../../../core/template/apply.ts';
import { assetBucketParameter } from '../../../core/template/asset-bucket.ts';
import { describeBoundary } from '../../../core/template/boundary.ts';
import type { FormerAlarms } from '../../../core/checks/watched-alarms.ts';
import { unguardedFunctions } from '../../../core/template/aliases.ts';
import type { ChangeSummary } from '../../../core/template/change-schema.ts';
import { withRemedy } from '../../../core/template/name-taken.ts';
import { summarizeChange } from '../../../core/template/change-summary.ts';
import type { Template } from '../../../core/template/template.ts';
import type { ChangeSet, TemplateSource } from '../../../adapters/cloudformation/stack.ts';
import type { Live } from './live.ts';
import { templateSource } from './kept-templates.ts';
import type { TargetContext } from '../target-context.ts';

/** What a release would do to a target, computed by CloudFormation and not carried out. */
export interface ProposedChange {
  readonly changeSet: ChangeSet;
  readonly application: AppliedTemplate;
  readonly summary: ChangeSummary;
}

const noVersions = { aliases: {}, versions: {} };

/** What a target is before the change. */
interface Before {
  /** Undefined on a first deployment. */
  readonly live: Live | undefined;
  /** The release that is live by the ledger. */
  readonly former: FormerAlarms | undefined;
}

/**
 * Makes the change set that publishes the new version without moving users.
 * @param intent number of the event that announced it
 * @throws ChangeFailed when CloudFormation refuses it
 */
export async function proposeChange(
  work: TargetContext,
  next: Template,
  { live, former }: Before,
  intent: number,
): Promise<ProposedChange> {
  const application = applyTemplate(next, live?.template, live?.versions ?? noVersions, work.boundary);
  const changeSet = await makeChangeSet(work, {
    name: clientToken(work.release, intent, `${work.targetName} change`),
    create: live === undefined,
    source: await templateSource(work, 'applied', JSON.stringify(application.template)),
    parameters: parametersOf(work, application.template, application.parameters, live),
    tags: tagsOf(work, live?.stack.tags),
  });
  const context = {
    unguarded: unguardedFunctions(next),
    kept: application.resources,
    boundary: describeBoundary(next, application.bounded, work.boundary),
    alarms: work.plan.manifest.alarms ?? [],
    former,
  };
  return { changeSet, application, summary: summarizeChange(changeSet.changes, context) };
}

/** Values for a template's parameters, and the names of those that keep theirs. */
export interface ParameterChoice {
  readonly parameters: Readonly<Record<string, string>>;
  readonly kept: readonly string[];
}

/** The plan's values, the target's asset bucket, and for what only kept resources use: the value in use. */
export function parametersOf(
  { planned, target }: TargetContext,
  template: Template,
  kept: readonly string[],
  live: Live | undefined,
): ParameterChoice {
  const declared = template.Parameters ?? {};
  const bucket = assetBucketParameter in declared ? { [assetBucketParameter]: target.assets.bucket } : {};
  const parameters = { ...planned.parameters, ...bucket };
  // A parameter without a default that is given no value any more keeps the one it has.
  const bare = Object.entries(declared).filter(
    ([name, body]) => !(name in parameters) && !hasDefault(body) && live?.stack.parameters[name] !== undefined,
  );
  return { parameters, kept: [...new Set([...kept, ...bare.map(([name]) => name)])] };
}

function hasDefault(parameter: unknown): boolean {
  return typeof parameter === 'object' && parameter !== null && 'Default' in parameter;
}

/** A change set to be made of a stack of the service. */
export interface ChangeSetPlan {
  readonly name: string;
  readonly create: boolean;
  readonly source: TemplateSource;
  readonly parameters: ParameterChoice;
  /** All that the stack has then. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Makes a change set; an empty one is not a failure. @throws ChangeFailed, TargetBusy */
export async function makeChangeSet(work: TargetContext, plan: ChangeSetPlan): Promise<ChangeSet> {
  const { item, target, roles, place } = work;
  const changeSet = await target.stacks.prepareChangeSet({
    stack: item.stackName,
    name: plan.name,
    create: plan.create,
    template: plan.source,
    parameters: plan.parameters.parameters,
    keptParameters: plan.parameters.kept,
    roleArn: roles.cloudFormation,
    description: `Sluice ${item.release}`,
    tags: plan.tags,
  });
  if (changeSet.status === 'notNow') throw new TargetBusy(changeSet.reason, place);
  if (changeSet.status === 'ready' || changeSet.empty) return changeSet;
  await target.stacks.deleteChangeSet(item.stackName, plan.name);
  const sentence = `CloudFormation refuses the change: ${changeSet.reason ?? 'no reason given'}`;
  throw new ChangeFailed(withRemedy(sentence), place);
}

/**
 * The tags that a release's stack has: those that it has already, and whose it is. CloudFormation gives them to everything in the
 * stack. The same for every release: a tag that changed each time would change every resource.
 */
export function tagsOf(
  { plan, planned }: TargetContext,
  live: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    ...live,
    [tagNames.entry]: entryLabel(planned.entry),
    [tagNames.service]: plan.manifest.service,
    [tagNames.environment]: planned.name,
  };
}
