/**
 * Methods of Java's strings, lists and maps that templates call and JavaScript has not, or has otherwise.
 * https://docs.oracle.com/javase/8/docs/api/java/lang/String.html
 */
interface Called {
  readonly property: string;
  readonly context: unknown;
  readonly params: readonly unknown[];
}

interface Handler {
  readonly uid: string;
  readonly match: (called: Called) => boolean;
  readonly resolve: (called: Called) => unknown;
}

const OF_TEXTS: Readonly<Record<string, (text: string, params: readonly unknown[]) => unknown>> = {
  equals: (text, [other]) => text === other,
  equalsIgnoreCase: (text, [other]) => text.toLowerCase() === String(other).toLowerCase(),
  contains: (text, [part]) => text.includes(String(part)),
  isEmpty: (text) => text === '',
  length: (text) => text.length,
  matches: (text, [pattern]) => new RegExp(`^(?:${String(pattern)})$`).test(text),
  replace: (text, [from, to]) => text.replaceAll(String(from), () => String(to)),
  replaceAll: (text, [pattern, to]) => text.replaceAll(new RegExp(String(pattern), 'g'), javaReplacement(to)),
  replaceFirst: (text, [pattern, to]) => text.replace(new RegExp(String(pattern)), javaReplacement(to)),
  split: (text, [pattern]) => text.split(new RegExp(String(pattern))),
};

/** In Java a backslash takes the next character as it is. */
function javaReplacement(to: unknown): string {
  return String(to).replaceAll(/\\(.)/g, (_, character: string) => (character === '$' ? '$$' : character));
}

export const methodHandlers: Handler[] = [
  {
    uid: 'texts',
    match: ({ property, context }) => typeof context === 'string' && Object.hasOwn(OF_TEXTS, property),
    resolve: ({ property, context, params }) => OF_TEXTS[property]?.(String(context), params),
  },
  {
    uid: 'texts of scalars',
    match: ({ property, context }) =>
      property === 'toString' && (context === null || ['number', 'boolean', 'string'].includes(typeof context)),
    resolve: ({ context }) => (context === null ? '' : typeof context === 'string' ? context : JSON.stringify(context)),
  },
];
