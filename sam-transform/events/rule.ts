import { eventProblem } from '../model/errors.ts';
import { getAtt, ref } from '../model/intrinsics.ts';
import type { Made } from '../model/resource.ts';
import { filled, isFilled, isGiven, isText, mapOf, type Fields } from '../model/values.ts';
import { queuePolicy } from '../policies/documents.ts';
import { permission } from './permission.ts';
import type { FunctionEvent } from './target.ts';

const LONGEST_TARGET_ID = 64;

/** The rule of a `Schedule` event. @throws Problem */
export function schedule(event: FunctionEvent): readonly Made[] {
  const { properties, target, id } = event;
  const letters = deadLetters(id, properties.DeadLetterConfig, getAtt(id, 'Arn'), target.attributes);
  const rule = makeRule(id, target.attributes, {
    ScheduleExpression: properties.Schedule,
    State: ruleState(event.name, properties),
    Name: properties.Name,
    Description: properties.Description,
    Targets: [ruleTarget(id, target.arn, 'LambdaTarget', properties, letters.arn)],
  });
  return [rule, ...letters.made, invokedByRule(event)];
}

/** The rule of an `EventBridgeRule` or `CloudWatchEvent` event. @throws Problem */
export function eventPattern(event: FunctionEvent): readonly Made[] {
  const { properties, target, id } = event;
  const letters = deadLetters(id, properties.DeadLetterConfig, getAtt(id, 'Arn'), target.attributes);
  const rule = makeRule(id, target.attributes, {
    EventBusName: properties.EventBusName,
    EventPattern: properties.Pattern,
    Name: properties.RuleName,
    State: ruleState(event.name, properties),
    Targets: [ruleTarget(id, target.arn, 'LambdaTarget', properties, letters.arn)],
  });
  return [rule, ...letters.made, invokedByRule(event)];
}

function invokedByRule({ target, id }: FunctionEvent): Made {
  return permission(target, 'events.amazonaws.com', id, { SourceArn: getAtt(id, 'Arn') });
}

export function makeRule(id: string, attributes: Fields, properties: Fields): Made {
  return { id, type: 'AWS::Events::Rule', attributes, properties };
}

/** @throws Problem where both `State` and `Enabled` are there */
export function ruleState(name: string, { State, Enabled }: Fields): unknown {
  if (!isGiven(Enabled)) return filled(State);
  if (isFilled(State)) throw eventProblem(name, 'State and Enabled Properties cannot both be specified.');
  return isFilled(Enabled) ? 'ENABLED' : 'DISABLED';
}

/** The target of a rule, whose id ends in `suffix` unless the event names one. */
export function ruleTarget(
  id: string,
  arn: unknown,
  suffix: string,
  properties: Fields,
  letters: unknown,
  more: Fields = {},
): Fields {
  const { Target, Input, InputPath, RetryPolicy, InputTransformer, DeadLetterConfig } = properties;
  const given = {
    ...(isGiven(Input) ? { Input } : {}),
    ...(isGiven(InputPath) ? { InputPath } : {}),
    ...(isGiven(DeadLetterConfig) ? { DeadLetterConfig: { Arn: letters } } : {}),
    ...(isGiven(RetryPolicy) ? { RetryPolicy } : {}),
    ...(isGiven(InputTransformer) ? { InputTransformer } : {}),
  };
  const named = `${id.slice(0, LONGEST_TARGET_ID - suffix.length)}${suffix}`;
  return { Arn: arn, Id: mapOf(Target).Id ?? named, ...more, ...given };
}

/** Where events go that could not be delivered: a queue that is named, or one that is made. */
export interface DeadLetters {
  readonly arn?: unknown;
  readonly made: readonly Made[];
}

/** @param source ARN of the rule that sends there; undefined where a role does @throws Problem */
export function deadLetters(id: string, config: unknown, source: unknown, attributes: Fields): DeadLetters {
  if (!isGiven(config)) return { made: [] };
  const { QueueLogicalId, Arn } = requireLetters(id, mapOf(config));
  if (isGiven(Arn)) return { arn: Arn, made: [] };
  if (isGiven(QueueLogicalId) && !isText(QueueLogicalId)) throw eventProblem(id, 'QueueLogicalId must be a string');
  const queueId = isText(QueueLogicalId) && QueueLogicalId !== '' ? QueueLogicalId : `${id}Queue`;
  const arn = getAtt(queueId, 'Arn');
  const queue: Made = { id: queueId, type: 'AWS::SQS::Queue', attributes, properties: {} };
  if (source === undefined) return { arn, made: [queue] };
  const policy: Made = {
    id: `${id}QueuePolicy`,
    type: 'AWS::SQS::QueuePolicy',
    attributes,
    properties: queuePolicy({ Service: 'events.amazonaws.com' }, source, arn, ref(queueId)),
  };
  return { arn, made: [queue, policy] };
}

function requireLetters(id: string, config: Fields): Fields {
  const [hasArn, hasType] = ['Arn' in config, 'Type' in config];
  if (hasArn && hasType) throw eventProblem(id, "You can either define 'Arn' or 'Type' property of DeadLetterConfig.");
  if (hasType && config.Type !== 'SQS')
    throw eventProblem(id, "The only valid value for 'Type' property of DeadLetterConfig is 'SQS'.");
  if (!hasArn && !hasType) throw eventProblem(id, "No 'Arn' or 'Type' property provided for DeadLetterConfig.");
  return config;
}
