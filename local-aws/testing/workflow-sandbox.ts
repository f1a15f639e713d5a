import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  StartExecutionCommand,
  type DescribeExecutionCommandOutput,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import { Clock, type Pace } from '../kernel/clock.ts';
import { AwsError } from '../kernel/errors.ts';
import { Faults } from '../kernel/faults.ts';
import { Kernel } from '../kernel/kernel.ts';
import { Meters } from '../kernel/meters.ts';
import type { MetricDatum, ServiceEvent } from '../kernel/ports.ts';
import type { Caller } from '../kernel/principal.ts';
import { operation, type Service } from '../kernel/service.ts';
import { createIdentity } from '../services/iam/service.ts';
import { createLogs } from '../services/logs.ts';
import { createStates } from '../services/states/service.ts';

const account = '111111111111';
const region = 'us-east-1';

/** What a function of the sandbox does with its payload; what it throws becomes the invocation's error. */
export type Handler = (payload: unknown, sandbox: WorkflowSandbox) => unknown;

/** Step Functions, IAM and Logs for real, with functions that are plain handlers, and all events and metrics kept. */
export class WorkflowSandbox {
  readonly clock: Clock;
  readonly meters = new Meters();
  readonly faults = new Faults();
  readonly kernel: Kernel;
  readonly functions = new Map<string, Handler>();
  readonly events: ServiceEvent[] = [];
  readonly metrics: MetricDatum[] = [];
  readonly role = `arn:aws:iam::${account}:role/workflow`;
  private machines = 0;

  constructor(pace: Pace = 'max') {
    this.clock = new Clock(pace, Date.parse('2026-11-20T09:00:00Z'), undefined, 0);
    this.kernel = new Kernel(this.clock, this.faults, this.meters, () => 'http://127.0.0.1:1');
    const identity = createIdentity(this.kernel);
    const logs = createLogs(this.kernel).services;
    const states = createStates(this.kernel).services;
    this.kernel.install([...identity.services, ...logs, ...states, this.lambda()], {
      iam: identity.port,
      events: { emit: (event) => this.events.push(event) },
      metrics: { record: (datum) => this.metrics.push(datum) },
      functions: { kill: () => undefined },
      queues: { send: () => undefined },
    });
  }

  /** The account's root. */
  get caller(): Caller {
    return { principal: { type: 'root', account, arn: `arn:aws:iam::${account}:root` }, account, region };
  }

  /** Creates the machines' role, which may do `actions`. */
  async allow(...actions: string[]): Promise<this> {
    const trust = statement({ Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' });
    await this.kernel.send(
      this.caller,
      new CreateRoleCommand({ RoleName: 'workflow', AssumeRolePolicyDocument: trust }),
    );
    const policy = statement({ Action: actions, Resource: '*' });
    await this.kernel.send(
      this.caller,
      new PutRolePolicyCommand({ RoleName: 'workflow', PolicyName: 'all', PolicyDocument: policy }),
    );
    return this;
  }

  /** Creates a state machine, in JSONata unless it says otherwise, and answers its ARN. */
  async create(definition: object, name = `machine-${(this.machines += 1)}`): Promise<string> {
    const text = JSON.stringify({ QueryLanguage: 'JSONata', ...definition });
    const answer = await this.kernel.send(
      this.caller,
      new CreateStateMachineCommand({ name, definition: text, roleArn: this.role }),
    );
    return answer.stateMachineArn ?? '';
  }

  async start(stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> {
    const answer = await this.kernel.send(
      this.caller,
      new StartExecutionCommand({
        stateMachineArn,
        input: JSON.stringify(input),
        ...(name === undefined ? {} : { name }),
      }),
    );
    return answer.executionArn ?? '';
  }

  /** Waits until an execution has ended; it asks no questions meanwhile, for those would keep time slow. */
  async ended(executionArn: string): Promise<DescribeExecutionCommandOutput> {
    const hasEnded = ({ resources, detail }: ServiceEvent): boolean =>
      resources?.[0] === executionArn && !JSON.stringify(detail).includes('"status":"RUNNING"');
    while (!this.events.some(hasEnded)) await new Promise((resolve) => setTimeout(resolve, 2));
    return this.describe(executionArn);
  }

  describe(executionArn: string): Promise<DescribeExecutionCommandOutput> {
    return this.kernel.send(this.caller, new DescribeExecutionCommand({ executionArn }));
  }

  async history(executionArn: string): Promise<readonly HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const input = { executionArn, maxResults: 1_000, ...(nextToken === undefined ? {} : { nextToken }) };
      const page = await this.kernel.send(this.caller, new GetExecutionHistoryCommand(input));
      events.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return events;
  }

  /** Runs a definition from start to end. */
  async run(definition: object, input: unknown = {}): Promise<Run> {
    const arn = await this.start(await this.create(definition), input);
    const execution = await this.ended(arn);
    const output: unknown = execution.output === undefined ? undefined : JSON.parse(execution.output);
    return { arn, execution, output, history: await this.history(arn) };
  }

  private lambda(): Service {
    const invoke = operation({
      command: InvokeCommand,
      accepts: ['FunctionName', 'Payload', 'Qualifier', 'InvocationType'],
      authorize: ({ FunctionName }) => ({
        action: 'lambda:InvokeFunction',
        resource: `arn:aws:lambda:${region}:${account}:function:${FunctionName}`,
      }),
      handle: async ({ FunctionName = '', Payload }) => {
        const handler = this.functions.get(FunctionName);
        if (handler === undefined)
          throw new AwsError('ResourceNotFoundException', `Function not found: ${FunctionName}`, 404);
        const text = Payload instanceof Uint8Array ? Buffer.from(Payload).toString() : '{}';
        const payload: unknown = JSON.parse(text);
        const [answer, error] = await outcome(() => handler(payload, this));
        const bytes = Object.assign(Buffer.from(JSON.stringify(answer ?? null)), { transformToString: () => text });
        return {
          StatusCode: 200,
          ExecutedVersion: '$LATEST',
          Payload: bytes,
          ...(error ? { FunctionError: 'Unhandled' } : {}),
        };
      },
    });
    return { signingName: 'lambda', documentation: 'functions of a test', operations: [invoke] };
  }
}

export interface Run {
  readonly arn: string;
  readonly execution: DescribeExecutionCommandOutput;
  readonly output: unknown;
  readonly history: readonly HistoryEvent[];
}

/** `1<0 ExecutionStarted`, …: id, previous id, type. */
export function shape(history: readonly HistoryEvent[]): readonly string[] {
  return history.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);
}

/** An error with the name that Lambda gives as errorType. */
export function named(name: string, message = 'no reason'): Error {
  return Object.assign(new Error(message), { name });
}

async function outcome(work: () => unknown): Promise<[unknown, boolean]> {
  try {
    return [await work(), false];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [{ errorType: error.name, errorMessage: error.message }, true];
  }
}

function statement(content: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...content }] });
}

/** A Task that invokes a function of the sandbox with the state's input. */
export function task(functionName: string, more: object = { End: true }): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionName, Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    ...more,
  };
}

/** A Task that waits for its token, which the function gets as `token`. */
export function tokenTask(functionName: string, more: object = { End: true }): object {
  return task(functionName, {
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: functionName, Payload: { token: '{% $states.context.Task.Token %}' } },
    Output: '{% $states.result %}',
    ...more,
  });
}

/** A machine of one state. */
export function only(state: object): object {
  return { StartAt: 'Only', States: { Only: state } };
}
