import { describe, expect, it } from 'vitest';
import {
  applyTemplate,
  settleTemplate,
  takeBackAll,
  takeBackUntilSettled,
} from '../../../../core/template/steps/chain.ts';
import { describeSteps } from '../../../../core/template/steps/describe.ts';
import { importLeft, type LeftBehind, takeImportBack } from '../../../../core/template/steps/import.ts';
import type { Template } from '../../../../core/template/template.ts';

const type = 'AWS::DynamoDB::Table';
const left: LeftBehind = {
  resources: [
    { type, physicalId: 'shop-orders' },
    { type: 'AWS::SQS::Queue', physicalId: 'https://sqs/shop-jobs' },
  ],
  values: new Map([
    ['AWS::StackName', 'shop'],
    ['Stage', 'orders'],
  ]),
};
const named = (TableName: unknown, more: object = {}): Template => ({
  Resources: { Orders: { Type: type, Properties: { TableName }, ...more } },
});
const nameOf = (template: Template): unknown => template.Resources['Orders']?.Properties?.['TableName'];

describe('a resource that a rolled-back release left', () => {
  it.each([
    'shop-orders',
    { 'Fn::Sub': '${AWS::StackName}-${Stage}' },
    { 'Fn::Join': ['-', [{ Ref: 'AWS::StackName' }, { Ref: 'Stage' }]] },
  ])('is taken over by its name, %j, and retained', (TableName) => {
    const next = named(TableName);
    const { template, imported } = importLeft(next, undefined, left);
    expect(template).toEqual(named('shop-orders', { DeletionPolicy: 'Retain' }));
    expect(imported).toMatchObject([{ logicalId: 'Orders', physicalId: 'shop-orders', name: TableName }]);
    expect(takeImportBack(template, imported)).toEqual(next);
  });

  it.each([{ DeletionPolicy: 'Delete' }, { DeletionPolicy: 'RetainExceptOnCreate' }])(
    'gets back the policy of its template, %j',
    (policy) => {
      const next = named('shop-orders', policy);
      const { template, imported } = importLeft(next, undefined, left);
      expect(['Retain', 'RetainExceptOnCreate']).toContain(template.Resources['Orders']?.['DeletionPolicy']);
      expect(takeImportBack(template, imported)).toEqual(next);
    },
  );

  it.each([
    ['has another name', named('other')],
    ['has a name that is known only in the stack', named({ 'Fn::Sub': '${Function}-orders' })],
    ['may have one of two names', named({ 'Fn::If': ['A', 'shop-orders', 'other'] })],
    ['has a name made up', named(undefined)],
    [
      'is of another type',
      { Resources: { Orders: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'shop-orders' } } } },
    ],
    [
      'is known by what no template gives',
      { Resources: { Jobs: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'shop-jobs' } } } },
    ],
  ])('is left alone where what the template adds %s', (_, next) => {
    expect(importLeft(next, undefined, left)).toEqual({ template: next, imported: [] });
  });

  it('is left alone where the stack has it already', () => {
    expect(importLeft(named('shop-orders'), named('shop-orders'), left).imported).toEqual([]);
  });

  it('is taken over until the release is settled, and the step is named', () => {
    const next = named({ 'Fn::Sub': '${AWS::StackName}-orders' });
    const live = { template: { Resources: {} }, versions: { aliases: {}, versions: {} } };
    const applied = applyTemplate(next, live, undefined, undefined, undefined, left);
    expect(nameOf(applied.template)).toBe('shop-orders');
    expect(describeSteps(applied.done)).toEqual(['import: Orders as shop-orders']);
    expect(takeBackUntilSettled(applied.template, applied.done)).toEqual(settleTemplate(applied.named, undefined));
    expect(takeBackAll(applied.template, applied.done)).toEqual(next);
  });
});
