import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

let aws: LocalAws;
let client: SecretsManagerClient;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
  client = aws.client(SecretsManagerClient, { account: '111111111111', region: 'us-east-1' });
});
afterAll(() => aws.close());

it('keeps the current and the previous value', async () => {
  const { ARN } = await client.send(new CreateSecretCommand({ Name: 'orders/db', SecretString: 'one' }));
  expect(ARN).toMatch(/:secret:orders\/db-\w{6}$/);
  await client.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: 'two' }));
  const value = async (VersionStage?: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId: 'orders/db', VersionStage }))).SecretString;
  expect([await value(), await value('AWSPREVIOUS')]).toEqual(['two', 'one']);
  const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: ARN }));
  expect(
    Object.values(VersionIdsToStages ?? {})
      .flat()
      .sort(),
  ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
});

it('takes a deleted secret away after its window', async () => {
  const SecretId = 'old';
  await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'x' }));
  await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  await expect(client.send(new GetSecretValueCommand({ SecretId }))).rejects.toMatchObject({
    name: 'InvalidRequestException',
  });
  await aws.clock.advance(7 * 24 * 60 * 60 * 1000 + 1);
  await expect(client.send(new DescribeSecretCommand({ SecretId }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

it('refuses by name what is not implemented', async () => {
  await expect(client.send(new RotateSecretCommand({ SecretId: 'x' }))).rejects.toThrow(/RotateSecret/);
  const replicated = new CreateSecretCommand({ Name: 'x', AddReplicaRegions: [{ Region: 'eu-west-1' }] });
  await expect(client.send(replicated)).rejects.toThrow(/AddReplicaRegions in secretsmanager:CreateSecret/);
});
