/**
 * AWS::CodeDeploy::Application, DeploymentGroup and DeploymentConfig, of the Lambda platform.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_CodeDeploy.html
 */
import {
  CreateApplicationCommand,
  CreateDeploymentConfigCommand,
  CreateDeploymentGroupCommand,
  DeleteApplicationCommand,
  DeleteDeploymentConfigCommand,
  DeleteDeploymentGroupCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import * as z from 'zod';
import type { ResourceContext, ResourceProvider } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { count, differ, flag, readProperties, tagList } from './shapes.ts';

type Tags = z.infer<typeof tagList>;

async function retag(ResourceArn: string, wanted: Tags = [], was: Tags = [], { kernel, caller }: ResourceContext) {
  if (!differ(wanted, was)) return;
  const TagKeys = was.map(({ Key }) => Key).filter((key) => !wanted.some(({ Key }) => Key === key));
  if (TagKeys.length > 0) await kernel.send(caller, new UntagResourceCommand({ ResourceArn, TagKeys }));
  if (wanted.length > 0) await kernel.send(caller, new TagResourceCommand({ ResourceArn, Tags: wanted }));
}

function arn({ region, account }: ResourceContext, resource: string): string {
  return `arn:aws:codedeploy:${region}:${account}:${resource}`;
}

const applicationSchema = z.strictObject({
  ApplicationName: z.string().optional(),
  ComputePlatform: z.enum(['Lambda', 'Server', 'ECS']).default('Server'),
  Tags: tagList.optional(),
});
const APPLICATION = 'AWS::CodeDeploy::Application';
const application: ResourceProvider = {
  type: APPLICATION,
  properties: Object.keys(applicationSchema.shape),
  createOnly: ['ApplicationName', 'ComputePlatform'],
  attributes: [],
  create: async (properties, context) => {
    const wanted = readProperties(APPLICATION, applicationSchema, properties);
    const name = wanted.ApplicationName ?? context.name(100);
    await context.kernel.send(
      context.caller,
      new CreateApplicationCommand({
        applicationName: name,
        computePlatform: wanted.ComputePlatform,
        tags: wanted.Tags,
      }),
    );
    return { physicalId: name, attributes: {} };
  },
  update: async (name, properties, previous, context) => {
    const wanted = readProperties(APPLICATION, applicationSchema, properties);
    const was = readProperties(APPLICATION, applicationSchema, previous);
    await retag(arn(context, `application:${name}`), wanted.Tags, was.Tags, context);
    return { physicalId: name, attributes: {} };
  },
  delete: async (name, _properties, { kernel, caller }) => {
    await kernel.send(caller, new DeleteApplicationCommand({ applicationName: name }));
  },
};

const groupSchema = z.strictObject({
  ApplicationName: z.string(),
  DeploymentGroupName: z.string().optional(),
  ServiceRoleArn: z.string(),
  DeploymentConfigName: z.string().optional(),
  DeploymentStyle: z
    .strictObject({
      DeploymentOption: z.enum(['WITH_TRAFFIC_CONTROL', 'WITHOUT_TRAFFIC_CONTROL']).optional(),
      DeploymentType: z.enum(['BLUE_GREEN', 'IN_PLACE']).optional(),
    })
    .optional(),
  AlarmConfiguration: z
    .strictObject({
      Enabled: flag.optional(),
      IgnorePollAlarmFailure: flag.optional(),
      Alarms: z.array(z.strictObject({ Name: z.string() })).optional(),
    })
    .optional(),
  AutoRollbackConfiguration: z
    .strictObject({
      Enabled: flag.optional(),
      Events: z
        .array(z.enum(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST']))
        .optional(),
    })
    .optional(),
  Tags: tagList.optional(),
});
const GROUP = 'AWS::CodeDeploy::DeploymentGroup';

function groupSettings(wanted: z.infer<typeof groupSchema>) {
  const { DeploymentStyle: style, AlarmConfiguration: alarms, AutoRollbackConfiguration: rollback } = wanted;
  return {
    applicationName: wanted.ApplicationName,
    serviceRoleArn: wanted.ServiceRoleArn,
    deploymentConfigName: wanted.DeploymentConfigName,
    deploymentStyle: style && { deploymentOption: style.DeploymentOption, deploymentType: style.DeploymentType },
    alarmConfiguration: {
      enabled: alarms?.Enabled ?? false,
      ignorePollAlarmFailure: alarms?.IgnorePollAlarmFailure ?? false,
      alarms: (alarms?.Alarms ?? []).map(({ Name }) => ({ name: Name })),
    },
    autoRollbackConfiguration: { enabled: rollback?.Enabled ?? false, events: rollback?.Events ?? [] },
  };
}

const group: ResourceProvider = {
  type: GROUP,
  properties: Object.keys(groupSchema.shape),
  createOnly: ['ApplicationName', 'DeploymentGroupName'],
  attributes: [],
  create: async (properties, context) => {
    const wanted = readProperties(GROUP, groupSchema, properties);
    const deploymentGroupName = wanted.DeploymentGroupName ?? context.name(100);
    const tags = wanted.Tags;
    await context.kernel.send(
      context.caller,
      new CreateDeploymentGroupCommand({ ...groupSettings(wanted), deploymentGroupName, tags }),
    );
    return { physicalId: deploymentGroupName, attributes: {} };
  },
  update: async (name, properties, previous, context) => {
    const wanted = readProperties(GROUP, groupSchema, properties);
    const was = readProperties(GROUP, groupSchema, previous);
    await context.kernel.send(
      context.caller,
      new UpdateDeploymentGroupCommand({ ...groupSettings(wanted), currentDeploymentGroupName: name }),
    );
    const resource = arn(context, `deploymentgroup:${wanted.ApplicationName}/${name}`);
    await retag(resource, wanted.Tags, was.Tags, context);
    return { physicalId: name, attributes: {} };
  },
  delete: async (name, properties, { kernel, caller }) => {
    const { ApplicationName } = readProperties(GROUP, groupSchema, properties);
    await kernel.send(
      caller,
      new DeleteDeploymentGroupCommand({ applicationName: ApplicationName, deploymentGroupName: name }),
    );
  },
};

const configurationSchema = z.strictObject({
  DeploymentConfigName: z.string().optional(),
  ComputePlatform: z.enum(['Lambda', 'Server', 'ECS']).default('Server'),
  TrafficRoutingConfig: z
    .strictObject({
      Type: z.enum(['AllAtOnce', 'TimeBasedCanary', 'TimeBasedLinear']),
      TimeBasedCanary: z.strictObject({ CanaryPercentage: count, CanaryInterval: count }).optional(),
      TimeBasedLinear: z.strictObject({ LinearPercentage: count, LinearInterval: count }).optional(),
    })
    .optional(),
});
const CONFIGURATION = 'AWS::CodeDeploy::DeploymentConfig';
const configuration: ResourceProvider = {
  type: CONFIGURATION,
  properties: Object.keys(configurationSchema.shape),
  createOnly: Object.keys(configurationSchema.shape),
  attributes: [],
  create: async (properties, context) => {
    const wanted = readProperties(CONFIGURATION, configurationSchema, properties);
    const name = wanted.DeploymentConfigName ?? context.name(100);
    const { Type, TimeBasedCanary: canary, TimeBasedLinear: linear } = wanted.TrafficRoutingConfig ?? {};
    await context.kernel.send(
      context.caller,
      new CreateDeploymentConfigCommand({
        deploymentConfigName: name,
        computePlatform: wanted.ComputePlatform,
        trafficRoutingConfig: {
          type: Type,
          timeBasedCanary: canary && {
            canaryPercentage: canary.CanaryPercentage,
            canaryInterval: canary.CanaryInterval,
          },
          timeBasedLinear: linear && {
            linearPercentage: linear.LinearPercentage,
            linearInterval: linear.LinearInterval,
          },
        },
      }),
    );
    return { physicalId: name, attributes: {} };
  },
  update: async (name) => ({ physicalId: name, attributes: {} }),
  delete: async (name, _properties, { kernel, caller }) =>
    unlessGone(
      kernel.send(caller, new DeleteDeploymentConfigCommand({ deploymentConfigName: name })),
      'DeploymentConfigDoesNotExistException',
    ),
};

export const codedeployResources: ResourceProvider[] = [application, group, configuration];
