import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Service } from '../../kernel/service.ts';
import { toItem } from './attribute-values.ts';
import { batchOperations } from './batch-operations.ts';
import { itemOperations } from './item-operations.ts';
import { settingOperations } from './setting-operations.ts';
import { tableOperations } from './table-operations.ts';
import type { TableStream } from './streams.ts';
import { Realms } from './tables.ts';
import { transactionOperations } from './transactions.ts';

/**
 * Puts items into a table as years of use would have: at once, not by requests of a client, unmetered, nobody asked for leave.
 * For measurements of big tables; no operation of AWS. None of the items may be in the table already.
 */
export type LoadTable = (
  where: { readonly account: string; readonly region: string },
  table: string,
  items: readonly Readonly<Record<string, AttributeValue>>[],
) => Promise<void>;

/**
 * DynamoDB: tables, items, queries, batches (dynalite 4.0.0, LevelDB in memory, in this process) and transactions over it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
 */
export function createDynamoDb(kernel: Kernel): {
  services: Service[];
  load: LoadTable;
  /** The enabled stream of that ARN. */
  streams: (arn: string) => TableStream | undefined;
} {
  const realms = new Realms(kernel);
  return {
    streams: (arn) => realms.streamOf(arn),
    load: async ({ account, region }, table, items) => {
      const { store } = realms.of(account, region);
      await store.alone(() => store.load(table, items.map(toItem)));
    },
    services: [
      {
        signingName: 'dynamodb',
        documentation:
          'Tables (on demand and provisioned, indexes, protection, encryption, time to live and backups kept), their streams (read by event source mappings alone), items, ' +
          'conditions, queries, scans, batches and transactions. ' +
          'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/',
        operations: [
          ...tableOperations(realms),
          ...settingOperations(realms),
          ...itemOperations(realms),
          ...batchOperations(realms),
          ...transactionOperations(realms),
        ],
        tagsOf: (arn) => realms.tagsOf(arn),
        close: () => realms.close(),
      },
    ],
  };
}
