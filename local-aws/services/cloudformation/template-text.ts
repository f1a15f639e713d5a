import { parseDocument, YAMLMap, type CollectionTag, type ScalarTag, type YAMLSeq } from 'yaml';
import { validationError } from './errors.ts';

/**
 * CloudFormation's short forms in YAML, `!Ref x` for `{ Ref: x }`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
const SHORT_FORMS = [
  'And',
  'Base64',
  'Cidr',
  'Condition',
  'Contains',
  'EachMemberEquals',
  'EachMemberIn',
  'Equals',
  'FindInMap',
  'GetAZs',
  'GetAtt',
  'If',
  'ImportValue',
  'Join',
  'Not',
  'Or',
  'Ref',
  'Select',
  'Split',
  'Sub',
  'Transform',
] as const;

function longForm(name: string): string {
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
}

function scalarValue(name: string, text: string): unknown {
  if (name !== 'GetAtt') return { [longForm(name)]: text };
  const dot = text.indexOf('.');
  return { 'Fn::GetAtt': dot === -1 ? [text] : [text.slice(0, dot), text.slice(dot + 1)] };
}

const customTags: (ScalarTag | CollectionTag)[] = SHORT_FORMS.flatMap((name): (ScalarTag | CollectionTag)[] => [
  { tag: `!${name}`, resolve: (text) => scalarValue(name, text) },
  { tag: `!${name}`, collection: 'seq', resolve: (node) => wrapped(name, node) },
  { tag: `!${name}`, collection: 'map', resolve: (node) => wrapped(name, node) },
]);

function wrapped(name: string, node: YAMLMap.Parsed | YAMLSeq.Parsed): YAMLMap {
  const map = new YAMLMap();
  map.set(longForm(name), node);
  // The tag said what the collection is; without it the inner node is a plain one.
  Reflect.deleteProperty(node, 'tag');
  return map;
}

/**
 * Reads a template's text, JSON or YAML, as plain data. Of a name that is given twice in one map the last counts, as on AWS:
 * https://github.com/go-to-k/cdk-real-drift/issues/1074
 * @throws AwsError ValidationError
 */
export function parseText(text: string): unknown {
  if (/^\s*\{/.test(text)) {
    try {
      const parsed: unknown = JSON.parse(text);
      return parsed;
    } catch (error) {
      throw validationError(
        `Template format error: JSON not well-formed. (${error instanceof Error ? error.message : ''})`,
      );
    }
  }
  const document = parseDocument(text, { customTags, merge: true, uniqueKeys: false });
  // An unknown tag is only a warning to the parser, which would then read it as a plain string.
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined)
    throw validationError(`Template format error: YAML not well-formed. ${problem.message.split('\n')[0] ?? ''}`);
  try {
    const value: unknown = document.toJS();
    return value;
  } catch (error) {
    // An alias of nothing, or so many that what they stand for would not end.
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    throw validationError(`Template format error: YAML not well-formed. ${reason.slice(0, 200)}`);
  }
}
