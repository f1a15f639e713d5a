import assert from 'node:assert/strict';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';
import { defaultStackName } from '../../../../core/contract/names.ts';
import { bootstrapBucket } from '../../../../local/bootstrap.ts';
import { ENGINE } from '../../../../local/sandbox.ts';
import { StackAdministrator } from '../../stack-administrator.ts';
import { functionResources, packTiny } from '../../tiny-service.ts';
import { allow } from '../template-builders.ts';
import type { ProbeHarness } from './harness.ts';
import { failingFunction } from './releases.ts';

const staging = { account: '222222222222', region: ENGINE.region };
const KEY = 'former';
const buckets = [bootstrapBucket(staging.account, staging.region), 'aws-sam-cli-managed-default-samclisourcebucket-1'];

/** Its policies are read, to show what the boundary would take from it: nothing. */
const Role = {
  ...functionResources.Role,
  Properties: {
    ...functionResources.Role.Properties,
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    Policies: [{ PolicyName: 'own', PolicyDocument: allow('sqs:SendMessage', '*') }],
  },
};

/** A stack that was there before, with code in the buckets of the CDK and of SAM: it is gone back to with the code it had. */
export async function adoptedStack(harness: ProbeHarness): Promise<void> {
  const administrator = new StackAdministrator(harness.sandbox.aws, staging.account);
  const stack = defaultStackName('orders', 'staging');
  await deployWithoutEngine(harness, administrator, stack);
  const before = await administrator.resources(stack);
  const resources = { Role, Further: functionResources.Function, Doom: failingFunction(['Function', 'Further']) };
  const artifact = packTiny({ service: 'orders', version: '0.0.9', resources });
  const { release } = await harness.release(artifact, 'RolledBack');
  assert.match(release.failure?.reason ?? '', /Doom/);
  assert.deepEqual(await administrator.resources(stack), before);
  await administrator.delete(stack);
}

async function deployWithoutEngine(
  { sandbox }: ProbeHarness,
  administrator: StackAdministrator,
  stack: string,
): Promise<void> {
  const s3 = sandbox.aws.client(S3Client, staging);
  const Body = zipSync({ 'index.js': Buffer.from('exports.handler = async () => ({ ok: true });') });
  await s3.send(new CreateBucketCommand({ Bucket: buckets[1] }));
  for (const Bucket of buckets) await s3.send(new PutObjectCommand({ Bucket, Key: KEY, Body }));
  const [first, second] = buckets.map((S3Bucket) => ({
    ...functionResources.Function,
    Properties: { ...functionResources.Function.Properties, Timeout: 10, Code: { S3Bucket, S3Key: KEY } },
  }));
  const template = { Resources: { ...functionResources, Role, Function: first, Further: second } };
  const status = await administrator.create(stack, template);
  assert.equal(status, 'CREATE_COMPLETE');
}
