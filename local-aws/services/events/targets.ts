/**
 * What a rule's event does at each kind of target.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
 */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { randomUUID } from 'node:crypto';
import { AwsError, NotImplemented, NOT_SIMULATED } from '../../kernel/errors.ts';
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

type Kind = 'function' | 'stateMachine' | 'bus' | 'queue' | 'topic' | 'elsewhere';

/**
 * Targets that nothing here simulates. Rules with them stand as they do in AWS; an event for one fails as one does that its target
 * refuses for good. Each is reached by a role, which is asked for these actions.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
 */
const ELSEWHERE: readonly { readonly arn: RegExp; readonly what: string; readonly actions: readonly string[] }[] = [
  { arn: /^arn:aws:events:.*:api-destination\//, what: 'API destinations', actions: ['events:InvokeApiDestination'] },
  // The role is asked about fields of an API, whose id the target's ARN does not tell.
  { arn: /^arn:aws:appsync:.*:endpoints\/graphql-api\//, what: 'AppSync', actions: [] },
  {
    arn: /^arn:aws:firehose:.*:deliverystream\//,
    what: 'delivery streams',
    actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
  },
];

/** Where an ARN leads of which nothing is simulated. */
function elsewhere(arn: string): (typeof ELSEWHERE)[number] | undefined {
  return ELSEWHERE.find((each) => each.arn.test(arn));
}

/** Puts an event on a bus as a role. */
export type Forward = (caller: Caller, busArn: string, event: Envelope) => void;

function kindOf(arn: string): Kind {
  const [, , service = '', , , type = ''] = arn.split(':');
  if (service === 'lambda' && type === 'function') return 'function';
  if (service === 'states' && type === 'stateMachine') return 'stateMachine';
  if (service === 'events' && type.startsWith('event-bus/')) return 'bus';
  if (service === 'sqs') return 'queue';
  if (service === 'sns') return 'topic';
  if (elsewhere(arn) !== undefined) return 'elsewhere';
  throw new NotImplemented(`EventBridge targets such as ${arn}`);
}

/** Whether an event on a bus may go on to this target: one from another account never goes to a third account's bus. */
export function isReachable({ rule, target, event }: Omit<Dispatch, 'at'>): boolean {
  const leaves = kindOf(target.Arn) === 'bus' && target.Arn.split(':')[4] !== rule.bus.account;
  return !(leaves && event.account !== rule.bus.account);
}

/** @throws NotImplemented, AwsError ValidationException */
export function checkTarget(target: RuleTarget): void {
  const kind = kindOf(target.Arn);
  onlyMembers(
    target,
    [
      ...['Id', 'Arn', 'RoleArn', 'Input', 'InputPath', 'InputTransformer', 'RetryPolicy', 'DeadLetterConfig'],
      ...(kind === 'elsewhere' ? ['HttpParameters', 'AppSyncParameters'] : []),
    ],
    'Target of events:PutTargets',
  );
  const needsRole = kind === 'stateMachine' || kind === 'bus' || kind === 'elsewhere';
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
      return;
    case 'elsewhere':
      refuseElsewhere(kernel, dispatch);
  }
}

/** @throws AwsError always: AccessDenied where the role would be refused, too */
function refuseElsewhere(kernel: Kernel, dispatch: Dispatch): never {
  const resource = dispatch.target.Arn;
  const { what = 'it', actions = [] } = elsewhere(resource) ?? {};
  const asked = actions.map((action) => ({ action, resource }));
  kernel.port.iam.authorize(asRole(kernel, dispatch), asked);
  throw new AwsError(NOT_SIMULATED, `The local AWS does not simulate ${what}: ${resource}`);
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
