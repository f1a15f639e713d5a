import { type StackBusy, TargetBusy, TargetNotReady } from '../../../core/contract/errors.ts';
import type { AliasState } from '../../../core/ledger/items.ts';
import type { LiveVersions } from '../../../core/template/publishing.ts';
import { type ParameterValues, parameterValues } from '../../../core/template/steps/freeze.ts';
import { readAliasArn, readVersionArn } from '../../../core/template/moves.ts';
import { readStackTemplate } from '../../../core/template/parse.ts';
import type { Template } from '../../../core/template/template.ts';
import type { StackResource, StackState } from '../../../adapters/cloudformation/stack.ts';
import type { TargetView } from '../target-context.ts';

/** What is live in a target, read from AWS. */
export interface Live {
  readonly stack: StackState;
  /** With the transforms expanded. */
  readonly template: Template;
  readonly resources: readonly StackResource[];
  readonly aliases: readonly AliasState[];
  readonly versions: LiveVersions;
  /** What the stack's parameters are; hidden ones are missing. */
  readonly values: ParameterValues;
}

/** A stack whose creation was rolled back holds nothing, and must be deleted before another can be created. */
const rolledBackCreation = 'ROLLBACK_COMPLETE';
/** Something failed and was not undone (`UPDATE_ROLLBACK_FAILED`, `CREATE_FAILED`, …): a person has to repair it first. */
const failedStatus = /_FAILED$/;

/**
 * Reads what serves in the target; undefined when nothing does. Deletes the stack that a failed creation left.
 * @param Busy what is thrown while the stack is being changed
 * @param removeHusk what is done with that stack instead
 * @throws TargetBusy, TargetNotReady
 */
export async function readLive(
  work: TargetView,
  Busy: typeof StackBusy | typeof TargetBusy = TargetBusy,
  removeHusk: (work: TargetView, stack: StackState) => Promise<void> = removeStack,
): Promise<Live | undefined> {
  const { target, item, place } = work;
  const stack = await target.stacks.describe(item.stackName);
  if (stack === undefined || stack.status === 'REVIEW_IN_PROGRESS') return undefined;
  if (stack.status === rolledBackCreation) {
    await removeHusk(work, stack);
    return undefined;
  }
  // A look ahead has just deleted the empty stack of its change set: this takes seconds.
  if (stack.status === 'DELETE_IN_PROGRESS' && (await isSoonGone(work, stack, emptyStackAttempts))) return undefined;
  const about = `The stack ${stack.name} is ${stack.status}`;
  if (failedStatus.test(stack.status))
    throw new TargetNotReady(`${about}: ${await why(work, stack)}. Repair it first.`, place);
  if (stack.status.endsWith('_IN_PROGRESS'))
    throw new Busy(`The stack ${stack.name} is being changed by someone else (${stack.status}).`, place);
  const [template, resources] = await Promise.all([
    target.stacks.template(stack.id, 'Processed'),
    target.stacks.resources(stack.id),
  ]);
  const aliases = await readAliases(work, resources);
  const processed = readStackTemplate(template);
  return {
    ...{ stack, resources, aliases, template: processed },
    values: parameterValues(processed, stack.parameters, stack.resolved),
    versions: {
      aliases: Object.fromEntries(
        aliases.flatMap(({ alias, version }) => (version === undefined ? [] : [[alias, version]])),
      ),
      versions: publishedVersions(resources),
    },
  };
}

async function why({ target }: TargetView, stack: StackState): Promise<string> {
  return (await target.stacks.failure(stack.id)) ?? stack.reason ?? 'CloudFormation gives no reason';
}

/** Number that each version resource of a stack published, by logical id. */
export function publishedVersions(resources: readonly StackResource[]): Record<string, string> {
  return Object.fromEntries(
    resources.flatMap(({ type, logicalId, physicalId }) => {
      const number = type === 'AWS::Lambda::Version' ? readVersionArn(physicalId) : undefined;
      return number === undefined ? [] : [[logicalId, number]];
    }),
  );
}

async function readAliases({ target, place }: TargetView, resources: readonly StackResource[]): Promise<AliasState[]> {
  const found = await Promise.all(
    resources
      .filter(({ type }) => type === 'AWS::Lambda::Alias')
      .map(async ({ logicalId, physicalId }) => {
        const named = readAliasArn(physicalId);
        if (named === undefined) return undefined;
        const state = await target.functions.alias(named.functionName, named.aliasName);
        if (state === undefined) return { alias: logicalId, ...named };
        if (Object.keys(state.weights).length > 0) {
          const name = `${named.functionName}:${named.aliasName}`;
          throw new TargetNotReady(
            `The alias ${name} serves two versions: finish or stop the deployment that moves it first.`,
            place,
          );
        }
        return { alias: logicalId, ...named, version: state.version };
      }),
  );
  return found.filter((alias) => alias !== undefined);
}

const removalPause = 1000;
const removalAttempts = 300;
const emptyStackAttempts = 20;

/** Deletes a stack that holds nothing, and waits until that is done: seconds. @throws TargetBusy */
async function removeStack(work: TargetView, stack: StackState): Promise<void> {
  const { target, roles, place } = work;
  const token = `sluice-remove-${stack.id.slice(-36)}`;
  const refusal = await target.stacks.deleteStack(stack.id, token, roles.cloudFormation);
  if (refusal !== undefined) throw new TargetBusy(refusal, place);
  if (await isSoonGone(work, stack, removalAttempts)) return;
  throw new TargetBusy(`The failed stack ${stack.name} is not deleted yet.`, place);
}

/** Checks once a second whether a stack that is being deleted no longer exists. */
async function isSoonGone({ target, invocation }: TargetView, stack: StackState, attempts: number): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const left = await target.stacks.describe(stack.id);
    if (left === undefined) return true;
    if (left.status === 'DELETE_FAILED') return false;
    await invocation.pause(removalPause);
  }
  return false;
}
