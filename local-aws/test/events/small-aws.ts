import { InvokeCommand } from '@aws-sdk/client-lambda';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { Clock } from '../../kernel/clock.ts';
import { AwsError } from '../../kernel/errors.ts';
import { Faults } from '../../kernel/faults.ts';
import { Kernel } from '../../kernel/kernel.ts';
import { Meters } from '../../kernel/meters.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type Service } from '../../kernel/service.ts';
import { createEvents } from '../../services/events/service.ts';
import { createIdentity } from '../../services/iam/service.ts';
import { createScheduler } from '../../services/scheduler.ts';

interface Letter {
  readonly queue: string;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, string>>;
  readonly from: Caller;
}

/** A local AWS of EventBridge, Scheduler and IAM, with functions, state machines and queues that only write down what reaches them. */
export function smallAws() {
  const clock = new Clock('manual', Date.parse('2026-11-20T09:00:00Z'), undefined, 0);
  const kernel = new Kernel(clock, new Faults(), new Meters(), () => '');
  const invocations: { function: string; payload: unknown; from: Caller; at: number }[] = [];
  const letters: Letter[] = [];
  const metrics: { name: string; dimensions: Readonly<Record<string, string>> }[] = [];
  /** What the function service answers with, for as long as it is set. */
  const trouble: { error?: AwsError | undefined } = {};
  const lambda: Service = {
    signingName: 'lambda',
    documentation: 'a stand-in',
    operations: [
      operation({
        command: InvokeCommand,
        accepts: ['FunctionName', 'InvocationType', 'Payload'],
        authorize: (input) => ({
          action: 'lambda:InvokeFunction',
          resource: input.FunctionName ?? '',
          resourcePolicy: {
            Statement: {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'lambda:InvokeFunction',
              Resource: '*',
              Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:events:us-east-1:*:rule/*allowed*' } },
            },
          },
        }),
        handle: async (input, { caller }) => {
          const payload: unknown = JSON.parse(
            input.Payload instanceof Uint8Array ? Buffer.from(input.Payload).toString() : 'null',
          );
          invocations.push({ function: input.FunctionName ?? '', payload, from: caller, at: clock.now() });
          if (trouble.error !== undefined) throw trouble.error;
          return { StatusCode: 202 };
        },
      }),
    ],
  };
  const executions: { machine: string; input: unknown }[] = [];
  const states: Service = {
    signingName: 'states',
    documentation: 'a stand-in',
    operations: [
      operation({
        command: StartExecutionCommand,
        accepts: ['stateMachineArn', 'input'],
        authorize: ({ stateMachineArn = '' }) => ({ action: 'states:StartExecution', resource: stateMachineArn }),
        handle: async ({ stateMachineArn = '', input = 'null' }) => {
          executions.push({ machine: stateMachineArn, input: JSON.parse(input) });
          return { executionArn: stateMachineArn, startDate: clock.date() };
        },
      }),
    ],
  };
  const identity = createIdentity(kernel);
  const events = createEvents(kernel);
  kernel.install([...identity.services, ...events.services, ...createScheduler(kernel).services, lambda, states], {
    iam: identity.port,
    events: events.port,
    metrics: { record: ({ name, dimensions }) => void metrics.push({ name, dimensions }) },
    functions: { kill: () => undefined },
    queues: {
      send: (from, queue, body, attributes = {}) => {
        if (queue.endsWith(':closed')) throw new AwsError('AccessDenied', 'The queue is closed.', 403);
        letters.push({ queue, body: JSON.parse(body), attributes, from });
      },
    },
  });
  return { kernel, clock, invocations, executions, letters, metrics, trouble };
}

/** The administrator of an account at work in us-east-1. */
export function administrator(kernel: Kernel, account: string): Caller {
  const found = kernel.port.iam.identify(kernel.port.iam.administrator(account).accessKeyId);
  if (found === undefined) throw new Error('An administrator has keys.');
  return { principal: found.principal, account, region: 'us-east-1' };
}
