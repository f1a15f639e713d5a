/** The exit codes of `sluice`. Documented in docs/cli.md. */
export const exitCode = {
  ok: 0,
  /** Something failed that the caller did not cause. */
  failed: 1,
  /** The input (an option, a manifest, a template) is wrong; the message has the fix. */
  badInput: 2,
  /** `watch`: the release ended other than Succeeded. */
  notSucceeded: 3,
  /** There is no such release, or no engine. */
  notFound: 4,
  /** The caller is not allowed. */
  denied: 5,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** Ends the command with a sentence on standard error and an exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    sentence: string,
    readonly exitCode: ExitCode,
    /** What `--json` prints beside the sentence. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(sentence);
  }
}
