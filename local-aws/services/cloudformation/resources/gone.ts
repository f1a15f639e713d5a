import { AwsError } from '../../../kernel/errors.ts';

/** Does what deletes something; that it is gone already (an error of one of these codes) is as good. */
export async function unlessGone(work: Promise<unknown>, ...codes: readonly string[]): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof AwsError && codes.includes(error.code))) throw error;
  }
}

/** What a read answers; undefined where that does not exist (an error of one of these codes). */
export async function ifThere<T>(read: Promise<T>, ...codes: readonly string[]): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof AwsError && codes.includes(error.code))) throw error;
    return undefined;
  }
}
