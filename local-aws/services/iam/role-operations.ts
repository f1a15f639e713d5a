import {
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  GetRoleCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
  type Role as RoleShape,
} from '@aws-sdk/client-iam';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { uniqueId, type Directory, type Role } from './directory.ts';
import {
  checkedName,
  checkedPath,
  identityContext,
  limitExceeded,
  createAuthorizations,
  page,
  required,
  roleArn,
  roleOf,
  tagContext,
  tagList,
  tagsOf,
} from './requests.ts';
import { forgetInTrustPolicies, readTrustPolicy } from './trust.ts';

/** Operations on roles themselves; their policies are in `identity-policy-operations.ts`. */
export function roleOperations(kernel: Kernel, directory: Directory): AnyOperation[] {
  const asks =
    (action: string) =>
    (input: { RoleName: string | undefined }, call: Call): Authorization => ({
      action: `iam:${action}`,
      resource: roleArn(directory, call, input.RoleName),
      context: identityContext(directory.account(call.caller.account).roles.get(input.RoleName ?? '')),
    });
  return [
    ...lifeOperations(kernel, directory, asks),
    ...changeOperations(directory, asks),
    operation({
      command: CreateServiceLinkedRoleCommand,
      accepts: ['AWSServiceName', 'Description', 'CustomSuffix'],
      authorize: () => ({ action: 'iam:CreateServiceLinkedRole', resource: '*' }),
      handle: async (input) => {
        throw new NotImplemented(`service-linked roles (${input.AWSServiceName ?? ''})`);
      },
    }),
  ];
}

type Asks = (action: string) => (input: { RoleName: string | undefined }, call: Call) => Authorization;

function lifeOperations(kernel: Kernel, directory: Directory, asks: Asks): AnyOperation[] {
  return [
    operation({
      command: CreateRoleCommand,
      accepts: [
        'RoleName',
        'Path',
        'AssumeRolePolicyDocument',
        'Description',
        'MaxSessionDuration',
        'PermissionsBoundary',
        'Tags',
      ],
      authorize: (input, { caller }) =>
        createAuthorizations(
          {
            action: 'iam:CreateRole',
            resource: `arn:aws:iam::${caller.account}:role${input.Path ?? '/'}${input.RoleName ?? ''}`,
            context:
              input.PermissionsBoundary === undefined ? {} : { 'iam:PermissionsBoundary': input.PermissionsBoundary },
          },
          'iam:TagRole',
          input.Tags,
        ),
      handle: async (input, { caller }) => {
        const name = checkedName(input.RoleName, 'roleName', 64);
        const { roles } = directory.account(caller.account);
        if ([...roles.keys()].some((other) => other.toLowerCase() === name.toLowerCase()))
          throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
        const path = checkedPath(input.Path);
        if (input.PermissionsBoundary !== undefined) directory.managedPolicy(input.PermissionsBoundary);
        const role: Role = {
          name,
          path,
          id: uniqueId('AROA'),
          arn: `arn:aws:iam::${caller.account}:role${path}${name}`,
          account: caller.account,
          createdAt: kernel.clock.date(),
          inline: new Map(),
          attached: new Set(),
          tags: tagsOf(input.Tags),
          boundary: input.PermissionsBoundary,
          trust: readTrustPolicy(directory, required(input.AssumeRolePolicyDocument, 'assumeRolePolicyDocument')),
          description: input.Description,
          maxSessionDuration: checkedDuration(input.MaxSessionDuration ?? 3600),
        };
        roles.set(name, role);
        return { Role: shapeOf(role) };
      },
    }),
    operation({
      command: GetRoleCommand,
      accepts: ['RoleName'],
      authorize: asks('GetRole'),
      handle: async (input, call) => ({ Role: shapeOf(roleOf(directory, call, input.RoleName)) }),
    }),
    operation({
      command: ListRolesCommand,
      accepts: ['PathPrefix', 'Marker', 'MaxItems'],
      authorize: (input, { caller }) => ({
        action: 'iam:ListRoles',
        resource: `arn:aws:iam::${caller.account}:role${input.PathPrefix ?? '/'}`,
      }),
      handle: async (input, { caller }) => {
        const roles = [...directory.account(caller.account).roles.values()]
          .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
          .sort((one, other) => one.name.localeCompare(other.name));
        const { items, ...rest } = page(roles, input);
        return { Roles: items.map((role) => shapeOf(role)), ...rest };
      },
    }),
    operation({
      command: DeleteRoleCommand,
      accepts: ['RoleName'],
      authorize: asks('DeleteRole'),
      handle: async (input, call) => {
        const role = roleOf(directory, call, input.RoleName);
        if (role.attached.size > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
        if (role.inline.size > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
        directory.account(role.account).roles.delete(role.name);
        forgetInTrustPolicies(directory, role);
        return {};
      },
    }),
  ];
}

function changeOperations(directory: Directory, asks: Asks): AnyOperation[] {
  return [
    operation({
      command: UpdateRoleCommand,
      accepts: ['RoleName', 'Description', 'MaxSessionDuration'],
      authorize: asks('UpdateRole'),
      handle: async (input, call) => {
        const role = roleOf(directory, call, input.RoleName);
        if (input.Description !== undefined) role.description = input.Description;
        if (input.MaxSessionDuration !== undefined) role.maxSessionDuration = checkedDuration(input.MaxSessionDuration);
        return {};
      },
    }),
    operation({
      command: UpdateRoleDescriptionCommand,
      accepts: ['RoleName', 'Description'],
      authorize: asks('UpdateRoleDescription'),
      handle: async (input, call) => {
        const role = roleOf(directory, call, input.RoleName);
        role.description = input.Description;
        return { Role: shapeOf(role) };
      },
    }),
    operation({
      command: UpdateAssumeRolePolicyCommand,
      accepts: ['RoleName', 'PolicyDocument'],
      authorize: asks('UpdateAssumeRolePolicy'),
      handle: async (input, call) => {
        const role = roleOf(directory, call, input.RoleName);
        role.trust = readTrustPolicy(directory, required(input.PolicyDocument, 'policyDocument'));
        return {};
      },
    }),
    operation({
      command: PutRolePermissionsBoundaryCommand,
      accepts: ['RoleName', 'PermissionsBoundary'],
      authorize: (input, call) => ({
        ...asks('PutRolePermissionsBoundary')(input, call),
        context: { 'iam:PermissionsBoundary': input.PermissionsBoundary ?? '' },
      }),
      handle: async (input, call) => {
        const role = roleOf(directory, call, input.RoleName);
        role.boundary = directory.managedPolicy(required(input.PermissionsBoundary, 'permissionsBoundary')).arn;
        return {};
      },
    }),
    operation({
      command: DeleteRolePermissionsBoundaryCommand,
      accepts: ['RoleName'],
      authorize: asks('DeleteRolePermissionsBoundary'),
      handle: async (input, call) => {
        roleOf(directory, call, input.RoleName).boundary = undefined;
        return {};
      },
    }),
    operation({
      command: TagRoleCommand,
      accepts: ['RoleName', 'Tags'],
      authorize: (input, call) => {
        const ask = asks('TagRole')(input, call);
        return { ...ask, context: { ...ask.context, ...tagContext(input.Tags) } };
      },
      handle: async (input, call) => {
        const { tags } = roleOf(directory, call, input.RoleName);
        for (const [key, value] of tagsOf(input.Tags)) tags.set(key, value);
        if (tags.size > 50) throw limitExceeded('The number of tags has reached the maximum limit.');
        return {};
      },
    }),
    operation({
      command: UntagRoleCommand,
      accepts: ['RoleName', 'TagKeys'],
      authorize: (input, call) => {
        const ask = asks('UntagRole')(input, call);
        return { ...ask, context: { ...ask.context, 'aws:TagKeys': input.TagKeys ?? [] } };
      },
      handle: async (input, call) => {
        const { tags } = roleOf(directory, call, input.RoleName);
        for (const key of input.TagKeys ?? []) tags.delete(key);
        return {};
      },
    }),
    operation({
      command: ListRoleTagsCommand,
      accepts: ['RoleName', 'Marker', 'MaxItems'],
      authorize: asks('ListRoleTags'),
      handle: async (input, call) => {
        const { items, ...rest } = page(tagList(roleOf(directory, call, input.RoleName).tags), input);
        return { Tags: items, ...rest };
      },
    }),
  ];
}

function shapeOf(role: Role): RoleShape {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodeURIComponent(role.trust.text),
    MaxSessionDuration: role.maxSessionDuration,
    ...(role.description === undefined ? {} : { Description: role.description }),
    ...(role.boundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
            PermissionsBoundaryArn: role.boundary,
          },
        }),
    ...(role.tags.size === 0 ? {} : { Tags: tagList(role.tags) }),
  };
}

function checkedDuration(seconds: number): number {
  if (seconds >= 3600 && seconds <= 43_200) return seconds;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${seconds}' at 'maxSessionDuration' failed to satisfy constraint: Member must have value between 3600 and 43200`,
  );
}

function deleteConflict(message: string): AwsError {
  return new AwsError('DeleteConflict', message, 409);
}
