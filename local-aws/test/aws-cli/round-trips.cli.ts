import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, findAwsCli, REGION, startCli, type Cli } from './aws-cli.ts';

const present = findAwsCli();
const trust = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
const allowAll = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

describe.skipIf(!present)('the AWS CLI', () => {
  let cli: Cli;
  const folder = mkdtempSync(join(tmpdir(), 'aws-cli-'));
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const role = async (name: string, service: string): Promise<string> => {
    await cli.run('iam', 'create-role', '--role-name', name, '--assume-role-policy-document', trust(service));
    await cli.run('iam', 'put-role-policy', '--role-name', name, '--policy-name', 'all', '--policy-document', allowAll);
    return `arn:aws:iam::${ACCOUNT}:role/${name}`;
  };
  const makeFunction = async (name: string): Promise<string> => {
    const code = file(
      `${name}.zip`,
      zipSync({ 'index.js': Buffer.from('exports.handler = async (event) => ({ got: event.n + 1 });') }),
    );
    const made = await cli.run(
      'lambda',
      'create-function',
      '--function-name',
      name,
      '--runtime',
      'nodejs24.x',
      '--handler',
      'index.handler',
      '--role',
      await role(`${name}-role`, 'lambda.amazonaws.com'),
      '--zip-file',
      `fileb://${code}`,
    );
    return made.text('FunctionArn');
  };

  beforeAll(async () => {
    cli = await startCli();
  });
  afterAll(() => cli.close());

  it('asks STS who it is, and takes a role', async () => {
    expect((await cli.run('sts', 'get-caller-identity')).text('Account')).toBe(ACCOUNT);
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': 'secret' } },
        },
      ],
    });
    await cli.run('iam', 'create-role', '--role-name', 'visitor', '--assume-role-policy-document', policy);
    const arn = `arn:aws:iam::${ACCOUNT}:role/visitor`;
    const taken = await cli.run(
      'sts',
      'assume-role',
      '--role-arn',
      arn,
      '--role-session-name',
      'me',
      '--external-id',
      'secret',
    );
    expect(taken.text('AssumedRoleUser.Arn')).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/visitor/me`);
    expect(await cli.fail('sts', 'assume-role', '--role-arn', arn, '--role-session-name', 'me')).toContain(
      'AccessDenied',
    );
  });

  it('makes IAM roles and reads them back', async () => {
    await role('builder', 'lambda.amazonaws.com');
    expect((await cli.run('iam', 'get-role', '--role-name', 'builder')).text('Role.Arn')).toContain(':role/builder');
    expect((await cli.run('iam', 'list-role-policies', '--role-name', 'builder')).at('PolicyNames.0')).toBe('all');
  });

  it('puts, lists and gets S3 objects by version', async () => {
    await cli.run('s3api', 'create-bucket', '--bucket', 'cli-bucket');
    await cli.run(
      's3api',
      'put-bucket-versioning',
      '--bucket',
      'cli-bucket',
      '--versioning-configuration',
      'Status=Enabled',
    );
    const first = await cli.run(
      's3api',
      'put-object',
      '--bucket',
      'cli-bucket',
      '--key',
      'a/b.txt',
      '--body',
      file('b1', 'one'),
    );
    await cli.run('s3', 'cp', file('b2', 'two'), 's3://cli-bucket/a/b.txt', '--no-progress').catch((error: unknown) => {
      // `aws s3 cp` prints words, not JSON; the object tells whether it worked.
      if (!(error instanceof SyntaxError)) throw error;
    });
    await cli.run('s3api', 'get-object', '--bucket', 'cli-bucket', '--key', 'a/b.txt', join(folder, 'now'));
    expect(readFileSync(join(folder, 'now'), 'utf8')).toBe('two');
    await cli.run(
      's3api',
      'get-object',
      '--bucket',
      'cli-bucket',
      '--key',
      'a/b.txt',
      '--version-id',
      first.text('VersionId'),
      '--range',
      'bytes=1-2',
      join(folder, 'then'),
    );
    expect(readFileSync(join(folder, 'then'), 'utf8')).toBe('ne');
    expect((await cli.run('s3api', 'list-objects-v2', '--bucket', 'cli-bucket')).at('Contents.0.Key')).toBe('a/b.txt');
  });

  it('writes and queries DynamoDB, and transacts', async () => {
    await cli.run(
      'dynamodb',
      'create-table',
      '--table-name',
      'cli-table',
      '--billing-mode',
      'PAY_PER_REQUEST',
      '--attribute-definitions',
      'AttributeName=pk,AttributeType=S',
      '--key-schema',
      'AttributeName=pk,KeyType=HASH',
    );
    await cli.run('dynamodb', 'put-item', '--table-name', 'cli-table', '--item', '{"pk":{"S":"a"},"n":{"N":"1"}}');
    const update = {
      Update: {
        TableName: 'cli-table',
        Key: { pk: { S: 'a' } },
        UpdateExpression: 'SET n = n + :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    };
    await cli.run('dynamodb', 'transact-write-items', '--transact-items', JSON.stringify([update]));
    expect(
      (await cli.run('dynamodb', 'get-item', '--table-name', 'cli-table', '--key', '{"pk":{"S":"a"}}')).at('Item.n.N'),
    ).toBe('2');
  });

  it('creates, invokes and publishes Lambda functions, and reads their logs', async () => {
    await makeFunction('cli-function');
    await cli
      .run(
        'lambda',
        'invoke',
        '--function-name',
        'cli-function',
        '--payload',
        Buffer.from('{"n":41}').toString('base64'),
        join(folder, 'out'),
      )
      .catch(() =>
        cli.run('lambda', 'invoke', '--function-name', 'cli-function', '--payload', '{"n":41}', join(folder, 'out')),
      );
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('{"got":42}');
    expect((await cli.run('lambda', 'publish-version', '--function-name', 'cli-function')).text('Version')).toBe('1');
    await cli.run(
      'lambda',
      'create-alias',
      '--function-name',
      'cli-function',
      '--name',
      'live',
      '--function-version',
      '1',
    );
    expect(
      (await cli.run('lambda', 'get-alias', '--function-name', 'cli-function', '--name', 'live')).text(
        'FunctionVersion',
      ),
    ).toBe('1');
    const events = await cli.run('logs', 'filter-log-events', '--log-group-name', '/aws/lambda/cli-function');
    expect(events.text('events.0.message')).toContain('START');
  });

  it('runs Step Functions executions', async () => {
    const arn = await role('cli-machine-role', 'states.amazonaws.com');
    const definition = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Double',
      States: { Double: { Type: 'Pass', Output: '{% $states.input.n * 2 %}', End: true } },
    });
    const machine = await cli.run(
      'stepfunctions',
      'create-state-machine',
      '--name',
      'cli-machine',
      '--role-arn',
      arn,
      '--definition',
      definition,
    );
    const started = await cli.run(
      'stepfunctions',
      'start-execution',
      '--state-machine-arn',
      machine.text('stateMachineArn'),
      '--input',
      '{"n":21}',
    );
    const execution = started.text('executionArn');
    await expect
      .poll(
        async () => (await cli.run('stepfunctions', 'describe-execution', '--execution-arn', execution)).text('status'),
        { timeout: 30_000 },
      )
      .toBe('SUCCEEDED');
    expect((await cli.run('stepfunctions', 'describe-execution', '--execution-arn', execution)).text('output')).toBe(
      '42',
    );
  });

  it('creates and deletes CloudFormation stacks', async () => {
    const template = file(
      'stack.json',
      JSON.stringify({
        Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
        Outputs: { Name: { Value: { 'Fn::GetAtt': ['Queue', 'QueueName'] } } },
      }),
    );
    await cli.run(
      'cloudformation',
      'create-stack',
      '--stack-name',
      'cli-stack',
      '--template-body',
      `file://${template}`,
    );
    await cli.run('cloudformation', 'wait', 'stack-create-complete', '--stack-name', 'cli-stack');
    const described = await cli.run('cloudformation', 'describe-stacks', '--stack-name', 'cli-stack');
    expect(described.text('Stacks.0.Outputs.0.OutputValue')).toMatch(/^cli-stack-Queue-/);
    await cli.run('cloudformation', 'delete-stack', '--stack-name', 'cli-stack');
    await cli.run('cloudformation', 'wait', 'stack-delete-complete', '--stack-name', 'cli-stack');
  });

  it('makes CodeDeploy applications and groups', async () => {
    const arn = await role('cli-codedeploy', 'codedeploy.amazonaws.com');
    await cli.run('deploy', 'create-application', '--application-name', 'cli-app', '--compute-platform', 'Lambda');
    await cli.run(
      'deploy',
      'create-deployment-group',
      '--application-name',
      'cli-app',
      '--deployment-group-name',
      'cli-group',
      '--service-role-arn',
      arn,
      '--deployment-config-name',
      'CodeDeployDefault.LambdaAllAtOnce',
      '--deployment-style',
      'deploymentType=BLUE_GREEN,deploymentOption=WITH_TRAFFIC_CONTROL',
    );
    expect(
      (
        await cli.run(
          'deploy',
          'get-deployment-group',
          '--application-name',
          'cli-app',
          '--deployment-group-name',
          'cli-group',
        )
      ).text('deploymentGroupInfo.computePlatform'),
    ).toBe('Lambda');
  });

  it('routes EventBridge events to SQS', async () => {
    const queue = (await cli.run('sqs', 'create-queue', '--queue-name', 'cli-events')).text('QueueUrl');
    const arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:cli-events`;
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn },
      ],
    });
    await cli.run(
      'sqs',
      'set-queue-attributes',
      '--queue-url',
      queue,
      '--attributes',
      JSON.stringify({ Policy: policy }),
    );
    await cli.run('events', 'put-rule', '--name', 'cli-rule', '--event-pattern', '{"source":["cli"]}');
    await cli.run('events', 'put-targets', '--rule', 'cli-rule', '--targets', `Id=q,Arn=${arn}`);
    const put = await cli.run(
      'events',
      'put-events',
      '--entries',
      '[{"Source":"cli","DetailType":"hello","Detail":"{\\"n\\":1}"}]',
    );
    expect(put.at('FailedEntryCount')).toBe(0);
    await expect
      .poll(async () => (await cli.run('sqs', 'receive-message', '--queue-url', queue)).at('Messages.0.Body'), {
        timeout: 30_000,
      })
      .toContain('"hello"');
  });

  it('sets CloudWatch alarms on metrics it put', async () => {
    await cli.run(
      'cloudwatch',
      'put-metric-alarm',
      '--alarm-name',
      'cli-alarm',
      '--namespace',
      'cli',
      '--metric-name',
      'm',
      '--statistic',
      'Sum',
      '--period',
      '60',
      '--evaluation-periods',
      '1',
      '--threshold',
      '1',
      '--comparison-operator',
      'GreaterThanThreshold',
    );
    await cli.run('cloudwatch', 'put-metric-data', '--namespace', 'cli', '--metric-name', 'm', '--value', '5');
    await expect
      .poll(
        async () =>
          (await cli.run('cloudwatch', 'describe-alarms', '--alarm-names', 'cli-alarm')).at(
            'MetricAlarms.0.StateValue',
          ),
        { timeout: 60_000 },
      )
      .toBe('ALARM');
  });

  it('keeps parameters and secrets', async () => {
    await cli.run('ssm', 'put-parameter', '--name', '/cli/p', '--type', 'String', '--value', 'v');
    expect((await cli.run('ssm', 'get-parameter', '--name', '/cli/p')).text('Parameter.Value')).toBe('v');
    await cli.run('secretsmanager', 'create-secret', '--name', 'cli/s', '--secret-string', 'hush');
    expect((await cli.run('secretsmanager', 'get-secret-value', '--secret-id', 'cli/s')).text('SecretString')).toBe(
      'hush',
    );
  });

  it('signs by KMS', async () => {
    const key = (await cli.run('kms', 'create-key', '--key-spec', 'ECC_NIST_P256', '--key-usage', 'SIGN_VERIFY')).text(
      'KeyMetadata.KeyId',
    );
    const message = file('message', 'release it');
    const signed = await cli.run(
      'kms',
      'sign',
      '--key-id',
      key,
      '--message',
      `fileb://${message}`,
      '--signing-algorithm',
      'ECDSA_SHA_256',
    );
    const signature = file('signature', Buffer.from(signed.text('Signature'), 'base64'));
    const verified = await cli.run(
      'kms',
      'verify',
      '--key-id',
      key,
      '--message',
      `fileb://${message}`,
      '--signature',
      `fileb://${signature}`,
      '--signing-algorithm',
      'ECDSA_SHA_256',
    );
    expect(verified.at('SignatureValid')).toBe(true);
  });

  it('publishes by SNS and mails by SES', async () => {
    const seen: string[] = [];
    const stop = cli.aws.kernel.onObservation((one) => {
      if (one.kind === 'notification') seen.push(one.message);
      if (one.kind === 'email') seen.push(one.subject);
    });
    const topic = (await cli.run('sns', 'create-topic', '--name', 'cli-topic')).text('TopicArn');
    await cli.run('sns', 'publish', '--topic-arn', topic, '--message', 'told');
    await cli.run('sesv2', 'create-email-identity', '--email-identity', 'cli@example.com');
    await cli.run(
      'sesv2',
      'send-email',
      '--from-email-address',
      'cli@example.com',
      '--destination',
      'ToAddresses=you@example.com',
      '--content',
      '{"Simple":{"Subject":{"Data":"mailed"},"Body":{"Text":{"Data":"hello"}}}}',
    );
    stop();
    expect(seen).toEqual(['told', 'mailed']);
  });

  it('schedules once', async () => {
    const target = await makeFunction('cli-scheduled');
    const arn = await role('cli-scheduler', 'scheduler.amazonaws.com');
    await cli.run(
      'scheduler',
      'create-schedule',
      '--name',
      'cli-schedule',
      '--schedule-expression',
      'rate(1 minute)',
      '--flexible-time-window',
      'Mode=OFF',
      '--target',
      JSON.stringify({ Arn: target, RoleArn: arn, Input: '{"n":1}' }),
      '--state',
      'DISABLED',
    );
    expect((await cli.run('scheduler', 'get-schedule', '--name', 'cli-schedule')).text('State')).toBe('DISABLED');
  });

  it('serves HTTP APIs', async () => {
    const target = await makeFunction('cli-api');
    await cli.run(
      'lambda',
      'add-permission',
      '--function-name',
      'cli-api',
      '--statement-id',
      'api',
      '--action',
      'lambda:InvokeFunction',
      '--principal',
      'apigateway.amazonaws.com',
    );
    const api = await cli.run('apigatewayv2', 'create-api', '--name', 'cli', '--protocol-type', 'HTTP');
    const id = api.text('ApiId');
    const integration = await cli.run(
      'apigatewayv2',
      'create-integration',
      '--api-id',
      id,
      '--integration-type',
      'AWS_PROXY',
      '--integration-uri',
      target,
      '--payload-format-version',
      '2.0',
    );
    await cli.run(
      'apigatewayv2',
      'create-route',
      '--api-id',
      id,
      '--route-key',
      'GET /x',
      '--target',
      `integrations/${integration.text('IntegrationId')}`,
    );
    await cli.run('apigatewayv2', 'create-stage', '--api-id', id, '--stage-name', '$default', '--auto-deploy');
    const answer = await fetch(`${api.text('ApiEndpoint')}/x`);
    expect(answer.status).toBe(200);
    expect((await fetch(`${api.text('ApiEndpoint')}/y`)).status).toBe(404);
  });

  it('is refused by name what is not implemented', async () => {
    expect(await cli.fail('lambda', 'list-layers')).toContain('ListLayers');
    expect(await cli.fail('sqs', 'list-queues', '--max-results', '3')).toContain('MaxResults');
    expect(await cli.fail('ec2', 'describe-vpcs')).toContain('ec2');
  });
});
