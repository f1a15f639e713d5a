import { actionsOf, arnsOf, namedBecause, onNamed, type ResourceKind } from './kind.ts';

/** A function by its name, and its versions and aliases. */
const functions = arnsOf('lambda', 'function:{name}', 'function:{name}:*');

/** Functions, and what leads into them. */
export const functionKinds: readonly ResourceKind[] = [
  {
    title: 'Lambda functions',
    types: ['Function', 'Version', 'Alias', 'Permission', 'EventInvokeConfig'].map((name) => `AWS::Lambda::${name}`),
    note: 'Code signing, file systems and capacity providers are not among the options.',
    grants: [
      onNamed(
        actionsOf(
          'lambda',
          `CreateFunction UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction GetFunction GetFunctionConfiguration
           GetFunctionCodeSigningConfig GetRuntimeManagementConfig GetFunctionRecursionConfig GetFunctionScalingConfig
           GetProvisionedConcurrencyConfig PublishVersion ListVersionsByFunction CreateAlias UpdateAlias DeleteAlias GetAlias
           AddPermission RemovePermission GetPolicy PutFunctionConcurrency DeleteFunctionConcurrency
           PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig GetFunctionEventInvokeConfig
           DeleteFunctionEventInvokeConfig TagResource UntagResource ListTags PutFunctionRecursionConfig
           PutRuntimeManagementConfig`,
        ),
        functions,
      ),
    ],
  },
  {
    title: 'Provisioned concurrency',
    types: [],
    note: '`ProvisionedConcurrencyConfig` of `AWS::Lambda::Version` and `AWS::Lambda::Alias`.',
    grants: [
      onNamed(actionsOf('lambda', 'PutProvisionedConcurrencyConfig DeleteProvisionedConcurrencyConfig'), functions),
    ],
  },
  {
    title: 'Functions in a VPC',
    types: [],
    note: '`VpcConfig` of `AWS::Lambda::Function` names subnets and security groups that are there already; a stack makes none.',
    grants: [
      {
        actions: actionsOf('ec2', 'DescribeNetworkInterfaces DescribeSecurityGroups DescribeSubnets DescribeVpcs'),
        resources: ['*'],
        because: 'EC2 cannot narrow what describes networks.',
      },
    ],
  },
  {
    title: 'Event source mappings',
    types: ['AWS::Lambda::EventSourceMapping'],
    grants: [
      {
        actions: actionsOf('lambda', 'CreateEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping'),
        resources: ['*'],
        conditions: { ArnLike: { 'lambda:FunctionArn': functions } },
        because: 'Mappings have random ids, and one that is being made has none: the condition names their functions.',
      },
      {
        actions: actionsOf('lambda', 'GetEventSourceMapping TagResource UntagResource ListTags'),
        resources: arnsOf('lambda', 'event-source-mapping:*'),
        because: 'AWS gives event source mappings random ids.',
      },
    ],
  },
  {
    title: 'Function URLs',
    types: ['AWS::Lambda::Url'],
    grants: [
      onNamed(
        actionsOf(
          'lambda',
          'CreateFunctionUrlConfig UpdateFunctionUrlConfig GetFunctionUrlConfig DeleteFunctionUrlConfig',
        ),
        functions,
      ),
    ],
  },
  {
    title: 'Layers',
    types: ['AWS::Lambda::LayerVersion'],
    note: 'For functions of the account; a layer is shared with other accounts by the platform team. One that has a name has one of the entry’s.',
    grants: [
      {
        actions: ['lambda:PublishLayerVersion', 'lambda:DeleteLayerVersion'],
        resources: arnsOf('lambda', 'layer:*'),
        because: 'A layer without a name is called by its logical id alone.',
      },
      {
        actions: ['lambda:GetLayerVersion'],
        resources: ['arn:aws:lambda:{region}:*:layer:*'],
        because: 'Functions use layers that AWS and others publish from their accounts, as far as these allow it.',
      },
    ],
  },
  {
    title: 'Custom resources',
    types: ['AWS::CloudFormation::CustomResource', 'Custom::*'],
    note: 'CloudFormation calls a function, or a topic, of the service itself.',
    grants: [onNamed(['lambda:InvokeFunction'], functions), onNamed(['sns:Publish'], arnsOf('sns', '{name}'))],
  },
  {
    title: 'Deployment groups',
    types: ['Application', 'DeploymentConfig', 'DeploymentGroup'].map((name) => `AWS::CodeDeploy::${name}`),
    note: 'Of functions. Sluice moves the traffic by them.',
    grants: [
      {
        actions: actionsOf(
          'codedeploy',
          // Of a group its handler reads the last deployment, too.
          `CreateApplication GetApplication DeleteApplication CreateDeploymentGroup GetDeploymentGroup UpdateDeploymentGroup
           DeleteDeploymentGroup CreateDeploymentConfig GetDeploymentConfig DeleteDeploymentConfig ListDeployments
           GetDeployment TagResource UntagResource ListTagsForResource`,
        ),
        resources: arnsOf('codedeploy', 'application:{name}', 'deploymentgroup:{name}/*', 'deploymentconfig:{name}'),
        because: namedBecause,
      },
    ],
  },
];
