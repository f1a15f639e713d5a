import { CreateKeyCommand, DisableKeyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createObservability } from '../../../adapters/powertools/observability.ts';
import { openSecretValues, type SecretValues } from '../../../adapters/secrets-manager/values.ts';
import { sessionPolicy } from '../../../core/contract/session-policy.ts';
import { type LocalAws, startLocalAws } from 'local-aws';

const place = { account: '222222222222', region: 'us-east-1' };
let aws: LocalAws;
let client: SecretsManagerClient;
/** Reads as a check of the entry `orders` does. */
let secrets: SecretValues;

beforeAll(async () => {
  aws = await startLocalAws();
  vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
  client = aws.client(SecretsManagerClient, place);
  secrets = openSecretValues(createObservability('verify'), { region: place.region, credentials: await session() });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});

/** A session of a role that may read every secret, narrowed as those for secrets are. */
async function session() {
  const iam = aws.client(IAMClient, place);
  const allow = (more: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
  const trust = { Principal: { AWS: `arn:aws:iam::${place.account}:root` }, Action: 'sts:AssumeRole' };
  await iam.send(new CreateRoleCommand({ RoleName: 'verify', AssumeRolePolicyDocument: allow(trust) }));
  const all = { Action: ['secretsmanager:GetSecretValue', 'kms:Decrypt'], Resource: '*' };
  await iam.send(new PutRolePolicyCommand({ RoleName: 'verify', PolicyName: 'all', PolicyDocument: allow(all) }));
  const scope = { stackName: 'orders-staging', resourceNames: ['orders', 'orders-*'], ...place };
  const { Credentials } = await aws.client(STSClient, place).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${place.account}:role/verify`,
      RoleSessionName: 'orders',
      Policy: JSON.stringify(sessionPolicy({ ...scope, purpose: 'secrets', entry: 'orders' })),
    }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

async function make(Name: string, more: object = { SecretString: 't0ken' }): Promise<string> {
  const { ARN = '' } = await client.send(new CreateSecretCommand({ Name, ...more }));
  return ARN;
}

describe('the value of a secret', () => {
  it('is read by name and by ARN, as it is now', async () => {
    const arn = await make('orders/smoke');
    expect(await secrets.read('orders/smoke')).toEqual({ kind: 'text', text: 't0ken' });
    await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: 'rotated' }));
    expect(await secrets.read('orders/smoke')).toEqual({ kind: 'text', text: 'rotated' });
    expect(await secrets.read(arn)).toEqual({ kind: 'text', text: 'rotated' });
  });

  it('is none where there is no such secret, no value, none that is text, or soon no secret', async () => {
    await make('orders-empty', {});
    await make('orders-binary', { SecretBinary: Buffer.from([0, 255]) });
    const SecretId = await make('orders-old');
    await client.send(new DeleteSecretCommand({ SecretId }));
    expect(await secrets.read('orders-missing')).toEqual({ kind: 'missing' });
    expect(await secrets.read('orders-empty')).toEqual({ kind: 'valueless' });
    expect(await secrets.read('orders-binary')).toEqual({ kind: 'binary' });
    expect(await secrets.read('orders-old')).toEqual({ kind: 'deleted' });
  });

  it.each([
    ['DecryptionFailure', { kind: 'undecryptable' }],
    ['InternalServiceError', { kind: 'unreadable', error: 'InternalServiceError' }],
    ['InvalidRequestException', { kind: 'unreadable', error: 'InvalidRequestException' }],
  ])('is none where AWS says %s', async (code, reading) => {
    aws.faults.atCall(
      code,
      { service: 'secretsmanager', operation: 'GetSecretValue', times: 9 },
      { kind: 'error', code, status: 400 },
    );
    expect(await secrets.read('orders/smoke')).toEqual(reading);
    aws.faults.clear();
  });

  it('is decrypted by a key of the account, which the key’s policy has to leave to IAM', async () => {
    const kms = aws.client(KMSClient, place);
    const statement = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${place.account}:root` }, Resource: '*' };
    const policyOf = (Action: string | string[]) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Action }] });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId;
    await make('orders-sealed', { SecretString: 'sealed', KmsKeyId: KeyId });
    expect(await secrets.read('orders-sealed')).toEqual({ kind: 'text', text: 'sealed' });
    const but = ['kms:PutKeyPolicy', 'kms:EnableKey', 'kms:DisableKey'];
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policyOf(but), BypassPolicyLockoutSafetyCheck: true }));
    expect(await secrets.read('orders-sealed')).toEqual({ kind: 'denied' });
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policyOf('kms:*') }));
    await kms.send(new DisableKeyCommand({ KeyId }));
    expect(await secrets.read('orders-sealed')).toEqual({ kind: 'undecryptable' });
  });

  // One role reads for all services of a target: the session is what keeps them apart.
  it.each([
    ['of another’s name', 'payments/smoke', {}],
    ['whose name only begins like one of the service', 'orderspayments', {}],
    [
      'that carries the tag of another entry',
      'orders-of-payments',
      { Tags: [{ Key: 'sluice:entry', Value: 'payments' }] },
    ],
  ])('is kept from other services: %s', async (_, name, more) => {
    const arn = await make(name, { SecretString: 'MARKER', ...more });
    expect(await secrets.read(name)).toEqual({ kind: 'denied' });
    expect(await secrets.read(arn)).toEqual({ kind: 'denied' });
  });

  it('is read where the secret carries the tag of the entry itself', async () => {
    await make('orders-own', { SecretString: 'own', Tags: [{ Key: 'sluice:entry', Value: 'orders' }] });
    expect(await secrets.read('orders-own')).toEqual({ kind: 'text', text: 'own' });
  });
});
