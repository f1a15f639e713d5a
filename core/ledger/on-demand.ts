import type { PinnedArtifact } from '../release/events.ts';
import type { Origin } from '../release/origin.ts';
import { formatReleaseId } from '../values/release-id.ts';
import type { VersionItem } from './items.ts';
import { versionKey } from './keys.ts';
import { type Recording, recordFirstEvents } from './record.ts';
import type { WriteIntent } from './write-intent.ts';

/** A release that a person begins, of an artifact that has been there before. */
export interface Demand {
  /** The version's row, read consistently. */
  readonly row: VersionItem;
  readonly artifact: PinnedArtifact;
  readonly origin: Origin;
  /** Are releases told of on the event bus? */
  readonly events: boolean;
  /** E-mail address. */
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

/**
 * Writes that begin the release: the version's next attempt, of the very object version that was released before. What the version's
 * row says of its arrivals stays: an upload is judged as if this had not been.
 */
export function recordDemand({
  row,
  artifact,
  origin,
  events,
  by,
  at,
  reason,
}: Demand): Recording & { readonly release: string } {
  const { service, version, attempts } = row;
  const attempt = attempts + 1;
  const release = formatReleaseId({ service, version, attempt });
  const evidence = { release, service, version, attempt, artifact, origin, ...(events ? { events } : {}) };
  const recording = recordFirstEvents([{ type: 'received', at, actor: by, reason, evidence }]);
  return { ...recording, release, writes: [...recording.writes, countAttempt(row, attempt)] };
}

function countAttempt({ service, version, attempts }: VersionItem, attempt: number): WriteIntent {
  return {
    write: 'update',
    key: versionKey(service, version),
    expression: 'SET #attempts = :attempt',
    names: { '#attempts': 'attempts' },
    values: { ':attempt': attempt, ':before': attempts },
    condition: { expression: '#attempts = :before' },
    lost: 'VersionMoved',
  };
}
