import {
  CreateApplicationCommand,
  DeleteApplicationCommand,
  GetApplicationCommand,
  ListApplicationsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-codedeploy';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { applicationArn, applicationOf, arnOf, groupOf, newId, type Realms } from './store.ts';

/** Applications of the Lambda platform, and tags of applications and groups. */
export function applicationOperations(realms: Realms): AnyOperation[] {
  const onApplication =
    (action: string) =>
    (input: { applicationName?: string | undefined }, { caller }: { caller: Caller }) => ({
      action: `codedeploy:${action}`,
      resource: applicationArn(caller, input.applicationName),
    });
  return [
    operation({
      command: CreateApplicationCommand,
      accepts: ['applicationName', 'computePlatform', 'tags'],
      authorize: onApplication('CreateApplication'),
      handle: async (input, { caller }) => {
        const realm = realms.of(caller);
        const name = input.applicationName ?? '';
        if (name === '') throw new AwsError('ApplicationNameRequiredException', 'The application name is required.');
        if ((input.computePlatform ?? 'Server') !== 'Lambda')
          throw new NotImplemented(`the compute platform ${input.computePlatform ?? 'Server'} of codedeploy`);
        if (realm.applications.has(name))
          throw new AwsError(
            'ApplicationAlreadyExistsException',
            `An application with the name ${name} already exists.`,
          );
        const tags = new Map((input.tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
        const application = { id: newId(), name, createdAt: realms.kernel.clock.date(), tags, groups: new Map() };
        realm.applications.set(name, application);
        return { applicationId: application.id };
      },
    }),
    operation({
      command: GetApplicationCommand,
      accepts: ['applicationName'],
      authorize: onApplication('GetApplication'),
      handle: async (input, { caller }) => {
        const { id, name, createdAt } = applicationOf(realms.of(caller), input.applicationName);
        return {
          application: {
            applicationId: id,
            applicationName: name,
            createTime: createdAt,
            linkedToGitHub: false,
            computePlatform: 'Lambda' as const,
          },
        };
      },
    }),
    operation({
      command: DeleteApplicationCommand,
      accepts: ['applicationName'],
      authorize: onApplication('DeleteApplication'),
      handle: async (input, { caller }) => {
        // Deleting what is not there succeeds.
        realms.of(caller).applications.delete(input.applicationName ?? '');
        return {};
      },
    }),
    operation({
      command: ListApplicationsCommand,
      accepts: [],
      authorize: (_input, { caller }) => ({
        action: 'codedeploy:ListApplications',
        resource: arnOf(caller, 'application:*'),
      }),
      handle: async (_input, { caller }) => ({ applications: [...realms.of(caller).applications.keys()].sort() }),
    }),
    ...tagOperations(realms),
  ];
}

function tagOperations(realms: Realms): AnyOperation[] {
  const tagsOf = (arn: string | undefined, caller: Caller): Map<string, string> => {
    const [, , , , , kind, name = ''] = (arn ?? '').split(':');
    const realm = realms.of(caller);
    if (kind === 'application') return applicationOf(realm, name).tags;
    if (kind === 'deploymentgroup') return groupOf(realm, ...split(name)).tags;
    throw new AwsError('InvalidArnException', `The ARN ${arn ?? ''} is invalid.`);
  };
  return [
    operation({
      command: TagResourceCommand,
      accepts: ['ResourceArn', 'Tags'],
      authorize: ({ ResourceArn }) => ({ action: 'codedeploy:TagResource', resource: ResourceArn ?? '*' }),
      handle: async (input, { caller }) => {
        const tags = tagsOf(input.ResourceArn, caller);
        for (const { Key = '', Value = '' } of input.Tags ?? []) tags.set(Key, Value);
        return {};
      },
    }),
    operation({
      command: UntagResourceCommand,
      accepts: ['ResourceArn', 'TagKeys'],
      authorize: ({ ResourceArn }) => ({ action: 'codedeploy:UntagResource', resource: ResourceArn ?? '*' }),
      handle: async (input, { caller }) => {
        const tags = tagsOf(input.ResourceArn, caller);
        for (const key of input.TagKeys ?? []) tags.delete(key);
        return {};
      },
    }),
    operation({
      command: ListTagsForResourceCommand,
      accepts: ['ResourceArn'],
      authorize: ({ ResourceArn }) => ({ action: 'codedeploy:ListTagsForResource', resource: ResourceArn ?? '*' }),
      handle: async (input, { caller }) => ({
        Tags: [...tagsOf(input.ResourceArn, caller)].map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  ];
}

function split(name: string): [string, string] {
  const [application = '', group = ''] = name.split('/');
  return [application, group];
}
