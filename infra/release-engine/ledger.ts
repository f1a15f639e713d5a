import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { indexes, tableKeys, timeToLiveAttribute } from '../../core/ledger/index-names.ts';
import { ledgerTableName } from '../../core/contract/names.ts';

const keyOf = ({ partition, sort }: { readonly partition: string; readonly sort: string }) => [
  { attributeName: partition, keyType: 'HASH' },
  { attributeName: sort, keyType: 'RANGE' },
];

/** The one table. Kept when the stack is deleted. */
export class Ledger extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const attributes = [tableKeys, ...Object.values(indexes)].flatMap(({ partition, sort }) => [partition, sort]);
    const table = new CfnTable(this, 'Table', {
      tableName: ledgerTableName,
      billingMode: 'PAY_PER_REQUEST',
      attributeDefinitions: attributes.map((attributeName) => ({ attributeName, attributeType: 'S' })),
      keySchema: keyOf(tableKeys),
      globalSecondaryIndexes: Object.entries(indexes).map(([indexName, keys]) => ({
        indexName,
        keySchema: keyOf(keys),
        projection: { projectionType: 'KEYS_ONLY' },
      })),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtectionEnabled: true,
      timeToLiveSpecification: { attributeName: timeToLiveAttribute, enabled: true },
    });
    table.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.name = table.ref;
  }
}
