import { ChangeFailed, TargetBusy, TargetNotReady } from '../../../core/contract/errors.ts';
import { entryLabel, tagNames } from '../../../core/contract/names.ts';
import type { FormerRelease } from '../../../core/ledger/items.ts';
import { clientToken } from '../../../core/release/client-token.ts';
import { applyTemplate, type AppliedTemplate } from '../../../core/template/apply.ts';
import { assetBucketParameter } from '../../../core/template/asset-bucket.ts';
import { describeBoundary } from '../../../core/template/boundary.ts';
import { unguardedFunctions } from '../../../core/template/aliases.ts';
import type { ChangeSummary } from '../../../core/template/change-schema.ts';
import { hiddenValueConflicts, keepHidden } from '../../../core/template/hidden-parameters.ts';
import { withRemedy } from '../../../core/template/name-taken.ts';
import { chooseParameters, type LiveParameters, type ParameterChoice } from '../../../core/template/parameters.ts';
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
  readonly former: FormerRelease | undefined;
}

/**
 * Makes the change set that publishes the new version without moving users.
 * @param intent number of the event that announced it
 * @throws ChangeFailed when CloudFormation refuses it; TargetNotReady where a hidden value could not be put back
 */
export async function proposeChange(
  work: TargetContext,
  next: Template,
  { live, former }: Before,
  intent: number,
): Promise<ProposedChange> {
  requireHiddenKept(work, next, { live, former });
  const applied = applyTemplate(next, live?.template, live?.versions ?? noVersions, work.boundary);
  const keeping = keepHidden(applied.template, parametersIn(live));
  const application = {
    ...applied,
    template: keeping.template,
    parameters: [...applied.parameters, ...keeping.parameters],
  };
  const choice = parametersOf(work, application.template, application.parameters, live);
  const changeSet = await makeChangeSet(work, {
    name: clientToken(work.release, intent, `${work.targetName} change`),
    create: live === undefined,
    source: await templateSource(work, 'applied', JSON.stringify(application.template)),
    parameters: choice,
    tags: tagsOf(work, live?.stack.tags),
  });
  const context = {
    unguarded: unguardedFunctions(next),
    kept: application.resources,
    boundary: describeBoundary(next, application.bounded, work.boundary),
    alarms: work.plan.manifest.alarms ?? [],
    former,
    parameters: {
      ...{ template: next, choice, live: parametersIn(live) },
      references: referencesOf(former),
    },
  };
  return { changeSet, application, summary: summarizeChange(changeSet.changes, context) };
}

/** The plan's values and the target's asset bucket; whatever has to keeps the value in use. */
export function parametersOf(
  { planned, target }: TargetContext,
  template: Template,
  kept: readonly string[],
  live: Live | undefined,
): ParameterChoice {
  const bucket =
    assetBucketParameter in (template.Parameters ?? {}) ? { [assetBucketParameter]: target.assets.bucket } : {};
  return chooseParameters(template, { ...planned.parameters, ...bucket }, kept, parametersIn(live));
}

/** Parameters of the stack that is live. */
function parametersIn(live: Live | undefined): LiveParameters | undefined {
  return live === undefined ? undefined : { values: live.stack.parameters, template: live.template };
}

/** A hidden value that a release changed could not be put back. @throws TargetNotReady */
function requireHiddenKept({ planned, place }: TargetContext, next: Template, { live, former }: Before): void {
  const conflicts = hiddenValueConflicts(next, planned.parameters, parametersIn(live), referencesOf(former));
  if (conflicts.length > 0) throw new TargetNotReady(conflicts.join(' '), place);
}

/** What the release that is live gave for parameters, as far as the stack still is what it left. */
function referencesOf(former: FormerRelease | undefined): Readonly<Record<string, string>> {
  return former?.drifted === true ? {} : (former?.references ?? {});
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
