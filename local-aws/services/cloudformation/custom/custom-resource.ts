import { randomUUID } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PublishCommand } from '@aws-sdk/client-sns';
import { NotImplemented } from '../../../kernel/errors.ts';
import { validationError } from '../errors.ts';
import {
  ResourceFailed,
  type Properties,
  type ResourceContext,
  type ResourceProvider,
  type ResourceState,
} from '../provider.ts';
import { isRecord } from '../values.ts';
import type { CustomResponse, Responses } from './responses.ts';

/** The type that stands for every `Custom::…`, too. */
const CUSTOM_RESOURCE = 'AWS::CloudFormation::CustomResource';

/** "The default value is 3600 seconds (1 hour)", which is the longest as well. */
const LONGEST_WAIT = 3600;

/**
 * `AWS::CloudFormation::CustomResource` and `Custom::…`: a function or a topic is asked to create, update and delete, and answers to a URL.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */
export function customResource(responses: Responses): ResourceProvider {
  return {
    type: CUSTOM_RESOURCE,
    properties: ['ServiceToken', 'ServiceTimeout'],
    createOnly: [],
    attributes: [],
    open: true,
    fixed: { properties: ['ServiceToken'], reason: 'Modifying service token is not allowed.' },
    create: async (properties, context) => {
      const physicalId = context.name(255);
      return stateAfter(await ask(responses, { type: 'Create', physicalId }, properties, context));
    },
    update: async (physicalId, properties, previous, context) =>
      stateAfter(await ask(responses, { type: 'Update', physicalId, previous }, properties, context)),
    delete: async (physicalId, properties, context) => {
      await ask(responses, { type: 'Delete', physicalId }, properties, context);
    },
  };
}

/** What a custom resource is asked to do; of a `Create`, `physicalId` is the name it has unless it gives itself another. */
interface Wish {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly physicalId: string;
  readonly previous?: Properties;
}

/** Asks and waits. @throws ResourceFailed where it answers FAILED, nothing that can be read, or not in time */
async function ask(
  responses: Responses,
  wish: Wish,
  properties: Properties,
  context: ResourceContext,
): Promise<CustomResponse & { readonly PhysicalResourceId: string }> {
  const { kernel, caller, region, stackId, logicalId } = context;
  const requestId = randomUUID();
  const milliseconds = timeoutOf(properties) * 1_000;
  const token = tokenOf(properties);
  const { url, outcome } = responses.open(region, `${stackId}|${logicalId}|${requestId}`, milliseconds);
  const request = JSON.stringify({
    RequestType: wish.type,
    ServiceToken: token,
    ResponseURL: url,
    StackId: stackId,
    RequestId: requestId,
    LogicalResourceId: logicalId,
    ...(wish.type === 'Create' ? {} : { PhysicalResourceId: wish.physicalId }),
    ResourceType: context.type,
    ResourceProperties: asTexts(properties),
    ...(wish.previous === undefined ? {} : { OldResourceProperties: asTexts(wish.previous) }),
  });
  const command = { Subject: 'AWS CloudFormation custom resource request', Message: request };
  if (token.includes(':sns:')) await kernel.send(caller, new PublishCommand({ TopicArn: token, ...command }));
  else
    await kernel.send(
      caller,
      new InvokeCommand({ FunctionName: token, InvocationType: 'Event', Payload: Buffer.from(request) }),
    );
  const fail = (reason: string, given?: string): ResourceFailed =>
    new ResourceFailed(reason, wish.type === 'Create' ? (given ?? wish.physicalId) : undefined);
  const heard = await outcome();
  switch (heard.kind) {
    case 'none':
      throw fail(
        `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${requestId}]. If you are using the Python cfn-response module, you may need to update your Lambda function so that CloudFormation can attach the updated version.`,
      );
    case 'unreadable':
      throw fail(heard.reason);
    case 'response': {
      const { Status, Reason, PhysicalResourceId } = heard.response;
      if (heard.response.RequestId !== requestId) throw fail('Invalid response object: RequestId: of another request');
      if (Status === 'FAILED')
        throw fail(
          `Received response status [FAILED] from custom resource. Message returned: ${Reason ?? ''} (RequestId: ${requestId})`,
          PhysicalResourceId,
        );
      if (PhysicalResourceId === undefined) throw fail('Invalid PhysicalResourceId');
      return { ...heard.response, PhysicalResourceId };
    }
  }
}

function stateAfter({ PhysicalResourceId, Data, NoEcho }: Awaited<ReturnType<typeof ask>>): ResourceState {
  if (NoEcho === true) throw new NotImplemented('NoEcho in the response of a custom resource');
  return { physicalId: PhysicalResourceId, attributes: Data ?? {} };
}

function tokenOf({ ServiceToken }: Properties): string {
  if (typeof ServiceToken === 'string' && /^arn:[^:]+:(lambda|sns):/.test(ServiceToken)) return ServiceToken;
  throw validationError('Invalid service token.');
}

/** Seconds. */
function timeoutOf({ ServiceTimeout }: Properties): number {
  if (ServiceTimeout === undefined) return LONGEST_WAIT;
  const seconds = Number(ServiceTimeout);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_WAIT) return seconds;
  throw validationError(`ServiceTimeout must be a whole number from 1 to ${LONGEST_WAIT}`);
}

/** CloudFormation hands every scalar over as text. */
function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts);
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asTexts(member)]));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
