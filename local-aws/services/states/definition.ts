/**
 * Reads a state machine's definition and finds everything that Step Functions refuses at creation.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
 */
import type { StateMachineType } from '@aws-sdk/client-sfn';
import type * as z from 'zod';
import { NotImplemented } from '../../kernel/errors.ts';
import { checkExpress, checkFlow, checkUniqueNames } from './flow-checks.ts';
import { anyState, flow, processor, topLevel } from './grammar.ts';
import type { Definition, Flow, QueryLanguage, State } from './grammar.ts';
import { isRecord } from './json.ts';
import { readChoice } from './jsonpath/choice-rules.ts';
import { anyPathState } from './jsonpath/grammar.ts';
import { checkState, type ReadState } from './state-checks.ts';
import type { Problem, Report } from './problems.ts';

/** A definition is at most this many bytes: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const LONGEST = 1_048_576;

/** Parses and checks a definition. @throws NotImplemented naming what AWS would run and the local AWS does not */
export function readDefinition(
  text: string,
  type: StateMachineType = 'STANDARD',
): { definition?: Definition; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const report: Report = (problem) => problems.push(problem);
  if (text === '' || Buffer.byteLength(text) > LONGEST) {
    report({ code: 'SCHEMA_VALIDATION_FAILED', message: 'Definition must be a valid JSON object' });
    return { problems };
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { problems: [{ code: 'INVALID_JSON_DESCRIPTION', message: String(error) }] };
  }
  const whole = read(topLevel, raw, '', report);
  const top = whole === undefined ? undefined : readStates(whole, whole.QueryLanguage, '', report);
  if (whole === undefined || top === undefined) return { problems };
  checkUniqueNames(top, report);
  checkFlow(top, '', [], report);
  if (type === 'EXPRESS') checkExpress(top, report);
  if (problems.length > 0) return { problems };
  return { definition: { flow: top, timeoutSeconds: whole.TimeoutSeconds }, problems };
}

function readStates(
  raw: { readonly StartAt: string; readonly States: Readonly<Record<string, unknown>> },
  language: QueryLanguage,
  location: string,
  report: Report,
): Flow | undefined {
  const states = new Map<string, State>();
  let whole = true;
  for (const [name, value] of Object.entries(raw.States)) {
    const state = readState(value, language, `${location}/States/${name}`, report);
    if (state === undefined) whole = false;
    else states.set(name, state);
  }
  return whole ? { startAt: raw.StartAt, states } : undefined;
}

/** A machine in JSONPath may have states in JSONata, never the reverse. States inside of a state follow that state. */
function readState(raw: unknown, outer: QueryLanguage, location: string, report: Report): State | undefined {
  refuseWhatIsNotImplemented(raw, location);
  const inJsonata = outer === 'JSONata' || (isRecord(raw) && raw.QueryLanguage === 'JSONata');
  const state = inJsonata ? read(anyState, raw, location, report) : read(anyPathState, raw, location, report);
  if (state === undefined) return undefined;
  checkState(state, location, report);
  switch (state.Type) {
    case 'Parallel':
      return readParallel(state, location, report);
    case 'Map':
      return readMap(state, location, report);
    case 'Choice':
      return state.QueryLanguage === 'JSONPath' ? readRules(state, location, report) : state;
    default:
      return state;
  }
}

type Read<T extends State['Type']> = Extract<ReadState, { Type: T }>;

function readParallel(state: Read<'Parallel'>, location: string, report: Report): State | undefined {
  const branches = state.Branches.map((branch, index) =>
    readFlow(flow, branch, state.QueryLanguage, `${location}/Branches[${index}]`, report),
  );
  const whole = branches.filter((branch) => branch !== undefined);
  if (whole.length < branches.length) return undefined;
  return state.QueryLanguage === 'JSONPath' ? { ...state, branches: whole } : { ...state, branches: whole };
}

function readMap(state: Read<'Map'>, location: string, report: Report): State | undefined {
  if (state.QueryLanguage === 'JSONPath') {
    const { ItemProcessor, Iterator, ...rest } = state;
    const field = ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor';
    const inner = readFlow(processor, ItemProcessor ?? Iterator, 'JSONPath', `${location}/${field}`, report);
    return inner === undefined ? undefined : { ...rest, processor: inner };
  }
  const { ItemProcessor, ...rest } = state;
  const inner = readFlow(processor, ItemProcessor, 'JSONata', `${location}/ItemProcessor`, report);
  return inner === undefined ? undefined : { ...rest, processor: inner };
}

function readRules(
  { Choices, ...rest }: Extract<Read<'Choice'>, { QueryLanguage: 'JSONPath' }>,
  location: string,
  report: Report,
): State | undefined {
  const fail = (message: string, at: string): undefined =>
    void report({ code: 'SCHEMA_VALIDATION_FAILED', message, location: at });
  const choices = Choices.map((rule, index) => readChoice(rule, `${location}/Choices[${index}]`, fail));
  const whole = choices.filter((choice) => choice !== undefined);
  return whole.length < choices.length ? undefined : { ...rest, choices: whole };
}

function readFlow(
  schema: typeof flow | typeof processor,
  raw: unknown,
  language: QueryLanguage,
  location: string,
  report: Report,
): Flow | undefined {
  const parsed = read(schema, raw, location, report);
  return parsed === undefined ? undefined : readStates(parsed, language, location, report);
}

/** Fields that AWS has and we do not; a Map in distributed mode above all. */
export const FIELDS_NOT_IMPLEMENTED: Readonly<Record<string, readonly string[]>> = {
  Task: ['Credentials'],
  Map: ['ItemReader', 'ItemBatcher', 'ResultWriter', 'ToleratedFailureCount', 'ToleratedFailurePercentage', 'Label'],
};

function refuseWhatIsNotImplemented(raw: unknown, location: string): void {
  if (!isRecord(raw) || typeof raw.Type !== 'string') return;
  for (const field of FIELDS_NOT_IMPLEMENTED[raw.Type] ?? [])
    if (field in raw) throw new NotImplemented(`the field ${field} of a ${raw.Type} state (at ${location})`);
  const inner = raw.ItemProcessor ?? raw.Iterator;
  if (isRecord(inner) && isRecord(inner.ProcessorConfig) && inner.ProcessorConfig.Mode === 'DISTRIBUTED')
    throw new NotImplemented(`a Map state in the mode DISTRIBUTED (at ${location})`);
}

/** Fields of the other query language, refused in Step Functions' own words. */
const JSONPATH_FIELDS: ReadonlySet<string> = new Set([
  ...['InputPath', 'OutputPath', 'Parameters', 'ResultPath', 'ResultSelector', 'ItemsPath', 'Result'],
  ...['SecondsPath', 'TimestampPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath', 'MaxConcurrencyPath'],
  ...['CausePath', 'ErrorPath', 'Variable'],
]);

/** Fields that only states in JSONata have. */
const JSONATA_FIELDS: ReadonlySet<string> = new Set(['Arguments', 'Output', 'Items', 'Condition']);

function read<S extends z.ZodType>(schema: S, raw: unknown, location: string, report: Report): z.output<S> | undefined {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const missing = new Map<string, string[]>();
  for (const issue of parsed.error.issues) {
    const at = locate(location, isMissing(issue) ? issue.path.slice(0, -1) : issue.path);
    if (isMissing(issue)) missing.set(at, [...(missing.get(at) ?? []), String(issue.path.at(-1))]);
    else for (const message of wordsFor(issue)) report({ code: 'SCHEMA_VALIDATION_FAILED', message, location: at });
  }
  for (const [at, fields] of missing) {
    const message = `These fields are required: [${fields.join(', ')}]`;
    report({ code: 'SCHEMA_VALIDATION_FAILED', message, location: at });
  }
  return undefined;
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
}

function locate(location: string, path: readonly PropertyKey[]): string {
  const rest = path.map((part) => (typeof part === 'number' ? `[${part}]` : `/${String(part)}`)).join('');
  return `${location}${rest}` || '/';
}

function wordsFor(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      if (JSONATA_FIELDS.has(key))
        return `The JSONata field '${key}' is not supported when 'QueryLanguage' is 'JSONPath'`;
      return JSONPATH_FIELDS.has(key)
        ? `The JSONPath field '${key}' is not supported when 'QueryLanguage' is 'JSONata'`
        : `Field '${key}' is not supported`;
    });
  if (issue.path.at(-1) === 'QueryLanguage')
    return ["'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"];
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'Type') return ['Unknown or missing state type'];
  if (issue.code === 'invalid_union')
    return [[...new Set(issue.errors.flat().map(({ message }) => message))].join(', or ') || issue.message];
  return [issue.message];
}
