import {
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { ruleOf, type Buses, type RuleTarget } from './buses.ts';
import { page, required, tagContext, tagList, tagsOf, validation } from './requests.ts';
import { ruleAsk } from './rule-operations.ts';
import { checkTarget, EVENTS } from './targets.ts';

/** Targets of rules, and tags of rules and buses. */
export function targetOperations(buses: Buses): AnyOperation[] {
  return [
    operation({
      command: PutTargetsCommand,
      accepts: ['Rule', 'EventBusName', 'Targets'],
      authorize: (input, call) => putTargetsAsks(input, call),
      handle: async (input, call) => {
        const rule = ruleOf(buses.own(call, input.EventBusName), input.Rule);
        const targets = (input.Targets ?? []).map(readTarget);
        if (new Set([...rule.targets.keys(), ...targets.map(({ Id: id }) => id)]).size > 5)
          throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
        for (const target of targets) rule.targets.set(target.Id, target);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    }),
    operation({
      command: RemoveTargetsCommand,
      accepts: ['Rule', 'EventBusName', 'Ids', 'Force'],
      authorize: (input, call) => ruleAsk('RemoveTargets', input.Rule, input.EventBusName, call),
      handle: async (input, call) => {
        const rule = ruleOf(buses.own(call, input.EventBusName), input.Rule);
        for (const id of input.Ids ?? []) rule.targets.delete(id);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    }),
    operation({
      command: ListTargetsByRuleCommand,
      accepts: ['Rule', 'EventBusName', 'Limit', 'NextToken'],
      authorize: (input, call) => ruleAsk('ListTargetsByRule', input.Rule, input.EventBusName, call),
      handle: async (input, call) => {
        const rule = ruleOf(buses.own(call, input.EventBusName), input.Rule);
        const { items, ...rest } = page([...rule.targets.values()], input);
        return { Targets: items, ...rest };
      },
    }),
    ...tagOperations(buses),
  ];
}

function putTargetsAsks(
  input: { Rule: string | undefined; EventBusName?: string | undefined; Targets: Target[] | undefined },
  call: Call,
): Authorization[] {
  const targets = input.Targets ?? [];
  const roles = new Set(targets.flatMap(({ RoleArn: arn }) => (arn === undefined ? [] : [arn])));
  return [
    {
      ...ruleAsk('PutTargets', input.Rule, input.EventBusName, call),
      context: { 'events:TargetArn': targets.map(({ Arn: arn }) => arn ?? '') },
    },
    ...[...roles].map((resource) => ({
      action: 'iam:PassRole',
      resource,
      context: { 'iam:PassedToService': EVENTS },
    })),
  ];
}

function readTarget(target: Target): RuleTarget {
  const read = { ...target, Id: required(target.Id, 'targets.id'), Arn: required(target.Arn, 'targets.arn') };
  checkTarget(read);
  return read;
}

function tagOperations(buses: Buses): AnyOperation[] {
  const tags = (arn: string | undefined): Map<string, string> => taggedOf(buses, required(arn, 'resourceARN'));
  return [
    operation({
      command: TagResourceCommand,
      accepts: ['ResourceARN', 'Tags'],
      authorize: (input) => ({
        action: 'events:TagResource',
        resource: required(input.ResourceARN, 'resourceARN'),
        context: tagContext(input.Tags),
      }),
      handle: async (input) => {
        for (const [key, value] of tagsOf(input.Tags)) tags(input.ResourceARN).set(key, value);
        return {};
      },
    }),
    operation({
      command: UntagResourceCommand,
      accepts: ['ResourceARN', 'TagKeys'],
      authorize: (input) => ({
        action: 'events:UntagResource',
        resource: required(input.ResourceARN, 'resourceARN'),
        context: { 'aws:TagKeys': input.TagKeys ?? [] },
      }),
      handle: async (input) => {
        for (const key of input.TagKeys ?? []) tags(input.ResourceARN).delete(key);
        return {};
      },
    }),
    operation({
      command: ListTagsForResourceCommand,
      accepts: ['ResourceARN'],
      authorize: (input) => ({
        action: 'events:ListTagsForResource',
        resource: required(input.ResourceARN, 'resourceARN'),
      }),
      handle: async (input) => ({ Tags: tagList(tags(input.ResourceARN)) }),
    }),
  ];
}

/** The tags of the rule or bus of that ARN. */
function taggedOf(buses: Buses, arn: string): Map<string, string> {
  const [, , service, region = '', account = '', path = ''] = arn.split(':');
  const [kind, ...names] = path.split('/');
  if (service !== 'events')
    throw validation(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
  if (kind === 'event-bus') return buses.byArn(arn).tags;
  const bus = buses.byArn(
    `arn:aws:events:${region}:${account}:event-bus/${names.length > 1 ? (names[0] ?? '') : 'default'}`,
  );
  return ruleOf(bus, names.at(-1)).tags;
}
