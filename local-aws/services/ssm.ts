/**
 * SSM Parameter Store: String, StringList and SecureString parameters, versions, paths, tags.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/
 */
import {
  AddTagsToResourceCommand,
  ListTagsForResourceCommand,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-ssm';
import type { Kernel } from '../kernel/kernel.ts';
import type { Caller } from '../kernel/principal.ts';
import { operation, type AnyOperation, type Service } from '../kernel/service.ts';
import { readOperations } from './ssm/read-operations.ts';
import { onParameter, Parameters } from './ssm/store.ts';
import { writeOperations } from './ssm/write-operations.ts';

export function createSsm(kernel: Kernel): { services: Service[] } {
  const parameters = new Parameters(kernel);
  return {
    services: [
      {
        signingName: 'ssm',
        documentation:
          'Parameter Store: parameters of the standard tier with versions, secure strings, paths and tags. ' +
          'https://docs.aws.amazon.com/systems-manager/latest/APIReference/',
        operations: [...writeOperations(parameters), ...readOperations(parameters), ...tagOperations(parameters)],
        tagsOf: (arn) => parameters.tagsOf(arn),
      },
    ],
  };
}

function tagOperations(parameters: Parameters): AnyOperation[] {
  const on = (action: string) => (input: { ResourceId: string | undefined }, call: { caller: Caller }) =>
    onParameter(action)({ Name: input.ResourceId }, call);
  return [
    operation({
      command: AddTagsToResourceCommand,
      accepts: ['ResourceType', 'ResourceId', 'Tags'],
      authorize: on('AddTagsToResource'),
      handle: async ({ ResourceId, Tags = [] }, { caller }) => {
        const { tags } = parameters.get(ResourceId, caller).stored;
        for (const { Key = '', Value = '' } of Tags) tags.set(Key, Value);
        return {};
      },
    }),
    operation({
      command: RemoveTagsFromResourceCommand,
      accepts: ['ResourceType', 'ResourceId', 'TagKeys'],
      authorize: on('RemoveTagsFromResource'),
      handle: async ({ ResourceId, TagKeys = [] }, { caller }) => {
        const { tags } = parameters.get(ResourceId, caller).stored;
        for (const key of TagKeys) tags.delete(key);
        return {};
      },
    }),
    operation({
      command: ListTagsForResourceCommand,
      accepts: ['ResourceType', 'ResourceId'],
      authorize: on('ListTagsForResource'),
      handle: async ({ ResourceId }, { caller }) => ({
        TagList: [...parameters.get(ResourceId, caller).stored.tags].map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  ];
}
