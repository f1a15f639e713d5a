import { eventKey, headIndexKeys, headKey, type Key } from '../../../core/ledger/keys.ts';
import { chainHash, chainStart } from '../../../core/release/chain.ts';
import type { ReleaseEvent } from '../../../core/release/events.ts';
import type { ReleaseHead } from '../../../core/release/head.ts';
import { formatReleaseId } from '../../../core/values/release-id.ts';
import { approval, succeeded } from '../../../test/core/samples.ts';

/** An item of the ledger, before it is written. */
export type Row = Key & Readonly<Record<string, unknown>>;

/** One release that the ledger is filled with. */
export interface Filled {
  readonly service: string;
  readonly version: string;
  /** Transitions. */
  readonly length: number;
  readonly startedAt: string;
}

export function releaseOf({ service, version }: Pick<Filled, 'service' | 'version'>): string {
  return formatReleaseId({ service, version, attempt: 1 });
}

/** A head and its transitions, whose chain holds: those of a promotion, of which what is between the first and the last comes again and again. */
export function historyOf(filled: Filled): readonly Row[] {
  const { service, version, length, startedAt } = filled;
  const release = releaseOf(filled);
  const events = chain(length, Date.parse(startedAt));
  const last = events.at(-1);
  if (last === undefined) throw new Error('A release has a transition.');
  const head: ReleaseHead = {
    ...succeeded.head,
    ...{
      release,
      service,
      version,
      startedAt,
      updatedAt: last.at,
      endedAt: last.at,
      sequence: length,
      hash: last.hash,
    },
  };
  const index = { ...headIndexKeys({ ...head, ended: true }), gsi3pk: undefined, gsi3sk: undefined };
  const asked = { ...approval, release, state: 'approved' as const };
  return [
    { ...headKey(release), ...index, ...head },
    ...events.map((event) => ({ ...eventKey(release, event.sequence), ...event })),
    { pk: headKey(release).pk, sk: `approval#${asked.approval}`, ...asked },
  ];
}

function chain(length: number, begin: number): ReleaseEvent[] {
  const events: ReleaseEvent[] = [];
  const between = succeeded.events.slice(1, -1);
  let previousHash = chainStart;
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const model =
      sequence === 1
        ? succeeded.events[0]
        : sequence === length
          ? succeeded.events.at(-1)
          : between[(sequence - 2) % between.length];
    if (model === undefined) throw new Error('The model has no such transition.');
    const at = new Date(begin + sequence * 1000).toISOString();
    const unhashed = { ...model, sequence, at, previousHash };
    const event = { ...unhashed, hash: chainHash(unhashed) };
    events.push(event);
    previousHash = event.hash;
  }
  return events;
}
