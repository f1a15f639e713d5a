import type { FunctionName } from '../../../core/contract/names.ts';
import type { Key } from '../../../core/ledger/keys.ts';
import { intentKey, type WriteIntent } from '../../../core/ledger/write-intent.ts';
import {
  indexGrants,
  type LedgerAction,
  ledgerGrants,
  partitionGrants,
} from '../../../infra/release-engine/ledger-grants.ts';
import type { Ledger } from '../../../adapters/dynamodb/ledger.ts';

/** The ledger as a function has it: IAM refuses what its role may not do, so that no test passes where the deployed function would fail. */
export function grantedLedger(ledger: Ledger, name: FunctionName): Ledger {
  const needs = (...actions: readonly LedgerAction[]): void => {
    for (const action of actions) {
      if (!ledgerGrants[name].includes(action)) throw new Error(`sluice-${name} may not dynamodb:${action}`);
    }
  };
  const touches = (...keys: readonly Key[]): void => {
    const other = keys.find(({ pk }) => !pk.startsWith(partitionGrants[name] ?? ''));
    if (other !== undefined) throw new Error(`sluice-${name} may not touch ${other.pk}`);
  };
  return {
    get: async (key) => {
      needs('GetItem');
      touches(key);
      return ledger.get(key);
    },
    getAll: async (keys) => {
      needs('BatchGetItem');
      touches(...keys);
      return ledger.getAll(keys);
    },
    query: async (partition, range) => {
      needs('Query');
      return ledger.query(partition, range);
    },
    queryIndex: async (index, partition, range) => {
      if (indexGrants[name]?.includes(index) !== true)
        throw new Error(`sluice-${name} may not query the index ${index}`);
      return ledger.queryIndex(index, partition, range);
    },
    write: async (intents) => {
      needs(...intents.map(actionOf));
      touches(...intents.map(intentKey));
      return ledger.write(intents);
    },
  };
}

function actionOf({ write }: WriteIntent): LedgerAction {
  switch (write) {
    case 'put':
      return 'PutItem';
    case 'update':
      return 'UpdateItem';
    case 'delete':
      return 'DeleteItem';
    case 'check':
      return 'ConditionCheckItem';
  }
}
