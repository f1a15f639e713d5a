import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListUsersCommand,
  StatusType,
  type User as UserShape,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { noSuchEntity, uniqueId, type Directory, type User } from './directory.ts';
import {
  checkedName,
  checkedPath,
  identityContext,
  limitExceeded,
  createAuthorizations,
  page,
  required,
  tagList,
  tagsOf,
  userArn,
  userOf,
} from './requests.ts';
import type { Sessions } from './sessions.ts';
import { forgetInTrustPolicies } from './trust.ts';

/** Users and their access keys. */
export function userOperations(kernel: Kernel, directory: Directory, sessions: Sessions): AnyOperation[] {
  return [...lifeOperations(kernel, directory), ...keyOperations(directory, sessions)];
}

function asks(directory: Directory, action: string) {
  return (input: { UserName?: string | undefined }, call: Call): Authorization => {
    const resource = userArn(directory, call, input.UserName);
    return { action: `iam:${action}`, resource, context: identityContext(directory.user(resource)) };
  };
}

function lifeOperations(kernel: Kernel, directory: Directory): AnyOperation[] {
  return [
    operation({
      command: CreateUserCommand,
      accepts: ['UserName', 'Path', 'PermissionsBoundary', 'Tags'],
      authorize: (input, { caller }) =>
        createAuthorizations(
          {
            action: 'iam:CreateUser',
            resource: `arn:aws:iam::${caller.account}:user${input.Path ?? '/'}${input.UserName ?? ''}`,
            context:
              input.PermissionsBoundary === undefined ? {} : { 'iam:PermissionsBoundary': input.PermissionsBoundary },
          },
          'iam:TagUser',
          input.Tags,
        ),
      handle: async (input, { caller }) => {
        const name = checkedName(input.UserName, 'userName', 64);
        const path = checkedPath(input.Path);
        const { users } = directory.account(caller.account);
        if (users.has(name)) throw new AwsError('EntityAlreadyExists', `User with name ${name} already exists.`, 409);
        if (input.PermissionsBoundary !== undefined) directory.managedPolicy(input.PermissionsBoundary);
        const user: User = {
          name,
          path,
          id: uniqueId('AIDA'),
          arn: `arn:aws:iam::${caller.account}:user${path}${name}`,
          account: caller.account,
          createdAt: kernel.clock.date(),
          inline: new Map(),
          attached: new Set(),
          tags: tagsOf(input.Tags),
          boundary: input.PermissionsBoundary,
          accessKeys: new Map(),
        };
        users.set(name, user);
        return { User: shapeOf(user) };
      },
    }),
    operation({
      command: GetUserCommand,
      accepts: ['UserName'],
      authorize: asks(directory, 'GetUser'),
      handle: async (input, call) => ({ User: shapeOf(userOf(directory, call, input.UserName)) }),
    }),
    operation({
      command: ListUsersCommand,
      accepts: ['PathPrefix', 'Marker', 'MaxItems'],
      authorize: (input, { caller }) => ({
        action: 'iam:ListUsers',
        resource: `arn:aws:iam::${caller.account}:user${input.PathPrefix ?? '/'}`,
      }),
      handle: async (input, { caller }) => {
        const users = [...directory.account(caller.account).users.values()].filter(({ path }) =>
          path.startsWith(input.PathPrefix ?? '/'),
        );
        const { items, ...rest } = page(users, input);
        return { Users: items.map((user) => shapeOf(user)), ...rest };
      },
    }),
    operation({
      command: DeleteUserCommand,
      accepts: ['UserName'],
      authorize: asks(directory, 'DeleteUser'),
      handle: async (input, call) => {
        const user = userOf(directory, call, input.UserName);
        if (user.accessKeys.size > 0)
          throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete access keys first.', 409);
        if (user.attached.size + user.inline.size > 0)
          throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
        directory.account(user.account).users.delete(user.name);
        forgetInTrustPolicies(directory, user);
        return {};
      },
    }),
  ];
}

function keyOperations(directory: Directory, sessions: Sessions): AnyOperation[] {
  return [
    operation({
      command: CreateAccessKeyCommand,
      accepts: ['UserName'],
      authorize: asks(directory, 'CreateAccessKey'),
      handle: async (input, call) => {
        const user = userOf(directory, call, input.UserName);
        if (user.accessKeys.size >= 2) throw limitExceeded('Cannot exceed quota for AccessKeysPerUser: 2');
        const key = sessions.createAccessKey(user);
        return {
          AccessKey: {
            UserName: user.name,
            AccessKeyId: key.id,
            Status: StatusType.Active,
            SecretAccessKey: key.secret,
            CreateDate: key.createdAt,
          },
        };
      },
    }),
    operation({
      command: ListAccessKeysCommand,
      accepts: ['UserName', 'Marker', 'MaxItems'],
      authorize: asks(directory, 'ListAccessKeys'),
      handle: async (input, call) => {
        const user = userOf(directory, call, input.UserName);
        const { items, ...rest } = page([...user.accessKeys.values()], input);
        return {
          AccessKeyMetadata: items.map(({ id, createdAt }) => ({
            UserName: user.name,
            AccessKeyId: id,
            Status: StatusType.Active,
            CreateDate: createdAt,
          })),
          ...rest,
        };
      },
    }),
    operation({
      command: DeleteAccessKeyCommand,
      accepts: ['UserName', 'AccessKeyId'],
      authorize: asks(directory, 'DeleteAccessKey'),
      handle: async (input, call) => {
        const user = userOf(directory, call, input.UserName);
        const id = required(input.AccessKeyId, 'accessKeyId');
        if (!user.accessKeys.has(id)) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
        sessions.deleteAccessKey(user, id);
        return {};
      },
    }),
  ];
}

function shapeOf(user: User): UserShape {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: user.createdAt,
    ...(user.boundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
            PermissionsBoundaryArn: user.boundary,
          },
        }),
    ...(user.tags.size === 0 ? {} : { Tags: tagList(user.tags) }),
  };
}
