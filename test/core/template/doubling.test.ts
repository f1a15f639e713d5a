import { describe, expect, it } from 'vitest';
import type { ChangeSetResource } from '../../../core/template/change-set.ts';
import { decideDoubling } from '../../../core/template/doubling.ts';
import { summarizeChange } from '../../../core/template/change-summary.ts';

const context = (Properties: object): string => JSON.stringify({ Properties });

function replaced(
  id: string,
  type: string,
  before: object,
  after: object,
  more: Partial<ChangeSetResource> = {},
): ChangeSetResource {
  return {
    ...{ Action: 'Modify', LogicalResourceId: id, ResourceType: type, Replacement: 'True' },
    ...{ BeforeContext: context(before), AfterContext: context(after) },
    ...more,
  };
}

const because = (CausingEntity: string): Partial<ChangeSetResource> => ({
  Replacement: 'Conditional',
  Details: [{ CausingEntity, Target: { RequiresRecreation: 'Always' } }],
});

describe('a resource that is replaced', () => {
  it.each([
    ['has no name of its own', 'AWS::DynamoDB::Table', { KeySchema: 1 }, { KeySchema: 2 }],
    ['gets another name', 'AWS::SQS::Queue', { QueueName: 'a' }, { QueueName: 'b' }],
    ['loses its name', 'AWS::SQS::Queue', { QueueName: 'a' }, {}],
    [
      'sits in another place',
      'AWS::ApiGateway::Resource',
      { RestApiId: 'a', PathPart: 'p' },
      { RestApiId: 'b', PathPart: 'p' },
    ],
    ['is of a type that may be there twice', 'AWS::Lambda::LayerVersion', { LayerName: 'l' }, { LayerName: 'l' }],
  ])('is doubled where it %s', (_, type, before, after) => {
    expect(decideDoubling([replaced('R', type, before, after)])).toEqual(['R']);
  });

  it.each([
    ['has the same name', 'AWS::DynamoDB::Table', { TableName: 'a' }, { TableName: 'a' }],
    [
      'sits in the same place',
      'AWS::ApiGateway::Method',
      { RestApiId: 'a', ResourceId: 'r', HttpMethod: 'GET' },
      { RestApiId: 'a', ResourceId: 'r', HttpMethod: 'GET' },
    ],
    ['is of a type whose identity is not known', 'AWS::RDS::DBInstance', {}, {}],
    [
      'is a function, which the aliases take care of',
      'AWS::Lambda::Function',
      { FunctionName: 'a' },
      { FunctionName: 'b' },
    ],
  ])('is not doubled where it %s', (_, type, before, after) => {
    expect(decideDoubling([replaced('R', type, before, after)])).toEqual([]);
  });

  it('takes along what is replaced because of it, but no data on a suspicion', () => {
    const changes = [
      replaced(
        'Method',
        'AWS::ApiGateway::Method',
        { ResourceId: 'a', HttpMethod: 'GET' },
        { ResourceId: '?', HttpMethod: 'GET' },
        because('Resource'),
      ),
      replaced(
        'Resource',
        'AWS::ApiGateway::Resource',
        { RestApiId: 'a', PathPart: 'p' },
        { RestApiId: '?', PathPart: 'p' },
        because('Api'),
      ),
      replaced('Api', 'AWS::ApiGateway::RestApi', {}, {}),
      replaced('Table', 'AWS::DynamoDB::Table', {}, {}, because('Api')),
      replaced('Other', 'AWS::SSM::Parameter', {}, {}, because('Elsewhere.Arn')),
    ];
    expect(decideDoubling(changes)).toEqual(['Api', 'Method', 'Resource']);
  });

  it('and cannot be doubled is told as what the version in service loses', () => {
    const method = replaced('R', 'AWS::ApiGateway::Method', { HttpMethod: 'GET' }, { HttpMethod: 'GET' });
    const { warnings } = summarizeChange([{ ResourceChange: method }], {
      unguarded: { around: [], functions: [] },
      moved: [],
      kept: [],
      alarms: [],
      now: '2026-11-20T10:00:00.000Z',
    });
    expect(warnings).toEqual([
      {
        code: 'replaced-at-once',
        logicalId: 'R',
        sentence:
          'R (AWS::ApiGateway::Method) would be replaced as soon as the stack is changed, while the version in service still uses it: there cannot be two of its name or in its place.',
      },
    ]);
  });

  it.each([
    [
      { doubled: true },
      'AWS::SQS::Queue',
      'stateful-replaced',
      'Q (AWS::SQS::Queue) is replaced by a new, empty one: both exist until the bake is over, and then the old one is removed, and what it holds with it.',
    ],
    [
      { doubled: true, policy: 'Retain' },
      'AWS::SQS::Queue',
      'stateful-emptied',
      'Q (AWS::SQS::Queue) is replaced by a new, empty one: both exist until the bake is over, and then the old one leaves the stack; its template retains it (Retain).',
    ],
    [
      { doubled: false, policy: 'Retain' },
      'AWS::SQS::Queue',
      'stateful-left',
      'Q (AWS::SQS::Queue) is no longer in the template: it is kept until the bake is over and then leaves the stack; its template retains it (Retain).',
    ],
    [
      { doubled: true },
      'AWS::IAM::Role',
      'resource-replaced',
      'Q (AWS::IAM::Role) is replaced: both exist until the bake is over, and then the old one is removed.',
    ],
    [
      { doubled: false },
      'AWS::IAM::Role',
      'removed-after-bake',
      'Q (AWS::IAM::Role) is no longer in the template: it is kept until the bake is over and then removed.',
    ],
  ] as const)('is told as %j of %s', (how, type, code, sentence) => {
    const { warnings } = summarizeChange([], {
      unguarded: { around: [], functions: [] },
      moved: [],
      alarms: [],
      now: '2026-11-20T10:00:00.000Z',
      kept: [{ logicalId: 'Q', type, ...how }],
    });
    expect(warnings).toEqual([{ code, logicalId: 'Q', sentence }]);
  });
});
