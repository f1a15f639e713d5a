import { describe, expect, it } from 'vitest';
import { boundaryName, policyArn } from '../../../../core/contract/names.ts';
import { type AdoptionWish, draftAdoption, type RunningStack } from '../../../../core/manifest/draft/adopt.ts';
import { manifestProblems } from '../../../../core/manifest/manifest.ts';
import { policyProblems } from '../../../../core/policy/policy.ts';
import type { Template } from '../../../../core/template/template.ts';

const place = { account: '333333333333', region: 'us-east-1' };
const arn = policyArn(place.account, boundaryName(place.region, 'orders'));
const allowing = (Action: string | string[]) => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const source = { author: 'Ada <ada@example.com>' };
const wish: AdoptionWish = {
  ...{ service: 'orders', environment: 'production', source },
  boundary: { arn, document: allowing('sqs:*') },
};

const template: Template = {
  Parameters: {
    Level: { Type: 'String', Default: 'INFO' },
    Domain: { Type: 'String' },
    Same: { Type: 'String', Default: 'a' },
    Password: { Type: 'String', NoEcho: true },
    Absent: { Type: 'String' },
  },
  Resources: {
    Role: { Type: 'AWS::IAM::Role' },
    Worker: { Type: 'AWS::Lambda::Function' },
    Each: { Type: 'AWS::Events::Rule', Properties: { Targets: [{ Arn: { 'Fn::GetAtt': ['Worker', 'Arn'] } }] } },
  },
};

function stack(changes: Partial<RunningStack> = {}): RunningStack {
  return {
    ...{ ...place, name: 'orders-production', status: 'UPDATE_COMPLETE', processed: template, written: template },
    parameters: { Level: 'DEBUG', Domain: 'example.com', Same: 'a', Password: '****' },
    resources: [{ logicalId: 'Role', physicalId: 'orders-production-Role-1A2B', type: 'AWS::IAM::Role' }],
    identities: [
      {
        ...{ logicalId: 'Role', type: 'AWS::IAM::Role', name: 'orders-production-Role-1A2B' },
        boundary: { kind: 'unbounded' },
        grants: { documents: [allowing(['sqs:SendMessage', 'ec2:DescribeRegions'])], unreadable: [] },
      },
    ],
    ...changes,
  };
}

describe('a stack that is taken over', () => {
  const draft = draftAdoption(stack(), wish);

  it('shows what it is, and what its first release changes', () => {
    expect(draft.found).toBe(
      'orders-production in 333333333333/us-east-1 (UPDATE_COMPLETE). Found a CloudFormation template: 1 function.',
    );
    expect(draft.obstacles).toEqual([]);
    expect(draft.changes).toEqual([
      expect.stringMatching(/^The stack is adopted first: a role or user that is live get/),
      'Role (orders-production-Role-1A2B) loses at once, also for the version in service: ec2:DescribeRegions.',
      'The stack, and what is in it, gets the tags sluice:…, among them sluice:entry orders.',
    ]);
    expect(draft.notes[0]).toMatch(/^No alias guards Worker: it would move all at once/);
  });

  it('gets a manifest with the values that it has, but no hidden ones, and an entry of the policy', () => {
    expect(draft.manifest.parameters).toEqual({ production: { Level: 'DEBUG', Domain: 'example.com' } });
    expect(manifestProblems(draft.manifest)).toEqual([]);
    expect(draft.policy).toEqual({
      services: { orders: { environments: ['production'], stack: '{service}-{environment}' } },
      environments: { production: { waves: [{ targets: [place] }] } },
    });
    expect(policyProblems(draft.policy)).toEqual([]);
    expect(draftAdoption(stack({ parameters: {} }), wish).manifest).not.toHaveProperty('parameters');
    expect(draftAdoption(stack({ name: 'shop-prod' }), wish).policy.services['orders']).toMatchObject({
      stack: 'shop-prod',
    });
  });

  it('loses nothing where the boundary allows it, or has no role', () => {
    const all = { ...wish, boundary: { arn, document: allowing('*') } };
    expect(draftAdoption(stack(), all).changes[1]).toBe('It takes nothing from them.');
    expect(draftAdoption(stack({ identities: [] }), wish).changes).toHaveLength(1);
  });

  it('may lose what nobody knows while the boundary is not there', () => {
    const unknown = { ...wish, boundary: { arn, document: undefined } };
    expect(draftAdoption(stack(), unknown).changes[1]).toBe(
      `What it takes from Role is not known: ${arn} is not there, or may not be read. Have the platform team deploy the policy entry below, and look again.`,
    );
  });

  it('is kept out by its status, its roles and what a service may not have', () => {
    const written: Template = {
      Transform: ['AWS::Serverless-2016-10-31'],
      Resources: { Inner: { Type: 'AWS::Serverless::Application' }, Cluster: { Type: 'AWS::EKS::Cluster' } },
    };
    const identities = stack().identities.map((one) => ({
      ...one,
      boundary: { kind: 'bounded', arn: 'other' } as const,
    }));
    const out = draftAdoption(stack({ status: 'UPDATE_IN_PROGRESS', written, identities }), wish);
    expect(out.found).toContain('Found a SAM application');
    expect(out.obstacles).toEqual([
      'The stack orders-production is UPDATE_IN_PROGRESS: bring it to rest first (CREATE_COMPLETE, UPDATE_COMPLETE).',
      expect.stringContaining('Role (orders-production-Role-1A2B) has other'),
      expect.stringContaining('"Inner" (AWS::Serverless::Application) is a nested stack'),
      expect.stringContaining('AWS::EKS::Cluster'),
    ]);
    expect(out.changes).toHaveLength(1);
  });

  it('has names of its own, which the policy has to name', () => {
    const named = (count: number) => {
      const ids = Array.from({ length: count }, (_, index) => `Queue${index}`);
      const processed: Template = {
        Resources: {
          Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'orders-production-table' } },
          Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'orders' } },
          ...Object.fromEntries(ids.map((id) => [id, { Type: 'AWS::SQS::Queue', Properties: { QueueName: id } }])),
        },
      };
      const resources = [
        { logicalId: 'Table', physicalId: 'orders-production-table', type: 'AWS::DynamoDB::Table' },
        { logicalId: 'Api', physicalId: 'a1b2c3d4e5', type: 'AWS::ApiGatewayV2::Api' },
        { logicalId: 'Gone', physicalId: 'gone', type: 'AWS::SQS::Queue' },
        ...ids.map((logicalId) => ({ logicalId, physicalId: `https://sqs/3/${logicalId}`, type: 'AWS::SQS::Queue' })),
      ];
      return draftAdoption(stack({ processed, resources, identities: [] }), wish);
    };
    expect(named(1).policy.services['orders']).toMatchObject({ names: ['Queue0'] });
    expect(named(1).obstacles).toEqual([]);
    const eight = Array.from({ length: 8 }, (_, index) => `Queue${index}`);
    expect(named(9).policy.services['orders']).toMatchObject({ names: eight });
    // CloudFormation cuts long names of stacks.
    const name = 'orders-of-the-whole-company-production';
    const cut = {
      logicalId: 'Table',
      physicalId: 'orders-of-the-whole-comp-Table-1A2B3C4D5E6F',
      type: 'AWS::DynamoDB::Table',
    };
    const processed: Template = { Resources: { Table: { Type: cut.type, Properties: { TableName: 'x' } } } };
    const long = draftAdoption(stack({ name, processed, resources: [cut], identities: [] }), wish);
    expect(long.policy.services['orders']).not.toHaveProperty('names');
    expect(named(9).obstacles[0]).toContain('9 resources have names of their own (Queue0, Queue1,');
  });

  it('has names of connections, delivery streams and activities, but not of parts of AppSync’s APIs', () => {
    const one = (type: string, property: string, physicalId: string) => ({ type, property, physicalId });
    const all = [
      one('AWS::Events::Connection', 'Name', 'hook'),
      one('AWS::KinesisFirehose::DeliveryStream', 'DeliveryStreamName', 'clicks'),
      one('AWS::StepFunctions::Activity', 'Name', 'arn:aws:states:us-east-1:333333333333:activity:Pack'),
      one('AWS::AppSync::DataSource', 'Name', 'arn:aws:appsync:us-east-1:333333333333:apis/a1/datasources/Orders'),
    ];
    const resources = all.map(({ type, physicalId }, index) => ({ logicalId: `R${index}`, physicalId, type }));
    const Resources = Object.fromEntries(
      all.map(({ type, property }, index) => [`R${index}`, { Type: type, Properties: { [property]: 'x' } }]),
    );
    const { policy } = draftAdoption(stack({ processed: { Resources }, resources, identities: [] }), wish);
    expect(policy.services['orders']).toMatchObject({ names: ['hook', 'clicks', 'Pack'] });
  });
});
