import { parseDocument, Scalar, YAMLMap } from 'yaml';
import type { CollectionTag, ScalarTag, YAMLSeq } from 'yaml';
import { problem } from '../problems.ts';
import type { Problem } from '../problems.ts';
import { templateSchema } from './template.ts';
import type { Template } from './template.ts';

/** A template, or everything that is wrong with its text. */
export type TemplateReading = { readonly template: Template } | { readonly problems: readonly Problem[] };

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

/** Reads the text of a template; the file's name says whether it is JSON or YAML. */
export function parseTemplate(text: string, fileName: string): TemplateReading {
  const read = fileName.endsWith('.json') ? parseJson(text) : parseYaml(text);
  if ('sentences' in read) {
    return { problems: read.sentences.map((sentence) => problem('template.unreadable', fileName, sentence)) };
  }
  const template = templateSchema.safeParse(read.value);
  if (template.success) return { template: template.data };
  return {
    problems: template.error.issues.map(({ path, message }) => {
      const where = path.map(String).join('.');
      const sentence = `The template is no CloudFormation template${where === '' ? '' : ` at "${where}"`}: ${message}.`;
      return problem('template.shape', fileName, sentence);
    }),
  };
}

/** A template that CloudFormation itself gave back: JSON or YAML, known to be one. Throws RangeError otherwise. */
export function readStackTemplate(text: string): Template {
  const reading = parseTemplate(text, text.trimStart().startsWith('{') ? 'stack.json' : 'stack.yaml');
  if ('template' in reading) return reading.template;
  throw new RangeError(
    `CloudFormation gave an unreadable template: ${reading.problems.map((one) => one.message).join(' ')}`,
  );
}

type Reading = { readonly value: unknown } | { readonly sentences: readonly string[] };

function parseJson(text: string): Reading {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { sentences: [`The template is not JSON (${error instanceof Error ? error.message : String(error)}).`] };
  }
}

function parseYaml(text: string): Reading {
  const document = parseDocument(text, { customTags: (tags) => [...tags, ...customTags] });
  const trouble = [...document.errors, ...document.warnings];
  if (trouble.length > 0) {
    return {
      sentences: trouble.map(
        ({ message }) => `The template is not YAML as CloudFormation reads it (${firstLine(message)}).`,
      ),
    };
  }
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return { sentences: [`The template cannot be expanded (${String(error)}).`] };
  }
}

/** The rest of a message shows the place with a pointer that lines up only in a terminal. */
function firstLine(message: string): string {
  return message.replace(/:?\n[^]*$/, '');
}

type Tag = CollectionTag | ScalarTag;

function longForm(name: string): (value: unknown) => YAMLMap {
  return (value) => {
    const map = new YAMLMap();
    map.set(new Scalar(name), value);
    return map;
  };
}

/** One short form on scalars, lists and maps. */
function shortForm(tag: string, name: string, ofText: (text: string) => unknown = (text) => text): Tag[] {
  const wrap = longForm(name);
  return [
    { tag, resolve: (text) => ({ [name]: ofText(text) }) },
    { tag, collection: 'seq', resolve: (node: YAMLMap.Parsed | YAMLSeq.Parsed) => wrap(untagged(node)) },
    { tag, collection: 'map', resolve: (node: YAMLMap.Parsed | YAMLSeq.Parsed) => wrap(untagged(node)) },
  ];
}

function untagged<Node extends { tag?: string }>(node: Node): Node {
  delete node.tag;
  return node;
}

const customTags: Tag[] = [
  ...shortForm('!Ref', 'Ref'),
  ...shortForm('!Condition', 'Condition'),
  ...shortForm('!GetAtt', 'Fn::GetAtt', (text) => [text.split('.')[0], text.split('.').slice(1).join('.')]),
  ...shortForms.flatMap((name) => shortForm(`!${name}`, `Fn::${name}`)),
];
