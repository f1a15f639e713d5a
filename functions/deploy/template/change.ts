import { ChangeFailed, TargetBusy, TargetNotReady } from '../../../core/contract/errors.ts';
import { entryLabel, tagNames } from '../../../core/contract/names.ts';
import type { FormerRelease, TargetItem } from '../../../core/ledger/items.ts';
import { clientToken } from '../../../core/release/client-token.ts';
import { obstacles } from '../../../core/template/applicable.ts';
import { guardsOf } from '../../../core/template/moves.ts';
import { decide, foreseeDecisions } from '../../../core/template/decide.ts';
import { applyTemplate, type AppliedTemplate } from '../../../core/template/steps/chain.ts';
import type { Decisions } from '../../../core/template/steps/choose-ids.ts';
import type { LeftBehind } from '../../../core/template/steps/import.ts';
import { describeBoundary } from '../../../core/template/steps/boundary.ts';
import { findAliases } from '../../../core/template/aliases.ts';
import { changedResources } from '../../../core/template/changed-resources.ts';
import type { ChangeSummary } from '../../../core/template/change-schema.ts';
import { keepHidden } from '../../../core/template/hidden-parameters.ts';
import { isNameTaken, withRemedy } from '../../../core/template/name-taken.ts';
import { type ParameterChoice } from '../../../core/template/parameters.ts';
import { summarizeChange } from '../../../core/template/change-summary.ts';
import { movedServiceTokens } from '../../../core/template/service-tokens.ts';
import type { Template } from '../../../core/template/template.ts';
import { findUnguarded, type Unguarded } from '../../../core/template/ways-in/around.ts';
import { findMovedUsers, type MovedUsers } from '../../../core/template/ways-in/at-once.ts';
import type { ChangeSet, TemplateSource } from '../../../adapters/cloudformation/stack.ts';
import { readLeft } from '../../../engine/ledger/left.ts';
import type { Live } from './live.ts';
import { templateSource } from './kept-templates.ts';
import type { TargetView } from '../target-context.ts';
import { valuesAfter, parametersOf, parametersIn, requireHiddenKept, referencesOf } from './parameters.ts';

/** What a release would do to a target, computed by CloudFormation and not carried out. */
export interface ProposedChange {
  readonly changeSet: ChangeSet;
  readonly application: AppliedTemplate;
  /** What each alias names. */
  readonly guards: NonNullable<TargetItem['guards']>;
  readonly summary: ChangeSummary;
  /** Who would come to the new version around the aliases. */
  readonly unguarded: Unguarded;
  /** Who would move as soon as the stack is changed. */
  readonly moved: readonly MovedUsers[];
}

/** What a target is before the change. */
interface Before {
  /** Undefined on a first deployment. */
  readonly live: Live | undefined;
  /** The release that is live by the ledger. */
  readonly former: FormerRelease | undefined;
}

/**
 * Makes the change set that publishes the new version without moving users. What a version holds, and what is replaced, CloudFormation
 * alone can say: where its first change set shows more than the templates do, a second one is made.
 * @param intent number of the event that announced it
 * @throws ChangeFailed when CloudFormation refuses it; TargetNotReady where a hidden value could not be put back, or the live version
 * could not stay beside the new one
 */
export async function proposeChange(
  work: TargetView,
  next: Template,
  { live, former }: Before,
  intent: number,
): Promise<ProposedChange> {
  requireHiddenKept(work, next, { live, former });
  const foreseen = foreseeDecisions(next, live);
  const left = await readLeft(work.services.ledger, { service: work.plan.manifest.service, where: work.where });
  const first = await propose(work, next, { live, left }, foreseen, `${intentName(work, intent)}-1`);
  const before = { live, former };
  if (live === undefined) return summarize(work, first, before);
  const decided = decide(first, foreseen, await driftedFunctions(work, live));
  if (decided === foreseen) return summarize(work, first, before);
  await work.target.stacks.deleteChangeSet(work.item.stackName, first.changeSet.id);
  const second = await propose(work, next, { live, left }, decided, `${intentName(work, intent)}-2`);
  return summarize(work, second, before);
}

type Proposal = Pick<ProposedChange, 'changeSet' | 'application' | 'guards'> & { readonly choice: ParameterChoice };

/** Names of all change sets by which a change is proposed. @param intent number of the event that announced it */
export function changeSetNames(work: TargetView, intent: number): readonly string[] {
  return [expandName(work, intent), ...[1, 2].map((number) => `${intentName(work, intent)}-${number}`)];
}

/** Of the change set that shows what transforms make of the template. */
export function expandName(work: TargetView, intent: number): string {
  return clientToken(work.release, intent, `${work.targetName} expand`);
}

function intentName(work: TargetView, intent: number): string {
  return clientToken(work.release, intent, `${work.targetName} change`);
}

async function propose(
  work: TargetView,
  next: Template,
  { live, left }: { readonly live: Live | undefined; readonly left: LeftBehind['resources'] },
  decisions: Decisions,
  name: string,
): Promise<Proposal> {
  const after = valuesAfter(work, next, live);
  const values = new Map([...after, ...pseudoParameters(work)]);
  const applied = applyTemplate(next, live, work.boundary, decisions, after, { resources: left, values });
  const guards = guardsOf(applied.named, after);
  const found = obstacles({ ...applied, guards });
  if (found.length > 0) throw new TargetNotReady(found.join(' '), work.place);
  const keeping = keepHidden(applied.template, parametersIn(live));
  const application = {
    ...applied,
    template: keeping.template,
    parameters: [...applied.parameters, ...keeping.parameters],
  };
  const choice = parametersOf(work, application.template, application.parameters, live);
  const changeSet = await makeChangeSet(work, {
    name,
    create: live === undefined,
    source: await templateSource(work, 'applied', JSON.stringify(application.template)),
    parameters: choice,
    tags: tagsOf(work, live?.stack.tags),
    importExisting: applied.imported.length > 0,
  });
  await requireOwnImports(work, changeSet, applied);
  await requireSameTokens(work, changeSet, application.template);
  return { changeSet, application, guards, choice };
}

function pseudoParameters({ item, where }: TargetView): [string, string][] {
  const { account, region } = where;
  return [
    ['AWS::StackName', item.stackName],
    ['AWS::Region', region],
    ['AWS::AccountId', account],
    ['AWS::Partition', 'aws'],
  ];
}

/** CloudFormation imports whatever exists; the engine takes over only what it knows its own releases to have left. @throws TargetNotReady */
async function requireOwnImports(
  { target, item, place }: TargetView,
  { changes, id }: ChangeSet,
  { imported }: AppliedTemplate,
): Promise<void> {
  const own = imported.map(({ logicalId }) => logicalId);
  const foreign = changes.flatMap(({ ResourceChange: { Action, LogicalResourceId = '', ...rest } = {} }) =>
    Action === 'Import' && !own.includes(LogicalResourceId)
      ? [`${LogicalResourceId} (${rest.ResourceType ?? ''}) ${rest.PhysicalResourceId ?? ''}`]
      : [],
  );
  if (foreign.length === 0) return;
  await target.stacks.deleteChangeSet(item.stackName, id);
  throw new TargetNotReady(
    withRemedy(`These already exist, and no release has left them: ${foreign.join(', ')}.`),
    place,
  );
}

/** A custom resource stays with its function: CloudFormation would fail in the middle of the change. @throws TargetNotReady */
async function requireSameTokens(
  { target, item, place }: TargetView,
  { changes, id }: ChangeSet,
  template: Template,
): Promise<void> {
  const found = movedServiceTokens(
    changes.flatMap(({ ResourceChange }) => ResourceChange ?? []),
    template,
  );
  if (found.length === 0) return;
  await target.stacks.deleteChangeSet(item.stackName, id);
  throw new TargetNotReady(found.join(' '), place);
}

function summarize(
  { boundary, plan, invocation }: TargetView,
  { changeSet, application, guards, choice }: Proposal,
  { live, former }: Before,
): ProposedChange {
  const { named, bounded, widened, postponed, resources: kept, unpinned, imported } = application;
  const unguarded = findUnguarded(application.template, named);
  const changed = changedResources(changeSet.changes);
  const moved = findMovedUsers({ next: named, live: live?.template, unpinned, changed });
  const context = {
    ...{ unguarded, moved, kept, widened, postponed, imported, former },
    now: invocation.now(),
    applied: { template: application.template, pinned: application.pinned },
    boundary: describeBoundary(named, bounded, boundary),
    alarms: plan.manifest.alarms ?? [],
    parameters: {
      ...{ template: named, choice, live: parametersIn(live) },
      references: referencesOf(former),
    },
  };
  return { changeSet, application, guards, summary: summarizeChange(changeSet.changes, context), unguarded, moved };
}

/** Functions whose alias serves something else than their latest code and configuration, by logical id. */
async function driftedFunctions({ target }: TargetView, live: Live): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    findAliases(live.template).map(async ({ logicalId, functionId }) => {
      const { functionName, version } = live.aliases.find(({ alias }) => alias === logicalId) ?? {};
      if (functionId === undefined || functionName === undefined || version === undefined) return [];
      const [serves, latest] = await Promise.all([
        target.functions.heldDigest(functionName, version),
        target.functions.heldDigest(functionName, '$LATEST'),
      ]);
      return serves === latest ? [] : [functionId];
    }),
  );
  return new Set(found.flat());
}

/** A change set to be made of a stack of the service. */
export interface ChangeSetPlan {
  readonly name: string;
  readonly create: boolean;
  readonly source: TemplateSource;
  readonly parameters: ParameterChoice;
  /** All that the stack has then. */
  readonly tags: Readonly<Record<string, string>>;
  readonly importExisting?: boolean;
  /**
   * It is made to see what transforms make of the template: a name that is taken is no failure. What has it may be taken over once it is
   * known which resources there are.
   */
  readonly expandsOnly?: true;
}

/** Makes a change set; an empty one is not a failure. @throws ChangeFailed, TargetBusy */
export async function makeChangeSet(work: TargetView, plan: ChangeSetPlan): Promise<ChangeSet> {
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
    importExisting: plan.importExisting,
  });
  if (changeSet.status === 'notNow') throw new TargetBusy(changeSet.reason, place);
  if (changeSet.status === 'ready' || changeSet.empty) return changeSet;
  if (plan.expandsOnly === true && isNameTaken(changeSet.reason ?? '')) return changeSet;
  await target.stacks.deleteChangeSet(item.stackName, plan.name);
  const sentence = `CloudFormation refuses the change: ${changeSet.reason ?? 'no reason given'}`;
  throw new ChangeFailed(withRemedy(sentence), place);
}

/**
 * The tags that a release's stack has: those that it has already, and whose it is. CloudFormation gives them to everything in the
 * stack. The same for every release: a tag that changed each time would change every resource.
 */
export function tagsOf(
  { plan, planned }: TargetView,
  live: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    ...live,
    [tagNames.entry]: entryLabel(planned.entry),
    [tagNames.service]: plan.manifest.service,
    [tagNames.environment]: planned.name,
  };
}
