import { describe, expect, it } from 'vitest';
import { holdsNothing, importedBy, lookInto, namedBy } from '../../../core/template/holdings.ts';
import { decideLeaving, suspects, withPolicies } from '../../../core/template/left-behind.ts';
import type { Template } from '../../../core/template/template.ts';

const resource = (Type: string, Properties: Record<string, unknown> = {}, more: object = {}) => ({
  Type,
  Properties,
  ...more,
});
const retained = { DeletionPolicy: 'Retain' };

/** What a release has made of these, beside what was there, when so much is found in it. */
function leaving(resources: Template['Resources'], found: Record<string, number> = {}) {
  const former: Template = { Resources: { Before: resource('AWS::DynamoDB::Table') } };
  const deployed: Template = { Resources: { ...former.Resources, ...resources } };
  const inStack = Object.entries(deployed.Resources).map(([logicalId, { Type: type }]) => ({
    ...{ logicalId, type, physicalId: `the-${logicalId}` },
  }));
  const suspected = suspects(deployed, former, inStack).map(({ logicalId, look = 'cannot' }) => `${logicalId} ${look}`);
  const { policies, left } = decideLeaving(deployed, former, inStack, new Map(Object.entries(found)));
  return {
    suspected,
    policies: Object.fromEntries(policies),
    left: left.map(({ logicalId, physicalId, holds, next }) => [logicalId, physicalId, holds, next].join(' ')),
    template: withPolicies(deployed, policies),
  };
}

describe('of what a rolled-back release has made', () => {
  it('what is empty goes, also where its template retains it', () => {
    const tables = {
      Kept: resource('AWS::DynamoDB::Table', {}, retained),
      Spared: resource('AWS::S3::Bucket', {}, { DeletionPolicy: 'RetainExceptOnCreate' }),
      Plain: resource('AWS::SQS::Queue'),
    };
    const { suspected, policies, left, template } = leaving(tables, { Kept: 0, Spared: 0, Plain: 0 });
    expect(suspected).toEqual(['Kept items', 'Spared objects', 'Plain messages']);
    expect([policies, left]).toEqual([{ Kept: 'Delete', Spared: 'Delete' }, []]);
    expect(template.Resources).toMatchObject({ Kept: { DeletionPolicy: 'Delete' }, Plain: tables.Plain });
    expect(template.Resources['Before']).toEqual(resource('AWS::DynamoDB::Table'));
  });

  it('what holds data stays, and the next release imports it where a name of the team’s is its identifier', () => {
    const { policies, left } = leaving(
      {
        Named: resource('AWS::DynamoDB::Table', { TableName: { 'Fn::Sub': '${Stage}-orders' } }),
        Unnamed: resource('AWS::DynamoDB::Table', {}, retained),
        Queue: resource('AWS::SQS::Queue', { QueueName: 'jobs' }),
        Letters: resource('AWS::SQS::Queue'),
      },
      { Named: 1, Unnamed: 1, Queue: 3, Letters: 1 },
    );
    expect(policies).toEqual({ Named: 'Retain', Queue: 'Retain', Letters: 'Retain' });
    expect(left).toEqual([
      'Named the-Named data imported',
      'Unnamed the-Unnamed data unnamed',
      'Queue the-Queue data named',
      'Letters the-Letters data unnamed',
    ]);
  });

  it('what cannot be shown to be empty stays', () => {
    const { suspected, policies, left } = leaving({
      Unread: resource('AWS::DynamoDB::Table', { TableName: 'unread' }),
      Stream: resource('AWS::Kinesis::Stream', { Name: 'stream' }),
      Users: resource('AWS::Cognito::UserPool', {}, retained),
      Disk: resource('AWS::EC2::Volume', {}, retained),
      Shared: resource('AWS::EC2::VPC'),
    });
    expect(suspected).toEqual(['Unread items', 'Stream cannot', 'Users cannot', 'Disk cannot']);
    expect(policies).toEqual({ Unread: 'Retain', Stream: 'Retain' });
    expect(left).toEqual([
      'Unread the-Unread unknown imported',
      'Stream the-Stream unknown imported',
      'Users the-Users unknown unnamed',
      'Disk the-Disk unknown unnamed',
    ]);
  });

  it('what holds nothing goes, whatever its template says', () => {
    const { suspected, policies, left } = leaving({
      Role: resource('AWS::IAM::Role', { RoleName: 'orders' }, retained),
      Topic: resource('AWS::SNS::Topic', {}, retained),
      Api: resource('AWS::ApiGateway::RestApi'),
      Version: resource('AWS::Lambda::Version', {}, retained),
    });
    expect([suspected, policies, left]).toEqual([[], { Role: 'Delete', Topic: 'Delete' }, []]);
  });

  it('a secret with the value of its template is as it was made, and so is one without any', () => {
    const secrets = {
      Given: resource('AWS::SecretsManager::Secret', { SecretString: '{{resolve:ssm:a}}' }),
      Made: resource('AWS::SecretsManager::Secret', { GenerateSecretString: {} }, retained),
      Bare: resource('AWS::SecretsManager::Secret', { Name: 'bare' }),
      Setting: resource('AWS::SSM::Parameter', { Name: '/a' }),
    };
    expect(leaving(secrets, { Given: 1, Made: 1, Bare: 0, Setting: 0 }).left).toEqual([]);
    const changed = leaving(secrets, { Given: 2, Made: 2, Bare: 1, Setting: 1 });
    expect(changed.left).toEqual([
      'Given the-Given data unnamed',
      'Made the-Made data unnamed',
      'Bare the-Bare data named',
      'Setting the-Setting data imported',
    ]);
  });

  it('a snapshot is how the team keeps it', () => {
    const Database = resource('AWS::RDS::DBInstance', {}, { DeletionPolicy: 'Snapshot' });
    expect(leaving({ Database })).toMatchObject({ suspected: [], policies: {}, left: [] });
  });

  it('what CloudFormation has not made, or the template does not have, is none of it', () => {
    const deployed: Template = { Resources: { Orders: resource('AWS::DynamoDB::Table', {}, retained) } };
    const type = 'AWS::DynamoDB::Table';
    const inStack = [
      { logicalId: 'Orders', type, physicalId: '' },
      { logicalId: 'Other', type, physicalId: 'other' },
    ];
    expect(suspects(deployed, undefined, inStack)).toEqual([]);
    expect(decideLeaving(deployed, undefined, inStack, new Map())).toEqual({ policies: new Map(), left: [] });
  });
});

it('says of each kind how it is shown to be empty, and by which name it is imported', () => {
  expect([lookInto('AWS::Logs::LogGroup'), lookInto('AWS::SNS::Topic'), lookInto('AWS::EFS::FileSystem')]).toEqual([
    'streams',
    undefined,
    undefined,
  ]);
  expect(['AWS::SNS::Topic', 'AWS::KMS::Key', 'AWS::KMS::Alias', 'Custom::Thing'].map(holdsNothing)).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect([importedBy('AWS::S3::Bucket'), importedBy('AWS::SQS::Queue'), namedBy('AWS::SQS::Queue')]).toEqual([
    'BucketName',
    undefined,
    'QueueName',
  ]);
});
