import { AwsError } from '../../../kernel/errors.ts';

/** Does what deletes something; that it is gone already (an error of one of these codes) is as good. */
export async function unlessGone(work: Promise<unknown>, ...codes: readonly string[]): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof AwsError && codes.includes(error.code))) throw error;
  }
}
