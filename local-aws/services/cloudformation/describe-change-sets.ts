import {
  DescribeChangeSetCommand,
  ListChangeSetsCommand,
  ListHookResultsCommand,
  type Change,
  type ResourceChangeDetail,
} from '@aws-sdk/client-cloudformation';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { onAll, onChangeSet, onStack } from './authorization.ts';
import type { Detail, PlannedChange } from './planned-change.ts';
import { getChangeSet } from './change-sets.ts';
import type { Engine } from './engine.ts';
import { shownParameters } from './shown.ts';
import { Unknown } from './values.ts';

/** The operations that read change sets. */
export function changeSetQueries(engine: Engine): readonly AnyOperation[] {
  return [describeChangeSet(engine), listChangeSets(engine), listHookResults()];
}

function describeChangeSet(engine: Engine): AnyOperation {
  return operation({
    command: DescribeChangeSetCommand,
    accepts: ['ChangeSetName', 'StackName', 'IncludePropertyValues'],
    authorize: (input, call) => onChangeSet(engine.stacks, 'DescribeChangeSet', call, input),
    handle: async (input, call) => {
      const { stack, changeSet } = getChangeSet(engine.stacks, call, input);
      const { desired } = changeSet;
      return {
        ChangeSetName: changeSet.name,
        ChangeSetId: changeSet.id,
        StackId: stack.id,
        StackName: stack.name,
        Description: changeSet.description,
        Parameters: shownParameters(desired),
        CreationTime: new Date(changeSet.createdAt),
        ExecutionStatus: changeSet.execution,
        Status: changeSet.status,
        StatusReason: changeSet.reason,
        NotificationARNs: [],
        RollbackConfiguration: {},
        Capabilities: capabilitiesOf(desired.capabilities),
        Tags: desired.tags.map((tag) => ({ ...tag })),
        Changes: changeSet.changes.map((change) => shownChange(change, input.IncludePropertyValues === true)),
        IncludeNestedStacks: false,
        OnStackFailure: changeSet.onStackFailure,
        ImportExistingResources: changeSet.importExisting,
      };
    },
  });
}

function listChangeSets(engine: Engine): AnyOperation {
  return operation({
    command: ListChangeSetsCommand,
    accepts: ['StackName'],
    authorize: (input, call) => onStack(engine.stacks, 'ListChangeSets', call, input.StackName),
    handle: async (input, call) => {
      const stack = engine.stacks.get(call.caller.account, call.caller.region, input.StackName ?? '');
      return {
        Summaries: stack.changeSets.map((changeSet) => ({
          StackId: stack.id,
          StackName: stack.name,
          ChangeSetId: changeSet.id,
          ChangeSetName: changeSet.name,
          ExecutionStatus: changeSet.execution,
          Status: changeSet.status,
          StatusReason: changeSet.reason,
          CreationTime: new Date(changeSet.createdAt),
          Description: changeSet.description,
          IncludeNestedStacks: false,
          ImportExistingResources: changeSet.importExisting,
        })),
      };
    },
  });
}

/** There are no hooks here, so none ever ran; CDK asks when a change set failed. */
function listHookResults(): AnyOperation {
  return operation({
    command: ListHookResultsCommand,
    accepts: ['TargetType', 'TargetId'],
    authorize: () => onAll('ListHookResults'),
    handle: async (input) => ({
      TargetType: input.TargetType,
      TargetId: input.TargetId,
      HookResults: [],
    }),
  });
}

const CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] as const;

export function capabilitiesOf(given: readonly string[]): (typeof CAPABILITIES)[number][] {
  return CAPABILITIES.filter((capability) => given.includes(capability));
}

function shownChange(change: PlannedChange, values: boolean): Change {
  return {
    Type: 'Resource',
    ResourceChange: {
      PolicyAction: change.policyAction,
      Action: change.action,
      LogicalResourceId: change.logicalId,
      PhysicalResourceId: change.physicalId,
      ResourceType: change.type,
      Replacement: change.replacement,
      Scope: [...change.scope],
      Details: change.details.map((detail) => shownDetail(detail, values)),
      ...(values && change.before !== undefined ? { BeforeContext: contextText(change.before, change) } : {}),
      ...(values && change.after !== undefined ? { AfterContext: contextText(change.after, change) } : {}),
    },
  };
}

function shownDetail(detail: Detail, values: boolean): ResourceChangeDetail {
  const { attribute, name, before, after } = detail;
  const isProperty = attribute === 'Properties' || attribute === 'Tags';
  return {
    Target: {
      Attribute: attribute,
      Name: name,
      RequiresRecreation: detail.requiresRecreation,
      ...(values && isProperty
        ? {
            Path: `/Properties/${name ?? 'Tags'}`,
            BeforeValue: valueText(before),
            AfterValue: valueText(after),
            AttributeChangeType: before === undefined ? 'Add' : after === undefined ? 'Remove' : 'Modify',
          }
        : {}),
    },
    Evaluation: detail.evaluation,
    ChangeSource: detail.source,
    CausingEntity: detail.entity,
  };
}

/** What is hidden in a detail stays hidden in the whole. */
function contextText(properties: Readonly<Record<string, unknown>>, { details }: PlannedChange): string {
  const hidden = details.filter(({ before, after }) => before === '****' && after === '****').map(({ name }) => name);
  const shown = Object.entries(properties).map(([name, value]): [string, unknown] => [
    name,
    hidden.includes(name) ? '****' : value,
  ]);
  return JSON.stringify({ Properties: Object.fromEntries(shown) }, known);
}

function valueText(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return JSON.stringify(value, known);
}

/** AWS's placeholder for what is known only after the change set was executed. */
function known(_: string, value: unknown): unknown {
  return value instanceof Unknown ? '{{changeSet:KNOWN_AFTER_APPLY}}' : value;
}
