import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentGroupCommand,
  ListDeploymentsCommand,
} from '@aws-sdk/client-codedeploy';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetAliasCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

const where = { account: '222222222222', region: 'us-east-1' };
let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
});
afterAll(() => aws.close());

/** A function with an alias that CodeDeploy moves; each release has a version resource of its own, as SAM writes it. */
function template(release: number): string {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const Live = {
    Type: 'AWS::Lambda::Alias',
    UpdatePolicy: { CodeDeployLambdaAliasUpdate: { ApplicationName: 'app', DeploymentGroupName: 'group' } },
    Properties: {
      FunctionName: { Ref: 'Handler' },
      Name: 'live',
      FunctionVersion: { 'Fn::GetAtt': [`Version${release}`, 'Version'] },
    },
  };
  return JSON.stringify({
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } },
      Handler: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Code: { ZipFile: `exports.handler = async () => ${release};` },
        },
      },
      [`Version${release}`]: {
        Type: 'AWS::Lambda::Version',
        DeletionPolicy: 'Retain',
        Properties: { FunctionName: { Ref: 'Handler' } },
      },
      Live,
    },
    Outputs: { Function: { Value: { Ref: 'Handler' } } },
  });
}

it('moves an alias by CodeDeploy and waits for its end', async () => {
  await codeDeployGroup();
  const cloudFormation = aws.client(CloudFormationClient, where);
  const shop = { StackName: 'shop', Capabilities: ['CAPABILITY_IAM' as const] };
  await cloudFormation.send(new CreateStackCommand({ ...shop, TemplateBody: template(1) }));
  const created = await finished(cloudFormation);
  expect(created.StackStatus).toBe('CREATE_COMPLETE');
  const begun = aws.clock.now();
  await cloudFormation.send(new UpdateStackCommand({ ...shop, TemplateBody: template(2) }));
  expect(await finished(cloudFormation)).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
  // A canary of ten percent for five minutes lies between.
  expect(aws.clock.now() - begun).toBeGreaterThan(5 * 60_000);
  const { deployments } = await aws
    .client(CodeDeployClient, where)
    .send(new ListDeploymentsCommand({ applicationName: 'app', deploymentGroupName: 'group' }));
  expect(deployments).toHaveLength(1);
  const alias = await aws
    .client(LambdaClient, where)
    .send(new GetAliasCommand({ FunctionName: created.Outputs?.[0]?.OutputValue, Name: 'live' }));
  expect(alias).toMatchObject({ FunctionVersion: '2' });
});

async function finished(client: CloudFormationClient): Promise<Stack> {
  for (;;) {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'shop' }));
    const stack = Stacks?.[0];
    if (stack?.StackStatus?.endsWith('_IN_PROGRESS') === false) return stack;
    await aws.clock.sleep(1_000, 'the test looks again');
  }
}

async function codeDeployGroup(): Promise<void> {
  const iam = aws.client(IAMClient, where);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'codedeploy.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: 'shifter', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'lambda:*', Resource: '*' }],
  });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'shifter', PolicyName: 'p', PolicyDocument }));
  const codeDeploy = aws.client(CodeDeployClient, where);
  await codeDeploy.send(new CreateApplicationCommand({ applicationName: 'app', computePlatform: 'Lambda' }));
  await codeDeploy.send(
    new CreateDeploymentGroupCommand({
      applicationName: 'app',
      deploymentGroupName: 'group',
      deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      serviceRoleArn: Role?.Arn,
    }),
  );
}
