import {
  CORE_SCHEMA,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  floatCoreTag,
  intCoreTag,
  load,
  mapTag,
  mergeTag,
  Schema,
  seqTag,
  strTag,
  YAMLException,
} from 'js-yaml';
import type { LoadOptions, ScalarTagDefinition, TagDefinition } from 'js-yaml';

/** CloudFormation's short forms: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const shortForms: readonly string[] = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAZs',
  'GetStackOutput',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
];

const mostAliases = 100;
/** Lines that are indented before a text is read; each costs another reading. */
const mostMended = 50;
/** Further than any key stands. */
const farEnough = 400;
// CloudFormation takes 1 MB: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const mostCharacters = 4 * 1024 * 1024;

/** A plain number that begins with 0: what is written is not what CloudFormation reads. */
export interface AmbiguousNumber {
  /** As it is written. */
  readonly text: string;
  /** `Resources.Orders.Properties.Mode`; of a name, what it is a member of. */
  readonly place: string;
}

/** What a YAML text says, and what in it no file of a team may have. */
export interface YamlReading {
  /** Numbers that begin with 0 are texts in it. */
  readonly value: unknown;
  readonly ambiguous: readonly AmbiguousNumber[];
}

/** No YAML text can hold this character but as an escape: https://yaml.org/spec/1.2.2/#51-character-set */
const MARK = '\uffff';

/**
 * The value of a YAML text, with CloudFormation's short forms written out.
 * @param deepest how many levels it may nest
 * @param lastWins of a name that is given twice in one map, the last counts; otherwise the text is refused
 * @throws YAMLException naming the place, when it is not YAML; RangeError when its aliases expand to too much
 */
export function readYamlText(text: string, deepest: number, lastWins = false): YamlReading {
  const numbers = new Set<string>();
  const marked = readYaml(text, { deepest, lastWins }, (number) => {
    numbers.add(`${MARK}${number}`);
    return `${MARK}${number}`;
  });
  if (numbers.size === 0) return { value: marked, ambiguous: [] };
  const ambiguous: AmbiguousNumber[] = [];
  const unmarked = (word: string, place: readonly string[]): string => {
    if (!numbers.has(word)) return word;
    ambiguous.push({ text: word.slice(MARK.length), place: place.join('.') });
    return word.slice(MARK.length);
  };
  return { value: replaceTexts(marked, [], unmarked, unmarked), ambiguous };
}

type Replace<T> = (word: string, place: readonly string[]) => T;

/** @param ofName what a name becomes, told with the place of what it is a member of */
function replaceTexts(
  value: unknown,
  place: readonly string[],
  ofText: Replace<unknown>,
  ofName: Replace<string>,
): unknown {
  if (typeof value === 'string') return ofText(value, place);
  if (Array.isArray(value))
    return value.map((inner: unknown, index) => replaceTexts(inner, [...place, String(index)], ofText, ofName));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => {
      const plain = ofName(name, place);
      return [plain, replaceTexts(inner, [...place, plain], ofText, ofName)];
    }),
  );
}

/**
 * The value of a YAML text that CloudFormation has taken: a number that begins with 0 is what CloudFormation made of it, and of a
 * name that is given twice in one map the last counts.
 * https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/745
 * @throws YAMLException, RangeError as `readYamlText`
 */
export function readStackYaml(text: string, deepest: number): unknown {
  return readYaml(text, { deepest, lastWins: true }, (number) =>
    octal.test(number) ? parseInt(number, 8) : Number(number.replace(/^\+/, '')),
  );
}

const octal = /^[-+]?0[0-7]+$/;

/** @param onZero what a plain number that begins with 0 is */
function readYaml(
  text: string,
  { deepest, lastWins }: { readonly deepest: number; readonly lastWins: boolean },
  onZero: (number: string) => unknown,
): unknown {
  const fractions = new Map<string, { readonly text: string; readonly value: number }>();
  const float = wholeFraction(beginningWithZero(floatCoreTag, onZero), (fraction, value) => {
    const mark = `${MARK}${MARK}${fraction}`;
    fractions.set(mark, { text: fraction, value });
    return mark;
  });
  const schema = new Schema([...tags, beginningWithZero(intCoreTag, onZero), float]);
  // "json" is the parser's word for it.
  const options = { schema, json: lastWins, maxDepth: deepest, maxAliases: mostAliases };
  const value = loadAnyIndent(text, options, mostMended);
  requireExpandable(value, deepest);
  if (fractions.size === 0) return value;
  const settled: Replace<unknown> = (word, place) => {
    const fraction = fractions.get(word);
    if (fraction === undefined) return word;
    return wantsText(place) ? fraction.text : fraction.value;
  };
  return replaceTexts(value, [], settled, (name) => fractions.get(name)?.text ?? name);
}

/** Does AWS take what stands there for a text, whatever it looks like? Of an OpenAPI document, too. */
function wantsText(place: readonly string[]): boolean {
  const path = place.filter((part) => !/^\d+$/.test(part));
  const name = path.slice(-1).join();
  return (
    /^(swagger|openapi|.*version)$/i.test(name) ||
    (path[0] === 'Parameters' && /^(Default|AllowedValues)$/.test(name)) ||
    // What is compared, and what is looked up: `1.0` is not `1` there.
    /^(Conditions|Mappings|Rules)$/.test(path[0] ?? '') ||
    path.slice(-3, -1).join('.') === 'Environment.Variables' ||
    path.slice(-2).join('.') === 'Tags.Value' ||
    path.at(-2) === 'Tags'
  );
}

/**
 * `2.0` is a number with a fraction for CloudFormation, which makes the text "2.0" of it where one is wanted: `swagger: 2.0`, a
 * parameter's default. As a number of JavaScript it would become `2`: https://github.com/awslabs/aws-cfn-template-flip/issues/104
 */
function wholeFraction(
  tag: ScalarTagDefinition,
  onFraction: (text: string, value: number) => unknown,
): ScalarTagDefinition {
  return defineScalarTag<unknown>(tag.tagName, {
    ...tag,
    resolve: (text, isExplicit, tagName) => {
      const value = tag.resolve(text, isExplicit, tagName);
      return typeof value === 'number' && /^[-+]?\d{1,7}\.0*$/.test(text) ? onFraction(`${value}.0`, value) : value;
    },
  });
}

function beginningWithZero(tag: ScalarTagDefinition<number>, onZero: (number: string) => unknown): ScalarTagDefinition {
  return defineScalarTag<unknown>(tag.tagName, {
    ...tag,
    resolve: (text, isExplicit, tagName) => {
      const value = tag.resolve(text, isExplicit, tagName);
      return typeof value === 'number' && /^[-+]?0\d/.test(text) ? onZero(text) : value;
    },
  });
}

/**
 * CloudFormation, SAM and the AWS CLI go by YAML 1.1, in which lines inside of brackets, braces and quotes may begin anywhere (a closing
 * bracket under its key). YAML 1.2 wants them indented, and there spaces at their beginning say nothing: they are put there.
 */
function loadAnyIndent(text: string, options: LoadOptions, attempts: number): unknown {
  try {
    return load(text, options);
  } catch (problem) {
    const line = attempts > 0 ? tooFarLeft(problem) : undefined;
    if (line === undefined) throw problem;
    const lines = text.split('\n');
    const indented = `${' '.repeat(farEnough)}${lines[line]}`;
    return loadAnyIndent(lines.with(line, indented).join('\n'), options, attempts - 1);
  }
}

function tooFarLeft(problem: unknown): number | undefined {
  const indentation = problem instanceof YAMLException && problem.reason === 'deficient indentation';
  return indentation ? problem.mark?.line : undefined;
}

// An alias is one object in several places: a small text can expand to more than fits in memory, once it is written as JSON.
function requireExpandable(value: unknown, deepest: number): void {
  let characters = 0;
  const visit = (part: unknown, depth: number): void => {
    if (depth > deepest) throw new RangeError(`it nests more than ${deepest} levels deep`);
    characters += typeof part === 'string' ? part.length : 1;
    if (characters > mostCharacters) throw new RangeError('its aliases stand for more than a template may hold');
    if (typeof part !== 'object' || part === null) return;
    for (const [name, inner] of Object.entries(part)) {
      characters += name.length;
      visit(inner, depth + 1);
    }
  };
  visit(value, 0);
}

/** One short form on scalars, lists and maps. */
function shortForm(tag: string, name: string, ofText: (text: string) => unknown = (text) => text): TagDefinition[] {
  const longForm = (value: unknown) => ({ [name]: value });
  // Each is parsed like the untagged kind; only the result differs.
  return [
    defineScalarTag(tag, { ...strTag, resolve: (text) => longForm(ofText(text)) }),
    defineSequenceTag(tag, { ...seqTag, finalize: longForm }),
    defineMappingTag(tag, { ...mapTag, finalize: longForm }),
  ];
}

// Merge keys (`<<`): the AWS CLI and SAM resolve them as they package, and CloudFormation itself takes none.
const tags: readonly TagDefinition[] = [
  mergeTag,
  ...CORE_SCHEMA.tags,
  ...shortForm('!Ref', 'Ref'),
  ...shortForm('!Condition', 'Condition'),
  ...shortForm('!GetAtt', 'Fn::GetAtt', (text) => [text.split('.')[0], text.split('.').slice(1).join('.')]),
  ...shortForms.flatMap((name) => shortForm(`!${name}`, `Fn::${name}`)),
];
