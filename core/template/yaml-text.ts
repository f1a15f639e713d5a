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

/** Plain numbers that begin with 0: what is written is not what CloudFormation reads, so that no file of a team may have them. */
export class AmbiguousNumbers extends Error {
  override readonly name = 'AmbiguousNumbers';

  /** @param numbers as they are written */
  constructor(numbers: readonly string[]) {
    const named = [...new Set(numbers)];
    const are = named.length === 1 ? 'begins with 0 and is a number' : 'begin with 0 and are numbers';
    super(
      `${named.join(', ')} ${are}, which CloudFormation reads as octal or rounds (0300 is 192): put quotes around what is a text, and leave out the 0 of what is a number`,
    );
  }
}

/**
 * The value of a YAML text, with CloudFormation's short forms written out.
 * @param deepest how many levels it may nest
 * @throws YAMLException naming the place, when it is not YAML; RangeError when its aliases expand to too much; AmbiguousNumbers
 */
export function readYamlText(text: string, deepest: number): unknown {
  const numbers: string[] = [];
  const value = readYaml(text, deepest, (number) => {
    numbers.push(number);
    return number;
  });
  if (numbers.length > 0) throw new AmbiguousNumbers(numbers);
  return value;
}

/**
 * The value of a YAML text that CloudFormation has taken: a number that begins with 0 is what CloudFormation made of it.
 * https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/745
 * @throws YAMLException, RangeError as `readYamlText`
 */
export function readStackYaml(text: string, deepest: number): unknown {
  return readYaml(text, deepest, (number) =>
    octal.test(number) ? parseInt(number, 8) : Number(number.replace(/^\+/, '')),
  );
}

const octal = /^[-+]?0[0-7]+$/;

/** @param onZero what a plain number that begins with 0 is */
function readYaml(text: string, deepest: number, onZero: (number: string) => unknown): unknown {
  const schema = new Schema([...tags, beginningWithZero(intCoreTag, onZero), beginningWithZero(floatCoreTag, onZero)]);
  const value = loadAnyIndent(text, { schema, maxDepth: deepest, maxAliases: mostAliases }, mostMended);
  requireExpandable(value, deepest);
  return value;
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
