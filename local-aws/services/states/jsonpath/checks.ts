/** Checks of one JSONPath state by itself: fields that exclude or need one another, templates. */
import type * as z from 'zod';
import type { anyPathState } from './grammar.ts';
import { checkFill } from './template.ts';

export type ReadPathState = z.output<typeof anyPathState>;
type Fail = (message: string, at?: string) => void;

export function checkPathState(state: ReadPathState, location: string, fail: Fail): void {
  checkExclusive(state, fail);
  if (state.Type === 'Wait') exactlyOne(state, ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'], fail);
  if (state.Type === 'Map') exactlyOne(state, ['ItemProcessor', 'Iterator'], fail);
  for (const [at, template] of templatesOf(state))
    checkFill(template, `${location}/${at}`, (problem, where) => fail(problem, where));
}

const EXCLUSIVE = [
  ...(['TimeoutSeconds', 'HeartbeatSeconds', 'MaxConcurrency', 'Error', 'Cause'] as const).map(
    (field) => [field, `${field}Path`] as const,
  ),
  ['Parameters', 'ItemSelector'] as const,
];

function checkExclusive(state: ReadPathState, fail: Fail): void {
  for (const [one, other] of EXCLUSIVE)
    if (one in state && other in state) fail(`Only one of [${one}, ${other}] is allowed`);
}

function exactlyOne(state: ReadPathState, fields: readonly string[], fail: Fail): void {
  if (fields.filter((field) => field in state).length !== 1) fail(`Exactly one of [${fields.join(', ')}] is required`);
}

type Template = readonly [at: string, template: Parameters<typeof checkFill>[0]];

function templatesOf(state: ReadPathState): readonly Template[] {
  const templates: Template[] = [];
  const add = (at: string, template: Template[1] | undefined): void => {
    if (template !== undefined) templates.push([at, template]);
  };
  if ('Parameters' in state) add('Parameters', state.Parameters);
  if ('ItemSelector' in state) add('ItemSelector', state.ItemSelector);
  if ('ResultSelector' in state) add('ResultSelector', state.ResultSelector);
  if ('Assign' in state) add('Assign', state.Assign);
  if ('Catch' in state) state.Catch?.forEach(({ Assign }, index) => add(`Catch[${index}]/Assign`, Assign));
  if (state.Type === 'Choice') state.Choices.forEach(({ Assign }, index) => add(`Choices[${index}]/Assign`, Assign));
  return templates;
}
