import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  SetDefaultPolicyVersionCommand,
  type Policy as PolicyShape,
  type PolicyVersion as VersionShape,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation, type Authorization } from '../../kernel/service.ts';
import { noSuchEntity, readPolicy, uniqueId, type Directory, type ManagedPolicy, type Policy } from './directory.ts';
import {
  checkedName,
  checkedPath,
  limitExceeded,
  createAuthorizations,
  page,
  required,
  tagList,
  tagsOf,
} from './requests.ts';

/** Customer managed policies and their versions. */
export function managedPolicyOperations(kernel: Kernel, directory: Directory): AnyOperation[] {
  return [...policyOperations(kernel, directory), ...versionOperations(kernel, directory)];
}

const asks =
  (action: string) =>
  (input: { PolicyArn: string | undefined }): Authorization => ({
    action: `iam:${action}`,
    resource: required(input.PolicyArn, 'policyArn'),
  });

function policyOperations(kernel: Kernel, directory: Directory): AnyOperation[] {
  return [
    operation({
      command: CreatePolicyCommand,
      accepts: ['PolicyName', 'Path', 'PolicyDocument', 'Description', 'Tags'],
      authorize: (input, { caller }) =>
        createAuthorizations(
          {
            action: 'iam:CreatePolicy',
            resource: `arn:aws:iam::${caller.account}:policy${input.Path ?? '/'}${input.PolicyName ?? ''}`,
          },
          'iam:TagPolicy',
          input.Tags,
        ),
      handle: async (input, { caller }) => {
        const name = checkedName(input.PolicyName, 'policyName', 128);
        const path = checkedPath(input.Path);
        const { policies } = directory.account(caller.account);
        if ([...policies.values()].some((other) => other.name === name))
          throw new AwsError(
            'EntityAlreadyExists',
            `A policy called ${name} already exists. Duplicate names are not allowed.`,
            409,
          );
        const createdAt = kernel.clock.date();
        const policy: ManagedPolicy = {
          name,
          path,
          id: uniqueId('ANPA'),
          arn: `arn:aws:iam::${caller.account}:policy${path}${name}`,
          createdAt,
          description: input.Description,
          tags: tagsOf(input.Tags),
          versions: new Map([['v1', { id: 'v1', policy: readManaged(input.PolicyDocument), createdAt }]]),
          defaultVersion: 'v1',
          made: 1,
        };
        policies.set(policy.arn, policy);
        return { Policy: shapeOf(directory, policy) };
      },
    }),
    operation({
      command: GetPolicyCommand,
      accepts: ['PolicyArn'],
      authorize: asks('GetPolicy'),
      handle: async (input) => ({
        Policy: shapeOf(directory, directory.managedPolicy(required(input.PolicyArn, 'policyArn'))),
      }),
    }),
    operation({
      command: ListPoliciesCommand,
      accepts: ['Scope', 'PathPrefix', 'Marker', 'MaxItems'],
      authorize: () => ({ action: 'iam:ListPolicies', resource: '*' }),
      handle: async (input, { caller }) => {
        if (input.Scope !== 'Local')
          throw new AwsError('InvalidInput', 'The local AWS lists customer managed policies only: set Scope to Local.');
        const policies = [...directory.account(caller.account).policies.values()].filter(({ path }) =>
          path.startsWith(input.PathPrefix ?? '/'),
        );
        const { items, ...rest } = page(policies, input);
        return { Policies: items.map((policy) => shapeOf(directory, policy)), ...rest };
      },
    }),
    operation({
      command: DeletePolicyCommand,
      accepts: ['PolicyArn'],
      authorize: asks('DeletePolicy'),
      handle: async (input, { caller }) => {
        const policy = own(directory, input.PolicyArn);
        const { attached, bounding } = directory.usesOf(policy.arn);
        if (attached + bounding > 0)
          throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.', 409);
        if (policy.versions.size > 1)
          throw new AwsError(
            'DeleteConflict',
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
            409,
          );
        directory.account(caller.account).policies.delete(policy.arn);
        return {};
      },
    }),
  ];
}

function versionOperations(kernel: Kernel, directory: Directory): AnyOperation[] {
  return [
    operation({
      command: CreatePolicyVersionCommand,
      accepts: ['PolicyArn', 'PolicyDocument', 'SetAsDefault'],
      authorize: asks('CreatePolicyVersion'),
      handle: async (input) => {
        const policy = own(directory, input.PolicyArn);
        if (policy.versions.size >= 5)
          throw limitExceeded(
            'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
          );
        const read = readManaged(input.PolicyDocument);
        policy.made += 1;
        const id = `v${policy.made}`;
        policy.versions.set(id, { id, policy: read, createdAt: kernel.clock.date() });
        if (input.SetAsDefault === true) policy.defaultVersion = id;
        return { PolicyVersion: versionShape(policy, id, false) };
      },
    }),
    operation({
      command: GetPolicyVersionCommand,
      accepts: ['PolicyArn', 'VersionId'],
      authorize: asks('GetPolicyVersion'),
      handle: async (input) => ({
        PolicyVersion: versionShape(
          directory.managedPolicy(required(input.PolicyArn, 'policyArn')),
          required(input.VersionId, 'versionId'),
          true,
        ),
      }),
    }),
    operation({
      command: ListPolicyVersionsCommand,
      accepts: ['PolicyArn', 'Marker', 'MaxItems'],
      authorize: asks('ListPolicyVersions'),
      handle: async (input) => {
        const policy = directory.managedPolicy(required(input.PolicyArn, 'policyArn'));
        const { items, ...rest } = page([...policy.versions.keys()].reverse(), input);
        return { Versions: items.map((id) => versionShape(policy, id, false)), ...rest };
      },
    }),
    operation({
      command: SetDefaultPolicyVersionCommand,
      accepts: ['PolicyArn', 'VersionId'],
      authorize: asks('SetDefaultPolicyVersion'),
      handle: async (input) => {
        const policy = own(directory, input.PolicyArn);
        const id = required(input.VersionId, 'versionId');
        versionShape(policy, id, false);
        policy.defaultVersion = id;
        return {};
      },
    }),
    operation({
      command: DeletePolicyVersionCommand,
      accepts: ['PolicyArn', 'VersionId'],
      authorize: asks('DeletePolicyVersion'),
      handle: async (input) => {
        const policy = own(directory, input.PolicyArn);
        const id = required(input.VersionId, 'versionId');
        versionShape(policy, id, false);
        if (policy.defaultVersion === id)
          throw new AwsError('DeleteConflict', 'Cannot delete the default version of a policy.', 409);
        policy.versions.delete(id);
        return {};
      },
    }),
  ];
}

/** A policy that may be changed: AWS's own may not. */
function own(directory: Directory, arn: string | undefined): ManagedPolicy {
  const policy = directory.managedPolicy(required(arn, 'policyArn'));
  if (policy.arn.startsWith('arn:aws:iam::aws:'))
    throw new AwsError('AccessDenied', `Policy ${policy.arn} is managed by AWS.`, 403);
  return policy;
}

function readManaged(text: string | undefined): Policy {
  const policy = readPolicy(required(text, 'policyDocument'));
  if (policy.text.replace(/\s/g, '').length > 6144) throw limitExceeded('Cannot exceed quota for PolicySize: 6144');
  return policy;
}

function shapeOf(directory: Directory, policy: ManagedPolicy): PolicyShape {
  const { attached, bounding } = directory.usesOf(policy.arn);
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: bounding,
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: [...policy.versions.values()].at(-1)?.createdAt ?? policy.createdAt,
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    ...(policy.tags.size === 0 ? {} : { Tags: tagList(policy.tags) }),
  };
}

function versionShape(policy: ManagedPolicy, id: string, withDocument: boolean): VersionShape {
  const version = policy.versions.get(id);
  if (version === undefined)
    throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  return {
    VersionId: id,
    IsDefaultVersion: policy.defaultVersion === id,
    CreateDate: version.createdAt,
    ...(withDocument ? { Document: encodeURIComponent(version.policy.text) } : {}),
  };
}
