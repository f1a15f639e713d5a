import { randomUUID } from 'node:crypto';
import type { ResourceProvider } from '../provider.ts';

/** What CDK adds to every template to say which constructs it used; nothing comes of it. */
const metadata: ResourceProvider = {
  type: 'AWS::CDK::Metadata',
  properties: ['Analytics'],
  createOnly: [],
  attributes: [],
  create: async () => ({ physicalId: randomUUID(), attributes: {} }),
  update: async (physicalId) => ({ physicalId, attributes: {} }),
  delete: async () => {},
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitconditionhandle.html */
const waitConditionHandle: ResourceProvider = {
  type: 'AWS::CloudFormation::WaitConditionHandle',
  properties: [],
  createOnly: [],
  attributes: [],
  create: async ({}, { kernel, logicalId, stackName }) => ({
    physicalId: `${kernel.endpoint()}/wait/${stackName}/${logicalId}`,
    attributes: {},
  }),
  update: async (physicalId) => ({ physicalId, attributes: {} }),
  delete: async () => {},
};

export const cdkResources: ResourceProvider[] = [metadata, waitConditionHandle];
