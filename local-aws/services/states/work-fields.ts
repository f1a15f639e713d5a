/** What Task, Parallel and Map states read from their fields, in either query language. */
import { LONGEST } from './fields.ts';
import type { MapState, ParallelState, TaskState } from './grammar.ts';
import { isList, type Json } from './json.ts';
import { effectiveInput, fillIn, filteredInput, pick, unusable } from './jsonpath/path-visit.ts';
import { isNumber } from './simple-states.ts';
import type { Visit } from './visit.ts';

/** What a task is called with, or the branches of a Parallel start with. */
export async function argumentsOf(visit: Visit, state: TaskState | ParallelState): Promise<Json> {
  if (state.QueryLanguage === 'JSONPath') return effectiveInput(visit, state);
  return state.Arguments === undefined ? visit.input : visit.evaluate(state.Arguments, 'Arguments');
}

/** The timeout or heartbeat of a task; undefined where it has none. */
export async function secondsOf(
  visit: Visit,
  state: TaskState,
  field: 'TimeoutSeconds' | 'HeartbeatSeconds',
): Promise<number | undefined> {
  if (state.QueryLanguage === 'JSONPath') {
    const path = state[`${field}Path`];
    if (path === undefined) return state[field];
    const value = pick(visit, path, `${field}Path`, filteredInput(visit, state));
    if (isSeconds(value)) return value;
    throw unusable(visit, `${field}Path`, `an integer between 1 and ${LONGEST}`, value);
  }
  const template = state[field];
  if (template === undefined) return undefined;
  const value = await visit.evaluateAs(template, field, 'number', isNumber);
  if (isSeconds(value)) return value;
  throw visit.reject(`The ${field} field must be a positive integer: ${String(value)}`, field);
}

function isSeconds(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LONGEST;
}

/** The items that a Map iterates over. */
export async function itemsOf(visit: Visit, state: MapState): Promise<readonly Json[]> {
  if (state.QueryLanguage === 'JSONPath') {
    const input = filteredInput(visit, state);
    const items = state.ItemsPath === undefined ? input : pick(visit, state.ItemsPath, 'ItemsPath', input);
    if (isList(items)) return items;
    throw unusable(visit, 'ItemsPath', 'an array', items);
  }
  if (state.Items !== undefined) return visit.evaluateAs(state.Items, 'Items', 'array', isList);
  if (isList(visit.input)) return visit.input;
  const problem = `Map state input must be an array but was: ${JSON.stringify(visit.input)}`;
  throw visit.reject(problem, undefined, visit.host.previousOf(visit.thread.last));
}

/** What one iteration starts with. `map` is the context object's `Map`. */
export async function itemInput(visit: Visit, state: MapState, item: Json, map: Json): Promise<Json> {
  if (state.QueryLanguage === 'JSONPath') {
    const field = state.ItemSelector === undefined ? 'Parameters' : 'ItemSelector';
    const selector = state.ItemSelector ?? state.Parameters;
    return selector === undefined ? item : fillIn(visit, selector, field, filteredInput(visit, state), map);
  }
  return state.ItemSelector === undefined ? item : visit.evaluate(state.ItemSelector, 'ItemSelector', { map });
}

/** How many iterations may run side by side; 0 for as many as there can be. */
export async function concurrencyOf(visit: Visit, state: MapState): Promise<number> {
  if (state.QueryLanguage === 'JSONPath') {
    if (state.MaxConcurrencyPath === undefined) return state.MaxConcurrency ?? 0;
    const value = pick(visit, state.MaxConcurrencyPath, 'MaxConcurrencyPath', filteredInput(visit, state));
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
    throw unusable(visit, 'MaxConcurrencyPath', 'a non-negative integer', value);
  }
  const wished = await visit.evaluateAs(state.MaxConcurrency ?? 0, 'MaxConcurrency', 'number', isNumber);
  if (Number.isInteger(wished) && wished >= 0) return wished;
  throw visit.reject(`The MaxConcurrency field must be a non-negative integer: ${wished}`, 'MaxConcurrency');
}
