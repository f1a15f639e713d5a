import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { isNameTaken } from '../../core/template/name-taken.ts';
import type { StackOperation } from './stack.ts';

/** What the events of a stack say; all lists are newest first, as CloudFormation gives them. */

/**
 * The state of the operation that carries the token; undefined when it has no events yet. A person who cancels an update makes it
 * another operation, with a token of its own or none: what is after the last event of an unfinished one ends it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html
 */
export function operationIn(
  events: readonly StackEvent[],
  stackId: string,
  clientToken: string,
): StackOperation | undefined {
  const ours = events.filter(({ ClientRequestToken }) => ClientRequestToken === clientToken);
  const [last] = ours.filter((event) => isOwn(event, stackId));
  if (last?.ResourceStatus === undefined) return undefined;
  const further = isAtRest(last) ? [] : events.slice(0, events.indexOf(last)).filter((event) => !ours.includes(event));
  const all = [...further, ...ours];
  const own = all.filter((event) => isOwn(event, stackId));
  const status = own[0]?.ResourceStatus ?? last.ResourceStatus;
  const reason = describeFailures(all, stackId) ?? ownReason(own);
  const retained = all.filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_SKIPPED').map(nameResource);
  return { status, began: own.at(-1)?.ResourceStatus, reason, retained };
}

/** Why the latest operation of a stack failed; undefined when nothing says so. @param events since it began */
export function failureIn(events: readonly StackEvent[], stackId: string): string | undefined {
  const own = events.filter((event) => isOwn(event, stackId));
  return describeFailures(events, stackId) ?? reasonOf(own.findLast(isSetback));
}

/** Is this the event by which an operation of the stack began? */
export function beginsOperation(event: StackEvent, stackId: string): boolean {
  const status: string = event.ResourceStatus ?? '';
  return isOwn(event, stackId) && status.endsWith('_IN_PROGRESS') && !status.includes('CLEANUP');
}

/**
 * What the stack itself says, where no resource failed: an export that is in use, an alarm, a person who cancelled. It is said as
 * the rollback begins, and no more when it is over; before that, the first event says who began the operation.
 */
function ownReason(own: readonly StackEvent[]): string | undefined {
  const [, ...later] = own.toReversed();
  return reasonOf(later.find((event) => isSetback(event) && reasonOf(event) !== undefined)) ?? reasonOf(own[0]);
}

function reasonOf(event: StackEvent | undefined): string | undefined {
  return event?.ResourceStatusReason === '' ? undefined : event?.ResourceStatusReason;
}

function isSetback({ ResourceStatus }: StackEvent): boolean {
  return /ROLLBACK|_FAILED$/.test(ResourceStatus ?? '');
}

function isAtRest({ ResourceStatus }: StackEvent): boolean {
  return /_(COMPLETE|FAILED)$/.test(ResourceStatus ?? '');
}

/** The first failure; together with it every name that is taken, so that all are seen to at once. */
function describeFailures(events: readonly StackEvent[], stackId: string): string | undefined {
  const [first, ...further] = failures(events, stackId);
  if (first === undefined) return undefined;
  const also = further.filter(({ ResourceStatusReason = '' }) => isNameTaken(ResourceStatusReason));
  return [first, ...(isNameTaken(first.ResourceStatusReason ?? '') ? also : [])].map(describe).join('; ');
}

function isOwn({ PhysicalResourceId }: StackEvent, stackId: string): boolean {
  return PhysicalResourceId === stackId;
}

/** What failed, the first first; what was only cancelled because of it says nothing. */
function failures(events: readonly StackEvent[], stackId: string): StackEvent[] {
  return events
    .filter((event) => {
      const { ResourceStatus, ResourceStatusReason } = event;
      const cancelled = ResourceStatusReason?.includes('cancelled') === true;
      return ResourceStatus?.endsWith('_FAILED') === true && !isOwn(event, stackId) && !cancelled;
    })
    .toReversed();
}

function describe(event: StackEvent): string {
  const { LogicalResourceId, ResourceType, ResourceStatusReason } = event;
  return `${LogicalResourceId ?? ''} (${ResourceType ?? ''}): ${ResourceStatusReason ?? 'no reason given'}`;
}

function nameResource({ LogicalResourceId, ResourceType, PhysicalResourceId }: StackEvent): string {
  return `${LogicalResourceId ?? ''} (${ResourceType ?? ''}) ${PhysicalResourceId ?? ''}`;
}
