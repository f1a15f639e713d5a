import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

const where = { account: '222222222222', region: 'us-east-1' };
let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
});
afterAll(() => aws.close());

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** What CDK writes: its bootstrap rule, and references that only the call itself resolves. */
const template = {
  Parameters: {
    BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
  },
  Rules: {
    CheckBootstrapVersion: {
      Assertions: [
        { Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '2', '3', '4', '5'], { Ref: 'BootstrapVersion' }] }] } },
      ],
    },
  },
  Resources: {
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } },
    Handler: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: 'exports.handler = async () => 1;' },
        Environment: {
          Variables: {
            VERSION: { Ref: 'BootstrapVersion' },
            URL: 'https://{{resolve:ssm:/shop/host}}/',
            PASSWORD: '{{resolve:secretsmanager:shop/db:SecretString:password}}',
          },
        },
      },
    },
  },
  Outputs: { Function: { Value: { Ref: 'Handler' } } },
};

it('reads the template from S3, its parameters and references from where they name', async () => {
  const s3 = aws.client(S3Client, where);
  await s3.send(new CreateBucketCommand({ Bucket: 'templates' }));
  await s3.send(new PutObjectCommand({ Bucket: 'templates', Key: 'shop.json', Body: JSON.stringify(template) }));
  const cloudFormation = aws.client(CloudFormationClient, where);
  const request = new CreateStackCommand({
    StackName: 'shop',
    TemplateURL: 'https://templates.s3.us-east-1.amazonaws.com/shop.json',
    Capabilities: ['CAPABILITY_IAM'],
  });
  await expect(cloudFormation.send(request)).rejects.toThrow(/Unable to fetch parameters/);

  const ssm = aws.client(SSMClient, where);
  const put = (Name: string, Value: string) => ssm.send(new PutParameterCommand({ Name, Value, Type: 'String' }));
  await put('/cdk-bootstrap/hnb659fds/version', '32');
  await put('/shop/host', 'shop.example');
  await aws
    .client(SecretsManagerClient, where)
    .send(new CreateSecretCommand({ Name: 'shop/db', SecretString: JSON.stringify({ password: 'hush' }) }));
  await cloudFormation.send(request);
  const stack = await finished(cloudFormation);
  expect(stack.StackStatus).toBe('CREATE_COMPLETE');
  expect(stack.Parameters).toEqual([
    { ParameterKey: 'BootstrapVersion', ParameterValue: '/cdk-bootstrap/hnb659fds/version', ResolvedValue: '32' },
  ]);
  const { Environment } = await aws
    .client(LambdaClient, where)
    .send(new GetFunctionConfigurationCommand({ FunctionName: stack.Outputs?.[0]?.OutputValue }));
  expect(Environment?.Variables).toEqual({ VERSION: '32', URL: 'https://shop.example/', PASSWORD: 'hush' });
});

async function finished(client: CloudFormationClient): Promise<Stack> {
  for (;;) {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'shop' }));
    const stack = Stacks?.[0];
    if (stack?.StackStatus?.endsWith('_IN_PROGRESS') === false) return stack;
    await aws.clock.sleep(1_000, 'the test looks again');
  }
}
