import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { LocalAws } from 'local-aws';
import { ENGINE } from '../../local/sandbox.ts';
import type { Way } from './application.ts';

/** An answer, and the version that gave it. */
export interface Answer {
  readonly version: string;
  /** Undefined where users get none. */
  readonly body?: unknown;
}

const VERSION = /version\W+([0-9]+\.[0-9]+\.[0-9]+)/;

/** Users of one stack, who come to it by its ways. */
export class Users {
  private count = 0;
  private readonly waiting = new Map<string, (version: string) => void>();
  private readonly stop: () => void;

  private constructor(
    private readonly aws: LocalAws,
    private readonly place: { readonly account: string; readonly region: string },
    private readonly stack: string,
    private readonly resources: ReadonlyMap<string, string>,
    private readonly outputs: ReadonlyMap<string, string>,
  ) {
    // What is handled without an answer is told by the function's log.
    this.stop = aws.kernel.onObservation((one) => {
      if (one.kind === 'log' && one.account === place.account) this.hear(one.line);
    });
  }

  /** Finds a stack's resources and outputs. */
  static async of(aws: LocalAws, account: string, StackName: string): Promise<Users> {
    const place = { account, region: ENGINE.region };
    const client = aws.client(CloudFormationClient, place);
    const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const resources = StackResources.map((one) => [one.LogicalResourceId ?? '', one.PhysicalResourceId ?? ''] as const);
    const outputs = (Stacks[0]?.Outputs ?? []).map((one) => [one.OutputKey ?? '', one.OutputValue ?? ''] as const);
    return new Users(aws, place, StackName, new Map(resources), new Map(outputs));
  }

  /** Names of the stack's resources. */
  get names(): ReadonlySet<string> {
    return new Set(this.resources.values());
  }

  leave(): void {
    this.stop();
  }

  /** Comes by a way once. @throws Error where there is no such way, or no answer with a version */
  async ask(way: Way): Promise<Answer> {
    const id = `ask-${this.stack}-${this.place.account}-${(this.count += 1)}.`;
    if ('get' in way) return this.request(way, id);
    if ('invoke' in way) return this.invoke(way, id);
    const handled = new Promise<string>((resolve) => this.waiting.set(id, resolve));
    await this.hand(way, id);
    return { version: await handled };
  }

  private async request(way: Extract<Way, { readonly get: string }>, id: string): Promise<Answer> {
    const { get, path = '', body, headers = {} } = way;
    const type = { 'content-type': 'application/json' };
    const sent =
      body === undefined
        ? { headers }
        : { method: 'POST', body: JSON.stringify({ id, ...body }), headers: { ...type, ...headers } };
    const response = await fetch(`${found(this.outputs, get).replace(/\/$/, '')}${path}`, sent);
    return answerOf(await response.text());
  }

  private async invoke({ invoke, payload }: Extract<Way, { readonly invoke: string }>, id: string): Promise<Answer> {
    const client = this.aws.client(LambdaClient, this.place);
    const Payload = Buffer.from(JSON.stringify({ id, ...payload }));
    const answer = await client.send(new InvokeCommand({ FunctionName: found(this.resources, invoke), Payload }));
    return answerOf(Buffer.from(answer.Payload ?? []).toString('utf8'));
  }

  private async hand(
    way: Exclude<Way, { readonly get: string } | { readonly invoke: string }>,
    id: string,
  ): Promise<void> {
    const { aws, place } = this;
    const text = JSON.stringify({ id });
    if ('publish' in way) {
      await aws.client(SNSClient, place).send(new PublishCommand({ TopicArn: this.named(way.publish), Message: text }));
    } else if ('put' in way) {
      const { bus, source: Source, detailType: DetailType } = way.put;
      const EventBusName = bus === undefined ? 'default' : this.named(bus);
      const Entries = [{ EventBusName, Source, DetailType, Detail: text }];
      await aws.client(EventBridgeClient, place).send(new PutEventsCommand({ Entries }));
    } else if ('send' in way) {
      await aws
        .client(SQSClient, place)
        .send(new SendMessageCommand({ QueueUrl: this.named(way.send), MessageBody: text }));
    } else if ('start' in way) {
      const command = new StartExecutionCommand({ stateMachineArn: this.named(way.start), input: text });
      await aws.client(SFNClient, place).send(command);
    } else if ('upload' in way) {
      const Key = `${way.prefix ?? ''}${id}.json`;
      await aws.client(S3Client, place).send(new PutObjectCommand({ Bucket: this.named(way.upload), Key, Body: text }));
    } else {
      const Item = { [way.key]: { S: id } };
      await aws.client(DynamoDBClient, place).send(new PutItemCommand({ TableName: this.named(way.write), Item }));
    }
  }

  private named(id: string): string {
    return found(this.resources, id);
  }

  private hear(line: string): void {
    const version = VERSION.exec(line)?.[1];
    if (version === undefined) return;
    for (const [id, resolve] of this.waiting) {
      if (!line.includes(id)) continue;
      this.waiting.delete(id);
      resolve(version);
    }
  }
}

/** Of what a team calls it: the CDK adds eight digits. */
function found(names: ReadonlyMap<string, string>, name: string): string {
  const exact = names.get(name);
  if (exact !== undefined) return exact;
  const [one] = [...names].filter(([id]) => id.startsWith(name) && /^[0-9A-F]{8}$/.test(id.slice(name.length)));
  if (one === undefined) throw new Error(`The stack has no ${name}, but ${[...names.keys()].join(', ')}.`);
  return one[1];
}

/** @throws Error where it does not say its version */
function answerOf(text: string): Answer {
  const version = VERSION.exec(text)?.[1];
  if (version === undefined) throw new Error(`The answer does not say its version: ${text}`);
  return { version, body: bodyOf(text) };
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
