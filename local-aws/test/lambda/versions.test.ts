import {
  AddPermissionCommand,
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { serviceCaller } from '../../kernel/principal.ts';
import { createFunction, invoke, roleFor, where, zipOf } from './functions.ts';

let aws: LocalAws;
let lambda: LambdaClient;
const FunctionName = 'orders';
const code = (version: string): string => `export const handler = async () => '${version}';`;

beforeAll(async () => {
  aws = await startLocalAws();
  lambda = aws.client(LambdaClient, where);
  await createFunction(lambda, FunctionName, await roleFor(aws, 'orders', []), code('one'));
});
afterAll(() => aws.close());

describe('versions', () => {
  it('publishes what changed, and gives the last version again where nothing did', async () => {
    const first = await lambda.send(new PublishVersionCommand({ FunctionName }));
    expect(first).toMatchObject({
      Version: '1',
      FunctionArn: 'arn:aws:lambda:us-east-1:222222222222:function:orders:1',
    });
    expect(await lambda.send(new PublishVersionCommand({ FunctionName }))).toMatchObject({ Version: '1' });
    const updated = await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zipOf(code('two')) }));
    await expect(
      lambda.send(new PublishVersionCommand({ FunctionName, CodeSha256: first.CodeSha256 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(
      lambda.send(new PublishVersionCommand({ FunctionName, RevisionId: first.RevisionId })),
    ).rejects.toMatchObject({ name: 'PreconditionFailedException' });
    const second = await lambda.send(
      new PublishVersionCommand({ FunctionName, CodeSha256: updated.CodeSha256, RevisionId: updated.RevisionId }),
    );
    expect(second).toMatchObject({ Version: '2' });
    const { Versions } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
    expect(Versions?.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2']);
    expect((await invoke(lambda, FunctionName, {}, '1')).payload).toBe('one');
    expect((await invoke(lambda, 'orders:2')).payload).toBe('two');
  });
});

describe('an alias', () => {
  it('divides its traffic by weight and guards its revision', async () => {
    const live = await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    expect(await invoke(lambda, FunctionName, {}, 'live')).toMatchObject({ payload: 'one', version: '1' });
    const shifted = await lambda.send(
      new UpdateAliasCommand({
        FunctionName,
        Name: 'live',
        RoutingConfig: { AdditionalVersionWeights: { '2': 1 } },
        RevisionId: live.RevisionId,
      }),
    );
    expect(shifted.RoutingConfig).toEqual({ AdditionalVersionWeights: { '2': 1 } });
    expect(await invoke(lambda, FunctionName, {}, 'live')).toMatchObject({ payload: 'two', version: '2' });
    await expect(
      lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', RevisionId: live.RevisionId })),
    ).rejects.toMatchObject({ name: 'PreconditionFailedException' });
    await expect(
      lambda.send(
        new UpdateAliasCommand({
          FunctionName,
          Name: 'live',
          RoutingConfig: { AdditionalVersionWeights: { '2': 0.5, '1': 0.5 } },
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });

  it('keeps the versions it names from being deleted', async () => {
    for (const Qualifier of ['1', '2'])
      await expect(lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier }))).rejects.toMatchObject({
        name: 'ResourceConflictException',
      });
  });
});

it('evaluates its resource policy where a service invokes', async () => {
  const SourceArn = 'arn:aws:events:us-east-1:222222222222:rule/nightly';
  const call = (rule: string) =>
    aws.kernel.send(
      serviceCaller('events.amazonaws.com', where.account, where.region, rule),
      new InvokeCommand({ FunctionName, Qualifier: 'live' }),
    );
  await expect(call(SourceArn)).rejects.toMatchObject({ status: 403 });
  await lambda.send(
    new AddPermissionCommand({
      FunctionName,
      Qualifier: 'live',
      StatementId: 'nightly',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn,
    }),
  );
  expect(await call(SourceArn)).toMatchObject({ StatusCode: 200 });
  await expect(call(`${SourceArn}-other`)).rejects.toMatchObject({ status: 403 });
  const { Policy = '' } = await lambda.send(new GetPolicyCommand({ FunctionName, Qualifier: 'live' }));
  expect(JSON.parse(Policy)).toMatchObject({
    Statement: [{ Sid: 'nightly', Resource: 'arn:aws:lambda:us-east-1:222222222222:function:orders:live' }],
  });
});

it('takes its code from S3 by version, where the caller may read it', async () => {
  const s3 = aws.client(S3Client, where);
  const Bucket = 'code-222222222222';
  const Key = 'orders.zip';
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: zipOf(code('from S3')) }));
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'no zip' }));
  const take = (version?: string) =>
    lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName,
        S3Bucket: Bucket,
        S3Key: Key,
        ...(version === undefined ? {} : { S3ObjectVersion: version }),
      }),
    );
  await expect(take()).rejects.toThrow('Could not unzip uploaded file');
  await expect(take('absent')).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  await take(VersionId);
  expect((await invoke(lambda, FunctionName)).payload).toBe('from S3');
});
