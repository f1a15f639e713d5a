import type { Key } from './keys.ts';

/**
 * A write as plain data. An adapter turns a list of them 1:1 into one TransactWriteItems: all happen, or none. Values are
 * document values (what a document client marshals), without `undefined`.
 */
export type WriteIntent = PutIntent | UpdateIntent | DeleteIntent | CheckIntent;

/** What must hold for the write to happen. */
export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

/**
 * What a lost condition means. `HeadMoved`, `TurnMoved`, `VersionMoved`, `ClaimMoved`: another write came first; read again and decide again.
 * `AlreadyDone`: another call did the same. `FenceLost`: the turn is no longer held.
 */
export type LostCondition = 'HeadMoved' | 'TurnMoved' | 'VersionMoved' | 'ClaimMoved' | 'AlreadyDone' | 'FenceLost';

interface Conditional {
  readonly condition?: Condition;
  /** Why the condition is there; the adapter makes an error of it. */
  readonly lost?: LostCondition;
}

type Item = Key & Readonly<Record<string, unknown>>;

export interface PutIntent extends Conditional {
  readonly write: 'put';
  readonly item: Item;
}
export interface UpdateIntent extends Conditional {
  readonly write: 'update';
  readonly key: Key;
  /** UpdateExpression; its names and values, and those of the condition, are in `names` and `values`. */
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}
interface DeleteIntent extends Conditional {
  readonly write: 'delete';
  readonly key: Key;
}
export interface CheckIntent {
  readonly write: 'check';
  readonly key: Key;
  readonly condition: Condition;
  readonly lost: LostCondition;
}

/** Key of the item an intent is about: a transaction may name each only once. */
export function intentKey(intent: WriteIntent): Key {
  return intent.write === 'put' ? { pk: intent.item.pk, sk: intent.item.sk } : intent.key;
}

/** The item does not exist yet. */
export const isAbsent: Condition = { expression: 'attribute_not_exists(pk)' };

/** An attribute has this value. */
export function equals(attribute: string, value: string | number): Condition {
  return { expression: '#a = :a', names: { '#a': attribute }, values: { ':a': value } };
}
