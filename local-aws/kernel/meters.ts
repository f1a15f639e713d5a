/** What is counted. Units: counts, except `gigabyteSeconds`. */
export type Meter =
  | 'stateTransitions'
  | 'invocations'
  | 'gigabyteSeconds'
  | 'writeUnits'
  | 'readUnits'
  | 'requests'
  | 'events'
  | 'emails';

export type Readings = Readonly<Record<Meter, number>>;

const NONE: Readings = {
  stateTransitions: 0,
  invocations: 0,
  gigabyteSeconds: 0,
  writeUnits: 0,
  readUnits: 0,
  requests: 0,
  events: 0,
  emails: 0,
};

/** Counts everything AWS would bill, by account and by what caused it (a function's name, an operation, a state machine). */
export class Meters {
  private readonly counts = new Map<string, { meter: Meter; account: string; of: string; value: number }>();

  count(meter: Meter, account: string, of: string, value = 1): void {
    const key = `${meter} ${account} ${of}`;
    const entry = this.counts.get(key);
    if (entry === undefined) this.counts.set(key, { meter, account, of, value });
    else entry.value += value;
  }

  /** Totals, of one account or of all; `of` narrows to one cause. */
  read(filter: { readonly account?: string; readonly of?: (of: string) => boolean } = {}): Readings {
    const totals = { ...NONE };
    for (const { meter, account, of, value } of this.counts.values()) {
      if (filter.account !== undefined && filter.account !== account) continue;
      if (filter.of !== undefined && !filter.of(of)) continue;
      totals[meter] += value;
    }
    return totals;
  }

  /** Every count, for reports. */
  detail(): readonly { meter: Meter; account: string; of: string; value: number }[] {
    return [...this.counts.values()].map((entry) => ({ ...entry }));
  }
}

/** What was counted between two readings. */
export function difference(later: Readings, earlier: Readings): Readings {
  return {
    stateTransitions: later.stateTransitions - earlier.stateTransitions,
    invocations: later.invocations - earlier.invocations,
    gigabyteSeconds: later.gigabyteSeconds - earlier.gigabyteSeconds,
    writeUnits: later.writeUnits - earlier.writeUnits,
    readUnits: later.readUnits - earlier.readUnits,
    requests: later.requests - earlier.requests,
    events: later.events - earlier.events,
    emails: later.emails - earlier.emails,
  };
}

/**
 * List prices of us-east-1 in dollars, November 2026: Step Functions Standard transitions, Lambda arm64 requests and
 * gigabyte-seconds, DynamoDB on-demand write and read units, SES e-mails, EventBridge custom events.
 */
const PRICES: Readings = {
  stateTransitions: 0.025 / 1_000,
  invocations: 0.2 / 1_000_000,
  gigabyteSeconds: 0.0000133334,
  writeUnits: 0.625 / 1_000_000,
  readUnits: 0.125 / 1_000_000,
  requests: 0,
  events: 1 / 1_000_000,
  emails: 0.1 / 1_000,
};

/** What the counted usage costs at list price, in dollars. */
export function dollars(readings: Readings): number {
  let total = 0;
  for (const meter of Object.keys(NONE)) if (isMeter(meter)) total += readings[meter] * PRICES[meter];
  return total;
}

function isMeter(name: string): name is Meter {
  return name in NONE;
}
