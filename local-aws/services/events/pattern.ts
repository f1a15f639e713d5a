/**
 * Event patterns.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html
 */
import { fieldsOf, together, type Elements, type Field } from './fields.ts';
import { invalid, isRecord, readMatcher, type Matcher } from './matchers.ts';

/** Whether an event, or a part of one, matches. */
export type Pattern = (event: Readonly<Record<string, unknown>>) => boolean;

/** One field of a pattern: any of its matchers will do. */
interface Wanted {
  readonly name: string;
  readonly matchers: readonly Matcher[];
}

/** How many ways to match alternatives may open, as EventBridge allows. */
const MOST_COMBINATIONS = 1_000;

/** Reads a pattern. @throws AwsError InvalidEventPatternException, naming what is wrong or unknown */
export function readPattern(text: string): Pattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw invalid('Filter is not an object');
  }
  if (!isRecord(pattern)) throw invalid('Filter is not an object');
  const combinations = readObject(pattern, '');
  return (event) => {
    const fields = fieldsOf(event);
    return combinations.some((wanted) => holds(wanted, fields));
  };
}

/** The combinations of fields of which one has to be found, each in the order of the names. */
function readObject(pattern: Readonly<Record<string, unknown>>, path: string): readonly (readonly Wanted[])[] {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalid('Empty objects are not allowed');
  if (path.split('.').length > DEEPEST) throw invalid('Pattern is nested too deeply');
  let combinations: readonly (readonly Wanted[])[] = [[]];
  for (const [name, value] of entries) {
    const choices = name === '$or' ? readAlternatives(value, path) : readField(name, value, path);
    if (combinations.length * choices.length > MOST_COMBINATIONS) throw invalid('Rule is too complex');
    combinations = combinations.flatMap((one) => choices.map((other) => [...one, ...other]));
  }
  return combinations.map((wanted) => wanted.toSorted(({ name: one }, { name: other }) => (one < other ? -1 : 1)));
}

const DEEPEST = 200;

function readAlternatives(value: unknown, path: string): readonly (readonly Wanted[])[] {
  if (!Array.isArray(value) || value.length < 2) throw invalid('There must be at least 2 Objects in $or relationship.');
  return value.flatMap((each: unknown) => {
    if (!isRecord(each)) throw invalid('Only JsonObject is allowed in array of $or relationship');
    return readObject(each, path);
  });
}

function readField(member: string, value: unknown, path: string): readonly (readonly Wanted[])[] {
  const name = path === '' ? member : `${path}.${member}`;
  if (isRecord(value)) return readObject(value, name);
  if (!Array.isArray(value)) throw invalid(`"${member}" must be an object or an array`);
  if (value.length === 0) throw invalid('Empty arrays are not allowed');
  return [[{ name, matchers: value.map((leaf: unknown): Matcher => readMatcher(leaf)) }]];
}

/**
 * Whether all fields are found, those below one array in one element of it. Names are looked for in their order, as EventBridge
 * does it: `exists: false` is true when no value of that name stands in the elements that the fields before it were found in, and so,
 * where there is none, when it stands in no element at all.
 */
function holds(wanted: readonly Wanted[], fields: ReadonlyMap<string, readonly Field[]>): boolean {
  // Which arrays matter from each field on; what is known of others opens no new ways.
  const arrays = wanted.map((_, index) => arraysOf(wanted.slice(index), fields));
  const failed = new Set<string>();
  const from = (index: number, found: Elements): boolean => {
    const next = wanted[index];
    if (next === undefined) return true;
    const known = new Map([...found].filter(([array]) => arrays[index]?.has(array)));
    const key = `${index} ${JSON.stringify([...known].sort(([one], [other]) => one - other))}`;
    if (failed.has(key)) return false;
    const ways = waysThrough(next, known, fields.get(next.name) ?? []);
    if (ways.some((elements) => from(index + 1, elements))) return true;
    failed.add(key);
    return false;
  };
  return from(0, new Map());
}

function arraysOf(wanted: readonly Wanted[], fields: ReadonlyMap<string, readonly Field[]>): ReadonlySet<number> {
  return new Set(
    wanted.flatMap(({ name }) => (fields.get(name) ?? []).flatMap(({ elements }) => [...elements.keys()])),
  );
}

/** What is known of arrays after each way in which a field can match. */
function waysThrough({ matchers }: Wanted, known: Elements, fields: readonly Field[]): readonly Elements[] {
  const here = fields.flatMap((field) => {
    const elements = together(known, field.elements);
    return elements === undefined ? [] : [{ value: field.value, elements }];
  });
  return matchers.flatMap((matcher) => {
    if (matcher === 'absent') return here.length === 0 ? [known] : [];
    return here.filter(({ value }) => matcher(value)).map(({ elements }) => elements);
  });
}
