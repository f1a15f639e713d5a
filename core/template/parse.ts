import { encodingOf, jsonFault, jsonTraits, readUtf8 } from '../artifact/json-text.ts';
import { recordOf } from '../values/records.ts';
import { problem } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import { templateSchema } from './template.ts';
import type { Template } from './template.ts';
import { type AmbiguousNumber, readStackYaml, readYamlText } from './yaml-text.ts';

/** A template, or everything that is wrong with its text. */
export type TemplateReading = { readonly template: Template } | WrongTemplate;

interface WrongTemplate {
  readonly problems: readonly Problem[];
  /** The template with its ambiguous numbers as texts, where they are the only problem: it is enough to judge the rest. */
  readonly legible?: Template;
}

/**
 * What a name is that is given twice in one map: wrong, in an artifact, where two readers could take it for two things; or what is given
 * last, as CloudFormation takes the templates of teams: https://github.com/go-to-k/cdk-real-drift/issues/1074
 */
type Repeated = 'wrong' | 'last';

/** Deeper than any real template; limited because reading is recursive. */
const DEEPEST = 200;

/**
 * Reads the file of a template. A byte order mark before it says nothing, as CloudFormation takes it:
 * https://github.com/aws/aws-cdk/issues/29792
 */
export function readTemplateFile(bytes: Uint8Array, fileName: string, repeated: Repeated = 'wrong'): TemplateReading {
  const text = readUtf8(bytes);
  if (text !== undefined) return parseTemplate(text, fileName, repeated);
  const sentence = `"${fileName}" is ${encodingOf(bytes)}: save it as UTF-8.`;
  return { problems: [problem('template.unreadable', fileName, sentence)] };
}

/** Reads the text of a template; the file's name decides whether it is JSON or YAML. */
export function parseTemplate(text: string, fileName: string, repeated: Repeated = 'wrong'): TemplateReading {
  if (fileName.endsWith('.json')) return readValue(parseJson(text, repeated), fileName);
  const read = parseYaml(text, (yaml, deepest) => readYamlText(yaml, deepest, repeated === 'last'));
  if ('sentences' in read) return readValue(read, fileName);
  const reading = readValue({ value: read.value.value }, fileName);
  const { ambiguous } = read.value;
  if (ambiguous.length === 0) return reading;
  const found = ambiguousNumbers(ambiguous, fileName);
  return 'problems' in reading
    ? { problems: [found, ...reading.problems] }
    : { problems: [found], legible: reading.template };
}

function ambiguousNumbers(numbers: readonly AmbiguousNumber[], fileName: string): Problem {
  const named = [...new Set(numbers.map(({ text }) => text))];
  const are = named.length === 1 ? 'begins with 0 and is a number' : 'begin with 0 and are numbers';
  const sentence = `${named.join(', ')} ${are}, which CloudFormation reads as octal or rounds (0300 is 192): put quotes around what is a text, and leave out the 0 of what is a number.`;
  const places = [...new Set(numbers.map(({ place }) => place))].filter((place) => place !== '');
  return problem('template.ambiguous-number', fileName, sentence, { places });
}

function readValue(read: Reading<unknown>, fileName: string): TemplateReading {
  if ('sentences' in read)
    return { problems: read.sentences.map((sentence) => problem('template.unreadable', fileName, sentence)) };
  const makers = makersIn(recordOf(read.value)['Resources']);
  if (makers.length > 0) {
    const sentence = `The template makes resources by ${makers.join(', ')}: write them out. What is shifted, kept and rolled back has to be known by its logical id before the template is expanded.`;
    return { problems: [problem('template.loop', fileName, sentence)] };
  }
  const template = templateSchema.safeParse(read.value, { reportInput: true });
  if (template.success && Object.keys(template.data.Resources).length > 0) return { template: template.data };
  if (template.success) {
    const sentence = 'The template has no resources: CloudFormation needs at least one.';
    return { problems: [problem('template.no-resources', fileName, sentence)] };
  }
  return {
    problems: template.error.issues.map(({ path, input }) => {
      const where = path.map(String).join('.');
      const wanted = path.at(-1) === 'Type' ? 'a text, such as AWS::Lambda::Function' : 'an object';
      const about = where === '' ? 'The template' : `"${where}"`;
      const sentence = `${about} has to be ${wanted}, and is ${kindOf(input)}: CloudFormation takes no such template.`;
      return problem('template.shape', fileName, sentence, { places: where === '' ? [] : [where] });
    }),
  };
}

/** What somebody wrote where CloudFormation wants something else. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'empty';
  return Array.isArray(value) ? 'a list' : `a ${typeof value === 'object' ? 'map' : typeof value}`;
}

/**
 * What makes resources in their place: loops of `AWS::LanguageExtensions`, and transforms such as `AWS::Include`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
 */
function makersIn(resources: unknown): string[] {
  return Object.keys(recordOf(resources)).filter((name) => /^Fn::(ForEach::|Transform$)/.test(name));
}

/** A template that CloudFormation returned: JSON or YAML. Throws RangeError otherwise. */
export function readStackTemplate(given: string): Template {
  const text = given.replace(/^\ufeff/, '');
  const read = text.trimStart().startsWith('{') ? parseJson(text, 'last') : parseYaml(text, readStackYaml);
  const reading = readValue(read, 'stack');
  if ('template' in reading) return reading.template;
  throw new RangeError(
    `CloudFormation gave an unreadable template: ${reading.problems.map((one) => one.message).join(' ')}`,
  );
}

type Reading<T> = { readonly value: T } | { readonly sentences: readonly string[] };

function parseJson(text: string, onRepeated: Repeated): Reading<unknown> {
  try {
    const value: unknown = JSON.parse(text);
    const { depth, repeated } = jsonTraits(text);
    if (depth > DEEPEST) return { sentences: [`The template nests ${depth} levels deep: flatten it.`] };
    if (repeated.length === 0 || onRepeated === 'last') return { value };
    return {
      sentences: repeated.map((name) => `"${name}" appears twice in one object of the template: keep one of them.`),
    };
  } catch (error) {
    return { sentences: [`The template is not JSON (${jsonFault(text, error)}).`] };
  }
}

function parseYaml<T>(text: string, read: (text: string, deepest: number) => T): Reading<T> {
  try {
    return { value: read(text, DEEPEST) };
  } catch (problem) {
    if (problem instanceof RangeError) return { sentences: [`The template cannot be expanded (${problem.message}).`] };
    const message = String(problem).replace(/^YAMLException: /, '');
    return { sentences: [`The template is not YAML as CloudFormation reads it (${firstLine(message)}).`] };
  }
}

/** The rest of a message shows the place with a pointer that lines up only in a terminal. */
function firstLine(message: string): string {
  return message.replace(/:?\n[^]*$/, '');
}
