import type { Kernel } from '../../kernel/kernel.ts';
import type { Service } from '../../kernel/service.ts';
import { batchOperations } from './batch-operations.ts';
import { itemOperations } from './item-operations.ts';
import { settingOperations } from './setting-operations.ts';
import { tableOperations } from './table-operations.ts';
import { Realms } from './tables.ts';
import { transactionOperations } from './transactions.ts';

/**
 * DynamoDB: tables, items, queries, batches (dynalite 4.0.0, LevelDB in memory, in this process) and transactions over it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
 */
export function createDynamoDb(kernel: Kernel): { services: Service[] } {
  const realms = new Realms(kernel);
  return {
    services: [
      {
        signingName: 'dynamodb',
        documentation:
          'Tables (on demand and provisioned, indexes, protection, encryption, time to live and backups kept), items, ' +
          'conditions, queries, scans, batches and transactions. ' +
          'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/',
        operations: [
          ...tableOperations(realms),
          ...settingOperations(realms),
          ...itemOperations(realms),
          ...batchOperations(realms),
          ...transactionOperations(realms),
        ],
        close: () => realms.close(),
      },
    ],
  };
}
