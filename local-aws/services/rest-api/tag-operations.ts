import { GetTagsCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-api-gateway';
import { operation, type AnyOperation, type Call } from '../../kernel/service.ts';
import { ask } from '../api-gateway/api-operations.ts';
import { notFound } from '../api-gateway/errors.ts';
import type { RestApis } from './apis.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-control-policy.html */
export function tagOperations(apis: RestApis): AnyOperation[] {
  const path = (arn: string | undefined): string => `/tags/${encodeURIComponent(arn ?? '')}`;
  return [
    operation({
      command: TagResourceCommand,
      accepts: ['resourceArn', 'tags'],
      authorize: (input, call) => ask('PUT', path(input.resourceArn), call, input.tags),
      handle: async (input, call) => {
        const tags = taggedOf(apis, call, input.resourceArn);
        for (const [key, value] of Object.entries(input.tags ?? {})) tags.set(key, value);
        return {};
      },
    }),
    operation({
      command: UntagResourceCommand,
      accepts: ['resourceArn', 'tagKeys'],
      authorize: (input, call) => ask('DELETE', path(input.resourceArn), call),
      handle: async (input, call) => {
        const tags = taggedOf(apis, call, input.resourceArn);
        for (const key of input.tagKeys ?? []) tags.delete(key);
        return {};
      },
    }),
    operation({
      command: GetTagsCommand,
      accepts: ['resourceArn'],
      authorize: (input, call) => ask('GET', path(input.resourceArn), call),
      handle: async (input, call) => ({ tags: Object.fromEntries(taggedOf(apis, call, input.resourceArn)) }),
    }),
  ];
}

/** The tags of `arn:aws:apigateway:<region>::/restapis/<id>`, or of a stage below it. */
function taggedOf(apis: RestApis, call: Call, arn: string | undefined): Map<string, string> {
  const [, id, stage] = /^arn:aws:apigateway:[^:]+::\/restapis\/([^/]+)(?:\/stages\/([^/]+))?$/.exec(arn ?? '') ?? [];
  const api = apis.of(call, id);
  const tagged = stage === undefined ? api : api.stages.get(stage);
  if (tagged === undefined) throw notFound('Invalid stage identifier specified');
  return tagged.tags;
}
