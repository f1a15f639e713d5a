import {
  CORE_SCHEMA,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  load,
  mapTag,
  Schema,
  seqTag,
  strTag,
  YAMLException,
} from 'js-yaml';
import type { TagDefinition } from 'js-yaml';

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

/**
 * The value of a YAML text, with CloudFormation's short forms written out.
 * @param deepest how many levels it may nest
 * @throws YAMLException naming the place, when it is not YAML; RangeError when its aliases expand to too much
 */
export function readYamlText(text: string, deepest: number): unknown {
  const value = loadAnyIndent(text, deepest, mostMended);
  requireExpandable(value, deepest);
  return value;
}

/**
 * CloudFormation, SAM and the AWS CLI go by YAML 1.1, in which lines inside of brackets, braces and quotes may begin anywhere (a closing
 * bracket under its key). YAML 1.2 wants them indented, and there spaces at their beginning say nothing: they are put there.
 */
function loadAnyIndent(text: string, deepest: number, attempts: number): unknown {
  try {
    return load(text, { schema, maxDepth: deepest, maxAliases: mostAliases });
  } catch (problem) {
    const line = attempts > 0 ? tooFarLeft(problem) : undefined;
    if (line === undefined) throw problem;
    const lines = text.split('\n');
    const indented = `${' '.repeat(farEnough)}${lines[line]}`;
    return loadAnyIndent(lines.with(line, indented).join('\n'), deepest, attempts - 1);
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

const schema = new Schema([
  ...CORE_SCHEMA.tags,
  ...shortForm('!Ref', 'Ref'),
  ...shortForm('!Condition', 'Condition'),
  ...shortForm('!GetAtt', 'Fn::GetAtt', (text) => [text.split('.')[0], text.split('.').slice(1).join('.')]),
  ...shortForms.flatMap((name) => shortForm(`!${name}`, `Fn::${name}`)),
]);
