import { ref, arn, sub, resource, tagged, role, type Revision } from './template-builders.ts';

/** JavaScript by which every function answers; as a hook of CodeDeploy it reports that all is well. */
export const ANSWER = `event.DeploymentId === undefined ? { ok: true } : await (async () => {
  const { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand: Put } = require('@aws-sdk/client-codedeploy');
  const { DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId } = event;
  await new CodeDeployClient({}).send(new Put({ deploymentId, lifecycleEventHookExecutionId, status: 'Succeeded' }));
})()`;

/** A second function with a deployment group of its own, hooks included, and one for asynchronous work. */
export function lambdaResources(revision: Revision): Record<string, object> {
  const logs = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: arn('FunctionLog') };
  const runs = (Action: string, Resource: unknown): object => ({
    Version: '2012-10-17',
    Statement: [logs, { Effect: 'Allow', Action, Resource }],
  });
  const code = {
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Code: './code',
    LoggingConfig: { LogGroup: ref('FunctionLog') },
  };
  return {
    Role: role('lambda', runs('dynamodb:GetItem', arn('Table'))),
    Function: resource('AWS::Lambda::Function', { ...code, Timeout: ref('Timeout'), Role: arn('Role') }),
    HookRole: role('lambda', runs('codedeploy:PutLifecycleEventHookExecutionStatus', '*')),
    Hook: resource('AWS::Lambda::Function', { ...code, Timeout: 20, Role: arn('HookRole') }),
    MoverRole: role('codedeploy', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
          Resource: '*',
        },
        { Effect: 'Allow', Action: ['lambda:InvokeFunction', 'cloudwatch:DescribeAlarms'], Resource: '*' },
      ],
    }),
    Mover: resource('AWS::CodeDeploy::Application', { ComputePlatform: 'Lambda', Tags: tagged(revision) }),
    Pace: resource('AWS::CodeDeploy::DeploymentConfig', {
      DeploymentConfigName: sub('${AWS::StackName}-pace'),
      ComputePlatform: 'Lambda',
      TrafficRoutingConfig: { Type: 'AllAtOnce' },
    }),
    Group: resource('AWS::CodeDeploy::DeploymentGroup', {
      ApplicationName: ref('Mover'),
      ServiceRoleArn: arn('MoverRole'),
      DeploymentConfigName: ref('Pace'),
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      AlarmConfiguration: { Enabled: revision === 2, Alarms: [{ Name: ref('LostAlarm') }] },
    }),
    Second: resource('AWS::Lambda::Function', {
      ...code,
      Timeout: 10 * revision,
      Role: arn('HookRole'),
      ReservedConcurrentExecutions: revision === 1 ? 5 : undefined,
      Tags: tagged(revision),
    }),
    SecondVersion: resource('AWS::Lambda::Version', { FunctionName: ref('Second') }),
    SecondAlias: {
      ...resource('AWS::Lambda::Alias', {
        Name: 'live',
        FunctionName: ref('Second'),
        FunctionVersion: { 'Fn::GetAtt': ['SecondVersion', 'Version'] },
      }),
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: ref('Mover'),
          DeploymentGroupName: ref('Group'),
          BeforeAllowTrafficHook: ref('Hook'),
        },
      },
    },
    LettersRole: role('lambda', {
      Version: '2012-10-17',
      Statement: [
        logs,
        { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('Queue') },
        {
          Effect: 'Allow',
          Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
          Resource: arn('Work'),
        },
      ],
    }),
    Layer: resource('AWS::Lambda::LayerVersion', { Description: `Round ${revision}`, Content: './code' }),
    Third: resource('AWS::Lambda::Function', {
      ...code,
      Layers: [ref('Layer')],
      Role: arn('LettersRole'),
      // Changes in each revision, so that its alias moves; and takes values from the account, in all ways there are.
      Environment: {
        Variables: {
          ROUND: `${revision}`,
          QUEUE: ref('QueueName'),
          SAME: '{{resolve:ssm:/orders/queue}}',
          SECRET: sub('{{resolve:secretsmanager:${Secret}:SecretString:password}}'),
        },
      },
    }),
    ThirdVersion: resource('AWS::Lambda::Version', { FunctionName: ref('Third') }),
    // The engine cannot know a name that is put together, so it moves this one by a group of its own, hook included.
    ThirdAlias: {
      ...resource('AWS::Lambda::Alias', {
        Name: 'live',
        FunctionName: ref('Third'),
        FunctionVersion: { 'Fn::GetAtt': ['ThirdVersion', 'Version'] },
      }),
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: sub('${Mover}'),
          DeploymentGroupName: sub('${Group}'),
          BeforeAllowTrafficHook: ref('Hook'),
        },
      },
    },
    ThirdRetries: resource('AWS::Lambda::EventInvokeConfig', {
      FunctionName: ref('Third'),
      Qualifier: '$LATEST',
      MaximumRetryAttempts: revision,
      DestinationConfig: { OnFailure: { Destination: arn('Queue') } },
    }),
  };
}
