import { AwsError } from '../../../kernel/errors.ts';

/**
 * Refuses to create what is there already, as the handlers of CloudFormation's registry do: they read before they create, since many
 * services take a second creation for an update, or for the first one said again.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract.html#resource-type-test-contract-create
 * @param read gives something where the resource is there, and undefined or an error of one of the codes where it is not
 * @throws AwsError AlreadyExists
 */
export async function refuseTaken(
  type: string,
  id: string,
  read: Promise<unknown>,
  ...absent: readonly string[]
): Promise<void> {
  let found: unknown;
  try {
    found = await read;
  } catch (error) {
    if (!(error instanceof AwsError && absent.includes(error.code))) throw error;
  }
  if (found !== undefined)
    throw new AwsError('AlreadyExists', `Resource of type '${type}' with identifier '${id}' already exists.`);
}
