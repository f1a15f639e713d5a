/** Tags of state machines. https://docs.aws.amazon.com/step-functions/latest/apireference/API_TagResource.html */
import { ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-sfn';
import { AwsError } from '../../../kernel/errors.ts';
import { operation, type AnyOperation } from '../../../kernel/service.ts';
import { parseMachineArn } from '../arns.ts';
import { onMachine } from '../authorization.ts';
import type { Machine } from '../machines.ts';
import type { StatesState } from '../state.ts';

const MOST_TAGS = 50;

export function tagOperations(state: StatesState): readonly AnyOperation[] {
  return [
    operation({
      command: TagResourceCommand,
      accepts: ['resourceArn', 'tags'],
      authorize: ({ resourceArn }) => onMachine('TagResource', resourceArn),
      handle: async ({ resourceArn, tags }) => {
        const machine = taggedMachine(state, resourceArn);
        const added = (tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''] as const);
        if (new Set([...machine.tags.keys(), ...added.map(([key]) => key)]).size > MOST_TAGS)
          throw new AwsError('TooManyTags', `Resource can have at most ${MOST_TAGS} tags: '${machine.arn}'`);
        for (const [key, value] of added) machine.tags.set(key, value);
        return {};
      },
    }),
    operation({
      command: UntagResourceCommand,
      accepts: ['resourceArn', 'tagKeys'],
      authorize: ({ resourceArn }) => onMachine('UntagResource', resourceArn),
      handle: async ({ resourceArn, tagKeys }) => {
        const machine = taggedMachine(state, resourceArn);
        for (const key of tagKeys ?? []) machine.tags.delete(key);
        return {};
      },
    }),
    operation({
      command: ListTagsForResourceCommand,
      accepts: ['resourceArn'],
      authorize: ({ resourceArn }) => onMachine('ListTagsForResource', resourceArn),
      handle: async ({ resourceArn }) => ({
        tags: [...taggedMachine(state, resourceArn).tags].map(([key, value]) => ({ key, value })),
      }),
    }),
  ];
}

/** Machines have tags, their versions and aliases have none. */
function taggedMachine(state: StatesState, arn: string | undefined): Machine {
  const { machineArn, qualifier, region, account, name } = parseMachineArn(arn);
  const machine = qualifier === undefined ? state.machines.named(region, account, name) : undefined;
  if (machine === undefined) throw new AwsError('ResourceNotFound', `Resource not found: '${arn ?? machineArn}'`);
  return machine;
}
