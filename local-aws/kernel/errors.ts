/**
 * An error an AWS service answers with. `code` is the name clients see (`ResourceNotFoundException`, `NoSuchKey`, …) and
 * `status` the HTTP status of the answer; `members` are the error shape's further members (for instance `CancellationReasons`).
 */
export class AwsError extends Error {
  override readonly name: string;

  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = code;
  }
}

/** The code of what the local AWS does not do: no AWS service uses it, so that nobody takes the answer for AWS's own. */
export const NOT_SIMULATED = 'NotImplementedByLocalAws';

/**
 * What the local AWS does not implement is refused by name, never ignored. The status is 501.
 */
export class NotImplemented extends AwsError {
  constructor(what: string) {
    super(NOT_SIMULATED, `The local AWS does not implement ${what}.`, 501);
  }
}

/** IAM's refusal, worded as AWS words it. */
export class AccessDenied extends AwsError {
  constructor(principalArn: string, action: string, resource: string, because: string) {
    super(
      'AccessDeniedException',
      `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resource} because ${because}`,
      403,
    );
  }
}
