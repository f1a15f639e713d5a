import type { Authorization, Call } from '../../kernel/service.ts';
import { findChangeSet } from './change-sets.ts';
import type { Stacks } from './stacks.ts';

/**
 * What IAM is asked for CloudFormation's actions.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
 */
export function onStack(
  stacks: Stacks,
  action: string,
  call: Call,
  stackName: string | undefined,
  context: Readonly<Record<string, string | undefined>> = {},
): Authorization {
  const { account, region } = call.caller;
  const name = stackName ?? '*';
  const stack = stacks.find(account, region, name);
  const resource =
    stack?.id ?? (name.startsWith('arn:') ? name : `arn:aws:cloudformation:${region}:${account}:stack/${name}/*`);
  return { action: `cloudformation:${action}`, resource, context: defined(context) };
}

/** As onStack(), for what is done to a change set; a change set's ARN alone says which stack it is of. */
export function onChangeSet(
  stacks: Stacks,
  action: string,
  call: Call,
  input: { readonly ChangeSetName?: string | undefined; readonly StackName?: string | undefined },
): Authorization {
  const { account, region } = call.caller;
  const wanted = input.ChangeSetName ?? '';
  const owner = stacks.in(account, region).find((stack) => findChangeSet(stack, wanted)?.id === wanted);
  const name = wanted.startsWith('arn:') ? wanted.split('/')[1] : wanted;
  return onStack(stacks, action, call, input.StackName ?? owner?.id, { 'cloudformation:ChangeSetName': name });
}

/** Where AWS knows no resource. */
export function onAll(action: string): Authorization {
  return { action: `cloudformation:${action}`, resource: '*' };
}

/** Handing CloudFormation a role asks for iam:PassRole on it. */
export function passRole(roleArn: string | undefined): readonly Authorization[] {
  if (roleArn === undefined) return [];
  return [
    {
      action: 'iam:PassRole',
      resource: roleArn,
      context: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
    },
  ];
}

function defined(context: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(context).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}
