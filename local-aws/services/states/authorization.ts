import type { Authorization } from '../../kernel/service.ts';
import { checkExecutionArn, parseMachineArn } from './arns.ts';

/**
 * Versions and aliases are authorised on the machine's own ARN, with the qualifier as a condition key:
 * https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
 */
export function onMachine(action: string, arn: string | undefined): Authorization {
  const { machineArn, qualifier } = parseMachineArn(arn);
  const context = qualifier === undefined ? {} : { context: { 'states:StateMachineQualifier': [qualifier] } };
  return { action: `states:${action}`, resource: machineArn, ...context };
}

export function onExecution(action: string, arn: string | undefined): Authorization {
  return { action: `states:${action}`, resource: checkExecutionArn(arn) };
}

export function passRole(roleArn: string | undefined): readonly Authorization[] {
  if (roleArn === undefined) return [];
  return [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': 'states.amazonaws.com' } }];
}
