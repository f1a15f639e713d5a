import { eventProblem } from '../model/errors.ts';
import { getAtt } from '../model/intrinsics.ts';
import type { Made } from '../model/resource.ts';
import { filled, isFilled, isGiven, type Fields } from '../model/values.ts';
import { assumedBy, inlinePolicy } from '../policies/documents.ts';
import { deadLetters } from './rule.ts';

/** What a schedule calls: a function or a state machine. */
export interface ScheduleTarget {
  readonly arn: unknown;
  readonly attributes: Fields;
  readonly action: 'lambda:InvokeFunction' | 'states:StartExecution';
}

/** The schedule of EventBridge Scheduler of a `ScheduleV2` event, and the role that it takes. @throws Problem */
export function scheduleV2(id: string, properties: Fields, target: ScheduleTarget): readonly Made[] {
  const letters = deadLetters(id, properties.DeadLetterConfig, undefined, target.attributes);
  const named = isFilled(properties.RoleArn);
  const role = named ? [] : [scheduleRole(id, properties, target, letters.arn)];
  const { Input, RetryPolicy } = properties;
  const schedule: Made = {
    id,
    type: 'AWS::Scheduler::Schedule',
    attributes: target.attributes,
    properties: {
      ScheduleExpression: properties.ScheduleExpression,
      State: filled(properties.State),
      Name: scheduleName(id, properties),
      Description: properties.Description,
      FlexibleTimeWindow: filled(properties.FlexibleTimeWindow) ?? { Mode: 'OFF' },
      StartDate: properties.StartDate,
      EndDate: properties.EndDate,
      ScheduleExpressionTimezone: properties.ScheduleExpressionTimezone,
      GroupName: properties.GroupName,
      KmsKeyArn: properties.KmsKeyArn,
      Target: {
        Arn: target.arn,
        RoleArn: named ? properties.RoleArn : getAtt(`${id}Role`, 'Arn'),
        ...(isGiven(Input) ? { Input } : {}),
        ...(isGiven(properties.DeadLetterConfig) ? { DeadLetterConfig: { Arn: letters.arn } } : {}),
        ...(isGiven(RetryPolicy) ? { RetryPolicy } : {}),
      },
    },
  };
  return [schedule, ...letters.made, ...role];
}

function scheduleName(id: string, { OmitName, Name }: Fields): unknown {
  if (OmitName !== true) return filled(Name) ?? id;
  if (isFilled(Name)) throw eventProblem(id, 'Name cannot be set when OmitName is True');
  return undefined;
}

function scheduleRole(
  id: string,
  properties: Fields,
  { arn, action, attributes }: ScheduleTarget,
  letters: unknown,
): Made {
  const name = action === 'lambda:InvokeFunction' ? `${id}LambdaPolicy` : `${id}StartExecutionPolicy`;
  return {
    id: `${id}Role`,
    type: 'AWS::IAM::Role',
    attributes,
    properties: {
      AssumeRolePolicyDocument: assumedBy('scheduler.amazonaws.com'),
      Policies: [
        inlinePolicy(name, action, arn),
        ...(isFilled(letters) ? [inlinePolicy(`${id}SQSPolicy`, 'sqs:SendMessage', letters)] : []),
      ],
      PermissionsBoundary: filled(properties.PermissionsBoundary),
    },
  };
}
