import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ArrivalDecision } from '../../../core/ledger/arrival.ts';
import { createArtifacts } from '../../../adapters/s3/artifacts.ts';
import { createLedger, type Ledger } from '../../../adapters/dynamodb/ledger.ts';
import { endRelease } from '../../../engine/end/end-release.ts';
import { readPolicyFile } from '../../../engine/handler/policy-file.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { receive } from '../../../functions/receive/receive.ts';
import { validate } from '../../../functions/validate/validate.ts';
import { FakeTaskAnswers } from '../fakes/task-answers.ts';
import { type LocalAws, startLocalAws } from 'local-aws';

const where = { account: '111111111111', region: 'us-east-1' };
const Bucket = 'sluice-releases-111111111111-us-east-1';
const length = z.object({ output: z.object({ ContentLength: z.number() }) });

/** Receiving and validating as they are deployed, over S3 and DynamoDB, without the workflow between them. */
export interface IntakeHarness {
  readonly ledger: Ledger;
  /** Bytes of objects that were read so far. */
  bytesRead(): number;
  drop(key: string, bytes: Uint8Array): Promise<ArrivalDecision>;
  validate(release: string): Promise<unknown>;
  /** As the workflow ends what was rejected. */
  end(release: string): Promise<unknown>;
  close(): Promise<void>;
}

export async function startIntakeHarness(): Promise<IntakeHarness> {
  const aws = await startLocalAws();
  const s3 = aws.client(S3Client, where);
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const ledger = await createTable(aws);
  const reading = aws.client(S3Client, where);
  let bytes = 0;
  reading.middlewareStack.add(
    (next, context) => async (input) => {
      const answer = await next(input);
      if (context['commandName'] === 'GetObjectCommand') bytes += length.parse(answer).output.ContentLength;
      return answer;
    },
    { step: 'initialize' },
  );
  const artifacts = createArtifacts(reading);
  const policy = readPolicyFile('policy.json');
  return {
    ledger,
    bytesRead: () => bytes,
    drop: async (key, body) => {
      const { VersionId = '' } = await s3.send(
        new PutObjectCommand({ Bucket, Key: key, Body: body, ChecksumAlgorithm: 'SHA256' }),
      );
      const event = { bucket: { name: Bucket }, object: { key, 'version-id': VersionId } };
      const workflow = { start: (release: string) => Promise.resolve({ execution: release, existing: false }) };
      const schedule = { enable: () => Promise.resolve() };
      const services = { ledger, artifacts, workflow, schedule, bucket: Bucket, events: false };
      return receive({ 'detail-type': 'Object Created', detail: event }, services, invocation);
    },
    validate: (release) => validate({ task: 'validate', release }, { ledger, artifacts, policy }, invocation),
    end: (release) => endRelease({ ledger, answers: new FakeTaskAnswers(), invocation }, release),
    close: () => aws.close(),
  };
}

async function createTable(aws: LocalAws): Promise<Ledger> {
  const client = aws.client(DynamoDBClient, where);
  await client.send(
    new CreateTableCommand({
      TableName: 'sluice-ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  const options = { marshallOptions: { removeUndefinedValues: true } };
  return createLedger(DynamoDBDocumentClient.from(client, options), 'sluice-ledger');
}

const invocation: InvocationContext = {
  now: () => new Date().toISOString(),
  newId: () => '0'.repeat(32),
  newSecret: () => 'secret',
  random: () => 0,
  pause: () => Promise.resolve(),
  actor: 'sluice-validate',
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  measure: () => undefined,
  about: () => undefined,
  of: () => invocation,
};
