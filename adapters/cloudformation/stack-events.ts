import { type CloudFormationClient, DescribeStackEventsCommand, type StackEvent } from '@aws-sdk/client-cloudformation';
import type { StackOperation } from './stack.ts';

const eventPages = 10;

/**
 * The state of the operation that carries the token; undefined when it has no events yet. A stack's status can be stale for a
 * moment after an operation started; its events carry the operation's token.
 */
export async function readOperation(
  client: CloudFormationClient,
  stackId: string,
  clientToken: string,
): Promise<StackOperation | undefined> {
  const events: StackEvent[] = [];
  let next: string | undefined;
  for (let page = 0; page < eventPages; page += 1) {
    const input = { StackName: stackId, ...(next === undefined ? {} : { NextToken: next }) };
    const { StackEvents = [], NextToken } = await client.send(new DescribeStackEventsCommand(input));
    const ours = StackEvents.filter(({ ClientRequestToken }) => ClientRequestToken === clientToken);
    events.push(...ours);
    next = NextToken;
    // Newest first: an older operation's events mean that all of this one's were seen.
    if (next === undefined || (events.length > 0 && ours.length < StackEvents.length)) break;
  }
  const own = events.filter((event) => isOwn(event, stackId));
  const stack = own[0];
  if (stack?.ResourceStatus === undefined) return undefined;
  const failed = firstFailure(events, stackId);
  const reason = failed === undefined ? stack.ResourceStatusReason : describe(failed);
  return { status: stack.ResourceStatus, began: own.at(-1)?.ResourceStatus, reason };
}

/** Why the latest operation of a stack failed; undefined when nothing in it did. */
export async function readFirstFailure(client: CloudFormationClient, stackId: string): Promise<string | undefined> {
  const events: StackEvent[] = [];
  let next: string | undefined;
  for (let page = 0; page < eventPages; page += 1) {
    const input = { StackName: stackId, ...(next === undefined ? {} : { NextToken: next }) };
    const { StackEvents = [], NextToken } = await client.send(new DescribeStackEventsCommand(input));
    const begun = StackEvents.findIndex((event) => isOwn(event, stackId) && isBeginning(event));
    events.push(...(begun === -1 ? StackEvents : StackEvents.slice(0, begun)));
    next = NextToken;
    if (begun !== -1 || next === undefined) break;
  }
  const failed = firstFailure(events, stackId);
  return failed === undefined ? undefined : describe(failed);
}

function isOwn({ PhysicalResourceId }: StackEvent, stackId: string): boolean {
  return PhysicalResourceId === stackId;
}

function isBeginning({ ResourceStatus }: StackEvent): boolean {
  return ResourceStatus?.endsWith('_IN_PROGRESS') === true && !ResourceStatus.includes('CLEANUP');
}

/** The first failure; what was only cancelled because of it explains nothing. @param events newest first */
function firstFailure(events: readonly StackEvent[], stackId: string): StackEvent | undefined {
  return events.findLast((event) => {
    const { ResourceStatus, ResourceStatusReason } = event;
    const cancelled = ResourceStatusReason?.includes('cancelled') === true;
    return ResourceStatus?.endsWith('_FAILED') === true && !isOwn(event, stackId) && !cancelled;
  });
}

function describe({ LogicalResourceId, ResourceType, ResourceStatusReason }: StackEvent): string {
  return `${LogicalResourceId ?? ''} (${ResourceType ?? ''}): ${ResourceStatusReason ?? 'no reason given'}`;
}
