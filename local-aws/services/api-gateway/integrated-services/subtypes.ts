/**
 * Operations of services that an integration calls, without a function between.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
 */
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { StartExecutionCommand, StartSyncExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { own } from '../../../kernel/own.ts';
import type { SdkCommand } from '../../../kernel/service.ts';
import { NotImplemented } from '../../../kernel/errors.ts';
import { badRequest } from '../errors.ts';

/** Parameters as a request gave them, by name. */
type Given = Readonly<Record<string, string | undefined>>;

interface Subtype {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  command(given: Given): SdkCommand<unknown, unknown>;
}

const SUBTYPES: Readonly<Record<string, Subtype>> = {
  'EventBridge-PutEvents': {
    required: ['Detail', 'DetailType', 'Source'],
    optional: ['EventBusName'],
    command: ({ Detail, DetailType, Source, EventBusName }) =>
      new PutEventsCommand({ Entries: [{ Detail, DetailType, Source, EventBusName }] }),
  },
  'SQS-SendMessage': {
    required: ['QueueUrl', 'MessageBody'],
    optional: ['DelaySeconds', 'MessageDeduplicationId', 'MessageGroupId'],
    command: ({ QueueUrl, MessageBody, DelaySeconds: seconds, ...more }) =>
      new SendMessageCommand({
        ...{ QueueUrl, MessageBody, DelaySeconds: seconds === undefined ? undefined : Number(seconds) },
        MessageDeduplicationId: more['MessageDeduplicationId'],
        MessageGroupId: more['MessageGroupId'],
      }),
  },
  'StepFunctions-StartExecution': {
    required: ['StateMachineArn'],
    optional: ['Name', 'Input'],
    command: ({ StateMachineArn: stateMachineArn, Name: name, Input: input }) =>
      new StartExecutionCommand({ stateMachineArn, name, input }),
  },
  'StepFunctions-StartSyncExecution': {
    required: ['StateMachineArn'],
    optional: ['Name', 'Input'],
    command: ({ StateMachineArn: stateMachineArn, Name: name, Input: input }) =>
      new StartSyncExecutionCommand({ stateMachineArn, name, input }),
  },
  'StepFunctions-StopExecution': {
    required: ['ExecutionArn'],
    optional: ['Cause', 'Error'],
    command: ({ ExecutionArn: executionArn, Cause: cause, Error: error }) =>
      new StopExecutionCommand({ executionArn, cause, error }),
  },
};

/** @throws AwsError BadRequestException @throws NotImplemented for another subtype, or parameters of one that are not implemented */
export function checkSubtype(name: string, parameters: Readonly<Record<string, string>>): void {
  const subtype = subtypeOf(name);
  const missing = subtype.required.find((one) => own(parameters, one) === undefined);
  if (missing !== undefined) throw badRequest(`Parameter ${missing} is required for the integration subtype ${name}`);
  const known = [...subtype.required, ...subtype.optional];
  const other = Object.keys(parameters).find((one) => !known.includes(one));
  if (other !== undefined) throw new NotImplemented(`the parameter ${other} of the integration subtype ${name}`);
}

/** The call that a request comes to; undefined where the request has not what is required. */
export function commandOf(name: string, given: Given): SdkCommand<unknown, unknown> | undefined {
  const subtype = subtypeOf(name);
  return subtype.required.some((one) => given[one] === undefined) ? undefined : subtype.command(given);
}

function subtypeOf(name: string): Subtype {
  const subtype = own(SUBTYPES, name);
  if (subtype === undefined) throw new NotImplemented(`the integration subtype ${name} of HTTP APIs`);
  return subtype;
}
