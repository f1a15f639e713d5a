/**
 * Requests that are signed.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 */
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { AwsError } from '../../../kernel/errors.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { Caller } from '../../../kernel/principal.ts';
import { authenticate, scopeOf } from '../../../wire/authentication.ts';
import type { HttpRequest } from '../../../wire/http.ts';
import type { IamIdentity } from '../payload.ts';

/** Who signed a request, if whoever it is may call. @param resource `arn:aws:execute-api:…`, what is called */
export async function signerOf(
  kernel: Kernel,
  request: HttpRequest,
  resource: string,
): Promise<IamIdentity | undefined> {
  try {
    const caller = await authenticate(request, kernel.port.iam, 'execute-api');
    kernel.port.iam.authorize(caller, [{ action: 'execute-api:Invoke', resource }]);
    return await identityOf(kernel, caller, scopeOf(request)?.accessKeyId ?? '');
  } catch (error) {
    if (error instanceof AwsError && error.status !== 501) return undefined;
    throw error;
  }
}

/** What a function is told of who signed. */
export async function identityOf(kernel: Kernel, caller: Caller, accessKey: string): Promise<IamIdentity> {
  const { principal } = caller;
  const userId =
    principal.type === 'assumedRole'
      ? principal.userId
      : ((await kernel.send(caller, new GetCallerIdentityCommand({}))).UserId ?? '');
  return {
    accessKey,
    accountId: caller.account,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: principal.arn,
    userId,
  };
}
