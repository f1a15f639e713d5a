/** Task tokens. https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token */
import { randomBytes } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';
import type { Attempt } from './attempts.ts';

interface Issued {
  readonly attempt: Attempt;
  /** Whose task it is: what SendTask* is authorised on. */
  readonly machineArn: string;
}

/** How every token of the local AWS begins, once decoded: what does not is not a token at all. */
const MARK = 'task-token:';

export class Tokens {
  private readonly issued = new Map<string, Issued>();

  issue(attempt: Attempt, machineArn: string): string {
    const token = Buffer.from(`${MARK}${randomBytes(96).toString('base64url')}`).toString('base64');
    this.issued.set(token, { attempt, machineArn });
    return token;
  }

  attemptOf(token: string): Attempt {
    return this.find(token).attempt;
  }

  /** @throws AwsError InvalidToken, TaskDoesNotExist */
  machineOf(token: string | undefined): string {
    return this.find(token).machineArn;
  }

  /** The attempt a token stands for. @throws AwsError InvalidToken, TaskDoesNotExist, TaskTimedOut when it is over */
  open(token: string | undefined): Attempt {
    const { attempt } = this.find(token);
    if (!attempt.isOpen) throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    return attempt;
  }

  private find(token: string | undefined): Issued {
    if (token === undefined || token.length > 2_048 || !Buffer.from(token, 'base64').toString('utf8').startsWith(MARK))
      throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
    const issued = this.issued.get(token);
    if (issued === undefined) throw new AwsError('TaskDoesNotExist', "Task Does Not Exist: 'Task does not exist'");
    return issued;
  }
}
