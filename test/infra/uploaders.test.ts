import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type LocalAws, startLocalAws } from 'local-aws';
import { createEvidenceStore } from '../../adapters/s3/evidence-store.ts';
import { planKey } from '../../core/artifact/plan-key.ts';
import { sealEvidence } from '../../core/ledger/evidence-object.ts';
import { resourcesOf, synthesize, templateOf } from './synthesized.ts';

const engine = { account: '111111111111', region: 'us-east-1' };
const Bucket = 'sluice-releases-111111111111-us-east-1';
const evidence = 'sluice-evidence-111111111111-us-east-1';
const arn = (name: string) => `arn:aws:iam::${engine.account}:${name}`;

/** The engine's template by the sample's environments and these entries. */
function engineWith(services: object) {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'sluice-policy-')), 'policy.json');
  const target = { account: '222222222222', region: 'us-east-1' };
  writeFileSync(file, JSON.stringify({ services, environments: { staging: { waves: [{ targets: [target] }] } } }));
  return templateOf(synthesize({ 'sluice:policy': file }), 'ReleaseEngine');
}

const environments = ['staging'];
const bucketPolicy = z.object({ PolicyDocument: z.object({ Statement: z.array(z.looseObject({ Sid: z.string().optional() })) }) }); // prettier-ignore

let aws: LocalAws;
const people = new Map<string, AwsCredentialIdentity>();

beforeAll(async () => {
  aws = await startLocalAws();
  const template = engineWith({
    '*': { environments, uploaders: [arn('user/platform')] },
    'team-a-*': { environments, uploaders: [arn('role/team-a-ci'), arn('user/platform')] },
    orders: { environments, uploaders: [arn('role/ci/orders-ci')] },
  });
  const policies = resourcesOf(template, 'AWS::S3::BucketPolicy').map(([, one]) => bucketPolicy.parse(one.Properties));
  // What every bucket refuses, plain text, is all that there is here.
  const [Statement, once] = policies.map((one) => one.PolicyDocument.Statement.filter(({ Sid }) => Sid !== 'TlsOnly'));
  const s3 = aws.client(S3Client, engine);
  await s3.send(new CreateBucketCommand({ Bucket: evidence }));
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: once });
  await s3.send(new PutBucketPolicyCommand({ Bucket: evidence, Policy }));
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));
  for (const name of ['platform', 'stranger']) people.set(name, await userOf(name));
  for (const [name, folder] of [['team-a-ci', '/'], ['orders-ci', '/ci/']] as const) people.set(name, await sessionOf(name, folder)); // prettier-ignore
}, 120_000);
afterAll(() => aws.close());

const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/*` }],
});

async function userOf(UserName: string): Promise<AwsCredentialIdentity> {
  const iam = aws.client(IAMClient, engine);
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: everything }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

async function sessionOf(RoleName: string, Path: string): Promise<AwsCredentialIdentity> {
  const iam = aws.client(IAMClient, engine);
  const Statement = [{ Effect: 'Allow', Principal: { AWS: arn('root') }, Action: 'sts:AssumeRole' }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: everything }));
  const { Credentials } = await aws
    .client(STSClient, engine)
    .send(new AssumeRoleCommand({ RoleArn: Role?.Arn ?? '', RoleSessionName: 'ci' }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** Who is let through to a service's key; or to that of what is only planned of it. */
async function uploadersOf(service: string, Key = `${service}/1.0.0.zip`): Promise<string[]> {
  const tried = await Promise.all(
    [...people].map(async ([name, credentials]) => {
      const s3 = new S3Client({ endpoint: aws.endpoint, region: engine.region, credentials, forcePathStyle: true });
      try {
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
        return [name];
      } catch (error) {
        expect(error).toMatchObject({ name: 'AccessDenied' });
        return [];
      }
    }),
  );
  return tried.flat();
}

describe('the release bucket', () => {
  it('takes artifacts from the uploaders of the most exact entry, by session as by user, and from nobody else', async () => {
    expect(await uploadersOf('orders')).toEqual(['orders-ci']);
    expect(await uploadersOf('team-a-shop')).toEqual(['platform', 'team-a-ci']);
    expect(await uploadersOf('parcels')).toEqual(['platform']);
  });

  it('takes what is only planned from the same, and from nobody else', async () => {
    const plannersOf = (service: string) => uploadersOf(service, planKey(service, '0'.repeat(64)));
    expect(await plannersOf('orders')).toEqual(['orders-ci']);
    expect(await plannersOf('team-a-shop')).toEqual(['platform', 'team-a-ci']);
    expect(await plannersOf('parcels')).toEqual(['platform']);
  });

  it('keeps what is only planned for a day, whatever its versions', () => {
    const [bucket] = resourcesOf(engineWith({ '*': { environments } }), 'AWS::S3::Bucket').filter(([, { Properties }]) => JSON.stringify(Properties).includes(Bucket.slice(0, 15))); // prettier-ignore
    expect(bucket?.[1].Properties).toMatchObject({
      LifecycleConfiguration: {
        Rules: [
          { Id: 'old-versions' },
          { Prefix: '.plans/', ExpirationInDays: 1, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
          { Prefix: '.plans/', ExpiredObjectDeleteMarker: true },
        ],
      },
    });
  });

  it('has the policy it had where no entry lists uploaders', () => {
    const [policy] = resourcesOf(engineWith({ '*': { environments } }), 'AWS::S3::BucketPolicy');
    expect(bucketPolicy.parse(policy?.[1].Properties).PolicyDocument.Statement.map(({ Sid }) => Sid)).toEqual([
      'TlsOnly',
    ]);
  });

  it('is not synthesized with a policy that S3 would not take', () => {
    const uploader = (index: number) => arn(`role/${'uploader-of-a-service-'.repeat(2)}${index}`);
    const services = Object.fromEntries(
      Array.from({ length: 120 }, (_, index) => [`s${index}`, { environments, uploaders: [uploader(index)] }]),
    );
    expect(() => engineWith(services)).toThrow(/would have \d{5} bytes, and S3 takes 20480: list fewer "uploaders"/);
  });
});

describe('the evidence bucket', () => {
  it('takes a key once, whoever writes, and the same evidence again is the same object', async () => {
    const s3 = aws.client(S3Client, engine);
    const store = createEvidenceStore(s3, evidence);
    const where = { release: 'orders-1-a1', environment: 'staging' };
    const sealed = sealEvidence({ kind: 'verdicts', ...where, verdicts: [] });
    expect(await store.text(sealed.key)).toBeUndefined();
    await store.put(sealed);
    await store.put({ ...sealed, text: sealed.text });
    expect(await store.text(sealed.key)).toBe(sealed.text);
    await expect(s3.send(new PutObjectCommand({ Bucket: evidence, Key: sealed.key, Body: 'other' }))).rejects.toThrow(
      /Access ?Denied|not authorized/i,
    );
    // Bytes that do not have the digest they are named by are refused by S3.
    const other = sealEvidence({ kind: 'series', ...where, slices: [] });
    await expect(store.put({ ...other, text: 'other' })).rejects.toThrow();
    expect(await store.text(other.key)).toBeUndefined();
  });
});
