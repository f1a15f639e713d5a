import { type CloudFormationClient, DescribeStackEventsCommand, type StackEvent } from '@aws-sdk/client-cloudformation';
import { beginsOperation, failureIn, operationIn } from './operation-events.ts';
import type { StackOperation } from './stack.ts';

/** Of the newest events, in which an operation is looked for; one that is found is read to its beginning. */
const searchedPages = 10;
/** A stack of 500 resources that all change and go back has some 3,000 events, 100 a page. */
const mostPages = 50;

/**
 * The state of the operation that carries the token; undefined when it has no events yet. A stack's status can be stale for a
 * moment after an operation started; its events carry the operation's token.
 */
export async function readOperation(
  client: CloudFormationClient,
  stackId: string,
  clientToken: string,
): Promise<StackOperation | undefined> {
  const isOurs = ({ ClientRequestToken }: StackEvent): boolean => ClientRequestToken === clientToken;
  const events = await readEvents(client, stackId, (page, soFar, pages) => {
    // Newest first: an older operation's event at the end means that all of this one's were seen.
    const last = page.at(-1);
    const found = soFar.some(isOurs);
    return found ? last !== undefined && !isOurs(last) : pages >= searchedPages;
  });
  return operationIn(events, stackId, clientToken);
}

/** Why the latest operation of a stack failed; undefined when nothing says so. */
export async function readFirstFailure(client: CloudFormationClient, stackId: string): Promise<string | undefined> {
  const begins = (event: StackEvent): boolean => beginsOperation(event, stackId);
  const events = await readEvents(client, stackId, (page) => page.some(begins));
  const begun = events.findIndex(begins);
  return failureIn(begun === -1 ? events : events.slice(0, begun + 1), stackId);
}

/** @param isEnough says of each page, all events so far and the number of pages whether older ones are needed no more */
async function readEvents(
  client: CloudFormationClient,
  stackId: string,
  isEnough: (page: readonly StackEvent[], soFar: readonly StackEvent[], pages: number) => boolean,
): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  let next: string | undefined;
  for (let pages = 1; pages <= mostPages; pages += 1) {
    const input = { StackName: stackId, ...(next === undefined ? {} : { NextToken: next }) };
    const { StackEvents = [], NextToken } = await client.send(new DescribeStackEventsCommand(input));
    events.push(...StackEvents);
    next = NextToken;
    if (next === undefined || isEnough(StackEvents, events, pages)) break;
  }
  return events;
}
