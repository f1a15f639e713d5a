import { DeleteObjectCommand, S3Client, CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { form, json, send, type Raw } from '../malformed/requests.ts';
import { loadModels } from '../../wire/model.ts';

const where = { account: '111111111111', region: 'us-east-1' };
let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
});
afterAll(() => aws.close());

const models = loadModels();
function model(name: string) {
  const found = models.get(name);
  if (found === undefined) throw new Error(`No model of ${name}`);
  return found;
}
const ask = (service: string, raw: Raw) =>
  send(raw, { endpoint: aws.endpoint, credentials: aws.administrator(where.account), service, region: where.region });

it('takes a form’s `__proto__` for a parameter that no operation has', async () => {
  const entries = [
    ['Action', 'ListRoles'],
    ['__proto__.polluted', 'yes'],
  ] as const;
  expect((await ask('iam', form(entries))).text).toContain('the parameter ListRoles.__proto__');
  expect(Object.keys(Object.prototype)).toEqual([]);
});

it.each([
  ['ssm', 'AmazonSSM.AddTagsToResource', '{"ResourceType":"Parameter","ResourceId":"a","Tags":[null]}', 'not null'],
  ['dynamodb', 'DynamoDB_20120810.GetItem', '{"TableName":"abc","Key":{"a":null}}', 'not null'],
  ['sqs', 'AmazonSQS.SendMessage', '{"QueueUrl":{"toString":null},"MessageBody":"a"}', 'a string'],
  ['events', 'AWSEvents.PutEvents', '{"Entries":[{"Time":{"toString":null}}]}', 'a timestamp'],
  ['kms', 'TrentService.Encrypt', '{"KeyId":"a","Plaintext":"%%"}', 'base64 text'],
  ['states', 'AWSStepFunctions.ListExecutions', '{', 'The body is not JSON'],
])('refuses what %s cannot read (%s %s)', async (service, target, body, message) => {
  const { status, text } = await ask(service, json(target, body, model(service)));
  expect(status).toBe(400);
  expect(text).toContain('SerializationException');
  expect(text).toContain(message);
});

it('refuses values that are nested without end', async () => {
  const deep = `${'{"L":['.repeat(2_000)}{"S":"a"}${']}'.repeat(2_000)}`;
  const body = `{"TableName":"abc","Item":{"id":${deep}}}`;
  const { text } = await ask('dynamodb', json('DynamoDB_20120810.PutItem', body, model('dynamodb')));
  expect(text).toContain('nested less deeply');
});

it.each<[string, string, string, string]>([
  ['lambda', 'GET', '/2015-03-31/functions/%ZZ', 'InvalidURI'],
  ['lambda', 'GET', '/2015-03-31/functions?MaxItems=many', 'SerializationException'],
  ['lambda', 'POST', '/2015-03-31/functions', 'SerializationException'],
  ['s3', 'GET', '/notes?list-type=2&max-keys=many', 'InvalidArgument'],
])('refuses what %s cannot read: %s %s', async (service, method, path, code) => {
  const { status, text } = await ask(service, { method, path, headers: {}, body: method === 'POST' ? '{' : '' });
  expect(status).toBe(400);
  expect(text).toContain(code);
});

it.each([
  ['iam', 'ListRoles', [['MaxItems', 'many']], 'MalformedInput'],
  ['iam', 'CreateServiceLinkedRole', [], 'ValidationError'],
  [
    'cloudformation',
    'CreateStack',
    [
      ['StackName', 'a'],
      ['DisableRollback', 'maybe'],
    ],
    'MalformedInput',
  ],
  [
    'sns',
    'Publish',
    [
      ['MessageAttributes.entry.1.Name', 'a'],
      ['Message', 'a'],
    ],
    'MalformedInput',
  ],
] as const)('refuses what %s:%s cannot read in a form', async (service, action, entries, code) => {
  const { status, text } = await ask(service, form([['Action', action], ...entries]));
  expect(status).toBe(400);
  expect(text).toContain(code);
});

it('answers in headers with nothing that a header cannot carry', async () => {
  const credentials = aws.administrator(where.account);
  const s3 = new S3Client({ endpoint: aws.endpoint, region: where.region, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'notes' }));
  const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket: 'notes', Key: 'a', VersionId: 'a\u0000☃' }));
  expect(VersionId).toMatch(/^=\?UTF-8\?B\?[\w+/=]+\?=$/);
});
