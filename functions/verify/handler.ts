import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { verifyInput } from '../../core/contract/tasks.ts';
import { createHandler, type Moment } from '../../engine/handler/handler.ts';
import { check } from './check.ts';
import { checkRollback } from './check-rollback.ts';
import { judge } from './judge.ts';
import { recover } from './recover.ts';
import { type VerifyServices, verifyServices } from './services.ts';
import { verifyNewVersion } from './verify-new-version.ts';
import { watchShift } from './drive-slice.ts';

/** Tasks of the workflow: evidence from outside. */
export const handler = createHandler({
  name: 'verify',
  environment: environmentSchemas.verify,
  services: verifyServices,
  begin: (services) => services.begin(),
  handle: verify,
});

/** @throws CheckFailed, RollbackFailed */
export async function verify(event: unknown, services: VerifyServices, moment: Moment): Promise<unknown> {
  const input = verifyInput.parse(event);
  moment.about(input);
  switch (input.task) {
    case 'verifyNewVersion':
      return verifyNewVersion(input, services, moment);
    case 'check':
      return check(input, services, moment);
    case 'judge':
      return judge(input, services, moment);
    case 'recover':
      return recover(input, services, moment);
    case 'checkRollback':
      return checkRollback(input, services, moment);
    case 'watchShift':
      return watchShift(input, services, moment);
  }
}
