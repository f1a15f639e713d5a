import { ResourceStatus, type StackEvent } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { failureIn, operationIn } from '../../../adapters/cloudformation/operation-events.ts';

// Events of stacks as CloudFormation lists them, written down here in the order in which they happened.

const stackId = 'arn:aws:cloudformation:us-east-1:333333333333:stack/orders/1';
const ours = 'sluice-apply';

const event = (token: string | undefined, logicalId: string, status: string, reason?: string): StackEvent => ({
  ...{ StackId: stackId, EventId: undefined, StackName: 'orders', Timestamp: undefined },
  ...{ LogicalResourceId: logicalId, PhysicalResourceId: logicalId, ResourceType: 'AWS::X::Y' },
  ResourceStatus: Object.values(ResourceStatus).find((one) => one === status),
  ...(logicalId === 'orders' ? { PhysicalResourceId: stackId } : {}),
  ...(token === undefined ? {} : { ClientRequestToken: token }),
  ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
});

type Told = readonly [logicalId: string, status: string, reason?: string];
const operation = (token: string | undefined, ...told: readonly Told[]): StackEvent[] =>
  told.map(([logicalId, status, reason]) => event(token, logicalId, status, reason));
const read = (...told: readonly StackEvent[][]) => operationIn(told.flat().toReversed(), stackId, ours);

const begun: Told = ['orders', 'UPDATE_IN_PROGRESS', 'User Initiated'];
const before = operation('earlier', begun, ['orders', 'UPDATE_COMPLETE', 'of another']);
const undone: readonly Told[] = [
  ['orders', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'],
  ['orders', 'UPDATE_ROLLBACK_COMPLETE'],
];

describe('an operation that failed', () => {
  it.each([
    'Export orders-queue cannot be updated as it is in use by billing',
    'The following CloudWatch Alarms were in ALARM state: arn:aws:cloudwatch:x',
    'Resource stop-updates exceeded the timeout',
  ])('tells what the stack alone says, as its rollback begins: %s', (reason) => {
    const failed = operation(ours, begun, ['orders', 'UPDATE_ROLLBACK_IN_PROGRESS', reason], ...undone);
    expect(read(before, failed)).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reason });
    const empty = operation(
      ours,
      begun,
      ['orders', 'UPDATE_ROLLBACK_IN_PROGRESS', reason],
      ['orders', 'UPDATE_ROLLBACK_COMPLETE', ''],
    );
    expect(read(before, empty)).toMatchObject({ reason });
  });

  it('tells what the stack says where resources were only cancelled', () => {
    const cancelled: Told = ['A', 'UPDATE_FAILED', 'Resource update cancelled'];
    const rollback: Told = ['orders', 'UPDATE_ROLLBACK_IN_PROGRESS', 'The stack ran into a limit'];
    expect(read(operation(ours, begun, cancelled, rollback, ...undone))?.reason).toBe('The stack ran into a limit');
  });

  it('tells the first resource that failed rather than what the stack says of it', () => {
    const rollback: Told = [
      'orders',
      'UPDATE_ROLLBACK_IN_PROGRESS',
      'The following resource(s) failed to update: [A].',
    ];
    const failed = operation(ours, begun, ['A', 'UPDATE_FAILED', 'No such role'], rollback, ...undone);
    expect(read(failed)?.reason).toBe('A (AWS::X::Y): No such role');
  });

  it('does not take for the reason who began it', () => {
    expect(read(operation(ours, begun, ['orders', 'UPDATE_ROLLBACK_IN_PROGRESS'], ...undone))?.reason).toBeUndefined();
  });

  it.each([
    ['a token of its own', 'Console-Cancel'],
    ['no token', undefined],
  ])('ends when a person cancels it, by an operation with %s', (_, token) => {
    const rollback: Told = ['orders', 'UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated'];
    const taken = [before, operation(ours, begun, ['A', 'UPDATE_IN_PROGRESS'])];
    expect(read(...taken, operation(token, rollback))?.status).toBe('UPDATE_ROLLBACK_IN_PROGRESS');
    expect(read(...taken, operation(token, rollback, ...undone))).toMatchObject({
      ...{ status: 'UPDATE_ROLLBACK_COMPLETE', began: 'UPDATE_IN_PROGRESS', reason: 'User Initiated' },
    });
  });

  it('is over when it is over, whatever comes after it', () => {
    const later = operation('later', begun, ['A', 'UPDATE_FAILED', 'of another']);
    const done = operation(ours, begun, ['orders', 'UPDATE_COMPLETE']);
    expect(read(before, done, later)).toMatchObject({ status: 'UPDATE_COMPLETE', reason: undefined });
    expect(read(before, later)).toBeUndefined();
  });
});

describe('the latest failure of a stack', () => {
  it('is the stack’s own reason where no resource has one', () => {
    const events = operation(
      ours,
      ['orders', 'UPDATE_ROLLBACK_IN_PROGRESS', 'Why'],
      ['orders', 'UPDATE_ROLLBACK_FAILED'],
    );
    expect(failureIn(events.toReversed(), stackId)).toBe('Why');
    expect(failureIn(before.toReversed(), stackId)).toBeUndefined();
  });
});
