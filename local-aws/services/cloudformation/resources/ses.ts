/**
 * AWS::SES::EmailIdentity.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ses-emailidentity.html
 */
import { CreateEmailIdentityCommand, DeleteEmailIdentityCommand } from '@aws-sdk/client-sesv2';
import * as z from 'zod';
import type { ResourceProvider } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { readProperties, tagList } from './shapes.ts';

const schema = z.strictObject({ EmailIdentity: z.string(), Tags: tagList.optional() });
const IDENTITY = 'AWS::SES::EmailIdentity';

const identity: ResourceProvider = {
  type: IDENTITY,
  properties: Object.keys(schema.shape),
  createOnly: Object.keys(schema.shape),
  attributes: [],
  create: async (properties, { kernel, caller }) => {
    const wanted = readProperties(IDENTITY, schema, properties);
    await kernel.send(caller, new CreateEmailIdentityCommand(wanted));
    return { physicalId: wanted.EmailIdentity, attributes: {} };
  },
  update: async (name) => ({ physicalId: name, attributes: {} }),
  delete: async (EmailIdentity, _properties, { kernel, caller }) =>
    unlessGone(kernel.send(caller, new DeleteEmailIdentityCommand({ EmailIdentity })), 'NotFoundException'),
};

export const sesResources: ResourceProvider[] = [identity];
