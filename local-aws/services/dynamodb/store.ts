import batchGetItem from 'dynalite/actions/batchGetItem.js';
import createTable from 'dynalite/actions/createTable.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import deleteTable from 'dynalite/actions/deleteTable.js';
import getItem from 'dynalite/actions/getItem.js';
import listTables from 'dynalite/actions/listTables.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import updateItem from 'dynalite/actions/updateItem.js';
import updateTable from 'dynalite/actions/updateTable.js';
import database from 'dynalite/db/index.js';
import batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import createTableRules from 'dynalite/validations/createTable.js';
import deleteItemRules from 'dynalite/validations/deleteItem.js';
import deleteTableRules from 'dynalite/validations/deleteTable.js';
import getItemRules from 'dynalite/validations/getItem.js';
import validations from 'dynalite/validations/index.js';
import listTablesRules from 'dynalite/validations/listTables.js';
import putItemRules from 'dynalite/validations/putItem.js';
import queryRules from 'dynalite/validations/query.js';
import scanRules from 'dynalite/validations/scan.js';
import updateItemRules from 'dynalite/validations/updateItem.js';
import updateTableRules from 'dynalite/validations/updateTable.js';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import { toDynalite } from './attribute-values.ts';
import { checkExpressions } from './expressions.ts';

/** Dynalite's operations: its validation and what does the work. BatchWriteItem is validated here and done item by item. */
const ACTIONS = {
  batchGetItem: { rules: batchGetItemRules, act: batchGetItem },
  batchWriteItem: { rules: batchWriteItemRules, act: undefined },
  createTable: { rules: createTableRules, act: createTable },
  deleteItem: { rules: deleteItemRules, act: deleteItem },
  deleteTable: { rules: deleteTableRules, act: deleteTable },
  getItem: { rules: getItemRules, act: getItem },
  listTables: { rules: listTablesRules, act: listTables },
  putItem: { rules: putItemRules, act: putItem },
  query: { rules: queryRules, act: query },
  scan: { rules: scanRules, act: scan },
  updateItem: { rules: updateItemRules, act: updateItem },
  updateTable: { rules: updateTableRules, act: updateTable },
} as const;

export type Action = keyof typeof ACTIONS;

/** The DynamoDB of one account and region: dynalite on LevelDB in memory, in this process. */
export class Store {
  private readonly dynalite: DynaliteStore;
  private last: Promise<unknown> = Promise.resolve();
  private readonly asked = new Set<Promise<unknown>>();
  private closed = false;

  constructor(account: string, region: string) {
    // Dynalite keeps tables in CREATING and DELETING by real timers; zero of them, see whenTableReady().
    this.dynalite = database.create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    this.dynalite.tableDb.awsAccountId = account;
    this.dynalite.tableDb.awsRegion = region;
  }

  /** Runs work alone: nothing else reads or writes this store meanwhile. That is what makes transactions atomic. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const run = this.last.then(work, work);
    this.last = run.catch(() => undefined);
    return run;
  }

  /** Validates an SDK input as DynamoDB does and parses its expressions. @throws AwsError ValidationException */
  validate(action: Action, input: object): DynaliteRequest {
    checkExpressions(input);
    const { rules } = ACTIONS[action];
    const plain = toDynalite(input);
    if (typeof plain !== 'object' || plain === null) throw new TypeError('A DynamoDB request is an object.');
    try {
      const request = validations.checkTypes(plain, rules.types);
      validations.checkValidations(request, rules.types, rules.custom, this.dynalite);
      return request;
    } catch (error) {
      throw awsError(error);
    }
  }

  /** Carries out a validated request. @throws AwsError as DynamoDB answers */
  async act(action: Action, request: DynaliteRequest): Promise<DynaliteRequest> {
    const { act } = ACTIONS[action];
    if (act === undefined) throw new TypeError(`${action} is done item by item.`);
    return (await this.ask<DynaliteRequest>((done) => act(this.dynalite, request, done))) ?? {};
  }

  async run(action: Action, input: object): Promise<DynaliteRequest> {
    return this.act(action, this.validate(action, input));
  }

  /** @throws AwsError ResourceNotFoundException */
  async table(name: string): Promise<DynaliteTable> {
    const table = await this.ask<DynaliteTable>((done) => this.dynalite.getTable(name, false, done));
    if (table === undefined) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
    return table;
  }

  /** The item with that key, which must fit the table's schema. */
  async item(table: DynaliteTable, key: DynaliteItem): Promise<DynaliteItem | undefined> {
    const text = database.createKey(key, table);
    return this.ask<DynaliteItem>((done) => this.dynalite.getItemDb(table.TableName).get(text, done));
  }

  /**
   * Puts items that are not there yet into a table and its indexes, a batch at a time: none of what a request takes. That is
   * how a million items come to be in seconds. @throws AwsError ResourceNotFoundException, ValidationException
   */
  async load(name: string, items: readonly DynaliteItem[]): Promise<void> {
    const table = await this.table(name);
    if ((table.LocalSecondaryIndexes ?? []).length > 0) throw new NotImplemented('loading a table with local indexes');
    const rows: DynalitePut[] = [];
    const entries = new Map<string, DynalitePut[]>();
    for (const item of items) {
      const invalid = database.validateItem(item, table);
      if (invalid !== null && invalid !== undefined) throw awsError(invalid);
      rows.push({ type: 'put', key: database.createKey(item, table), value: item });
      const { puts } = database.getIndexActions(table.GlobalSecondaryIndexes ?? [], undefined, item, table);
      for (const { index, key, item: value } of puts) {
        const ofIndex = entries.get(index) ?? [];
        ofIndex.push({ type: 'put', key, value });
        entries.set(index, ofIndex);
      }
    }
    await this.ask((done) => this.dynalite.getItemDb(name).batch(rows, done));
    for (const [index, puts] of entries)
      await this.ask((done) => this.dynalite.getIndexDb('Global', name, index).batch(puts, done));
  }

  /** Waits the few turns of the event loop that dynalite needs to finish what it began with a table. */
  async whenTableReady(name: string): Promise<DynaliteTable | undefined> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const table = await this.ask<DynaliteTable>((done) => this.dynalite.getTable(name, false, done)).catch(
        () => undefined,
      );
      if (table === undefined || table.TableStatus === 'ACTIVE') return table;
    }
  }

  /** Lets what was begun come to its end, and takes nothing more: LevelDB must not be asked once it is closed. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.asked);
    await new Promise<void>((resolve) => this.dynalite.db.close(() => resolve()));
  }

  /** @throws AwsError ServiceUnavailable once the store is closed */
  private async ask<T>(start: (done: DynaliteCallback<T>) => void): Promise<T | undefined> {
    if (this.closed) throw new AwsError('ServiceUnavailable', 'The local AWS is closing.', 503);
    const answer = callback(start);
    this.asked.add(answer);
    try {
      return await answer;
    } finally {
      this.asked.delete(answer);
    }
  }
}

function callback<T>(start: (done: DynaliteCallback<T>) => void): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error === null || error === undefined) resolve(result);
      else reject(awsError(error));
    });
  });
}

/** Dynalite's errors carry what DynamoDB answers as `body`. Anything else is a bug and stays what it is. */
function awsError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (!isDynaliteError(error) || error.body === undefined) return error;
  const code = error.body.__type.split('#')[1] ?? error.body.__type;
  return new AwsError(code, error.body.message ?? error.body.Message ?? '', error.statusCode ?? 400);
}

function isDynaliteError(error: Error): error is DynaliteError {
  return 'body' in error && 'statusCode' in error;
}
