import type { EndStatus } from '../core/release/status.ts';
import type { CommandCode } from './codes.ts';

/** The exit codes of `sluice`, on which a CI job can act. */
export const exitCode = {
  /** Done; of a release that is followed: it succeeded. */
  ok: 0,
  /** Something failed that the caller did not cause; of a release: a rollback did not finish. */
  failed: 1,
  /** The input (an option, a manifest, a template) is wrong; the message has the fix. */
  badInput: 2,
  /** The release was rolled back. */
  rolledBack: 3,
  /** There is no such release, service or environment, or no engine. */
  notFound: 4,
  /** The caller is not allowed. */
  denied: 5,
  /** A person declined the release. */
  declined: 6,
  /** The engine rejected the artifact, or would. */
  rejected: 7,
  /** The release ended before it came to its turn: it expired, was superseded or cancelled. */
  ended: 8,
  /** The release has not ended yet. */
  underWay: 9,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** What each exit code means, as `sluice --help` says it. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done; the release succeeded',
  1: 'something failed; the release failed, and its environment is quarantined',
  2: 'the call, or a file that it names, is wrong',
  3: 'the release was rolled back',
  4: 'there is no such release, service, environment or engine',
  5: 'you are not allowed',
  6: 'the release was declined',
  7: 'the artifact was rejected, or would be',
  8: 'the release expired, was superseded or cancelled',
  9: 'the release has not ended (show --exit-code)',
};

/** How a command ends that followed a release to this end. */
export const exitCodeOfEnd: Readonly<Record<EndStatus, ExitCode>> = {
  Succeeded: exitCode.ok,
  Failed: exitCode.failed,
  RolledBack: exitCode.rolledBack,
  Declined: exitCode.declined,
  Rejected: exitCode.rejected,
  Expired: exitCode.ended,
  Superseded: exitCode.ended,
  Cancelled: exitCode.ended,
};

/** What a `CommandError` says besides its sentence, and what `--json` prints with it. */
export interface CommandErrorDetails extends Readonly<Record<string, unknown>> {
  /** Stable: of the command (`cli.…`), or of the engine (`SLUICE-…`). */
  readonly code: CommandCode | `SLUICE-${string}`;
}

/** Ends the command with a sentence on standard error and an exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    sentence: string,
    readonly exitCode: ExitCode,
    readonly details: CommandErrorDetails,
    /** What the engine's API was asked for, by its path and query; undefined for what it did not say. */
    readonly asked?: string,
  ) {
    super(sentence);
  }
}
