/** What the local DynamoDB uses of dynalite 4.0.0, which carries no types: its store, its validation, its actions. */

interface DynaliteValue {
  S?: string;
  N?: string;
  /** Base64. */
  B?: string;
  BOOL?: boolean;
  NULL?: boolean;
  SS?: string[];
  NS?: string[];
  BS?: string[];
  L?: DynaliteValue[];
  M?: DynaliteItem;
}

type DynaliteItem = Record<string, DynaliteValue>;

interface DynaliteIndex {
  IndexName: string;
  KeySchema: { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];
  Projection: { ProjectionType?: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; NonKeyAttributes?: string[] };
  IndexArn: string;
  IndexSizeBytes: number;
  ItemCount: number;
  IndexStatus?: 'CREATING' | 'UPDATING' | 'DELETING' | 'ACTIVE';
  ProvisionedThroughput?: DynaliteThroughput;
}

interface DynaliteThroughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
  NumberOfDecreasesToday?: number;
}

interface DynaliteTable {
  TableName: string;
  TableArn: string;
  TableId: string;
  TableStatus: 'CREATING' | 'UPDATING' | 'DELETING' | 'ACTIVE';
  KeySchema: { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];
  AttributeDefinitions: { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[];
  GlobalSecondaryIndexes?: DynaliteIndex[];
  LocalSecondaryIndexes?: DynaliteIndex[];
  ProvisionedThroughput: DynaliteThroughput;
  BillingModeSummary?: { BillingMode: 'PAY_PER_REQUEST' | 'PROVISIONED' };
}

/** A request after `checkTypes` and `checkValidations`: expressions are parsed into the members with an underscore. */
interface DynaliteRequest {
  [member: string]: unknown;
  TableName?: string;
  _condition?: { expression: unknown; nestedPaths?: unknown };
}

interface DynaliteError extends Error {
  statusCode?: number;
  body?: { __type: string; message?: string; Message?: string };
}

type DynaliteCallback<T> = (error: DynaliteError | null | undefined, result?: T) => void;

interface DynalitePut {
  readonly type: 'put';
  readonly key: string;
  readonly value: DynaliteItem;
}

interface DynaliteItemDb {
  get(key: string, callback: DynaliteCallback<DynaliteItem>): void;
  batch(puts: readonly DynalitePut[], callback: DynaliteCallback<undefined>): void;
}

interface DynaliteStore {
  tableDb: { awsAccountId: string; awsRegion: string };
  getItemDb(table: string): DynaliteItemDb;
  getIndexDb(kind: 'Global' | 'Local', table: string, index: string): DynaliteItemDb;
  getTable(name: string, checkStatus: boolean, callback: DynaliteCallback<DynaliteTable>): void;
  db: { close(callback: (error?: Error | null) => void): void };
}

declare module 'dynalite/db/index.js' {
  const database: {
    create(options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }): DynaliteStore;
    createKey(item: DynaliteItem, table: DynaliteTable): string;
    createIndexKey(item: DynaliteItem, table: DynaliteTable, keySchema: DynaliteIndex['KeySchema']): string;
    getIndexActions(
      indexes: readonly DynaliteIndex[],
      before: undefined,
      item: DynaliteItem,
      table: DynaliteTable,
    ): { puts: { index: string; key: string; item: DynaliteItem }[] };
    checkConditional(request: DynaliteRequest, existing: DynaliteItem | undefined): DynaliteError | null | undefined;
    validateKey(key: DynaliteItem, table: DynaliteTable): DynaliteError | null | undefined;
    validateItem(item: DynaliteItem, table: DynaliteTable): DynaliteError | null | undefined;
    validateUpdates(
      attributeUpdates: undefined,
      updates: unknown,
      table: DynaliteTable,
    ): DynaliteError | null | undefined;
    validateKeyPaths(nestedPaths: unknown, table: DynaliteTable): DynaliteError | null | undefined;
  };
  export default database;
}

declare module 'dynalite/validations/index.js' {
  const validations: {
    checkTypes(request: object, types: object): DynaliteRequest;
    checkValidations(request: DynaliteRequest, types: object, custom: unknown, store: DynaliteStore): void;
  };
  export default validations;
}

declare module 'dynalite/validations/*' {
  const validation: { types: object; custom?: unknown };
  export default validation;
}

declare module 'dynalite/actions/*' {
  function action(store: DynaliteStore, request: DynaliteRequest, callback: DynaliteCallback<DynaliteRequest>): void;
  export default action;
}
