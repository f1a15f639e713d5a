import { ApiGatewayV2Client, CreateApiCommand, CreateStageCommand } from '@aws-sdk/client-apigatewayv2';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

// Whose tags the condition key aws:ResourceTag speaks of, where AWS's pages say that it is not what one would think.

const where = { account: '111111111111', region: 'us-east-1' };
let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0 });
});
afterAll(() => aws.close());

const tagsOf = (arn: string): string[] =>
  aws.kernel.installed.flatMap((service) => [...(service.tagsOf?.(arn)?.values() ?? [])]);

it('of a table and its indexes, not of its stream', async () => {
  await aws.client(DynamoDBClient, where).send(
    new CreateTableCommand({
      TableName: 'orders',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      Tags: [{ Key: 'team', Value: 'orders' }],
    }),
  );
  const arn = 'arn:aws:dynamodb:us-east-1:111111111111:table/orders';
  expect(tagsOf(arn)).toEqual(['orders']);
  expect(tagsOf(`${arn}/index/open`)).toEqual(['orders']);
  expect(tagsOf(`${arn}/stream/2026-11-26T00:00:00.000`)).toEqual([]);
});

it('of an HTTP API and of a stage, not of what else is inside', async () => {
  const client = aws.client(ApiGatewayV2Client, where);
  const { ApiId = '' } = await client.send(
    new CreateApiCommand({ Name: 'orders', ProtocolType: 'HTTP', Tags: { team: 'orders' } }),
  );
  await client.send(
    new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true, Tags: { team: 'stage' } }),
  );
  const arn = `arn:aws:apigateway:us-east-1::/apis/${ApiId}`;
  expect(tagsOf(arn)).toEqual(['orders']);
  expect(tagsOf(`${arn}/stages/$default`)).toEqual(['stage']);
  expect(tagsOf(`${arn}/routes`)).toEqual([]);
});
