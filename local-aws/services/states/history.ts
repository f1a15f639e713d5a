/**
 * An execution's history. https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 * Types, order and `previousEventId` follow histories recorded from AWS.
 */
import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import { isRecord } from './json.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const HISTORY_LIMIT = 25_000;

/** The history is full: the execution fails, and nothing in the machine can catch it. */
export class HistoryFull extends Error {
  override readonly name = 'HistoryFull';
}

export type Details = Omit<HistoryEvent, 'id' | 'type' | 'timestamp' | 'previousEventId'>;

export class History {
  private readonly list: HistoryEvent[] = [];

  constructor(
    /** How many events it may have; those of Express machines have any number. */
    private readonly limit: number,
    private readonly now: () => Date,
    private readonly onEvent: (event: HistoryEvent) => void,
  ) {}

  get events(): readonly HistoryEvent[] {
    return this.list;
  }

  /** Appends an event and answers its id. The last place is kept for the event that ends the execution. */
  record(type: HistoryEventType, previousEventId: number, details: Details = {}): number {
    if (this.list.length >= this.limit - 1 && !ENDS.has(type)) throw new HistoryFull();
    const event = { id: this.list.length + 1, type, timestamp: this.now(), previousEventId, ...details };
    this.list.push(event);
    this.onEvent(event);
    return event.id;
  }

  previousOf(id: number): number {
    return this.list[id - 1]?.previousEventId ?? 0;
  }
}

const ENDS: ReadonlySet<HistoryEventType> = new Set([
  'ExecutionSucceeded',
  'ExecutionFailed',
  'ExecutionAborted',
  'ExecutionTimedOut',
]);

/** A copy without inputs, outputs, parameters and variables, for callers who do not want the data. */
export function withoutData(event: HistoryEvent): HistoryEvent {
  const members = Object.entries(event).map(([member, value]: [string, unknown]): readonly [string, unknown] => {
    if (!member.endsWith('EventDetails') || !isRecord(value)) return [member, value];
    return [member, Object.fromEntries(Object.entries(value).filter(([name]) => !DATA.has(name)))];
  });
  return { ...Object.fromEntries(members), id: event.id, type: event.type, timestamp: event.timestamp };
}

const DATA: ReadonlySet<string> = new Set(['input', 'output', 'parameters', 'assignedVariables']);
