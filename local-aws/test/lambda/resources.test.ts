import { GetAliasCommand, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { cloudwatchResources } from '../../services/cloudformation/resources/cloudwatch.ts';
import { lambdaResources } from '../../services/cloudformation/resources/lambda.ts';
import { logsResources } from '../../services/cloudformation/resources/logs.ts';
import type { Properties, ResourceContext, ResourceProvider } from '../../services/cloudformation/provider.ts';
import { invoke, roleFor, where } from './functions.ts';

let aws: LocalAws;
let lambda: LambdaClient;
let context: ResourceContext;
let role: string;

beforeAll(async () => {
  aws = await startLocalAws();
  lambda = aws.client(LambdaClient, where);
  role = await roleFor(aws, 'made', []);
  const principal = aws.kernel.port.iam.identify(aws.administrator(where.account).accessKeyId)?.principal;
  if (principal === undefined) throw new Error('The administrator is unknown.');
  context = {
    kernel: aws.kernel,
    caller: { principal, ...where },
    ...where,
    stackName: 'shop',
    stackId: 'arn:aws:cloudformation:us-east-1:222222222222:stack/shop/1',
    logicalId: 'Thing',
    type: 'AWS::Any::Thing',
    name: () => 'shop-Thing-ABC',
  };
});
afterAll(() => aws.close());

function provider(type: string): ResourceProvider {
  const found = [...lambdaResources, ...logsResources, ...cloudwatchResources].find((each) => each.type === type);
  if (found === undefined) throw new Error(`No provider of ${type}`);
  return found;
}
const made = (version: string): Properties => ({
  Runtime: 'nodejs24.x',
  Handler: 'index.handler',
  Role: role,
  Timeout: '9',
  Code: { ZipFile: `exports.handler = async () => '${version}';` },
});

it('makes a function, its versions and an alias, and changes them in place', async () => {
  const functions = provider('AWS::Lambda::Function');
  const versions = provider('AWS::Lambda::Version');
  const aliases = provider('AWS::Lambda::Alias');
  const { physicalId: FunctionName } = await functions.create(made('one'), context);
  const first = await versions.create({ FunctionName }, context);
  expect(first).toEqual({
    physicalId: 'arn:aws:lambda:us-east-1:222222222222:function:shop-Thing-ABC:1',
    attributes: { Version: '1', FunctionArn: 'arn:aws:lambda:us-east-1:222222222222:function:shop-Thing-ABC:1' },
  });
  await aws.clock.sleep(5, 'a moment');
  await expect(versions.create({ FunctionName }, context)).rejects.toThrow(
    'A version for this Lambda function exists ( 1 )',
  );
  const alias: Properties = { FunctionName, Name: 'live', FunctionVersion: '1' };
  const { physicalId } = await aliases.create(alias, context);
  expect(physicalId).toBe('arn:aws:lambda:us-east-1:222222222222:function:shop-Thing-ABC:live');

  await functions.update(FunctionName, { ...made('two'), MemorySize: 512 }, made('one'), context);
  const second = await versions.create({ FunctionName }, context);
  expect(second.attributes['Version']).toBe('2');
  const RoutingConfig = { AdditionalVersionWeights: [{ FunctionVersion: '2', FunctionWeight: 0.1 }] };
  await aliases.update(physicalId, { ...alias, RoutingConfig }, alias, context);
  expect(await lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }))).toMatchObject({
    RoutingConfig: { AdditionalVersionWeights: { '2': 0.1 } },
  });
  await aliases.update(physicalId, { ...alias, FunctionVersion: '2' }, alias, context);
  expect(await invoke(lambda, FunctionName, {}, 'live')).toMatchObject({ payload: 'two', version: '2' });
  expect(await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).toMatchObject({
    MemorySize: 512,
    Timeout: 9,
  });
  await versions.delete(first.physicalId, { FunctionName }, context);
  await versions.delete(first.physicalId, { FunctionName }, context);
});

it('makes log groups and alarms', async () => {
  const group = await provider('AWS::Logs::LogGroup').create({ RetentionInDays: '30' }, context);
  expect(group.attributes['Arn']).toBe('arn:aws:logs:us-east-1:222222222222:log-group:shop-Thing-ABC:*');
  const alarm = await provider('AWS::CloudWatch::Alarm').create(
    {
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: '60',
      EvaluationPeriods: '1',
      Threshold: '1',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    },
    context,
  );
  expect(alarm.physicalId).toBe('shop-Thing-ABC');
  await provider('AWS::CloudWatch::CompositeAlarm').create(
    { AlarmName: 'any', AlarmRule: 'ALARM(shop-Thing-ABC)' },
    context,
  );
});

it('refuses nested properties it does not know', async () => {
  const given = { ...made('one'), Code: { ZipFile: 'x', ImageUri: 'y' } };
  await expect(provider('AWS::Lambda::Function').create(given, context)).rejects.toThrow('ImageUri');
});
