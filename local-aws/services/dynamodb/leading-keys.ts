import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Authorization } from '../../kernel/service.ts';
import type { Realms } from './tables.ts';

/** Attributes of an item, or its key, as a request has them. */
type Attributes = Readonly<Record<string, AttributeValue>> | undefined;

/**
 * An action on items of a table, with the partition keys that policies ask for as `dynamodb:LeadingKeys`: one of each item. The
 * key is absent where there is no such table, or where an item of the request has no such key.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function onItems(realms: Realms, action: string, table: string, items: readonly Attributes[]): Authorization {
  const name = realms.partitionKeyOf(table);
  const keys = items.map((item) => (name === undefined ? undefined : textOf(item?.[name])));
  const known = keys.filter((key) => key !== undefined);
  // One item without a key is refused as a request afterwards: what the others have must not let it through before.
  const whole = known.length > 0 && known.length === keys.length;
  return { action, resource: table, context: whole ? { 'dynamodb:LeadingKeys': known } : {} };
}

/** A key is a text, a number or bytes, which policies compare as text. */
function textOf(value: AttributeValue | undefined): string | undefined {
  if (value?.B !== undefined) return Buffer.from(value.B).toString('base64');
  return value?.S ?? value?.N;
}
