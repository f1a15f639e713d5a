import { jsonTraits, readUtf8 } from '../artifact/json-text.ts';
import { recordOf } from '../values/records.ts';
import { problem } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import { templateSchema } from './template.ts';
import type { Template } from './template.ts';
import { AmbiguousNumbers, readStackYaml, readYamlText } from './yaml-text.ts';

/** A template, or everything that is wrong with its text. */
export type TemplateReading = { readonly template: Template } | { readonly problems: readonly Problem[] };

/** Deeper than any real template; limited because reading is recursive. */
const DEEPEST = 200;

/** Reads the file of a template. */
export function readTemplateFile(bytes: Uint8Array, fileName: string): TemplateReading {
  const text = readUtf8(bytes);
  if (text !== undefined && !startsWithMark(bytes)) return parseTemplate(text, fileName);
  const sentence = `"${fileName}" is not plain UTF-8: save it as UTF-8 without a byte order mark.`;
  return { problems: [problem('template.unreadable', fileName, sentence)] };
}

function startsWithMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** Reads the text of a template; the file's name decides whether it is JSON or YAML. */
export function parseTemplate(text: string, fileName: string): TemplateReading {
  return readValue(fileName.endsWith('.json') ? parseJson(text) : parseYaml(text, readYamlText), fileName);
}

function readValue(read: Reading, fileName: string): TemplateReading {
  if ('sentences' in read) {
    const { sentences, code = 'template.unreadable' } = read;
    return { problems: sentences.map((sentence) => problem(code, fileName, sentence)) };
  }
  const loops = loopsIn(recordOf(read.value)['Resources']);
  if (loops.length > 0) {
    const sentence = `The template makes resources by ${loops.join(', ')}: write them out. What is shifted, kept and rolled back has to be known by its logical id before the template is expanded.`;
    return { problems: [problem('template.loop', fileName, sentence)] };
  }
  const template = templateSchema.safeParse(read.value);
  if (template.success && Object.keys(template.data.Resources).length > 0) return { template: template.data };
  if (template.success) {
    const sentence = 'The template has no resources: CloudFormation needs at least one.';
    return { problems: [problem('template.no-resources', fileName, sentence)] };
  }
  return {
    problems: template.error.issues.map(({ path, message }) => {
      const where = path.map(String).join('.');
      const sentence = `The template is not a valid CloudFormation template${where === '' ? '' : ` at "${where}"`}: ${message}.`;
      return problem('template.shape', fileName, sentence);
    }),
  };
}

/** Loops of the transform `AWS::LanguageExtensions` in place of resources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html */
function loopsIn(resources: unknown): string[] {
  return Object.keys(recordOf(resources)).filter((name) => name.startsWith('Fn::ForEach::'));
}

/** A template that CloudFormation returned: JSON or YAML. Throws RangeError otherwise. */
export function readStackTemplate(text: string): Template {
  const read = text.trimStart().startsWith('{') ? parseJson(text) : parseYaml(text, readStackYaml);
  const reading = readValue(read, 'stack');
  if ('template' in reading) return reading.template;
  throw new RangeError(
    `CloudFormation gave an unreadable template: ${reading.problems.map((one) => one.message).join(' ')}`,
  );
}

type Reading =
  { readonly value: unknown } | { readonly sentences: readonly string[]; readonly code?: 'template.ambiguous-number' };

function parseJson(text: string): Reading {
  try {
    const value: unknown = JSON.parse(text);
    const { depth, repeated } = jsonTraits(text);
    if (depth > DEEPEST) return { sentences: [`The template nests ${depth} levels deep: flatten it.`] };
    if (repeated.length === 0) return { value };
    return {
      sentences: repeated.map((name) => `"${name}" appears twice in one object of the template: keep one of them.`),
    };
  } catch (error) {
    return { sentences: [`The template is not JSON (${String(error).replace(/^SyntaxError: /, '')}).`] };
  }
}

function parseYaml(text: string, read: typeof readYamlText): Reading {
  try {
    return { value: read(text, DEEPEST) };
  } catch (problem) {
    if (problem instanceof AmbiguousNumbers)
      return { sentences: [`${problem.message}.`], code: 'template.ambiguous-number' };
    if (problem instanceof RangeError) return { sentences: [`The template cannot be expanded (${problem.message}).`] };
    const message = String(problem).replace(/^YAMLException: /, '');
    return { sentences: [`The template is not YAML as CloudFormation reads it (${firstLine(message)}).`] };
  }
}

/** The rest of a message shows the place with a pointer that lines up only in a terminal. */
function firstLine(message: string): string {
  return message.replace(/:?\n[^]*$/, '');
}
