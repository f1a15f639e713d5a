import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FenceLost, LedgerConflict } from '../../../core/contract/errors.ts';
import { equals, isAbsent } from '../../../core/ledger/write-intent.ts';
import { createLedger, type Ledger } from '../../../adapters/dynamodb/ledger.ts';
import { type LocalAws, startLocalAws } from 'local-aws';

let aws: LocalAws;
let ledger: Ledger;

beforeAll(async () => {
  aws = await startLocalAws();
  const client = aws.client(DynamoDBClient, { account: '111111111111', region: 'us-east-1' });
  const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
  await client.send(
    new CreateTableCommand({
      TableName: 'sluice-ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk'].map(text),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byService',
          KeySchema: [
            { AttributeName: 'gsi1pk', KeyType: 'HASH' },
            { AttributeName: 'gsi1sk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  ledger = createLedger(
    DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    'sluice-ledger',
  );
});
afterAll(() => aws.close());

const item = (sk: string, rest: Record<string, unknown> = {}) => ({ pk: 'release#a', sk, ...rest });

describe('the ledger on a real table', () => {
  it('writes all or nothing, and reads back what it wrote', async () => {
    expect(
      await ledger.write([
        { write: 'put', item: item('head', { sequence: 1 }), condition: isAbsent, lost: 'HeadMoved' },
        { write: 'put', item: item('event#00000001', { type: 'received' }) },
      ]),
    ).toBe('done');
    const moved = ledger.write([
      { write: 'put', item: item('event#00000002') },
      { write: 'put', item: item('head', { sequence: 3 }), condition: equals('sequence', 2), lost: 'HeadMoved' },
    ]);
    await expect(moved).rejects.toThrow(LedgerConflict);
    expect(await ledger.get({ pk: 'release#a', sk: 'event#00000002' })).toBeUndefined();
    expect(await ledger.get({ pk: 'release#a', sk: 'head' })).toEqual(item('head', { sequence: 1 }));
  });

  it('names a lost fence, and says when the same was done before', async () => {
    const fence = {
      write: 'check',
      key: { pk: 'release#a', sk: 'turn' },
      condition: equals('fence', 7),
      lost: 'FenceLost',
    } as const;
    await expect(ledger.write([fence, { write: 'put', item: item('x') }])).rejects.toThrow(FenceLost);
    const again = { write: 'put', item: item('head'), condition: isAbsent, lost: 'AlreadyDone' } as const;
    expect(await ledger.write([again])).toBe('already');
  });

  it('updates and deletes under conditions', async () => {
    const key = { pk: 'release#a', sk: 'counter' };
    await ledger.write([
      { write: 'update', key, expression: 'SET #n = :n', names: { '#n': 'n' }, values: { ':n': 1 } },
    ]);
    await ledger.write([
      { write: 'update', key, expression: 'SET #a = #a + :one', values: { ':one': 1 }, condition: equals('n', 1) },
    ]);
    expect(await ledger.get(key)).toMatchObject({ n: 2 });
    await ledger.write([{ write: 'delete', key, condition: equals('n', 2), lost: 'TurnMoved' }]);
    expect(await ledger.get(key)).toBeUndefined();
  });

  it('pages through a partition and an index', async () => {
    await ledger.write(
      [1, 2, 3].map((n) => ({
        write: 'put' as const,
        item: { pk: 'release#list', sk: `event#0000000${n}`, gsi1pk: 'service#orders', gsi1sk: `2026-11-2${n}` },
      })),
    );
    const first = await ledger.query('release#list', { prefix: 'event#', limit: 2 });
    expect(first.items.map(({ sk }) => sk)).toEqual(['event#00000001', 'event#00000002']);
    const rest = await ledger.query('release#list', { prefix: 'event#', limit: 2, start: first.next });
    expect(rest.items.map(({ sk }) => sk)).toEqual(['event#00000003']);
    const newest = await ledger.queryIndex('byService', 'service#orders', { newestFirst: true, limit: 1 });
    expect(newest.items).toEqual([{ pk: 'release#list', sk: 'event#00000003' }]);
    expect(
      await ledger.getAll([
        { pk: 'release#list', sk: 'event#00000002' },
        { pk: 'no', sk: 'no' },
      ]),
    ).toHaveLength(1);
  });
});
