import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStackResourcesCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  waitUntilStackCreateComplete,
  waitUntilStackUpdateComplete,
  type Capability,
  type CreateChangeSetCommandInput,
  type DescribeChangeSetCommandOutput,
} from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { startLocalAws, type LocalAws } from 'local-aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samTransforms } from '../../local/sam.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html and
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html

const where = { account: '222222222222', region: 'us-east-1' };
const StackName = 'greetings';
const Capabilities: Capability[] = ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'];

let aws: LocalAws;
let client: CloudFormationClient;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max', transforms: samTransforms });
  client = aws.client(CloudFormationClient, where);
});
afterAll(() => aws.close());

/** A function that says a word, which a parameter brings into its code, by a published alias. */
function greeting(word: string): string {
  return `
Transform: AWS::Serverless-2016-10-31
Parameters: { Table: { Type: String, Default: none } }
Globals: { Function: { Runtime: nodejs22.x, Timeout: 5 } }
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      InlineCode: exports.handler = async () => '${word}';
      AutoPublishAlias: live
      Description: !Sub 'keeps its words in \${Table}'
      DeploymentPreference: { Type: AllAtOnce }
      Events: { Tick: { Type: Schedule, Properties: { Schedule: rate(1 day) } } }
  Words: { Type: AWS::Serverless::SimpleTable }
Outputs:
  Alias: { Value: !Ref Greet.Alias }
`;
}

async function changeSet(
  name: string,
  input: Partial<CreateChangeSetCommandInput>,
): Promise<DescribeChangeSetCommandOutput> {
  const { Id } = await client.send(
    new CreateChangeSetCommand({ StackName, ChangeSetName: name, ChangeSetType: 'CREATE', Capabilities, ...input }),
  );
  for (;;) {
    const found = await client.send(new DescribeChangeSetCommand({ ChangeSetName: Id }));
    if (found.Status === 'CREATE_COMPLETE' || found.Status === 'FAILED') return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const patience = () => ({ client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 0.1 });

async function templateOf(input: object): Promise<string> {
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName, ...input }));
  return TemplateBody;
}

describe('a template with SAM’s transform', () => {
  it('is expanded in a change set, which makes what it shows', async () => {
    const original = greeting('hello');
    const made = await changeSet('first', { TemplateBody: original });
    expect(made.StatusReason).toBeUndefined();
    const ids = made.Changes?.map(({ ResourceChange }) => ResourceChange?.LogicalResourceId ?? '').sort();
    expect(ids?.map((id) => id.replace(/[0-9a-f]{10}$/, 'Digest'))).toEqual([
      ...['CodeDeployServiceRole', 'Greet', 'GreetAliaslive', 'GreetDeploymentGroup', 'GreetRole', 'GreetTick'],
      ...['GreetTickPermission', 'GreetVersionDigest', 'ServerlessDeploymentApplication', 'Words'],
    ]);
    expect(await templateOf({ ChangeSetName: 'first', TemplateStage: 'Original' })).toBe(original);
    const processed = await templateOf({ ChangeSetName: 'first', TemplateStage: 'Processed' });
    expect(JSON.parse(processed)).toMatchObject({ Resources: { Greet: { Type: 'AWS::Lambda::Function' } } });
    expect(processed).not.toContain('Transform');

    await client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName: 'first' }));
    await waitUntilStackCreateComplete(patience(), { StackName });
    expect(await templateOf({ TemplateStage: 'Original' })).toBe(original);
    // Without a stage it is the processed one.
    expect(await templateOf({})).toBe(processed);
    const { DeclaredTransforms } = await client.send(new GetTemplateSummaryCommand({ StackName }));
    expect(DeclaredTransforms).toEqual(['AWS::Serverless-2016-10-31']);
    expect(await greets()).toBe('"hello"');
  });

  it('publishes another version behind the alias as soon as its code changes, and expands the previous one anew', async () => {
    const before = await versions();
    await changeSet('second', { TemplateBody: greeting('good morning'), ChangeSetType: 'UPDATE' });
    await client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName: 'second' }));
    await waitUntilStackUpdateComplete(patience(), { StackName });
    expect(await versions()).not.toEqual(before);
    expect(await greets()).toBe('"good morning"');

    const Parameters = [{ ParameterKey: 'Table', ParameterValue: 'words' }];
    const again = await changeSet('third', { UsePreviousTemplate: true, Parameters, ChangeSetType: 'UPDATE' });
    expect(again.Changes?.map(({ ResourceChange }) => ResourceChange?.LogicalResourceId)).toEqual(['Greet']);
    expect(await templateOf({ ChangeSetName: 'third', TemplateStage: 'Original' })).toBe(greeting('good morning'));
  });

  it('fails its change set with all that SAM does not take, and has no processed stage then', async () => {
    const TemplateBody = greeting('hello').replace('index.handler', "''").replace('SimpleTable', 'LayerVersion');
    const { Status, StatusReason } = await changeSet('broken', { TemplateBody, ChangeSetType: 'UPDATE' });
    expect([Status, StatusReason]).toEqual([
      'FAILED',
      "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: 2. Resource with id [Greet] is invalid. Runtime and Handler needs to be present when PackageType is of type `Zip` Resource with id [Words] is invalid. Missing required property 'ContentUri'.",
    ]);
    const asked = { StackName, ChangeSetName: 'broken' };
    const { StagesAvailable } = await client.send(new GetTemplateCommand({ ...asked, TemplateStage: 'Original' }));
    expect(StagesAvailable).toEqual(['Original']);
    await expect(templateOf({ ChangeSetName: 'broken', TemplateStage: 'Processed' })).rejects.toThrow(
      /no stage Processed/,
    );
  });

  it('asks for the capability of the roles that it makes, in the change set’s reason', async () => {
    const { StatusReason } = await changeSet('powerless', {
      ...{ TemplateBody: greeting('hi'), ChangeSetType: 'UPDATE', Capabilities: ['CAPABILITY_AUTO_EXPAND'] },
    });
    expect(StatusReason).toBe('Requires capabilities : [CAPABILITY_IAM]');
  });

  it('is refused by what SAM has and is not expanded here', async () => {
    const TemplateBody = greeting('hi').replace('SimpleTable', 'Connector');
    await expect(changeSet('connector', { TemplateBody, ChangeSetType: 'UPDATE' })).rejects.toThrow(
      /does not implement all .* does not expand the type AWS::Serverless::Connector/,
    );
  });
});

async function versions(): Promise<readonly (string | undefined)[]> {
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
  return StackResources.filter(({ ResourceType }) => ResourceType === 'AWS::Lambda::Version').map(
    ({ LogicalResourceId }) => LogicalResourceId,
  );
}

async function greets(): Promise<string> {
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
  const name = StackResources.find(({ LogicalResourceId }) => LogicalResourceId === 'Greet')?.PhysicalResourceId;
  const lambda = aws.client(LambdaClient, where);
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: name, Qualifier: 'live' }));
  return Buffer.from(Payload ?? []).toString();
}
