import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { noSuchEntity, readPolicy, type Directory, type Identity } from './directory.ts';
import {
  checkedName,
  identityContext,
  limitExceeded,
  page,
  required,
  roleArn,
  roleOf,
  userArn,
  userOf,
} from './requests.ts';

/** Inline policies of roles and users, and the managed policies attached to them. */
export function identityPolicyOperations(directory: Directory): AnyOperation[] {
  return [...rolePolicies(directory), ...userPolicies(directory)];
}

interface PolicyInput {
  readonly PolicyArn?: string | undefined;
}

function rolePolicies(directory: Directory): AnyOperation[] {
  const asks =
    (action: string) =>
    (input: { RoleName: string | undefined } & PolicyInput, call: Call): Authorization =>
      policyAsk(`iam:${action}`, roleArn(directory, call, input.RoleName), directory, input.PolicyArn);
  return [
    operation({
      command: PutRolePolicyCommand,
      accepts: ['RoleName', 'PolicyName', 'PolicyDocument'],
      authorize: asks('PutRolePolicy'),
      handle: async (input, call) => putInline(roleOf(directory, call, input.RoleName), input, 10_240),
    }),
    operation({
      command: GetRolePolicyCommand,
      accepts: ['RoleName', 'PolicyName'],
      authorize: asks('GetRolePolicy'),
      handle: async (input, call) => ({
        RoleName: input.RoleName,
        ...getInline(roleOf(directory, call, input.RoleName), 'role', input.PolicyName),
      }),
    }),
    operation({
      command: DeleteRolePolicyCommand,
      accepts: ['RoleName', 'PolicyName'],
      authorize: asks('DeleteRolePolicy'),
      handle: async (input, call) => deleteInline(roleOf(directory, call, input.RoleName), 'role', input.PolicyName),
    }),
    operation({
      command: ListRolePoliciesCommand,
      accepts: ['RoleName', 'Marker', 'MaxItems'],
      authorize: asks('ListRolePolicies'),
      handle: async (input, call) => listInline(roleOf(directory, call, input.RoleName), input),
    }),
    operation({
      command: AttachRolePolicyCommand,
      accepts: ['RoleName', 'PolicyArn'],
      authorize: asks('AttachRolePolicy'),
      handle: async (input, call) => attach(directory, roleOf(directory, call, input.RoleName), input.PolicyArn),
    }),
    operation({
      command: DetachRolePolicyCommand,
      accepts: ['RoleName', 'PolicyArn'],
      authorize: asks('DetachRolePolicy'),
      handle: async (input, call) => detach(roleOf(directory, call, input.RoleName), input.PolicyArn),
    }),
    operation({
      command: ListAttachedRolePoliciesCommand,
      accepts: ['RoleName', 'PathPrefix', 'Marker', 'MaxItems'],
      authorize: asks('ListAttachedRolePolicies'),
      handle: async (input, call) => listAttached(directory, roleOf(directory, call, input.RoleName), input),
    }),
  ];
}

function userPolicies(directory: Directory): AnyOperation[] {
  const asks =
    (action: string) =>
    (input: { UserName: string | undefined } & PolicyInput, call: Call): Authorization =>
      policyAsk(`iam:${action}`, userArn(directory, call, input.UserName), directory, input.PolicyArn);
  return [
    operation({
      command: PutUserPolicyCommand,
      accepts: ['UserName', 'PolicyName', 'PolicyDocument'],
      authorize: asks('PutUserPolicy'),
      handle: async (input, call) => putInline(userOf(directory, call, input.UserName), input, 2048),
    }),
    operation({
      command: GetUserPolicyCommand,
      accepts: ['UserName', 'PolicyName'],
      authorize: asks('GetUserPolicy'),
      handle: async (input, call) => ({
        UserName: input.UserName,
        ...getInline(userOf(directory, call, input.UserName), 'user', input.PolicyName),
      }),
    }),
    operation({
      command: DeleteUserPolicyCommand,
      accepts: ['UserName', 'PolicyName'],
      authorize: asks('DeleteUserPolicy'),
      handle: async (input, call) => deleteInline(userOf(directory, call, input.UserName), 'user', input.PolicyName),
    }),
    operation({
      command: ListUserPoliciesCommand,
      accepts: ['UserName', 'Marker', 'MaxItems'],
      authorize: asks('ListUserPolicies'),
      handle: async (input, call) => listInline(userOf(directory, call, input.UserName), input),
    }),
    operation({
      command: AttachUserPolicyCommand,
      accepts: ['UserName', 'PolicyArn'],
      authorize: asks('AttachUserPolicy'),
      handle: async (input, call) => attach(directory, userOf(directory, call, input.UserName), input.PolicyArn),
    }),
    operation({
      command: DetachUserPolicyCommand,
      accepts: ['UserName', 'PolicyArn'],
      authorize: asks('DetachUserPolicy'),
      handle: async (input, call) => detach(userOf(directory, call, input.UserName), input.PolicyArn),
    }),
    operation({
      command: ListAttachedUserPoliciesCommand,
      accepts: ['UserName', 'PathPrefix', 'Marker', 'MaxItems'],
      authorize: asks('ListAttachedUserPolicies'),
      handle: async (input, call) => listAttached(directory, userOf(directory, call, input.UserName), input),
    }),
  ];
}

function policyAsk(
  action: string,
  resource: string,
  directory: Directory,
  policyArn: string | undefined,
): Authorization {
  return {
    action,
    resource,
    context: {
      ...identityContext(directory.identity(resource)),
      ...(policyArn === undefined ? {} : { 'iam:PolicyARN': policyArn }),
    },
  };
}

function putInline(
  identity: Identity,
  input: { PolicyName: string | undefined; PolicyDocument: string | undefined },
  quota: number,
): object {
  const name = checkedName(input.PolicyName, 'policyName', 128);
  const policy = readPolicy(required(input.PolicyDocument, 'policyDocument'));
  const others = [...identity.inline].filter(([other]) => other !== name).map(([, { text }]) => text);
  // IAM does not count white space.
  if ([...others, policy.text].join('').replace(/\s/g, '').length > quota)
    throw limitExceeded(
      `Maximum policy size of ${quota} bytes exceeded for ${identity.arn.includes(':role/') ? 'role' : 'user'} ${identity.name}`,
    );
  identity.inline.set(name, policy);
  return {};
}

function getInline(
  identity: Identity,
  kind: string,
  name: string | undefined,
): { PolicyName: string; PolicyDocument: string } {
  const policy = identity.inline.get(required(name, 'policyName'));
  if (policy === undefined) throw noSuchPolicy(kind, name);
  return { PolicyName: name ?? '', PolicyDocument: encodeURIComponent(policy.text) };
}

function deleteInline(identity: Identity, kind: string, name: string | undefined): object {
  if (!identity.inline.delete(required(name, 'policyName'))) throw noSuchPolicy(kind, name);
  return {};
}

function listInline(
  identity: Identity,
  input: { Marker?: string | undefined; MaxItems?: number | undefined },
): { PolicyNames: string[]; IsTruncated: boolean } {
  const { items, ...rest } = page([...identity.inline.keys()].sort(), input);
  return { PolicyNames: items, ...rest };
}

function attach(directory: Directory, identity: Identity, policyArn: string | undefined): object {
  const { arn } = directory.managedPolicy(required(policyArn, 'policyArn'));
  if (!identity.attached.has(arn) && identity.attached.size >= 10)
    throw limitExceeded('Cannot exceed quota for PoliciesPerRole: 10');
  identity.attached.add(arn);
  return {};
}

function detach(identity: Identity, policyArn: string | undefined): object {
  if (!identity.attached.delete(required(policyArn, 'policyArn')))
    throw noSuchEntity(`Policy ${policyArn ?? ''} was not found.`);
  return {};
}

function listAttached(
  directory: Directory,
  identity: Identity,
  input: { PathPrefix?: string | undefined; Marker?: string | undefined; MaxItems?: number | undefined },
): { AttachedPolicies: { PolicyName: string; PolicyArn: string }[]; IsTruncated: boolean } {
  const attached = [...identity.attached]
    .map((arn) => directory.managedPolicy(arn))
    .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
    .map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn }));
  const { items, ...rest } = page(attached, input);
  return { AttachedPolicies: items, ...rest };
}

function noSuchPolicy(kind: string, name: string | undefined): Error {
  return noSuchEntity(`The ${kind} policy with name ${name ?? ''} cannot be found.`);
}
