import * as z from 'zod';
import { RequestInvalid } from '../errors.ts';
import { digestOf } from '../../release/chain.ts';

/** Where a list continues: a key of the ledger and the list it belongs to. Opaque to clients. */
const cursorSchema = z.strictObject({
  /** Digest of the list's filters: a cursor is valid for its own list only. */
  list: z.string(),
  key: z.record(z.string().regex(/^(pk|sk|gsi[123][ps]k)$/), z.string()),
});
export type CursorKey = z.infer<typeof cursorSchema>['key'];

/** @param list what identifies the list: its name and filters */
export function encodeCursor(list: unknown, key: CursorKey): string {
  return Buffer.from(JSON.stringify({ list: digestOf(list).slice(0, 16), key })).toString('base64url');
}

/** The key a cursor holds. Throws RequestInvalid when it is not one, or of another list. */
export function decodeCursor(list: unknown, cursor: string): CursorKey {
  const parsed = cursorSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success || parsed.data.list !== digestOf(list).slice(0, 16)) {
    throw new RequestInvalid('The cursor does not belong to this list: start again without a cursor.');
  }
  return parsed.data.key;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
