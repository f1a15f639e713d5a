/** The bus on which other programs hear of releases. */

/** An event as the bus takes it. */
export interface BusEvent {
  readonly source: string;
  readonly type: string;
  /** ISO 8601. */
  readonly at: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** How many of the events that were put, from the first on, the bus took. */
export interface Taken {
  readonly taken: number;
  /** Why it did not take the next; absent where it took all. */
  readonly problem?: string;
}

export interface EventBus {
  /** Puts events in their order. Behind one that is not taken others may be: whoever puts it again puts those again. */
  put(events: readonly BusEvent[]): Promise<Taken>;
}

/** Events that one call of PutEvents takes: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export const eventsOfCall = 10;
