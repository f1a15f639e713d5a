/**
 * What a rule's event does at each kind of target.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
 */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { randomUUID } from 'node:crypto';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { serviceCaller, type Caller } from '../../kernel/principal.ts';
import { onlyMembers } from '../only-members.ts';
import type { Envelope, Rule, RuleTarget } from './buses.ts';
import { checkInput, inputFor } from './target-input.ts';

export const EVENTS = 'events.amazonaws.com';

/** One event on its way to one target. */
export interface Dispatch {
  readonly rule: Rule;
  readonly target: RuleTarget;
  readonly event: Envelope;
  /** When the event came to the bus. */
  readonly at: Date;
}

type Kind = 'function' | 'stateMachine' | 'bus' | 'queue' | 'topic';

/** Puts an event on a bus as a role. */
export type Forward = (caller: Caller, busArn: string, event: Envelope) => void;

function kindOf(arn: string): Kind {
  const [, , service = '', , , type = ''] = arn.split(':');
  if (service === 'lambda' && type === 'function') return 'function';
  if (service === 'states' && type === 'stateMachine') return 'stateMachine';
  if (service === 'events' && type.startsWith('event-bus/')) return 'bus';
  if (service === 'sqs') return 'queue';
  if (service === 'sns') return 'topic';
  throw new NotImplemented(`EventBridge targets such as ${arn}`);
}

/** Whether an event on a bus may go on to this target: one from another account never goes to a third account's bus. */
export function isReachable({ rule, target, event }: Omit<Dispatch, 'at'>): boolean {
  const leaves = kindOf(target.Arn) === 'bus' && target.Arn.split(':')[4] !== rule.bus.account;
  return !(leaves && event.account !== rule.bus.account);
}

/** @throws NotImplemented, AwsError ValidationException */
export function checkTarget(target: RuleTarget): void {
  onlyMembers(
    target,
    ['Id', 'Arn', 'RoleArn', 'Input', 'InputPath', 'InputTransformer', 'RetryPolicy', 'DeadLetterConfig'],
    'Target of events:PutTargets',
  );
  const kind = kindOf(target.Arn);
  const needsRole = kind === 'stateMachine' || kind === 'bus';
  if (needsRole && target.RoleArn === undefined)
    throw new AwsError('ValidationException', `RoleArn is required for target ${target.Arn}.`);
  if (!needsRole && target.RoleArn !== undefined) {
    if (kind === 'function')
      throw new AwsError('ValidationException', `RoleArn is not supported for target ${target.Arn}.`);
    throw new NotImplemented(`RoleArn for EventBridge targets such as ${target.Arn}`);
  }
  if (kind === 'queue' && target.Arn.endsWith('.fifo')) throw new NotImplemented('FIFO queues as EventBridge targets');
  checkInput(target);
}

/** Gives the event to its target. @throws AwsError whatever the target's service answers with */
export async function deliver(kernel: Kernel, dispatch: Dispatch, forward: Forward): Promise<void> {
  const { rule, target, event, at } = dispatch;
  const { account, region } = rule.bus;
  const service = serviceCaller(EVENTS, account, region, rule.arn);
  const input = inputFor(target, rule, event, at);
  switch (kindOf(target.Arn)) {
    case 'function':
      await kernel.send(
        service,
        new InvokeCommand({ FunctionName: target.Arn, InvocationType: 'Event', Payload: Buffer.from(input) }),
      );
      return;
    case 'stateMachine':
      await kernel.send(
        asRole(kernel, dispatch),
        new StartExecutionCommand({ stateMachineArn: target.Arn, input, name: `${event.id}_${randomUUID()}` }),
      );
      return;
    case 'bus':
      forward(asRole(kernel, dispatch), target.Arn, event);
      return;
    case 'queue':
      kernel.port.queues.send(service, target.Arn, input);
      return;
    case 'topic':
      await kernel.send(service, new PublishCommand({ TopicArn: target.Arn, Message: input }));
  }
}

function asRole(kernel: Kernel, { rule, target, event }: Dispatch): Caller {
  return kernel.port.iam.assumeForService({
    roleArn: target.RoleArn ?? '',
    service: EVENTS,
    region: rule.bus.region,
    sessionName: event.id.replaceAll('-', ''),
    sourceArn: rule.arn,
  });
}
