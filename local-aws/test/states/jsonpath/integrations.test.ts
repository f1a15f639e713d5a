/** https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html, played on the services themselves. */
import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  type DescribeExecutionCommandOutput,
} from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startLocalAws, type LocalAws } from '../../../aws.ts';
import { createFunction, roleFor, where } from '../../lambda/functions.ts';
import { LambdaClient } from '@aws-sdk/client-lambda';

const arn = (service: string, rest: string): string => `arn:aws:${service}:${where.region}:${where.account}:${rest}`;
const QUEUE = arn('sqs', 'work');
const TOPIC = arn('sns', 'told');
const text: unknown = expect.any(String);
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const metadata = {
  SdkHttpMetadata: { HttpStatusCode: 200 },
  SdkResponseMetadata: { RequestId: like(/^[0-9a-f-]{36}$/) },
};

let aws: LocalAws;
let states: SFNClient;
let sqs: SQSClient;
let QueueUrl = '';
let machines = 0;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max', busyRate: 0 });
  states = aws.client(SFNClient, where);
  sqs = aws.client(SQSClient, where);
  QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'work' }))).QueueUrl ?? '';
  const allow = {
    Effect: 'Allow',
    Principal: { Service: ['sns.amazonaws.com', 'events.amazonaws.com'] },
    Action: 'sqs:SendMessage',
    Resource: QUEUE,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const sns = aws.client(SNSClient, where);
  await sns.send(new CreateTopicCommand({ Name: 'told' }));
  await sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE }));
  const events = aws.client(EventBridgeClient, where);
  await events.send(new CreateEventBusCommand({ Name: 'orders' }));
  const rule = { Name: 'all', EventBusName: 'orders' };
  await events.send(new PutRuleCommand({ ...rule, EventPattern: '{"source":["shop"]}' }));
  await events.send(
    new PutTargetsCommand({ Rule: rule.Name, EventBusName: 'orders', Targets: [{ Id: 'q', Arn: QUEUE }] }),
  );
  await aws.client(DynamoDBClient, where).send(
    new CreateTableCommand({
      TableName: 'orders',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  await aws.client(S3Client, where).send(new CreateBucketCommand({ Bucket: 'papers' }));
  const code = `export const handler = async (event) => { if (event.fail) { throw Object.assign(new Error('no'), { name: 'Declined' }); } return { got: event }; };`;
  await createFunction(aws.client(LambdaClient, where), 'echo', await roleFor(aws, 'echo', []), code);
});
afterAll(() => aws.close());
beforeEach(() => sqs.send(new PurgeQueueCommand({ QueueUrl })));

/** A role for machines that may do `actions` on everything. */
async function role(actions: readonly string[]): Promise<string> {
  const RoleName = `machine-${++machines}`;
  const document = (statement: object): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const iam = aws.client(IAMClient, where);
  const trust = document({ Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  if (actions.length > 0) {
    const PolicyDocument = document({ Action: actions, Resource: '*' });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'may', PolicyDocument }));
  }
  return `arn:aws:iam::${where.account}:role/${RoleName}`;
}

async function start(definition: object, actions: readonly string[], input: object): Promise<string> {
  const roleArn = await role(actions);
  const name = `machine-${machines}`;
  const created = await states.send(
    new CreateStateMachineCommand({ name, roleArn, definition: JSON.stringify(definition) }),
  );
  const { stateMachineArn } = created;
  const started = await states.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  return started.executionArn ?? '';
}

async function ended(executionArn: string): Promise<DescribeExecutionCommandOutput & { result: unknown }> {
  for (;;) {
    await aws.clock.idle();
    const execution = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING')
      return { ...execution, result: execution.output === undefined ? undefined : JSON.parse(execution.output) };
  }
}

/** Plays a machine of one task. */
async function play(
  task: object,
  actions: readonly string[],
  input: object = {},
): Promise<DescribeExecutionCommandOutput & { result: unknown }> {
  return ended(await start({ StartAt: 'T', States: { T: { Type: 'Task', End: true, ...task } } }, actions, input));
}

async function received(): Promise<readonly unknown[]> {
  await aws.clock.idle();
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body = '' }): unknown => JSON.parse(Body));
}

const tokenIn = z.tuple([z.looseObject({ token: z.string() })]);

describe('sqs:sendMessage', () => {
  const task = {
    Resource: 'arn:aws:states:::sqs:sendMessage',
    Parameters: { 'QueueUrl.$': '$.url', MessageBody: { 'order.$': '$.order', fixed: true } },
  };

  it('sends its body as JSON, and answers with the message’s id and metadata', async () => {
    const { result } = await play({ ...task, ResultPath: '$.sent' }, ['sqs:SendMessage'], { url: QueueUrl, order: 7 });
    expect(result).toEqual({
      url: QueueUrl,
      order: 7,
      sent: { MD5OfMessageBody: text, MessageId: text, ...metadata },
    });
    expect(await received()).toEqual([{ order: 7, fixed: true }]);
  });

  it('fails as SDK 1 for Java tells, where the role may not and where there is no queue', async () => {
    const denied = await play(task, [], { url: QueueUrl, order: 1 });
    expect(denied).toMatchObject({ status: 'FAILED', error: 'SQS.AmazonSQSException' });
    expect(denied.cause).toMatch(
      /sqs:sendmessage.*\(Service: AmazonSQS; Status Code: 403; Error Code: .*; Proxy: null\)$/i,
    );
    const lost = await play(task, ['sqs:SendMessage'], { url: `${QueueUrl}-gone`, order: 1 });
    expect(lost).toMatchObject({ error: 'SQS.QueueDoesNotExistException' });
  });

  it('waits for its token, which the message carries', async () => {
    const waiting = {
      ...{ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true },
      Parameters: { QueueUrl, MessageBody: { 'token.$': '$$.Task.Token', 'by.$': '$$.Execution.Id' } },
      ResultSelector: { 'answer.$': '$.value' },
      ResultPath: '$.asked',
    };
    const execution = await start({ StartAt: 'T', States: { T: waiting } }, ['sqs:SendMessage'], { a: 1 });
    const [{ token, by }] = tokenIn.parse(await received());
    expect(by).toBe(execution);
    await states.send(new SendTaskSuccessCommand({ taskToken: token, output: '{"value":42}' }));
    expect((await ended(execution)).result).toEqual({ a: 1, asked: { answer: 42 } });
  });
});

describe('sns:publish', () => {
  it('publishes text or JSON with attributes', async () => {
    const Parameters = {
      TopicArn: TOPIC,
      'Message.$': '$',
      MessageAttributes: { kind: { DataType: 'String', 'StringValue.$': '$.kind' } },
    };
    const { result } = await play({ Resource: 'arn:aws:states:::sns:publish', Parameters }, ['sns:Publish'], {
      kind: 'new',
    });
    expect(result).toEqual({ MessageId: text, ...metadata });
    expect(await received()).toMatchObject([
      { Message: '{"kind":"new"}', MessageAttributes: { kind: { Type: 'String', Value: 'new' } } },
    ]);
  });

  it('fails by the exception of SNS', async () => {
    const task = { Resource: 'arn:aws:states:::sns:publish', Parameters: { TopicArn: `${TOPIC}-gone`, Message: 'x' } };
    expect(await play(task, ['sns:Publish'])).toMatchObject({ error: 'SNS.NotFoundException' });
  });
});

describe('events:putEvents', () => {
  const entry = { 'Detail.$': '$', DetailType: 'Order', EventBusName: 'orders', Source: 'shop' };
  const task = { Resource: 'arn:aws:states:::events:putEvents' };

  it('sends details as JSON, with the execution and its machine among the resources', async () => {
    const Parameters = { Entries: [{ ...entry, Resources: ['arn:of:mine'] }] };
    const { result, executionArn, stateMachineArn } = await play({ ...task, Parameters }, ['events:PutEvents'], {
      n: 1,
    });
    expect(result).toEqual({ Entries: [{ EventId: text }], FailedEntryCount: 0, ...metadata });
    expect(await received()).toMatchObject([
      { detail: { n: 1 }, resources: ['arn:of:mine', executionArn, stateMachineArn] },
    ]);
  });

  it('fails by EventBridge.FailedEntry where an entry failed', async () => {
    const Parameters = { Entries: [{ ...entry, 'Detail.$': '$.text' }] };
    const { error, cause } = await play({ ...task, Parameters }, ['events:PutEvents'], { text: 'no JSON' });
    expect(error).toBe('EventBridge.FailedEntry');
    expect(JSON.parse(cause ?? '')).toMatchObject({ FailedEntryCount: 1 });
  });
});

describe('dynamodb:…', () => {
  const at = (operation: string): string => `arn:aws:states:::dynamodb:${operation}`;
  const Key = { id: { 'S.$': '$.id' } };

  it('puts, updates, reads and deletes, by attribute values that paths give', async () => {
    const Task = (operation: string, Parameters: object, more: object): object => ({
      Type: 'Task',
      Resource: at(operation),
      Parameters: { TableName: 'orders', ...Parameters },
      ...more,
    });
    const definition = {
      StartAt: 'Put',
      States: {
        Put: Task(
          'putItem',
          { Item: { ...Key, count: { 'N.$': "States.Format('{}', $.n)" } } },
          { ResultPath: '$.put', Next: 'Update' },
        ),
        Update: Task(
          'updateItem',
          {
            ...{ Key, UpdateExpression: 'SET #c = #c + :one', ExpressionAttributeNames: { '#c': 'count' } },
            ...{ ExpressionAttributeValues: { ':one': { N: '1' } }, ReturnValues: 'UPDATED_NEW' },
          },
          { ResultPath: '$.updated', ResultSelector: { 'count.$': '$.Attributes.count.N' }, Next: 'Get' },
        ),
        Get: Task('getItem', { Key, ConsistentRead: true }, { ResultPath: '$.got', Next: 'Delete' }),
        Delete: Task('deleteItem', { Key }, { ResultPath: null, End: true }),
      },
    };
    const actions = ['PutItem', 'UpdateItem', 'GetItem', 'DeleteItem'].map((action) => `dynamodb:${action}`);
    const { result } = await ended(await start(definition, actions, { id: 'o1', n: 4 }));
    expect(result).toEqual({
      ...{ id: 'o1', n: 4, put: metadata, updated: { count: '5' } },
      got: { Item: { id: { S: 'o1' }, count: { N: '5' } }, ...metadata },
    });
    const left = await aws
      .client(DynamoDBClient, where)
      .send(new GetItemCommand({ TableName: 'orders', Key: { id: { S: 'o1' } } }));
    expect(left.Item).toBeUndefined();
  });

  it('fails by an exception of its API or, where the API has none, by AmazonDynamoDBException', async () => {
    const Parameters = { TableName: 'orders', Item: Key, ConditionExpression: 'attribute_exists(id)' };
    const conditional = await play({ Resource: at('putItem'), Parameters }, ['dynamodb:PutItem'], { id: 'none' });
    expect(conditional.error).toBe('DynamoDB.ConditionalCheckFailedException');
    const wrong = { TableName: 'orders', Key: { other: { S: 'x' } } };
    const invalid = await play({ Resource: at('getItem'), Parameters: wrong }, ['dynamodb:GetItem']);
    expect(invalid.error).toBe('DynamoDB.AmazonDynamoDBException');
    expect(invalid.cause).toContain('(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException;');
    expect((await play({ Resource: at('getItem'), Parameters: wrong }, [])).error).toBe(
      'DynamoDB.AmazonDynamoDBException',
    );
  });
});

describe('lambda:invoke', () => {
  const task = {
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: 'echo', 'Payload.$': '$' },
    ResultSelector: { 'answer.$': '$.Payload.got' },
  };

  it('answers with its Payload as JSON, and what the function threw can be caught with its cause', async () => {
    expect((await play(task, ['lambda:InvokeFunction'], { a: 1 })).result).toEqual({ answer: { a: 1 } });
    const definition = {
      StartAt: 'T',
      States: {
        T: {
          ...{ ...task, Type: 'Task', End: true },
          Catch: [{ ErrorEquals: ['Declined'], ResultPath: '$.error', Next: 'C' }],
        },
        C: { Type: 'Pass', Parameters: { 'cause.$': 'States.StringToJson($.error.Cause)' }, End: true },
      },
    };
    const caught = await ended(await start(definition, ['lambda:InvokeFunction'], { fail: true }));
    expect(caught.result).toMatchObject({ cause: { errorType: 'Declined', errorMessage: 'no' } });
  });

  it('names what it may not do', async () => {
    expect(await play(task, [])).toMatchObject({ error: 'Lambda.AWSLambdaException' });
  });
});

describe('states:startExecution', () => {
  const rule = ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'];
  const all = ['states:StartExecution', 'states:DescribeExecution', 'states:StopExecution', ...rule];
  const child = async (state: object): Promise<string> => {
    const definition = JSON.stringify({ StartAt: 'C', States: { C: state } });
    const roleArn = await role([]);
    const created = await states.send(
      new CreateStateMachineCommand({ name: `child-${machines}`, roleArn, definition }),
    );
    return created.stateMachineArn ?? '';
  };
  const task = (StateMachineArn: string, suffix: string): object => ({
    Resource: `arn:aws:states:::states:startExecution${suffix}`,
    Parameters: {
      StateMachineArn,
      Input: { 'n.$': '$.n', 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$': '$$.Execution.Id' },
    },
  });

  it('starts a child and goes on, or waits for its end and has its output as text (.sync) or as JSON (.sync:2)', async () => {
    const machine = await child({ Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, End: true });
    const started = await play(task(machine, ''), ['states:StartExecution'], { n: 1 });
    expect(started.result).toMatchObject({ ExecutionArn: like(/:execution:child-/), ...metadata });
    expect((await play(task(machine, '.sync'), all, { n: 1 })).result).toMatchObject({ Output: '{"n":2}' });
    expect((await play(task(machine, '.sync:2'), all, { n: 1 })).result).toMatchObject({ Output: { n: 2 } });
  });

  it('fails by States.TaskFailed where the child failed', async () => {
    const machine = await child({ Type: 'Fail', Error: 'Broken' });
    const { error, cause } = await play(task(machine, '.sync:2'), all, { n: 1 });
    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause ?? '')).toMatchObject({ Error: 'Broken', Status: 'FAILED' });
  });
});

describe('aws-sdk:…', () => {
  it('has members in PascalCase, whatever the API calls them, and no metadata', async () => {
    const { stateMachineArn } = await play({ Resource: 'arn:aws:states:::aws-sdk:sts:getCallerIdentity' }, []);
    const { result } = await play(
      { Resource: 'arn:aws:states:::aws-sdk:sfn:listExecutions', Parameters: { StateMachineArn: stateMachineArn } },
      ['states:ListExecutions'],
    );
    expect(result).toMatchObject({
      Executions: [{ Status: 'SUCCEEDED', StartDate: like(/^2\d{3}-.*Z$/) }],
    });
    expect(result).not.toHaveProperty('SdkHttpMetadata');
  });

  it('writes and reads objects whose bodies are text', async () => {
    const Parameters = { Bucket: 'papers', 'Key.$': '$.key', Body: { 'all.$': '$' } };
    const put = await play({ Resource: 'arn:aws:states:::aws-sdk:s3:putObject', Parameters }, ['s3:PutObject'], {
      key: 'a',
    });
    expect(put.result).toHaveProperty('ETag');
    const get = { Resource: 'arn:aws:states:::aws-sdk:s3:getObject', Parameters: { Bucket: 'papers', Key: 'a' } };
    const got = await play({ ...get, ResultSelector: { 'body.$': 'States.StringToJson($.Body)' } }, ['s3:GetObject']);
    expect(got.result).toEqual({ body: { all: { key: 'a' } } });
  });

  it('fails as SDK 2 for Java tells', async () => {
    const get = { Resource: 'arn:aws:states:::aws-sdk:s3:getObject', Parameters: { Bucket: 'papers', Key: 'none' } };
    const lost = await play(get, ['s3:*']);
    expect(lost.error).toBe('S3.NoSuchKeyException');
    expect(lost.cause).toMatch(/\(Service: S3, Status Code: 404, Request ID: [0-9a-f-]+\)$/);
    const item = { TableName: 'orders', Key: { other: { S: 'x' } } };
    const invalid = { Resource: 'arn:aws:states:::aws-sdk:dynamodb:getItem', Parameters: item };
    expect((await play(invalid, [])).error).toBe('DynamoDb.DynamoDbException');
    expect((await play(invalid, ['dynamodb:*'])).error).toBe('DynamoDb.DynamoDbException');
  });

  it('waits for its token', async () => {
    const waiting = {
      ...{ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken', End: true },
      Parameters: { QueueUrl, 'MessageBody.$': `States.JsonToString($$.Task)` },
    };
    const execution = await start({ StartAt: 'T', States: { T: waiting } }, ['sqs:SendMessage'], {});
    const [{ Token }] = z.tuple([z.object({ Token: z.string() })]).parse(await received());
    await states.send(new SendTaskSuccessCommand({ taskToken: Token, output: '"done"' }));
    expect((await ended(execution)).result).toBe('done');
  });
});
