import {
  AddLayerVersionPermissionCommand,
  Architecture,
  DeleteLayerVersionCommand,
  PublishLayerVersionCommand,
  RemoveLayerVersionPermissionCommand,
  Runtime,
} from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { AwsError } from '../../../kernel/errors.ts';
import type { ResourceProvider } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { readProperties } from './shapes.ts';

const LAYER = 'AWS::Lambda::LayerVersion';
const PERMISSION = 'AWS::Lambda::LayerVersionPermission';
const GONE = 'ResourceNotFoundException';

const layerProperties = z.strictObject({
  LayerName: z.string().optional(),
  Description: z.string().optional(),
  Content: z.strictObject({
    S3Bucket: z.string(),
    S3Key: z.string(),
    S3ObjectVersion: z.string().optional(),
  }),
  CompatibleRuntimes: z.array(z.enum(Runtime)).optional(),
  CompatibleArchitectures: z.array(z.enum(Architecture)).optional(),
  LicenseInfo: z.string().optional(),
});

/** Ref is the ARN of the version. A name that CloudFormation makes is the logical id. */
export const layerVersionProvider: ResourceProvider = {
  type: LAYER,
  properties: Object.keys(layerProperties.shape),
  createOnly: Object.keys(layerProperties.shape),
  attributes: ['LayerVersionArn'],
  create: async (properties, { kernel, caller, logicalId }) => {
    const { LayerName = logicalId, ...given } = readProperties(LAYER, layerProperties, properties);
    const published = await kernel.send(caller, new PublishLayerVersionCommand({ LayerName, ...given }));
    const LayerVersionArn = published.LayerVersionArn ?? '';
    return { physicalId: LayerVersionArn, attributes: { LayerVersionArn } };
  },
  update: async (physicalId) => ({ physicalId, attributes: { LayerVersionArn: physicalId } }),
  delete: (arn, _, { kernel, caller }) =>
    unlessGone(kernel.send(caller, new DeleteLayerVersionCommand(partsOf(arn))), GONE),
};

const permissionProperties = z.strictObject({
  Action: z.string(),
  LayerVersionArn: z.string(),
  OrganizationId: z.string().optional(),
  Principal: z.coerce.string(),
});

/** Ref is the layer version's ARN and the statement's id. */
export const layerPermissionProvider: ResourceProvider = {
  type: PERMISSION,
  properties: Object.keys(permissionProperties.shape),
  createOnly: Object.keys(permissionProperties.shape),
  attributes: ['Id'],
  create: async (properties, context) => {
    const { LayerVersionArn, ...given } = readProperties(PERMISSION, permissionProperties, properties);
    const StatementId = context.name(100);
    await context.kernel.send(
      context.caller,
      new AddLayerVersionPermissionCommand({ ...partsOf(LayerVersionArn), StatementId, ...given }),
    );
    const Id = `${LayerVersionArn}#${StatementId}`;
    return { physicalId: Id, attributes: { Id } };
  },
  update: async (physicalId) => ({ physicalId, attributes: { Id: physicalId } }),
  delete: (physicalId, _, { kernel, caller }) => {
    const [arn = '', StatementId] = physicalId.split('#');
    const removal = new RemoveLayerVersionPermissionCommand({ ...partsOf(arn), StatementId });
    return unlessGone(kernel.send(caller, removal), GONE);
  },
};

function partsOf(arn: string): { LayerName: string; VersionNumber: number } {
  const [, LayerName, version] = /^(arn:.+:layer:[^:]+):(\d+)$/.exec(arn) ?? [];
  if (LayerName === undefined) throw new AwsError('ValidationError', `${arn} is not the ARN of a layer version.`);
  return { LayerName, VersionNumber: Number(version) };
}
