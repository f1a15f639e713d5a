/** What Step Functions tries with a machine's role before it accepts it, at creation and at updates. */
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Authorization } from '../../kernel/service.ts';
import { allStates } from './flow-checks.ts';
import type { Machine, Revision } from './machines.ts';
import { integrationOf, type Integration } from './resources.ts';

type Placed = Pick<Machine, 'account' | 'region' | 'arn'>;

/** @throws AwsError AccessDeniedException, in AWS's words */
export function checkRole(kernel: Kernel, machine: Placed, revision: Revision): void {
  const { roleArn } = revision;
  const asks = (refusal: string, wanted: readonly Authorization[]): void => {
    const caller = assume(kernel, machine, roleArn);
    try {
      kernel.port.iam.authorize(caller, wanted);
    } catch (error) {
      throw error instanceof AwsError ? denied(refusal) : error;
    }
  };
  if (usesManagedRule(revision)) asks(`'${roleArn}' is not authorized to create managed-rule.`, managedRule(machine));
  if (revision.logging.level !== 'OFF')
    asks('The state machine IAM Role is not authorized to access the Log Destination', LOG_DELIVERY);
}

function assume(
  kernel: Kernel,
  machine: Placed,
  roleArn: string,
): ReturnType<Kernel['port']['iam']['assumeForService']> {
  try {
    return kernel.port.iam.assumeForService({
      roleArn,
      service: 'states.amazonaws.com',
      region: machine.region,
      sessionName: 'StepFunctionsRoleCheck',
      sourceArn: machine.arn,
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw denied(
      'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
    );
  }
}

function denied(message: string): AwsError {
  return new AwsError('AccessDeniedException', message, 400);
}

function usesManagedRule({ definition }: Revision): boolean {
  return allStates(definition.flow).some((state) => state.Type === 'Task' && isChild(integrationOf(state.Resource)));
}

function isChild(integration: Integration | undefined): boolean {
  return integration?.kind === 'execution' && integration.pattern === 'sync';
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html#sync-async-iam-policies */
function managedRule({ account, region }: Placed): readonly Authorization[] {
  const resource = `arn:aws:events:${region}:${account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`;
  return ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'].map((action) => ({ action, resource }));
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
const LOG_DELIVERY: readonly Authorization[] = [
  ...['logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery'],
  ...['logs:ListLogDeliveries', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'],
].map((action) => ({ action, resource: '*' }));
