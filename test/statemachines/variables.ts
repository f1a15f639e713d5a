import { expressionsIn, type Processor, type State } from './machines.ts';

/** A variable that some way through the machine reads before anything assigned it, or that hides one from outside. */
export interface VariableProblem {
  readonly state: string;
  readonly variable: string;
  readonly problem: 'read before it is assigned' | 'assigned inside and outside of a Map';
}

type Names = ReadonlySet<string>;

/**
 * Follows every way through a machine and reports variables that are read before they are assigned.
 * AWS's rules: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html. Assignments of a state take
 * effect for the states after it; a Map's inner states read the variables outside but neither assign nor hide them.
 */
export function variableProblems(machine: Processor, outer: Names = new Set()): VariableProblem[] {
  const problems: VariableProblem[] = [];
  const known = new Map<string, Names>();
  const queue: [string, Names][] = [[machine.StartAt, outer]];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [name, assigned] = next;
    const before = known.get(name);
    const now = before === undefined ? assigned : new Set([...before].filter((variable) => assigned.has(variable)));
    if (before !== undefined && now.size === before.size) continue;
    known.set(name, now);
    const state = machine.States[name];
    if (state === undefined) throw new Error(`There is no state ${name}.`);
    queue.push(...waysOut(state).map(({ to, assigns }): [string, Names] => [to, new Set([...now, ...assigns])]));
  }
  for (const [name, assigned] of known) problems.push(...problemsOf(name, machine.States[name], assigned, outer));
  return problems;
}

/** The names of states no way leads to. */
export function unreachableStates(machine: Processor): string[] {
  const seen = new Set<string>();
  const queue = [machine.StartAt];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const state = machine.States[name];
    if (seen.has(name) || state === undefined) continue;
    seen.add(name);
    queue.push(...waysOut(state).map(({ to }) => to));
  }
  const inside = Object.values(machine.States).flatMap((state) =>
    state.Type === 'Map' ? unreachableStates(state.ItemProcessor) : [],
  );
  return [...Object.keys(machine.States).filter((name) => !seen.has(name)), ...inside];
}

function waysOut(state: State): { to: string; assigns: string[] }[] {
  const assigned = 'Assign' in state ? Object.keys(state.Assign ?? {}) : [];
  const ways: { to: string; assigns: string[] }[] = [];
  if (state.Type === 'Choice') {
    ways.push({ to: state.Default, assigns: assigned });
    for (const { Next, Assign = {} } of state.Choices) ways.push({ to: Next, assigns: Object.keys(Assign) });
  }
  if ('Next' in state && state.Next !== undefined) ways.push({ to: state.Next, assigns: assigned });
  if ('Catch' in state)
    for (const { Next, Assign = {} } of state.Catch) ways.push({ to: Next, assigns: Object.keys(Assign) });
  return ways;
}

function problemsOf(name: string, state: State | undefined, assigned: Names, outer: Names): VariableProblem[] {
  if (state === undefined) return [];
  const { ItemProcessor, ...own } = state.Type === 'Map' ? state : { ...state, ItemProcessor: undefined };
  const read = new Set(expressionsIn(own).flatMap(variablesIn));
  const missing = [...read].filter((variable) => !assigned.has(variable));
  const hiding = waysOut(state).flatMap(({ assigns }) => assigns.filter((variable) => outer.has(variable)));
  return [
    ...missing.map((variable): VariableProblem => ({ state: name, variable, problem: 'read before it is assigned' })),
    ...hiding.map((variable): VariableProblem => ({
      state: name,
      variable,
      problem: 'assigned inside and outside of a Map',
    })),
    ...(ItemProcessor === undefined ? [] : variableProblems(ItemProcessor, assigned)),
  ];
}

// `$name` that is neither `$states` nor the call of a function.
function variablesIn(expression: string): string[] {
  const withoutText = expression.replaceAll(/'[^']*'/g, "''");
  return [...withoutText.matchAll(/\$([A-Za-z_]\w*)(?!\w|\s*\()/g)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'states');
}
