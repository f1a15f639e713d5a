/**
 * AWS::SSM::Parameter.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
 */
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  GetParameterCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-ssm';
import * as z from 'zod';
import type { ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { ifThere, unlessGone } from './gone.ts';
import { differ, readProperties } from './shapes.ts';

const schema = z.strictObject({
  Name: z.string().optional(),
  Type: z.enum(['String', 'StringList']),
  Value: z.string(),
  Description: z.string().optional(),
  AllowedPattern: z.string().optional(),
  DataType: z.string().optional(),
  Tier: z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).optional(),
  Tags: z.record(z.string(), z.string()).optional(),
});
type ParameterProperties = z.infer<typeof schema>;
const PARAMETER = 'AWS::SSM::Parameter';

const parameter: ResourceProvider = {
  type: PARAMETER,
  properties: Object.keys(schema.shape),
  createOnly: ['Name'],
  attributes: ['Type', 'Value'],
  create: async (properties, context) => {
    const wanted = readProperties(PARAMETER, schema, properties);
    const { Name = context.name(1011, { prefix: 'CFN' }), Tags, ...rest } = wanted;
    await context.kernel.send(
      context.caller,
      new PutParameterCommand({ ...rest, Name, Tags: Tags === undefined ? undefined : tagsOf(Tags) }),
    );
    return state(Name, wanted);
  },
  update: async (Name, properties, previous, { kernel, caller }) => {
    const wanted = readProperties(PARAMETER, schema, properties);
    const was = readProperties(PARAMETER, schema, previous);
    const { Tags, ...rest } = wanted;
    await kernel.send(caller, new PutParameterCommand({ ...rest, Name, Overwrite: true }));
    if (differ(Tags, was.Tags)) {
      const resource = { ResourceType: 'Parameter', ResourceId: Name } as const;
      const TagKeys = Object.keys(was.Tags ?? {});
      if (TagKeys.length > 0) await kernel.send(caller, new RemoveTagsFromResourceCommand({ ...resource, TagKeys }));
      if (Tags !== undefined)
        await kernel.send(caller, new AddTagsToResourceCommand({ ...resource, Tags: tagsOf(Tags) }));
    }
    return state(Name, wanted);
  },
  delete: async (Name, _properties, { kernel, caller }) =>
    unlessGone(kernel.send(caller, new DeleteParameterCommand({ Name })), 'ParameterNotFound'),
  importing: { identifier: 'Name', read: readParameter },
};

async function readParameter(
  Name: string,
  { kernel, caller }: Pick<ResourceContext, 'kernel' | 'caller'>,
): Promise<ParameterProperties | undefined> {
  const found = await ifThere(kernel.send(caller, new GetParameterCommand({ Name })), 'ParameterNotFound');
  const { Type, Value } = found?.Parameter ?? {};
  if (found === undefined) return undefined;
  const { TagList = [] } = await kernel.send(
    caller,
    new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: Name }),
  );
  const Tags = Object.fromEntries(TagList.map(({ Key = '', Value = '' }): [string, string] => [Key, Value]));
  return readProperties(PARAMETER, schema, { Name, Type, Value, ...(TagList.length === 0 ? {} : { Tags }) });
}

function tagsOf(tags: Record<string, string>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function state(name: string, { Type, Value }: ParameterProperties): ResourceState {
  return { physicalId: name, attributes: { Type, Value } };
}

export const ssmResources: ResourceProvider[] = [parameter];
