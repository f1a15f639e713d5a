import * as z from 'zod';
import { likelyMeant } from './alike.ts';
import { knownFields } from './known-fields.ts';
import { describeLocation, type Location, locationSchema } from './location.ts';
import { beginningOf, cutText, visibleLine } from './text.ts';

/** Something a team has to fix: a stable code, where it is, and a sentence with what to do. */
export interface Problem {
  readonly code: string;
  /** Dotted path in the document, or the name of a file; empty for the whole. */
  readonly path: string;
  readonly message: string;
  /** Where in the template: `Resources.Orders.Properties.FunctionName`; absent where it is in no template, or everywhere. */
  readonly places?: readonly string[];
  /** Where that is in the files that the team wrote; absent where it is not known. */
  readonly at?: readonly Location[];
  /** Who can mend it, where that is not the service's team alone. */
  readonly who?: Mender;
}

/** `platform`: the platform team alone, in the policy; `either`: the service's team, or the platform team. */
type Mender = 'platform' | 'either';

export const problemSchema = z.strictObject({
  code: z.string(),
  path: z.string(),
  message: z.string(),
  places: z.array(z.string()).readonly().exactOptional(),
  at: z.array(locationSchema).readonly().exactOptional(),
  who: z.enum(['platform', 'either']).exactOptional(),
});
const recorded = z.object({ problems: z.array(problemSchema) });

/** More places than this tell nobody more. */
const mostPlaces = 5;

/** One problem. What teams wrote (names, keys) is quoted in it, so it is cut to what a ledger and a terminal can take. */
export function problem(
  code: string,
  path: string,
  message: string,
  { places = [], who }: Pick<Problem, 'places' | 'who'> = {},
): Problem {
  const line = (text: string, most: number): string => visibleLine(cutText(text, most));
  return {
    code,
    path: line(path, 300),
    message: line(message, 1000),
    ...(places.length === 0 ? {} : { places: places.slice(0, mostPlaces).map((place) => line(place, 300)) }),
    ...(who === undefined ? {} : { who }),
  };
}

/** Who can mend a problem, in words. */
export function menderOf({ who }: Problem): string {
  if (who === undefined) return 'the team';
  return who === 'platform' ? 'the platform team' : 'the team, or the platform team';
}

/** Problems in one sentence: the first with its line, and how many more there are. */
export function summarizeProblems(problems: readonly Problem[]): string {
  const [first] = problems;
  const [at] = first?.at ?? [];
  const further = [
    ...(at?.line === undefined ? [] : [`at ${describeLocation({ ...at, place: '' })}`]),
    ...(problems.length > 1 ? [`and ${problems.length - 1} more`] : []),
  ];
  const more = further.length === 0 ? '' : ` (${further.join(', ')})`;
  return `${beginningOf(first?.message ?? '', 970 - more.length)}${more}`;
}

/** Where a problem is, and who can mend it, where that says more than its sentence; empty otherwise. */
export function whereabouts(problem: Problem): string {
  const { places = [], at = [], who } = problem;
  const named = at.length === 0 ? places : at.map(describeLocation);
  if (named.length === 0 && who === undefined) return '';
  const where = named.length === 0 ? '' : `at ${named.join(', ')}; `;
  return `${where}to be mended by ${menderOf(problem)}`;
}

/** A problem as a sentence among others, with its lines where these are known. */
export function problemSentence(problem: Problem): string {
  return problem.at === undefined ? problem.message : `${problem.message} (${whereabouts(problem)})`;
}

/** A problem with its code, as a terminal lists it. */
export function problemLine(problem: Problem): string {
  const further = whereabouts(problem);
  return `- ${problem.message}${further === '' ? '' : ` (${further})`} [${problem.code}]`;
}

/** The problems in a transition's evidence, as a rejection has them; none in any other evidence. */
export function recordedProblems(evidence: unknown): readonly Problem[] {
  return recorded.safeParse(evidence).data?.problems ?? [];
}

/** Every problem of a document at once; empty when the schema accepts it. */
export function schemaProblems(schema: z.ZodType, document: unknown, prefix: string): Problem[] {
  const result = schema.safeParse(document, { reportInput: true });
  return result.success ? [] : result.error.issues.flatMap((issue) => describeIssue(issue, { prefix, schema }));
}

/** `checks.smoke[0].http`; a long name in it is cut. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = cutText(String(part), 100);
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

type Issue = z.core.$ZodIssue;

/** What a document is read by, and what the codes of its problems begin with. */
interface Reading {
  readonly prefix: string;
  readonly schema: z.ZodType;
}

function describeIssue(issue: Issue, reading: Reading): Problem[] {
  const { prefix, schema } = reading;
  const path = formatPath(issue.path);
  const subject = path === '' ? 'The document' : `"${path}"`;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const meant = likelyMeant(key, knownFields(schema, issue.path));
        const full = formatPath([...issue.path, key]);
        return problem(
          `${prefix}.unknown-field`,
          full,
          `"${full}" is not a known field: remove it or correct its name.${meant}`,
        );
      });
    case 'invalid_union':
      return describeUnion(issue, reading);
    case 'invalid_key':
      return issue.issues.flatMap((inner) => describeIssue({ ...inner, path: issue.path }, reading));
    case 'invalid_type':
      return issue.input === undefined
        ? [problem(`${prefix}.missing-field`, path, `${subject} is missing: add it (expected ${issue.expected}).`)]
        : [problem(`${prefix}.wrong-type`, path, `${subject} must be of type ${issue.expected}.`)];
    case 'invalid_value':
      return [
        problem(`${prefix}.wrong-value`, path, `${subject} must be one of ${issue.values.map(String).join(', ')}.`),
      ];
    case 'invalid_format':
      return [problem(`${prefix}.wrong-format`, path, `${subject} ${issue.message}.`)];
    case 'custom':
      return [problem(customCode(issue.params, prefix), path, `${subject} ${issue.message}.`)];
    case 'too_big':
      return [
        problem(
          `${prefix}.out-of-range`,
          path,
          `${subject} must be ${limitOf(issue.maximum, ['at most', 'less than'], issue)}.`,
        ),
      ];
    case 'too_small':
      return [
        problem(
          `${prefix}.out-of-range`,
          path,
          `${subject} must be ${limitOf(issue.minimum, ['at least', 'more than'], issue)}.`,
        ),
      ];
    default:
      return [problem(`${prefix}.out-of-range`, path, `${subject} is out of range: ${issue.message}.`)];
  }
}

/** `at most 500 characters`, `more than 0`. */
function limitOf(
  limit: number | bigint,
  [including, excluding]: readonly [string, string],
  { inclusive, origin }: Extract<Issue, { code: 'too_big' | 'too_small' }>,
): string {
  const unit = origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '';
  return `${inclusive === false ? excluding : including} ${limit}${unit}`;
}

/** Of a choice between forms, the form that the author most likely meant is the one with the fewest complaints. */
function describeUnion(issue: Extract<Issue, { code: 'invalid_union' }>, reading: Reading): Problem[] {
  const forms = issue.errors.map((issues) =>
    issues.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, reading)),
  );
  const [first, ...others] = forms;
  if (first === undefined) return [undecided(issue, reading.prefix)];
  return others.reduce((closest, form) => (form.length < closest.length ? form : closest), first);
}

/** The field that says which form it is says none of them, or is missing. */
function undecided(issue: Extract<Issue, { code: 'invalid_union' }>, prefix: string): Problem {
  const path = formatPath(issue.path);
  const options = 'options' in issue ? issue.options : undefined;
  const what = options === undefined ? 'one of its forms' : `one of ${options.map(String).join(', ')}`;
  return problem(`${prefix}.wrong-value`, path, `${path === '' ? 'The document' : `"${path}"`} must be ${what}.`);
}

function customCode(params: Readonly<Record<string, unknown>> | undefined, prefix: string): string {
  return typeof params?.['code'] === 'string' ? `${prefix}.${params['code']}` : `${prefix}.wrong-value`;
}
