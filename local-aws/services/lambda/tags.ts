import { ListTagsCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-lambda';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { ask, type Lambda } from './lambda.ts';
import { readReference } from './names.ts';
import { invalid, type FunctionRecord } from './store.ts';

/** Tags belong to functions, not to versions or aliases. https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html */
export function tagOperations(lambda: Lambda): AnyOperation[] {
  return [
    operation({
      command: TagResourceCommand,
      accepts: ['Resource', 'Tags'],
      authorize: (input, call) => ask(lambda, 'TagResource', { FunctionName: input.Resource }, call),
      handle: async (input, call) => {
        const record = tagged(lambda, input.Resource, call);
        record.tags = { ...record.tags, ...input.Tags };
        if (Object.keys(record.tags).length > 50) throw invalid('A function can have 50 tags at most.');
        return {};
      },
    }),
    operation({
      command: UntagResourceCommand,
      accepts: ['Resource', 'TagKeys'],
      authorize: (input, call) => ask(lambda, 'UntagResource', { FunctionName: input.Resource }, call),
      handle: async (input, call) => {
        const record = tagged(lambda, input.Resource, call);
        const gone = new Set(input.TagKeys);
        record.tags = Object.fromEntries(Object.entries(record.tags).filter(([key]) => !gone.has(key)));
        return {};
      },
    }),
    operation({
      command: ListTagsCommand,
      accepts: ['Resource'],
      authorize: (input, call) => ask(lambda, 'ListTags', { FunctionName: input.Resource }, call),
      handle: async (input, call) => ({ Tags: { ...tagged(lambda, input.Resource, call).tags } }),
    }),
  ];
}

function tagged(lambda: Lambda, resource: string | undefined, { caller }: Call): FunctionRecord {
  const reference = readReference(resource, caller);
  if (reference.qualifier !== undefined)
    throw invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.');
  return lambda.store.get(reference);
}
