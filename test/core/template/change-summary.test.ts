import { describe, expect, it } from 'vitest';
import { changeSummarySchema } from '../../../core/template/change-schema.ts';
import {
  type ChangeContext,
  type ChangeSetEntry,
  certainLosses,
  summarizeChange,
} from '../../../core/template/change-summary.ts';
import type { ChangeSetResource } from '../../../core/template/change-set.ts';

const none = {
  unguarded: { around: [], functions: [] },
  moved: [],
  kept: [],
  alarms: [],
  now: '2026-11-20T10:00:00.000Z',
};

function entry(logicalId: string, type: string, more: Partial<ChangeSetResource> = {}): ChangeSetEntry {
  return {
    ResourceChange: {
      Action: 'Modify',
      LogicalResourceId: logicalId,
      ResourceType: type,
      Replacement: 'False',
      ...more,
    },
  };
}

function around(logicalId: string, functionId: string, likely = false) {
  return { logicalId, type: 'X', functionId, alias: 'Live', likely, sentence: 'It leads around.', remedy: '' };
}

/** `code logicalId` of every warning. */
function warnings(changes: readonly ChangeSetEntry[], context: ChangeContext = none): string[] {
  return summarizeChange(changes, context).warnings.map(({ code, logicalId }) => `${code} ${logicalId}`);
}

const statement = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' });
const role = (...statements: unknown[]) =>
  JSON.stringify({
    Properties: { Policies: [{ PolicyDocument: { Statement: statements } }], ManagedPolicyArns: ['arn:a'] },
  });

describe('the summary of a change', () => {
  it('names what loses data', () => {
    expect(
      warnings([
        entry('Table', 'AWS::DynamoDB::Table', { Replacement: 'True' }),
        entry('Queue', 'AWS::SQS::Queue', { Replacement: 'Conditional' }),
        entry('Bucket', 'AWS::S3::Bucket', { Action: 'Remove', Replacement: undefined }),
        entry('Stage', 'AWS::ApiGatewayV2::Stage', { Replacement: 'True' }),
        entry('Version', 'AWS::Lambda::Version', { Replacement: 'True' }),
        entry('Fine', 'AWS::DynamoDB::Table'),
      ]),
    ).toEqual([
      'stateful-removed Bucket',
      'stateful-replaced Queue',
      'resource-replaced Stage',
      'stateful-replaced Table',
    ]);
  });

  it('names what a rolled-back release left and this one takes over', () => {
    const imported = [{ logicalId: 'Orders', type: 'AWS::DynamoDB::Table', physicalId: 'shop-orders' }];
    const { warnings: told } = summarizeChange([entry('Orders', 'AWS::DynamoDB::Table', { Action: 'Import' })], {
      ...none,
      imported,
    });
    expect(told.map(({ code }) => code)).toEqual(['taken-over']);
    expect(told[0]?.sentence).toContain('shop-orders, which a release that was rolled back has left');
  });

  it('says what would certainly lose data by being replaced', () => {
    const summary = summarizeChange(
      [
        entry('Table', 'AWS::DynamoDB::Table', { Replacement: 'True' }),
        entry('Queue', 'AWS::SQS::Queue', { Replacement: 'Conditional' }),
        entry('Bucket', 'AWS::S3::Bucket', { Action: 'Remove', Replacement: 'True' }),
        entry('Stage', 'AWS::ApiGatewayV2::Stage', { Replacement: 'True' }),
        entry('Fine', 'AWS::DynamoDB::Table'),
      ],
      none,
    );
    expect(certainLosses(summary)).toEqual([
      'Table (AWS::DynamoDB::Table) would be replaced by a new, empty one as soon as the stack is changed, while the version in service still uses it.',
    ]);
  });

  it('names what could hurt the version that still serves', () => {
    const changes = [
      entry('Mapping', 'AWS::Lambda::EventSourceMapping'),
      entry('Guarded', 'AWS::Lambda::Function'),
      entry('Alone', 'AWS::Lambda::Function'),
      entry('Open', 'AWS::Lambda::Function'),
      entry('New', 'AWS::Lambda::Function', { Action: 'Add' }),
    ];
    const kept = [
      { logicalId: 'Topic', type: 'AWS::SNS::Topic', doubled: false },
      { logicalId: 'Rule', type: 'AWS::Events::Rule', doubled: false },
    ];
    const unguarded = {
      around: [around('Mapping', 'Guarded'), around('Rule', 'Still'), around('Caller', 'Guarded', true)],
      functions: ['Open', 'New', 'Alone'].map((functionId) => ({
        functionId,
        ways: functionId === 'Alone' ? [] : ['Api (AWS::X)'],
        likely: [],
      })),
    };
    const moved = [{ logicalId: 'Alias', sentence: 'All its users move.', remedy: '' }];
    expect(warnings(changes, { ...none, unguarded, moved, kept })).toEqual([
      'moves-all-at-once Alone',
      'event-source-changed Mapping',
      'moves-all-at-once Open',
      'takes-over-at-once Alias',
      'goes-around-alias Mapping',
      'goes-around-alias Caller',
      'removed-after-bake Rule',
      'stateful-removed Topic',
    ]);
  });

  it('names grants that come and go', () => {
    const changes = [
      entry('Wider', 'AWS::IAM::Role', {
        BeforeContext: role(statement('s3:GetObject')),
        AfterContext: role(statement('s3:GetObject'), statement('s3:*')),
      }),
      entry('Narrower', 'AWS::IAM::Role', { BeforeContext: role(statement('a:B')), AfterContext: role() }),
      entry('Same', 'AWS::IAM::Role', { BeforeContext: role(statement('a:B')), AfterContext: role(statement('a:B')) }),
      entry('Opaque', 'AWS::Lambda::Permission'),
      entry('OpaqueAdd', 'AWS::Lambda::Permission', { Action: 'Add' }),
      entry('OpaqueRemove', 'AWS::Lambda::Permission', { Action: 'Remove' }),
      entry('Key', 'AWS::KMS::Key', { AfterContext: 'not json' }),
      entry('Drifted', 'AWS::IAM::Role', { Action: 'SyncWithActual' }),
    ];
    const summary = summarizeChange(changes, none);
    expect(summary.warnings.map(({ sentence }) => sentence)).toEqual([
      'Narrower (AWS::IAM::Role) takes away at once, from the version in service too: Allow to a:B on *.',
      'Opaque (AWS::Lambda::Permission): changes permissions.',
      'OpaqueAdd (AWS::Lambda::Permission): adds permissions.',
      'OpaqueRemove (AWS::Lambda::Permission): removes permissions.',
      'Wider (AWS::IAM::Role) adds: Allow to s3:* on *.',
    ]);
  });

  it('shows the first of many grants, and every shape of them', () => {
    const many = [
      { Effect: 'Deny', NotAction: 'a:B', Principal: { AWS: '*' } },
      'odd',
      ...Array.from({ length: 5 }, (_, index) => ({ Action: `a:${index}` })),
    ];
    const { warnings: found } = summarizeChange([entry('R', 'AWS::IAM::Role', { AfterContext: role(...many) })], none);
    expect(found.map(({ sentence }) => sentence)).toEqual([
      'R (AWS::IAM::Role) adds: Allow; Allow to a:0; Allow to a:1; Allow to a:2; Allow to a:3; and 2 more.',
      'R (AWS::IAM::Role) adds at once, from the version in service too: Deny all but a:B for {"AWS":"*"}.',
    ]);
    const alone = JSON.stringify({ Properties: { PolicyDocument: { Statement: statement('a:B') } } });
    expect(warnings([entry('P', 'AWS::IAM::Policy', { Action: 'Add', AfterContext: alone })])).toEqual([
      'permissions-widened P',
    ]);
  });

  it('has a digest that is the same for the same change only', () => {
    const detail = (AfterValue: string) => ({
      Details: [{ Target: { Attribute: 'Properties', Name: 'Timeout', AfterValue } }, {}],
    });
    const [a, b] = [entry('A', 'X', detail('1')), entry('B', 'Y')];
    const { digest } = summarizeChange([a, b], none);
    expect(summarizeChange([b, a], none).digest).toBe(digest);
    expect(summarizeChange([entry('A', 'X', { ...detail('1'), BeforeContext: 'physical' }), b], none).digest).toBe(
      digest,
    );
    const others = [
      summarizeChange([a], none),
      summarizeChange([entry('A', 'X', detail('2')), b], none),
      summarizeChange([entry('A', 'X', { ...detail('1'), Replacement: 'True' }), b], none),
      summarizeChange([entry('A', 'X', { ...detail('1'), PolicyAction: 'Retain' }), b], none),
      summarizeChange([a, b], { ...none, kept: [{ logicalId: 'K', type: 'X', doubled: false }] }),
      summarizeChange([a, b], { ...none, former: { release: 'orders-1.0.0-a1', alarms: ['Left'] } }),
      summarizeChange([a, b], { ...none, boundary: '1 role gets it.' }),
    ];
    expect(new Set([digest, ...others.map((other) => other.digest)]).size).toBe(8);
    expect(summarizeChange([a, b], { ...none, boundary: '1 role gets it.' }).boundary).toBe('1 role gets it.');
  });

  it('names the alarms that the release is judged by and that change, and those that its manifest leaves out', () => {
    const alarm = 'AWS::CloudWatch::Alarm';
    const changes = [
      entry('Left', alarm),
      entry('Named', 'AWS::CloudWatch::CompositeAlarm'),
      entry('Other', alarm),
      entry('Added', alarm, { Action: 'Add' }),
    ];
    const former = { release: 'orders-1.0.0-a1', alarms: ['Left', 'Named'] };
    const { warnings: found } = summarizeChange(changes, { ...none, alarms: ['Named', 'Added'], former });
    expect(found.map(({ code, logicalId }) => `${code} ${logicalId}`)).toEqual([
      'alarm-changed Left',
      'alarm-changed Named',
      'alarm-left-out Left',
    ]);
    expect(found.at(-1)?.sentence).toBe(
      'The manifest no longer names the alarm Left, which orders-1.0.0-a1 names: while it exists, it is watched until this release has proven itself.',
    );
  });

  it('has the parameters that change, their values in the digest, whatever is shown of them', () => {
    const of = (Level: string): ChangeContext => ({
      ...none,
      parameters: {
        template: { Parameters: { Level: { Type: 'String' } }, Resources: {} },
        choice: { parameters: { Level }, kept: [] },
        live: undefined,
        references: {},
      },
    });
    const long = (end: string): string => `${'x'.repeat(300)}${end}`;
    const [one, other] = [summarizeChange([], of(long('1'))), summarizeChange([], of(long('2')))];
    expect(changeSummarySchema.parse(one)).toEqual(one);
    expect(one.parameters).toEqual([{ name: 'Level', source: 'manifest', after: `${'x'.repeat(199)}…` }]);
    expect(other.parameters).toEqual(one.parameters);
    expect(new Set([one.digest, other.digest, summarizeChange([], none).digest]).size).toBe(3);
  });

  it('keeps its shape, whatever CloudFormation leaves out', () => {
    const summary = summarizeChange([{}, { ResourceChange: {} }, entry('A', 'X'), entry('A', 'X')], none);
    expect(changeSummarySchema.parse(summary)).toEqual(summary);
    expect(summary.resources).toHaveLength(3);
    expect(summary.resources[0]).toEqual({ action: 'Dynamic', logicalId: '', type: '' });
    expect(() => summarizeChange([entry('A', 'X', { Action: 'Explode' })], none)).toThrow();
    expect(
      warnings([
        entry('I', 'AWS::IAM::Role', { Action: 'Import' }),
        entry('D', 'AWS::IAM::Role', { Action: 'Dynamic' }),
      ]),
    ).toHaveLength(2);
  });
});
