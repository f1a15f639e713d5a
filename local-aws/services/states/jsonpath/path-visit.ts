/** How a visit to a JSONPath state reads its fields. */
import { dataLimitExceeded, StateFailure } from '../failures.ts';
import { byteLength, PAYLOAD_LIMIT, typeName, type Json } from '../json.ts';
import type { Step, Visit } from '../visit.ts';
import { IntrinsicFailure } from './intrinsics.ts';
import { place } from './reference-path.ts';
import { select } from './select.ts';
import { fill, PathFailure, read } from './template.ts';

/** The value at a path. @throws StateFailure States.Runtime where there is none */
export function pick(visit: Visit, path: string, field: string, input: Json): Json {
  const value = select(path, visit.sources(input));
  if (value !== undefined) return value;
  throw failure(visit, 'States.Runtime', notFound(path, field, input));
}

/** A template, filled in. @throws StateFailure States.ParameterPathFailure, States.IntrinsicFailure */
export function fillIn(visit: Visit, template: Json, field: string, input: Json, map?: Json): Json {
  return reading(visit, field, input, () => fill(template, visit.sources(input, map)));
}

/** What a path or an intrinsic function gives. @throws StateFailure as fillIn does */
export function readField(visit: Visit, value: string, field: string, input: Json): Json {
  return reading(visit, field, input, () => read(value, visit.sources(input)));
}

/** The input after InputPath. `null` stands for an empty object. */
export function filteredInput(visit: Visit, { InputPath }: { readonly InputPath?: string | null | undefined }): Json {
  if (InputPath === undefined) return visit.input;
  return InputPath === null ? {} : pick(visit, InputPath, 'InputPath', visit.input);
}

/** The input after InputPath and Parameters. */
export function effectiveInput(
  visit: Visit,
  state: { readonly InputPath?: string | null | undefined; readonly Parameters?: Json | undefined },
): Json {
  const input = filteredInput(visit, state);
  return state.Parameters === undefined ? input : fillIn(visit, state.Parameters, 'Parameters', input);
}

interface Leaving {
  readonly ResultSelector?: Json | undefined;
  readonly ResultPath?: string | null | undefined;
  readonly OutputPath?: string | null | undefined;
  readonly Assign?: Readonly<Record<string, Json>> | undefined;
}

/** ResultSelector, Assign, ResultPath and OutputPath, in this order. `at` comes before field names in messages. */
export function leaveByPath(visit: Visit, fields: Leaving, next: string | undefined, result: Json, at = ''): Step {
  const { ResultSelector, ResultPath, OutputPath, Assign } = fields;
  const effective = ResultSelector === undefined ? result : fillIn(visit, ResultSelector, 'ResultSelector', result);
  const assigned = Assign === undefined ? undefined : fillIn(visit, Assign, `${at}Assign`, effective);
  const combined = ResultPath === null ? visit.input : combine(visit, ResultPath ?? '$', effective);
  const output =
    OutputPath === undefined ? combined : OutputPath === null ? {} : pick(visit, OutputPath, 'OutputPath', combined);
  if (byteLength(output) > PAYLOAD_LIMIT || byteLength(assigned ?? null) > PAYLOAD_LIMIT)
    throw dataLimitExceeded(visit.name);
  return {
    output,
    next,
    assigned: assigned === undefined ? undefined : Object.fromEntries(Object.entries(assigned ?? {})),
  };
}

function combine(visit: Visit, path: string, result: Json): Json {
  const combined = place(visit.input, path, result);
  if (combined !== undefined) return combined;
  const input = JSON.stringify(visit.input);
  throw failure(visit, 'States.ResultPathMatchFailure', `Unable to apply step "${path}" to input ${input}`);
}

function reading(visit: Visit, field: string, input: Json, work: () => Json): Json {
  try {
    return work();
  } catch (error) {
    if (error instanceof PathFailure)
      throw failure(visit, 'States.ParameterPathFailure', notFound(error.path, field, input));
    if (error instanceof IntrinsicFailure)
      throw failure(
        visit,
        'States.IntrinsicFailure',
        `The intrinsic function of the field '${field}' failed: ${error.message}.`,
      );
    throw error;
  }
}

function notFound(path: string, field: string, input: Json): string {
  return `The JSONPath '${path}' specified for the field '${field}' could not be found in the input '${JSON.stringify(input)}'`;
}

/** A value that a field cannot use. */
export function unusable(visit: Visit, field: string, expected: string, value: Json): StateFailure {
  const problem = `The field '${field}' expects ${expected}, but was '${typeName(value)}' for value: ${JSON.stringify(value)}`;
  return failure(visit, 'States.Runtime', problem);
}

function failure(visit: Visit, error: string, problem: string): StateFailure {
  return new StateFailure(
    error,
    `An error occurred while executing the state '${visit.name}' (entered at the event id #${visit.enteredEvent}). ${problem}`,
  );
}
