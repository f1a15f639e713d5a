import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { verifyInput } from '../../core/contract/tasks.ts';
import { createHandler, type InvocationContext } from '../../engine/handler/handler.ts';
import { check } from './check.ts';
import { checkRollback } from './check-rollback.ts';
import { judge } from './judge.ts';
import { recover } from './recover.ts';
import { type VerifyServices, verifyServices } from './services.ts';
import { verifyNewVersion } from './verify-new-version.ts';
import { driveSlice } from './drive-slice.ts';

/** Tasks of the workflow: checks of what runs in the targets. */
export const handler = createHandler({
  name: 'verify',
  environment: environmentSchemas.verify,
  services: verifyServices,
  begin: (services) => services.begin(),
  handle: verify,
});

/** @throws CheckFailed, RollbackFailed */
export async function verify(
  event: unknown,
  services: VerifyServices,
  invocation: InvocationContext,
): Promise<unknown> {
  const input = verifyInput.parse(event);
  invocation.about(input);
  // Where Lambda kills the invocation, nothing else says what it was about.
  invocation.log.info(`Task ${input.task} begins`);
  switch (input.task) {
    case 'verifyNewVersion':
      return verifyNewVersion(input, services, invocation);
    case 'check':
      return check(input, services, invocation);
    case 'judge':
      return judge(input, services, invocation);
    case 'recover':
      return recover(input, services, invocation);
    case 'checkRollback':
      return checkRollback(input, services, invocation);
    case 'driveSlice':
      return driveSlice(input, services, invocation);
  }
}
