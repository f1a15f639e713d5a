import type { Context } from '../model/context.ts';
import { eventProblem } from '../model/errors.ts';
import { getAtt, ref, sub } from '../model/intrinsics.ts';
import type { Made } from '../model/resource.ts';
import { requireMap } from '../model/shape.ts';
import { asList, filled, isFilled, isMap, isText } from '../model/values.ts';
import { namedResource, ownProperties } from './bucket.ts';
import { permission } from './permission.ts';
import type { FunctionEvent } from './target.ts';

export function alexaSkill({ target, id, properties }: FunctionEvent): readonly Made[] {
  return [permission(target, 'alexa-appkit.amazon.com', id, { EventSourceToken: properties.SkillId })];
}

export function logSubscription({ target, id, properties }: FunctionEvent, { partition }: Context): readonly Made[] {
  const { LogGroupName, FilterPattern } = properties;
  const source = sub(`arn:${partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:\${__LogGroupName__}:*`, {
    __LogGroupName__: LogGroupName,
  });
  const allowed = permission(target, 'logs.amazonaws.com', id, { SourceArn: source });
  const filter: Made = {
    id,
    type: 'AWS::Logs::SubscriptionFilter',
    dependsOn: [allowed.id],
    attributes: target.attributes,
    properties: { LogGroupName, FilterPattern, DestinationArn: target.arn },
  };
  return [allowed, filter];
}

export function topicRule({ target, id, properties }: FunctionEvent, { partition }: Context): readonly Made[] {
  const source = sub(`arn:${partition}:iot:\${AWS::Region}:\${AWS::AccountId}:rule/\${RuleName}`, {
    RuleName: ref(id),
  });
  const rule: Made = {
    id,
    type: 'AWS::IoT::TopicRule',
    attributes: target.attributes,
    properties: {
      TopicRulePayload: {
        Sql: properties.Sql,
        RuleDisabled: false,
        Actions: [{ Lambda: { FunctionArn: target.arn } }],
        ...(isFilled(properties.AwsIotSqlVersion) ? { AwsIotSqlVersion: filled(properties.AwsIotSqlVersion) } : {}),
      },
    },
  };
  const account = sub('${AWS::AccountId}');
  return [permission(target, 'iot.amazonaws.com', id, { SourceArn: source, SourceAccount: account }), rule];
}

/** What a `Cognito` event changes: the user pool calls the function at its triggers. @throws Problem */
export function userPoolTrigger(event: FunctionEvent, context: Context): readonly Made[] {
  const { target, name, properties } = event;
  const { UserPool: reference } = properties;
  if (isMap(reference) && 'Ref' in reference && !isText(reference.Ref))
    throw eventProblem(event.id, 'Ref in Userpool is not a string.');
  const found = namedResource(reference, context);
  if (found === undefined)
    throw eventProblem(name, 'Cognito events must reference a Cognito UserPool in the same template.');
  const [id, pool] = found;
  const own = ownProperties(id, pool);
  own.LambdaConfig ??= {};
  const config = requireMap(id, 'LambdaConfig', own.LambdaConfig);
  for (const trigger of asList(properties.Trigger)) {
    const called = String(trigger);
    if (called in config)
      throw eventProblem(name, `Cognito trigger "${String(properties.Trigger)}" defined multiple times.`);
    config[called] = target.arn;
  }
  return [permission(target, 'cognito-idp.amazonaws.com', `${target.id}Cognito`, { SourceArn: getAtt(id, 'Arn') })];
}
