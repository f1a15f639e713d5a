import { ListTagsCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-lambda';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { ask, type Lambda } from './lambda.ts';
import { readReference } from './names.ts';
import { invalid } from './store.ts';

/** Tags belong to functions, not to versions or aliases, and to event source mappings. https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html */
export function tagOperations(lambda: Lambda): AnyOperation[] {
  return [
    operation({
      command: TagResourceCommand,
      accepts: ['Resource', 'Tags'],
      authorize: (input, call) => askTags(lambda, 'TagResource', input.Resource, call),
      handle: async (input, call) => {
        const record = tagged(lambda, input.Resource, call);
        record.tags = { ...record.tags, ...input.Tags };
        if (Object.keys(record.tags).length > 50) throw invalid('A resource can have 50 tags at most.');
        return {};
      },
    }),
    operation({
      command: UntagResourceCommand,
      accepts: ['Resource', 'TagKeys'],
      authorize: (input, call) => askTags(lambda, 'UntagResource', input.Resource, call),
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
      authorize: (input, call) => askTags(lambda, 'ListTags', input.Resource, call),
      handle: async (input, call) => ({ Tags: { ...tagged(lambda, input.Resource, call).tags } }),
    }),
  ];
}

/** The UUID of the mapping that an ARN names. */
const MAPPING = /^arn:aws:lambda:[^:]+:\d{12}:event-source-mapping:([0-9a-f-]{36})$/;

function askTags(lambda: Lambda, action: string, resource: string | undefined, call: Call): Authorization {
  if (resource !== undefined && MAPPING.test(resource)) return { action: `lambda:${action}`, resource };
  return ask(lambda, action, { FunctionName: resource }, call);
}

function tagged(lambda: Lambda, resource: string | undefined, { caller }: Call): { tags: Record<string, string> } {
  const [, uuid] = MAPPING.exec(resource ?? '') ?? [];
  if (uuid !== undefined) return lambda.sources.get(uuid, caller);
  const reference = readReference(resource, caller);
  if (reference.qualifier !== undefined)
    throw invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.');
  return lambda.store.get(reference);
}
