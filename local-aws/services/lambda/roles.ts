import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { Authorization } from '../../kernel/service.ts';
import { invalid, type Settings } from './store.ts';

/** A function's role, taken by Lambda itself outside an execution environment (for its DLQ and destinations). */
export function assumeRole(
  kernel: Kernel,
  role: string,
  { region, name }: { readonly region: string; readonly name: string },
): Caller {
  return kernel.port.iam.assumeForService({
    roleArn: role,
    service: 'lambda.amazonaws.com',
    region,
    sessionName: name,
  });
}

/**
 * What AWS checks of a function's role when the function is made or changed: that Lambda may assume it, and that it may do
 * what tracing, a network and the dead-letter target need (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html). @throws AwsError InvalidParameterValueException
 */
export function checkRole(
  kernel: Kernel,
  settings: Settings,
  where: { readonly region: string; readonly name: string },
): void {
  let caller: Caller;
  try {
    caller = assumeRole(kernel, settings.role, where);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid('The role defined for the function cannot be assumed by Lambda.');
  }
  if (settings.tracing === 'Active')
    mustAllow(kernel, caller, { action: 'xray:PutTraceSegments', resource: '*' }, 'PutTraceSegments on XRAY');
  if (settings.vpc !== undefined)
    mustAllow(kernel, caller, { action: 'ec2:CreateNetworkInterface', resource: '*' }, 'CreateNetworkInterface on EC2');
  if (settings.deadLetterTarget !== undefined) checkTarget(kernel, caller, settings.deadLetterTarget);
}

/** @throws AwsError InvalidParameterValueException unless the role may deliver to the target */
export function checkTarget(kernel: Kernel, caller: Caller, target: string): void {
  const [, , service] = target.split(':');
  switch (service) {
    case 'sqs':
      return mustAllow(kernel, caller, { action: 'sqs:SendMessage', resource: target }, 'SendMessage on SQS');
    case 'sns':
      return mustAllow(kernel, caller, { action: 'sns:Publish', resource: target }, 'Publish on SNS');
    case 'lambda':
      return mustAllow(
        kernel,
        caller,
        { action: 'lambda:InvokeFunction', resource: target },
        'InvokeFunction on Lambda',
      );
    case 'events':
      return mustAllow(kernel, caller, { action: 'events:PutEvents', resource: target }, 'PutEvents on EventBridge');
    default:
      throw invalid(`The provided destination config DestinationArn is not valid: ${target}`);
  }
}

/** @throws AwsError InvalidParameterValueException, saying what the role may not call */
export function mustAllow(kernel: Kernel, caller: Caller, asked: Authorization, what: string): void {
  try {
    kernel.port.iam.authorize(caller, [asked]);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid(`The provided execution role does not have permissions to call ${what}`);
  }
}
