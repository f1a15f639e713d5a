import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import { sameValue } from './values.ts';

/** Options that CDK and others send with their neutral value; any other value is refused by name. */
export function refuseOptions(input: {
  readonly NotificationARNs?: readonly string[] | undefined;
  readonly RollbackConfiguration?: object | undefined;
  readonly DeploymentConfig?:
    | { readonly Mode?: string | undefined; readonly DisableRollback?: boolean | undefined }
    | undefined;
}): void {
  if ((input.NotificationARNs ?? []).length > 0) throw new NotImplemented('NotificationARNs of a stack');
  if (Object.values(input.RollbackConfiguration ?? {}).some((value) => !sameValue(value ?? [], [])))
    throw new NotImplemented('RollbackConfiguration of a stack');
  const { Mode = 'STANDARD' } = input.DeploymentConfig ?? {};
  if (Mode !== 'STANDARD') throw new NotImplemented(`the deployment mode ${Mode}`);
}

interface Answered {
  readonly operation: string;
  readonly input: unknown;
  readonly answer: Promise<unknown>;
}

/**
 * Requests that carry a ClientToken or ClientRequestToken, and what they were answered: asking again does nothing again.
 * A request that failed may be tried again with its token.
 */
export class Tokens {
  private readonly answered = new Map<string, Answered>();

  /** @throws AwsError TokenAlreadyExistsException when the token was used for something else */
  async once<T>(
    scope: string,
    token: string | undefined,
    operation: string,
    input: unknown,
    run: () => Promise<T>,
  ): Promise<T> {
    if (token === undefined) return run();
    const key = `${scope} ${operation} ${token}`;
    const before = this.answered.get(key);
    if (before !== undefined) {
      if (!sameValue(before.input, input))
        throw new AwsError('TokenAlreadyExistsException', `A client request token already exists: ${token}`);
      // oxlint-disable-next-line typescript/consistent-type-assertions -- the key names the operation, so the answer is its own
      return before.answer as Promise<T>;
    }
    const answer = run();
    this.answered.set(key, { operation, input, answer });
    answer.catch(() => this.answered.delete(key));
    return answer;
  }
}
