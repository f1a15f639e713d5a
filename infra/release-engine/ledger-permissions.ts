import type { FunctionName } from '../../core/contract/names.ts';
import type { Permission } from '../constructs/permissions.ts';
import { indexGrants, ledgerGrants, partitionGrants } from './ledger-grants.ts';

/** What a function may do with the ledger's table, and with which of its items and indexes. @param table its ARN */
export function ledgerPermissions(name: FunctionName, table: string): readonly Permission[] {
  const actions = ledgerGrants[name].map((action) => `dynamodb:${action}`);
  const [prefix, indexes] = [partitionGrants[name], indexGrants[name]];
  return [
    { actions, resources: [table], ...(prefix === undefined ? {} : { conditions: inPartitions(prefix) }) },
    ...(indexes === undefined
      ? []
      : [{ actions: ['dynamodb:Query'], resources: indexes.map((index) => `${table}/index/${index}`) }]),
  ];
}

/**
 * Every item of a request, and each of a transaction by itself. `ForAllValues` holds where there is no key, too, which `Null`
 * refuses: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
function inPartitions(prefix: string): NonNullable<Permission['conditions']> {
  return {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${prefix}*`] },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  };
}
