import { summarizeProblems, problem } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import { secondsBetween } from '../values/duration.ts';
import { formatReleaseId } from '../values/release-id.ts';
import type { PinnedArtifact } from '../release/events.ts';
import { isEnd } from '../release/status.ts';
import type { ReleaseStatus } from '../release/status.ts';
import type { VersionItem } from './items.ts';
import { versionKey } from './keys.ts';
import { recordFirstEvents } from './record.ts';
import type { Recording } from './record.ts';
import { equals, isAbsent } from './write-intent.ts';
import type { Condition, PutIntent, WriteIntent } from './write-intent.ts';

/** An object that was dropped into the release bucket, and what the ledger knows of its version. */
export interface Arrival {
  readonly service: string;
  readonly version: string;
  readonly artifact: PinnedArtifact;
  /** Problems of the object that are found without reading its content. */
  readonly problems: readonly Problem[];
  /** The version's row, read consistently. */
  readonly row: VersionItem | undefined;
  /** When S3 took the object, in whole seconds; absent when the object is gone, or where S3 does not tell. */
  readonly uploadedAt?: string;
  /** Status of the row's newest attempt. */
  readonly newest: ReleaseStatus | undefined;
  /** When it ended, if it has. */
  readonly newestEndedAt?: string;
  /** Are releases told of on the event bus? */
  readonly events: boolean;
}

/** What an arrival means. */
export type ArrivalDecision =
  /** Nothing changes. `start`: its execution may not have been started yet; starting it again is harmless. */
  | { readonly kind: 'duplicate'; readonly release: string; readonly start: boolean }
  | { readonly kind: 'begin'; readonly release: string; readonly attempt: number }
  | {
      readonly kind: 'reject';
      readonly release: string;
      readonly attempt: number;
      readonly problems: readonly Problem[];
    };

/**
 * Same object version: a duplicate event. Same bytes under way or done: a duplicate upload. Same bytes after a failed
 * attempt: a new attempt, if they were uploaded after it had ended; a client that uploads twice, of which one event comes late,
 * asks for one release. Same version, other bytes: rejected.
 */
export function decideArrival(arrival: Arrival): ArrivalDecision {
  const { row, artifact } = arrival;
  const seen = row?.arrivals[artifact.versionId];
  if (seen !== undefined) {
    return { kind: 'duplicate', release: seen, start: seen === row?.release && !isOver(arrival.newest) };
  }
  const attempt = (row?.attempts ?? 0) + 1;
  const release = formatReleaseId({ ...arrival, attempt });
  const problems = [...arrival.problems, ...reuseProblems(arrival, arrival.artifact.key)];
  if (problems.length > 0) return { kind: 'reject', release, attempt, problems };
  if (row === undefined || (isRetry(arrival.newest) && !wasUploadedBefore(arrival)))
    return { kind: 'begin', release, attempt };
  return { kind: 'duplicate', release: row.release, start: !isOver(arrival.newest) };
}

/** Ends after which the same bytes may be tried again. */
function isRetry(newest: ReleaseStatus | undefined): boolean {
  return newest === undefined || (isEnd(newest) && newest !== 'Succeeded');
}

/** S3 tells whole seconds, and its clock is another than the engine's. */
const CLOCK_SECONDS = 2;

/** The upload came while the newest attempt was under way; not so where that is uncertain, which a person would take for a lost upload. */
function wasUploadedBefore({ uploadedAt, newestEndedAt }: Pick<Arrival, 'uploadedAt' | 'newestEndedAt'>): boolean {
  if (uploadedAt === undefined || newestEndedAt === undefined) return false;
  return secondsBetween(uploadedAt, newestEndedAt) > CLOCK_SECONDS;
}

function isOver(newest: ReleaseStatus | undefined): boolean {
  return newest !== undefined && isEnd(newest);
}

/** The bytes are not those that the version is. @param path what the problem is about */
export function reuseProblems(
  {
    service,
    version,
    row,
    artifact,
  }: Pick<Arrival, 'service' | 'version' | 'row'> & {
    readonly artifact: Pick<Arrival['artifact'], 'sha256'>;
  },
  path: string,
): Problem[] {
  if (row?.digest === undefined || artifact.sha256 === undefined || row.digest === artifact.sha256) return [];
  const sentence = `Version ${version} of ${service} was dropped before with other content: give the new content a new version.`;
  return [problem('artifact.version-reused', path, sentence)];
}

/** The time and actor of events. */
export interface Recorder {
  readonly at: string;
  readonly actor: string;
}

/** Writes that start the release (and end it at once when it is rejected). A duplicate writes nothing. */
export function recordArrival(
  arrival: Arrival,
  decision: Exclude<ArrivalDecision, { kind: 'duplicate' }>,
  { at, actor }: Recorder,
): Recording {
  const { service, version, artifact, events } = arrival;
  const { release, attempt } = decision;
  const evidence = { release, service, version, attempt, artifact, ...(events ? { events } : {}) };
  const received = { type: 'received', at, actor, evidence } as const;
  const recording =
    decision.kind === 'begin'
      ? recordFirstEvents([received])
      : recordFirstEvents([
          received,
          {
            type: 'rejected',
            at,
            actor,
            reason: summarizeProblems(decision.problems),
            evidence: { problems: [...decision.problems] },
          },
          { type: 'ended', at, actor, evidence: { status: 'Rejected' } },
        ]);
  return { ...recording, writes: [...recording.writes, putVersion(arrival, decision)] };
}

/**
 * Writes that an object version came that changed nothing, so that its event, when it comes again, changes nothing either,
 * whatever has become of the release by then. Nothing to write where that is known.
 */
export function recordDuplicate({ service, version, artifact, row }: Arrival): WriteIntent[] {
  if (row === undefined || row.arrivals[artifact.versionId] !== undefined) return [];
  return [
    {
      write: 'update',
      key: versionKey(service, version),
      expression: 'SET #arrivals.#version = :release',
      names: { '#arrivals': 'arrivals', '#version': artifact.versionId, '#a': 'attempts' },
      values: { ':release': row.release, ':a': row.attempts },
      condition: { expression: '#a = :a' },
      lost: 'VersionMoved',
    },
  ];
}

function putVersion(
  arrival: Arrival,
  { kind, release, attempt }: Exclude<ArrivalDecision, { kind: 'duplicate' }>,
): PutIntent {
  const { service, version, artifact, row } = arrival;
  // An object that is rejected on arrival leaves the version with the attempt that has it.
  const newest = kind === 'reject' && row !== undefined ? row.release : release;
  const digest = row?.digest ?? artifact.sha256;
  const item = {
    ...versionKey(service, version),
    ...{ service, version, attempts: attempt, release: newest },
    ...(digest === undefined ? {} : { digest }),
    arrivals: { ...row?.arrivals, [artifact.versionId]: release },
  };
  const condition: Condition = row === undefined ? isAbsent : equals('attempts', row.attempts);
  return { write: 'put', item, condition, lost: 'VersionMoved' };
}
