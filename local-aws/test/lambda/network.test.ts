import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { createFunction, invoke, roleFor, where } from './functions.ts';

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html

const network = { SubnetIds: ['subnet-0a1'], SecurityGroupIds: ['sg-0a1'] };
let aws: LocalAws;
let lambda: LambdaClient;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  lambda = aws.client(LambdaClient, where);
});
afterAll(() => aws.close());

const HANDLER = 'export const handler = async () => "in";';
const networkOf = async (FunctionName: string, Qualifier?: string) =>
  (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }))).VpcConfig;

it('a function in a network keeps it, version by version, until it is taken out', async () => {
  const role = await roleFor(aws, 'networked', ['ec2:CreateNetworkInterface']);
  await createFunction(lambda, 'networked', role, HANDLER, { VpcConfig: network });
  expect((await invoke(lambda, 'networked')).payload).toBe('in');
  await lambda.send(new PublishVersionCommand({ FunctionName: 'networked' }));
  const out = { SubnetIds: [], SecurityGroupIds: [] };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'networked', Timeout: 4 }));
  expect(await networkOf('networked')).toEqual(network);
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'networked', VpcConfig: out }));
  expect(await networkOf('networked')).toBeUndefined();
  expect(await networkOf('networked', '1')).toEqual(network);
});

it('needs a role that may make network interfaces, and groups beside subnets', async () => {
  const poor = await roleFor(aws, 'poor', []);
  await expect(createFunction(lambda, 'poor', poor, HANDLER, { VpcConfig: network })).rejects.toThrow(
    'The provided execution role does not have permissions to call CreateNetworkInterface on EC2',
  );
  const half = { SubnetIds: ['subnet-0a1'] };
  await expect(createFunction(lambda, 'half', poor, HANDLER, { VpcConfig: half })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
});
