import { ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-cloudwatch';
import { operation, type AnyOperation, type Authorization, type Call } from '../../kernel/service.ts';
import { found } from './alarm-operations.ts';
import type { AlarmSpace } from './alarms.ts';
import type { Dashboards } from './dashboards.ts';

type SpaceOf = (where: { readonly account: string; readonly region: string }) => AlarmSpace;
type Tags = Readonly<Record<string, string>>;

/** What has tags, an alarm or a dashboard, by its ARN. */
interface Tagged {
  readonly tags: Tags;
  readonly put: (tags: Tags) => void;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html */
export function tagOperations(spaceOf: SpaceOf, dashboards: Dashboards): AnyOperation[] {
  const ask = (action: string, arn: string | undefined): Authorization => ({
    action: `cloudwatch:${action}`,
    resource: arn ?? '*',
  });
  const named = (arn = '', { caller }: Call): Tagged => {
    const dashboard = /:dashboard\/(.+)$/.exec(arn)?.[1];
    if (dashboard !== undefined) {
      const own = dashboards.of(caller);
      const board = dashboards.named(caller, dashboard);
      return { tags: board.tags, put: (tags) => void own.set(board.name, { ...board, tags }) };
    }
    const space = spaceOf(caller);
    const alarm = found(space, /:alarm:(.+)$/.exec(arn)?.[1]);
    return { tags: alarm.tags, put: (tags) => void space.alarms.set(alarm.name, { ...alarm, tags }) };
  };
  return [
    operation({
      command: TagResourceCommand,
      accepts: ['ResourceARN', 'Tags'],
      authorize: (input) => ask('TagResource', input.ResourceARN),
      handle: async (input, call) => {
        const { tags, put } = named(input.ResourceARN, call);
        put({ ...tags, ...Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])) });
        return {};
      },
    }),
    operation({
      command: UntagResourceCommand,
      accepts: ['ResourceARN', 'TagKeys'],
      authorize: (input) => ask('UntagResource', input.ResourceARN),
      handle: async (input, call) => {
        const { tags, put } = named(input.ResourceARN, call);
        put(Object.fromEntries(Object.entries(tags).filter(([key]) => !(input.TagKeys ?? []).includes(key))));
        return {};
      },
    }),
    operation({
      command: ListTagsForResourceCommand,
      accepts: ['ResourceARN'],
      authorize: (input) => ask('ListTagsForResource', input.ResourceARN),
      handle: async (input, call) => ({
        Tags: Object.entries(named(input.ResourceARN, call).tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  ];
}
