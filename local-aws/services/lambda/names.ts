import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';

/** A function as a caller names it, with everything the name said. */
export interface FunctionReference {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** A version or an alias, from the name itself or from the input's Qualifier. */
  readonly qualifier: string | undefined;
}

const REFERENCE =
  /^(?:arn:aws:lambda:(?<region>[a-z0-9-]+):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[A-Za-z0-9_-]{1,140})(?::(?<qualifier>\$LATEST|[A-Za-z0-9_-]{1,129}))?$/;

/**
 * Reads a FunctionName: a name, `name:qualifier`, a partial ARN (`<account>:function:<name>`) or an ARN.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 * @throws AwsError ValidationException, InvalidParameterValueException when name and Qualifier disagree
 */
export function readReference(functionName: string | undefined, caller: Caller, qualifier?: string): FunctionReference {
  const groups = REFERENCE.exec(functionName ?? '')?.groups;
  if (groups?.['name'] === undefined) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${functionName ?? ''}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern for a function's name or ARN`,
    );
  }
  const named = groups['qualifier'];
  if (named !== undefined && qualifier !== undefined && named !== qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return {
    account: groups['account'] ?? caller.account,
    region: groups['region'] ?? caller.region,
    name: groups['name'],
    qualifier: qualifier ?? named,
  };
}

/** The ARN of a function, or of the version or alias a qualifier names. */
export function arnOf(
  { account, region, name }: { readonly account: string; readonly region: string; readonly name: string },
  qualifier?: string,
): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`;
}

/** Whether a qualifier names a version (a number or `$LATEST`) rather than an alias. */
export function isVersion(qualifier: string): boolean {
  return qualifier === '$LATEST' || /^\d+$/.test(qualifier);
}
