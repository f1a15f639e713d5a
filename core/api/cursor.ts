import * as z from 'zod';

/** Where a list goes on: the keys of the last item of a page, bound to the question it belongs to. */
const cursorSchema = z.strictObject({
  /** The list and its filters; a cursor is good for the same question only. */
  question: z.string(),
  /** Key attributes of the last item, as the table's query takes them. */
  after: z.record(z.string(), z.string()),
});

/** A page's end as opaque text. */
export function encodeCursor(question: string, after: Readonly<Record<string, string>>): string {
  return Buffer.from(JSON.stringify({ question, after }), 'utf8').toString('base64url');
}

/** The keys to go on after; undefined when the text is no cursor of this question. */
export function decodeCursor(question: string, text: string): Readonly<Record<string, string>> | undefined {
  const document = parse(Buffer.from(text, 'base64url').toString('utf8'));
  const cursor = cursorSchema.safeParse(document);
  return cursor.success && cursor.data.question === question ? cursor.data.after : undefined;
}

function parse(text: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    return document;
  } catch {
    return undefined;
  }
}
