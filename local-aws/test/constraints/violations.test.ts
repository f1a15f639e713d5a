import { describe, expect, it } from 'vitest';
import type { ApiModel } from '../../constraints/shapes.ts';
import { refuseViolations } from '../../constraints/refuse.ts';
import { violationsOf } from '../../constraints/violations.ts';

const model: ApiModel = {
  source: { model: 'none', api: 'none', license: 'none' },
  operations: { Put: { input: 'Input' } },
  shapes: {
    Input: {
      type: 'structure',
      required: ['Name'],
      members: {
        Name: 'Name',
        Count: 'Count',
        Kind: 'Kind',
        Parts: 'Parts',
        Map: 'Map',
        Data: 'Data',
        Secret: 'Secret',
      },
    },
    Name: { type: 'string', min: 1, max: 8, pattern: '[a-z]+' },
    Count: { type: 'integer', min: 1, max: 10 },
    Kind: { type: 'string', enum: ['one', 'two'] },
    Parts: { type: 'list', member: 'Part', max: 2 },
    Part: { type: 'structure', required: ['Key'], members: { Key: 'Name' } },
    Map: { type: 'map', key: 'Name', value: 'Count' },
    Data: { type: 'blob', max: 3 },
    Secret: { type: 'string', max: 3, sensitive: true },
  },
};
const found = (input: unknown) =>
  violationsOf(input, 'Put', model).map(
    ({ path, constraint, shown }) => `${path.join('.')}: ${constraint} (${shown ?? ''})`,
  );

describe('violations', () => {
  it.each<[unknown, string[]]>([
    [{ Name: 'abc' }, []],
    [undefined, ['Name: Member must not be null (null)']],
    [{}, ['Name: Member must not be null (null)']],
    [Object.create({ Name: 'abc' }), ['Name: Member must not be null (null)']],
    [
      { Name: '' },
      [
        'Name: Member must have length greater than or equal to 1 ()',
        'Name: Member must satisfy regular expression pattern: [a-z]+ ()',
      ],
    ],
    [{ Name: 'abcdefghi' }, ['Name: Member must have length less than or equal to 8 (abcdefghi)']],
    [{ Name: 'A' }, ['Name: Member must satisfy regular expression pattern: [a-z]+ (A)']],
    [{ Name: 'a\n' }, ['Name: Member must satisfy regular expression pattern: [a-z]+ (a\n)']],
    [{ Name: 7 }, ['Name: a string ()']],
    [{ Name: 'a', Count: 0 }, ['Count: Member must have value greater than or equal to 1 (0)']],
    [{ Name: 'a', Count: 11 }, ['Count: Member must have value less than or equal to 10 (11)']],
    [{ Name: 'a', Count: 1.5 }, ['Count: an integer of 32 bits ()']],
    [{ Name: 'a', Count: Number.NaN }, ['Count: an integer of 32 bits ()']],
    [{ Name: 'a', Count: 2 ** 53 }, ['Count: an integer of 32 bits ()']],
    [{ Name: 'a', Kind: 'three' }, ['Kind: Member must satisfy enum value set: [one, two] (three)']],
    [{ Name: 'a', Parts: [null] }, ['Parts.1.member: Member must not be null (null)']],
    [
      { Name: 'a', Parts: [{}, { Key: 'A' }] },
      [
        'Parts.1.member.Key: Member must not be null (null)',
        'Parts.2.member.Key: Member must satisfy regular expression pattern: [a-z]+ (A)',
      ],
    ],
    [{ Name: 'a', Parts: 'a' }, ['Parts: a list ()']],
    [
      { Name: 'a', Parts: [{ Key: 'a' }, { Key: 'a' }, { Key: 'a' }] },
      ['Parts: Member must have length less than or equal to 2 ([, , ])'],
    ],
    [
      { Name: 'a', Map: { A: 1 } },
      ['Map: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-z]+] (A)'],
    ],
    [{ Name: 'a', Map: { a: 0 } }, ['Map.a.member: Member must have value greater than or equal to 1 (0)']],
    [{ Name: 'a', Map: { a: null } }, ['Map.a.member: Member must not be null (null)']],
    [{ Name: 'a', Data: new Uint8Array(4) }, ['Data: Member must have length less than or equal to 3 ()']],
    [{ Name: 'a', Secret: 'abcd' }, ['Secret: Member must have length less than or equal to 3 ()']],
    // Characters are counted, not the halves of those outside the first plane.
    [{ Name: 'a', Secret: '😀😀😀' }, []],
  ])('of %j', (input, expected) => expect(found(input)).toEqual(expected));

  it('are none where the operation takes nothing', () => expect(violationsOf({}, 'Other', model)).toEqual([]));
});

describe('a refusal', () => {
  it.each<[string, string, unknown, string, string]>([
    [
      'lambda',
      'GetFunction',
      { FunctionName: 'a b' },
      'ValidationException',
      "1 validation error detected: Value 'a b' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ",
    ],
    [
      'lambda',
      'GetFunction',
      {},
      'ValidationException',
      "1 validation error detected: Value null at 'functionName' failed to satisfy constraint: Member must not be null",
    ],
    ['logs', 'CreateLogGroup', { logGroupName: '' }, 'InvalidParameterException', '2 validation errors detected: '],
    [
      'cloudformation',
      'DescribeStackResource',
      { StackName: 'a' },
      'ValidationError',
      "Value null at 'logicalResourceId'",
    ],
    ['iam', 'GetRole', { RoleName: 'a b' }, 'ValidationError', "Value 'a b' at 'roleName'"],
    ['ses', 'SendEmail', {}, 'BadRequestException', "Value null at 'content'"],
    [
      'apigateway',
      'CreateApi',
      { Name: 'a', ProtocolType: 'FTP' },
      'BadRequestException',
      'enum value set: [WEBSOCKET, HTTP]',
    ],
    [
      'monitoring',
      'GetMetricStatistics',
      statistics({ Period: -60 }),
      'ValidationError',
      "Value '-60' at 'period' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'monitoring',
      'GetMetricStatistics',
      statistics({ Namespace: undefined }),
      'MissingParameter',
      'The parameter Namespace is required.',
    ],
    [
      'monitoring',
      'PutMetricData',
      { Namespace: 'a', MetricData: [{ MetricName: 'b', Dimensions: [{ Name: 'c' }] }] },
      'MissingParameter',
      'The parameter MetricData.member.1.Dimensions.member.1.Value is required.',
    ],
    ['sqs', 'CreateQueue', {}, 'MissingParameter', 'The request must contain the parameter QueueName.'],
    [
      's3',
      'PutBucketVersioning',
      { Bucket: 'a', VersioningConfiguration: { Status: 'On' } },
      'MalformedXML',
      'did not validate against our published schema',
    ],
    ['s3', 'PutObject', { Bucket: 'a', Key: '' }, 'InvalidArgument', "at 'key'"],
    ['codedeploy', 'CreateApplication', {}, 'ApplicationNameRequiredException', 'applicationName'],
    [
      'codedeploy',
      'CreateApplication',
      { applicationName: 'x'.repeat(101) },
      'InvalidApplicationNameException',
      'less than or equal to 100',
    ],
    [
      'codedeploy',
      'CreateDeployment',
      { applicationName: 'a', autoRollbackConfiguration: { events: ['X'] } },
      'InvalidAutoRollbackConfigException',
      'enum value set',
    ],
    ['codedeploy', 'StopDeployment', {}, 'DeploymentIdRequiredException', 'deploymentId'],
    ['codedeploy', 'TagResource', { ResourceArn: 'x'.repeat(2_000), Tags: [] }, 'ValidationException', 'resourceArn'],
    ['events', 'PutRule', { Name: 'a b' }, 'ValidationException', "at 'name'"],
    ['dynamodb', 'ListTables', { Limit: 'x' }, 'SerializationException', 'Limit should be an integer of 32 bits.'],
  ])('of %s:%s %j', (service, operation, input, code, message) => {
    let refused: unknown;
    try {
      refuseViolations(service, operation, input);
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ code, status: 400 });
    expect(refused).toHaveProperty('message', expect.stringContaining(message));
  });
});

function statistics(more: Readonly<Record<string, unknown>>) {
  const begin = new Date('2026-11-20T09:00:00Z');
  const end = new Date('2026-11-20T10:00:00Z');
  return { Namespace: 'a', MetricName: 'b', StartTime: begin, EndTime: end, Period: 60, Statistics: ['Sum'], ...more };
}
