import type { Kernel } from '../../kernel/kernel.ts';
import type { Service } from '../../kernel/service.ts';
import { applicationOperations } from './application-operations.ts';
import { configurationOperations } from './configuration-operations.ts';
import { deploymentOperations } from './deployment-operations.ts';
import { groupOperations } from './group-operations.ts';
import { Realms } from './store.ts';

/**
 * CodeDeploy for Lambda: applications, groups, configurations, and deployments that shift an alias by steps, run hooks,
 * watch alarms, stop and roll back. https://docs.aws.amazon.com/codedeploy/latest/APIReference/
 */
export function createCodeDeploy(kernel: Kernel): { services: Service[] } {
  const realms = new Realms(kernel);
  return {
    services: [
      {
        signingName: 'codedeploy',
        documentation:
          'The Lambda platform: applications, deployment groups, configurations, deployments with hooks, alarms, stop and ' +
          'rollback. https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-lambda.html',
        operations: [
          ...applicationOperations(realms),
          ...configurationOperations(realms),
          ...groupOperations(realms),
          ...deploymentOperations(realms),
        ],
      },
    ],
  };
}
