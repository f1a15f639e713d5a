import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { ledgerTableName } from '../../core/names.ts';

const key = (hash: string, range: string): CfnTable.KeySchemaProperty[] => [
  { attributeName: hash, keyType: 'HASH' },
  { attributeName: range, keyType: 'RANGE' },
];

/** Indexes of the ledger: name, partition key, sort key. Lists are served from them; nothing is decided on them. */
export const ledgerIndexes = [
  { name: 'byService', hash: 'gsi1pk', range: 'gsi1sk' },
  { name: 'byDay', hash: 'gsi2pk', range: 'gsi2sk' },
  { name: 'open', hash: 'gsi3pk', range: 'gsi3sk' },
] as const;

/** The one table. Kept whatever happens to the stack. */
export class Ledger extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const attributes = ['pk', 'sk', ...ledgerIndexes.flatMap(({ hash, range }) => [hash, range])];
    const table = new CfnTable(this, 'Table', {
      tableName: ledgerTableName,
      billingMode: 'PAY_PER_REQUEST',
      attributeDefinitions: attributes.map((attributeName) => ({ attributeName, attributeType: 'S' })),
      keySchema: key('pk', 'sk'),
      globalSecondaryIndexes: ledgerIndexes.map(({ name, hash, range }) => ({
        indexName: name,
        keySchema: key(hash, range),
        projection: { projectionType: 'ALL' },
      })),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtectionEnabled: true,
      timeToLiveSpecification: { attributeName: 'expiresAt', enabled: true },
    });
    table.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.name = table.ref;
  }
}
