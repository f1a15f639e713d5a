import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

let aws: LocalAws;
let client: SSMClient;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  client = aws.client(SSMClient, { account: '111111111111', region: 'us-east-1' });
});
afterAll(() => aws.close());

const put = (Name: string, Value: string, Overwrite?: boolean) =>
  client.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite }));

it('keeps parameters and their versions', async () => {
  expect((await put('/app/one', '1')).Version).toBe(1);
  await expect(put('/app/one', '2')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
  expect((await put('/app/one', '2', true)).Version).toBe(2);
  const value = async (Name: string) => (await client.send(new GetParameterCommand({ Name }))).Parameter;
  expect(await value('/app/one')).toMatchObject({
    Value: '2',
    Version: 2,
    ARN: 'arn:aws:ssm:us-east-1:111111111111:parameter/app/one',
  });
  expect((await value('/app/one:1'))?.Value).toBe('1');
  await client.send(new DeleteParameterCommand({ Name: '/app/one' }));
  await expect(value('/app/one')).rejects.toMatchObject({ name: 'ParameterNotFound' });
});

it('finds parameters by path and names those that are missing', async () => {
  await put('/tree/a', '1');
  await put('/tree/b/c', '2');
  const under = async (Recursive: boolean) => {
    const { Parameters } = await client.send(new GetParametersByPathCommand({ Path: '/tree', Recursive }));
    return Parameters?.map(({ Name }) => Name);
  };
  expect(await under(false)).toEqual(['/tree/a']);
  expect(await under(true)).toEqual(['/tree/a', '/tree/b/c']);
  const some = await client.send(new GetParametersCommand({ Names: ['/tree/a', '/tree/x'] }));
  expect([some.Parameters?.length, some.InvalidParameters]).toEqual([1, ['/tree/x']]);
});

it('shows secure strings to who asks for decryption', async () => {
  await client.send(new PutParameterCommand({ Name: 'secure', Value: 'hidden', Type: 'SecureString' }));
  const value = async (WithDecryption: boolean) =>
    (await client.send(new GetParameterCommand({ Name: 'secure', WithDecryption }))).Parameter?.Value;
  expect(await value(true)).toBe('hidden');
  expect(await value(false)).not.toContain('hidden');
});

it('refuses by name what is not implemented', async () => {
  await expect(client.send(new GetParameterHistoryCommand({ Name: 'x' }))).rejects.toThrow(/GetParameterHistory/);
  const policies = new PutParameterCommand({ Name: 'x', Value: 'x', Type: 'String', Policies: '[]' });
  await expect(client.send(policies)).rejects.toThrow(/Policies in ssm:PutParameter/);
});
