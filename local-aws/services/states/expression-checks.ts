/** What can be said about an expression before it runs: its syntax, and what it may not refer to. */
import jsonata from 'jsonata';
import { isExpression, sourceOf } from './expressions.ts';
import { isList, isObject, isRecord, type Json } from './json.ts';

/** Which members of `$states` a field may use besides `input` and `context`. */
export interface Allowed {
  readonly result?: boolean;
  readonly errorOutput?: boolean;
}

/** Calls `report` with every problem of every expression in a template. */
export function checkTemplate(
  template: Json | undefined,
  location: string,
  allowed: Allowed,
  report: (problem: string, location: string) => void,
): void {
  if (template === undefined) return;
  if (isExpression(template)) {
    for (const problem of problemsOf(sourceOf(template), allowed)) report(problem, location);
  } else if (isList(template)) {
    template.forEach((entry, index) => checkTemplate(entry, `${location}[${index}]`, allowed, report));
  } else if (isObject(template)) {
    for (const [name, value] of Object.entries(template)) checkTemplate(value, `${location}/${name}`, allowed, report);
  }
}

function problemsOf(source: string, allowed: Allowed): readonly string[] {
  let ast: unknown;
  try {
    ast = jsonata(source).ast();
  } catch (error) {
    const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
    return [`The JSONata expression '${source}' could not be parsed: ${String(message)}`];
  }
  const problems = new Set<string>();
  inspect(ast, true, (problem) => problems.add(`${problem} in the JSONata expression '${source}'`), allowed);
  return [...problems];
}

/**
 * Step Functions gives expressions no input document, so `$`, `$$` and bare field names mean nothing at the top level;
 * inside a path's later steps, predicates and groupings they do. `top` says where we are.
 */
function inspect(node: unknown, top: boolean, report: (problem: string) => void, allowed: Allowed): void {
  const down = (child: unknown, at = top): void => inspect(child, at, report, allowed);
  if (Array.isArray(node)) {
    node.forEach((child) => down(child));
    return;
  }
  if (!isRecord(node)) return;
  if (top) reportTop(node, report);
  if (node.type === 'path' && Array.isArray(node.steps)) {
    const steps: readonly unknown[] = node.steps;
    checkStates(steps, report, allowed);
    steps.forEach((step, index) => down(step, top && index === 0));
    down(node.group, false);
    return;
  }
  for (const [name, child] of Object.entries(node)) {
    if (['predicate', 'stages', 'group', 'pattern', 'update', 'delete', 'terms'].includes(name)) down(child, false);
    else if (typeof child === 'object') down(child);
  }
}

function reportTop(node: Readonly<Record<string, unknown>>, report: (problem: string) => void): void {
  if (node.type === 'variable' && (node.value === '' || node.value === '$'))
    report(`$${String(node.value)} is not allowed at the top level`);
  if (node.type === 'name') report(`The unqualified field name ${String(node.value)} is not allowed at the top level`);
  if (node.type === 'wildcard' || node.type === 'descendant') report('* is not allowed at the top level');
}

function checkStates(steps: readonly unknown[], report: (problem: string) => void, allowed: Allowed): void {
  const [first, second] = steps;
  if (!isRecord(first) || !isRecord(second)) return;
  if (first.type !== 'variable' || first.value !== 'states' || second.type !== 'name') return;
  if (second.value === 'result' && allowed.result !== true) report('$states.result is not available here');
  if (second.value === 'errorOutput' && allowed.errorOutput !== true)
    report('$states.errorOutput is not available here');
}
