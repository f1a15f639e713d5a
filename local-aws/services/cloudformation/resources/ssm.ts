/**
 * AWS::SSM::Parameter.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
 */
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-ssm';
import * as z from 'zod';
import type { ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';
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
};

function tagsOf(tags: Record<string, string>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function state(name: string, { Type, Value }: ParameterProperties): ResourceState {
  return { physicalId: name, attributes: { Type, Value } };
}

export const ssmResources: ResourceProvider[] = [parameter];
