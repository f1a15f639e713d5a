import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  PutRuleCommand,
  type PutRuleCommandInput,
  type Rule as RuleShape,
} from '@aws-sdk/client-eventbridge';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { readSchedule } from '../schedule-expression.ts';
import { ruleArn, ruleOf, type Bus, type Buses, type Rule } from './buses.ts';
import { readPattern } from './pattern.ts';
import { page, required, tagContext, tagsOf, validation } from './requests.ts';
import type { RuleSchedules } from './schedules.ts';

interface RuleInput {
  readonly Name?: string | undefined;
  readonly EventBusName?: string | undefined;
}

/** Asks for an action on the rule that an input names. */
export function ruleAsk(
  action: string,
  name: string | undefined,
  bus: string | undefined,
  { caller }: Call,
): Authorization {
  const busName = bus?.replace(/^arn:.*:event-bus\//, '') ?? 'default';
  return { action: `events:${action}`, resource: ruleArn({ ...caller, name: busName }, name ?? '') };
}

const asks = (action: string) => (input: RuleInput, call: Call) =>
  ruleAsk(action, input.Name, input.EventBusName, call);

/** Rules; their targets are in `target-operations.ts`. */
export function ruleOperations(buses: Buses, schedules: RuleSchedules): AnyOperation[] {
  return [...changeOperations(buses, schedules), ...readOperations(buses)];
}

function changeOperations(buses: Buses, schedules: RuleSchedules): AnyOperation[] {
  const enable = (rule: Rule, enabled: boolean): object => {
    rule.enabled = enabled;
    schedules.arm(rule);
    return {};
  };
  return [
    operation({
      command: PutRuleCommand,
      accepts: ['Name', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Description', 'Tags'],
      authorize: (input, call) => {
        const making = { ...asks('PutRule')(input, call), context: tagContext(input.Tags) };
        return (input.Tags?.length ?? 0) > 0 ? [making, { ...making, action: 'events:TagResource' }] : making;
      },
      handle: async (input, call) => {
        const rule = putRule(buses.own(call, input.EventBusName), input);
        schedules.arm(rule);
        return { RuleArn: rule.arn };
      },
    }),
    operation({
      command: EnableRuleCommand,
      accepts: ['Name', 'EventBusName'],
      authorize: asks('EnableRule'),
      handle: async (input, call) => enable(ruleOf(buses.own(call, input.EventBusName), input.Name), true),
    }),
    operation({
      command: DisableRuleCommand,
      accepts: ['Name', 'EventBusName'],
      authorize: asks('DisableRule'),
      handle: async (input, call) => enable(ruleOf(buses.own(call, input.EventBusName), input.Name), false),
    }),
    operation({
      command: DeleteRuleCommand,
      accepts: ['Name', 'EventBusName', 'Force'],
      authorize: asks('DeleteRule'),
      handle: async (input, call) => {
        const bus = buses.own(call, input.EventBusName);
        // Deleting a rule that is not there is no error.
        const rule = bus.rules.get(required(input.Name, 'name'));
        if (rule === undefined) return {};
        if (rule.targets.size > 0) throw validation("Rule can't be deleted since it has targets.");
        enable(rule, false);
        bus.rules.delete(rule.name);
        return {};
      },
    }),
  ];
}

function readOperations(buses: Buses): AnyOperation[] {
  return [
    operation({
      command: DescribeRuleCommand,
      accepts: ['Name', 'EventBusName'],
      authorize: asks('DescribeRule'),
      handle: async (input, call) => {
        const rule = ruleOf(buses.own(call, input.EventBusName), input.Name);
        return { ...shapeOf(rule), CreatedBy: rule.bus.account };
      },
    }),
    operation({
      command: ListRulesCommand,
      accepts: ['NamePrefix', 'EventBusName', 'Limit', 'NextToken'],
      authorize: (input, call) => ({ ...ruleAsk('ListRules', `${input.NamePrefix ?? ''}*`, input.EventBusName, call) }),
      handle: async (input, call) => {
        const rules = [...buses.own(call, input.EventBusName).rules.values()]
          .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
          .sort((one, other) => one.name.localeCompare(other.name));
        const { items, ...rest } = page(rules, input);
        return { Rules: items.map(shapeOf), ...rest };
      },
    }),
    operation({
      command: ListRuleNamesByTargetCommand,
      accepts: ['TargetArn', 'EventBusName', 'Limit', 'NextToken'],
      authorize: (input, call) => ({ ...ruleAsk('ListRuleNamesByTarget', '*', input.EventBusName, call) }),
      handle: async (input, call) => {
        const rules = [...buses.own(call, input.EventBusName).rules.values()].filter(({ targets }) =>
          [...targets.values()].some(({ Arn: arn }) => arn === input.TargetArn),
        );
        const { items, ...rest } = page(rules, input);
        return { RuleNames: items.map(({ name }) => name), ...rest };
      },
    }),
  ];
}

/**
 * Characters of a pattern, by the default quota (the API itself takes 4,096):
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
const LARGEST_PATTERN = 2_048;

/** Makes a rule, or changes one, keeping its targets. */
function putRule(bus: Bus, input: PutRuleCommandInput): Rule {
  const name = required(input.Name, 'name');
  const { EventPattern: text, ScheduleExpression: schedule } = input;
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) throw validation(`Parameter Name is not valid: ${name}`);
  if (text === undefined && schedule === undefined)
    throw validation('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  if (schedule !== undefined && bus.name !== 'default')
    throw validation('ScheduleExpression is supported only on the default event bus.');
  if (schedule !== undefined && (schedule.startsWith('at') || readSchedule(schedule, 0) === undefined))
    throw validation('Parameter ScheduleExpression is not valid.');
  if (text !== undefined && text.length > 4096)
    throw validation(
      "1 validation error detected: Value at 'eventPattern' failed to satisfy constraint: Member must have length less than or equal to 4096",
    );
  if (text !== undefined && text.length > LARGEST_PATTERN)
    throw new AwsError(
      'LimitExceededException',
      `The event pattern of rule ${name} has ${text.length} characters; the quota is ${LARGEST_PATTERN}.`,
    );
  if (input.State === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS')
    throw new NotImplemented(`State ${input.State} in events:PutRule`);
  const before = bus.rules.get(name);
  if (before === undefined && bus.rules.size >= 300)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  const rule: Rule = before ?? {
    name,
    arn: ruleArn(bus, name),
    bus,
    targets: new Map(),
    tags: tagsOf(input.Tags),
    enabled: true,
  };
  rule.pattern = text === undefined ? undefined : { text, matches: readPattern(text) };
  rule.schedule = schedule;
  rule.description = input.Description;
  rule.enabled = input.State !== 'DISABLED';
  bus.rules.set(name, rule);
  return rule;
}

function shapeOf(rule: Rule): RuleShape {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: rule.bus.name,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    ...(rule.pattern === undefined ? {} : { EventPattern: rule.pattern.text }),
    ...(rule.schedule === undefined ? {} : { ScheduleExpression: rule.schedule }),
    ...(rule.description === undefined ? {} : { Description: rule.description }),
  };
}
