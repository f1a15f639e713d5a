import * as z from 'zod';
import { RequestInvalid } from '../errors.ts';
import { digestOf } from '../../release/chain.ts';

/** Where a list continues: a key of the ledger and the list it belongs to. Opaque to clients. */
const cursorSchema = z.strictObject({
  /** Digest of the list's filters: a cursor is valid for its own list only. */
  list: z.string(),
  /** Keys are plain ASCII, and shorter than DynamoDB allows. */
  key: z.record(z.string().regex(/^(pk|sk|gsi[123][ps]k)$/), z.string().regex(/^[\x20-\x7e]{1,512}$/)),
});
export type CursorKey = z.infer<typeof cursorSchema>['key'];

/** What a key of a list looks like: its attributes, all of them, and what the value of each is, or begins with. */
export type KeyShape = Readonly<Record<string, { readonly is: string } | { readonly begins: string }>>;

/** @param list what identifies the list: its name and filters */
export function encodeCursor(list: unknown, key: CursorKey): string {
  return Buffer.from(JSON.stringify({ list: digestOf(list).slice(0, 16), key })).toString('base64url');
}

/**
 * The key a cursor holds. Its digest is no secret, so that anybody can write a cursor: its key must be one of the list, or DynamoDB
 * would refuse it. Throws RequestInvalid otherwise.
 * @param shapes what the key may look like
 */
export function decodeCursor(list: unknown, cursor: string, shapes: readonly KeyShape[]): CursorKey {
  const { data } = cursorSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (data?.list === digestOf(list).slice(0, 16) && shapes.some((shape) => fits(data.key, shape))) return data.key;
  throw new RequestInvalid('The cursor does not belong to this list: start again without a cursor.');
}

function fits(key: CursorKey, shape: KeyShape): boolean {
  const values = new Map(Object.entries(key));
  const expected = Object.entries(shape);
  if (values.size !== expected.length) return false;
  return expected.every(([name, rule]) => {
    const value = values.get(name);
    return 'is' in rule ? value === rule.is : value?.startsWith(rule.begins) === true;
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
