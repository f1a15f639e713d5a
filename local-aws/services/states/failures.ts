import { NOT_SIMULATED } from '../../kernel/errors.ts';

/** A state that failed: what Retry and Catch see, and what ends the execution when neither helps. */
export class StateFailure extends Error {
  override readonly name: string = 'StateFailure';

  constructor(
    /** The error's name; a task token's failure may come without one. */
    readonly error: string | undefined,
    readonly reason: string | undefined,
    /** Further names under which a Retry or Catch may match this failure. */
    readonly alsoKnownAs: readonly string[] = [],
  ) {
    super(`${error ?? 'a failure without a name'}: ${reason ?? ''}`);
  }

  /** `$states.errorOutput` */
  get output(): { readonly Error: string | null; readonly Cause: string | null } {
    return { Error: this.error ?? null, Cause: this.reason ?? null };
  }
}

/** A JSONata expression, or the value it gave, that is not what its field needs. */
export class EvaluationFailure extends StateFailure {
  override readonly name = 'EvaluationFailure';

  constructor(
    readonly problem: string,
    /** The field, e.g. `Output/total`; absent where the failure is not one field's. */
    readonly location: string | undefined,
  ) {
    super('States.QueryEvaluationError', problem);
  }
}

/** The work was cut off: the execution was stopped or timed out, or a sibling branch failed. Never caught by a machine. */
export class Aborted extends Error {
  override readonly name = 'Aborted';
}

/**
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html: States.ALL does not catch these; nor what only the local
 * AWS fails with, which a machine would hide otherwise.
 */
export const NOT_IN_ALL: ReadonlySet<string> = new Set([
  ...['States.DataLimitExceeded', 'States.Runtime'],
  NOT_SIMULATED,
]);

export function dataLimitExceeded(what: string): StateFailure {
  return new StateFailure(
    'States.DataLimitExceeded',
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
