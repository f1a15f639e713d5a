/**
 * Reads a state machine's definition and finds everything that Step Functions refuses at creation.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
 */
import type * as z from 'zod';
import { NotImplemented } from '../../kernel/errors.ts';
import { checkFlow, checkUniqueNames } from './flow-checks.ts';
import { anyState, flow, processor, topLevel, type Definition, type Flow, type State } from './grammar.ts';
import { isRecord } from './json.ts';
import { checkState } from './state-checks.ts';
import type { Problem, Report } from './problems.ts';

/** A definition is at most this many bytes: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const LONGEST = 1_048_576;

/** Parses and checks a definition. @throws NotImplemented naming what AWS would run and the local AWS does not */
export function readDefinition(text: string): { definition?: Definition; problems: readonly Problem[] } {
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
  refuseOtherLanguages(raw);
  const whole = read(topLevel, raw, '', report);
  const top = whole === undefined ? undefined : readStates(whole, '', report);
  if (whole === undefined || top === undefined) return { problems };
  checkUniqueNames(top, report);
  checkFlow(top, '', [], report);
  if (problems.length > 0) return { problems };
  return { definition: { flow: top, timeoutSeconds: whole.TimeoutSeconds }, problems };
}

function refuseOtherLanguages(raw: unknown): void {
  if (isRecord(raw) && isRecord(raw.States) && raw.QueryLanguage !== 'JSONata')
    throw new NotImplemented(
      'state machines in JSONPath (the default); only those that say "QueryLanguage": "JSONata" at the top',
    );
}

function readStates(
  raw: { readonly StartAt: string; readonly States: Readonly<Record<string, unknown>> },
  location: string,
  report: Report,
): Flow | undefined {
  const states = new Map<string, State>();
  let whole = true;
  for (const [name, value] of Object.entries(raw.States)) {
    const state = readState(value, `${location}/States/${name}`, report);
    if (state === undefined) whole = false;
    else states.set(name, state);
  }
  return whole ? { startAt: raw.StartAt, states } : undefined;
}

function readState(raw: unknown, location: string, report: Report): State | undefined {
  refuseWhatIsNotImplemented(raw, location);
  const state = read(anyState, raw, location, report);
  if (state === undefined) return undefined;
  checkState(state, location, report);
  if (state.Type === 'Parallel') {
    const { Branches, ...rest } = state;
    const branches = Branches.map((branch, index) => readFlow(flow, branch, `${location}/Branches[${index}]`, report));
    const whole = branches.filter((branch) => branch !== undefined);
    return whole.length < branches.length ? undefined : { ...rest, branches: whole };
  }
  if (state.Type === 'Map') {
    const { ItemProcessor, ...rest } = state;
    const inner = readFlow(processor, ItemProcessor, `${location}/ItemProcessor`, report);
    return inner === undefined ? undefined : { ...rest, processor: inner };
  }
  return state;
}

function readFlow(
  schema: typeof flow | typeof processor,
  raw: unknown,
  location: string,
  report: Report,
): Flow | undefined {
  const parsed = read(schema, raw, location, report);
  return parsed === undefined ? undefined : readStates(parsed, location, report);
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
  const inner = raw.ItemProcessor;
  if (isRecord(inner) && isRecord(inner.ProcessorConfig) && inner.ProcessorConfig.Mode === 'DISTRIBUTED')
    throw new NotImplemented(`a Map state in the mode DISTRIBUTED (at ${location})`);
}

/** Fields of the other query language, refused in Step Functions' own words. */
const JSONPATH_FIELDS: ReadonlySet<string> = new Set([
  ...['InputPath', 'OutputPath', 'Parameters', 'ResultPath', 'ResultSelector', 'ItemsPath', 'Result'],
  ...['SecondsPath', 'TimestampPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath', 'MaxConcurrencyPath'],
  ...['CausePath', 'ErrorPath', 'Variable'],
]);

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
    return issue.keys.map((key) =>
      JSONPATH_FIELDS.has(key)
        ? `The JSONPath field '${key}' is not supported when 'QueryLanguage' is 'JSONata'`
        : `Field '${key}' is not supported`,
    );
  if (issue.path.at(-1) === 'QueryLanguage')
    return ["'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"];
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'Type') return ['Unknown or missing state type'];
  if (issue.code === 'invalid_union')
    return [[...new Set(issue.errors.flat().map(({ message }) => message))].join(', or ') || issue.message];
  return [issue.message];
}
