/** Checks across the states of a definition: names, transitions, reachability, variables of inner scopes. */
import type { Report } from './problems.ts';
import type { Flow, State } from './grammar.ts';
import { integrationOf } from './resources.ts';
import { variablesOf } from './state-checks.ts';

/** State names are unique in the whole machine, inner flows included, and at most 80 characters long. */
export function checkUniqueNames(flow: Flow, report: Report): void {
  const seen = new Set<string>();
  const visit = (inner: Flow): void => {
    for (const [name, state] of inner.states) {
      if (seen.has(name)) invalid(report, `Duplicate State name: ${name}`, `/States/${name}`);
      if (name.length > 80) invalid(report, `State name is longer than 80 characters: ${name}`, `/States/${name}`);
      seen.add(name);
      innerFlows(state).forEach(({ flow: deeper }) => visit(deeper));
    }
  };
  visit(flow);
}

/**
 * Every transition leads to a state of the same flow, every state can be reached and some state ends; an inner scope
 * does not assign what an outer one does.
 */
export function checkFlow(flow: Flow, location: string, outer: readonly string[], report: Report): void {
  const missing = (message: string, at: string): void =>
    report({ code: 'MISSING_TRANSITION_TARGET', message, location: `${location}${at}` });
  if (!flow.states.has(flow.startAt)) missing(`Missing 'StartAt' target: ${flow.startAt}`, '/StartAt');
  const assigned = [...flow.states.values()].flatMap(variablesOf);
  for (const name of assigned.filter((each) => outer.includes(each)))
    invalid(report, `The variable '${name}' is assigned in an outer scope already`, `${location}/States`);
  const reached = new Set([flow.startAt]);
  for (const [name, state] of flow.states) {
    for (const target of targetsOf(state)) {
      reached.add(target);
      if (!flow.states.has(target)) missing(`Missing 'Next' target: ${target}`, `/States/${name}`);
    }
    for (const { flow: inner, at } of innerFlows(state))
      checkFlow(inner, `${location}/States/${name}${at}`, [...outer, ...assigned], report);
  }
  for (const name of flow.states.keys())
    if (!reached.has(name)) missing(`State "${name}" is not reachable.`, `/States/${name}`);
  if (![...flow.states.values()].some(isTerminal)) missing('No state ends this flow.', '/States');
}

function invalid(report: Report, message: string, location: string): void {
  report({ code: 'SCHEMA_VALIDATION_FAILED', message, location });
}

function isTerminal(state: State): boolean {
  return state.Type === 'Succeed' || state.Type === 'Fail' || ('End' in state && state.End === true);
}

function targetsOf(state: State): readonly string[] {
  const targets: (string | undefined)[] = [];
  if ('Next' in state) targets.push(state.Next);
  if ('Catch' in state) targets.push(...(state.Catch ?? []).map(({ Next }) => Next));
  if (state.Type === 'Choice') {
    const choices = 'choices' in state ? state.choices : state.Choices;
    targets.push(state.Default, ...choices.map(({ Next }) => Next));
  }
  return targets.filter((target) => target !== undefined);
}

function innerFlows(state: State): readonly { readonly flow: Flow; readonly at: string }[] {
  if (state.Type === 'Map') return [{ flow: state.processor, at: '/ItemProcessor' }];
  if (state.Type !== 'Parallel') return [];
  return state.branches.map((flow, index) => ({ flow, at: `/Branches[${index}]` }));
}

/** Every state of a flow, inner flows included. */
export function allStates(flow: Flow): readonly State[] {
  return [...flow.states.values()].flatMap((state) => [
    state,
    ...innerFlows(state).flatMap(({ flow: inner }) => allStates(inner)),
  ]);
}

/**
 * An Express machine waits neither for a token nor for a job.
 * https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
 */
export function checkExpress(flow: Flow, report: Report): void {
  for (const state of allStates(flow)) {
    if (state.Type !== 'Task' || integrationOf(state.Resource)?.pattern === 'requestResponse') continue;
    const message = `Express state machine does not support the service integration '${state.Resource}'`;
    report({ code: 'SCHEMA_VALIDATION_FAILED', message });
  }
}
