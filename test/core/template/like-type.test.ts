import { describe, expect, it } from 'vitest';
import { likeType } from '../../../core/template/like-type.ts';

const types = [
  'AWS::EC2::Router2',
  'AWS::EC2::Routes',
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::SQS::Queue',
  'AWS::Lambda::Function',
];

describe('a type like another one', () => {
  it.each([
    ['AWS::DynamoDB::Tabel', 'AWS::DynamoDB::Table'],
    ['AWS::DynamoDb::Table', 'AWS::DynamoDB::Table'],
    ['AWS::SQS::Queues', 'AWS::SQS::Queue'],
    ['AWS::Lamda::Function', 'AWS::Lambda::Function'],
    ['AWS::EC2::VPC', undefined],
    ['AWS::SQS::QueuePolicy', undefined],
    ['AWS::SQS::Queue', undefined],
    // Two are like it: the nearer one is meant.
    ['AWS::EC2::Route', 'AWS::EC2::Routes'],
  ])('%s: %s', (written, expected) => {
    expect(likeType(written, types)).toBe(expected);
  });
});
