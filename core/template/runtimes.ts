import { listFew } from './ways-in/around.ts';
import type { ChangeWarning } from './change-schema.ts';
import { type ChangeSetResource, propertiesIn } from './change-set.ts';
import { functionGlobals } from './ways-in/guards.ts';
import { propertyOf, type Template } from './template.ts';

/**
 * Runtimes that Lambda closes: the days from which no function is made with one, and from which no function that has it is changed, or goes
 * back to it. AWS has put such days off before, so they warn and refuse nothing. One that is not here is open for years, or AWS has not said.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated
 */
const closing: Readonly<Record<string, readonly [create: string, change: string]>> = {
  'dotnetcore3.1': ['2023-04-03', '2023-05-03'],
  dotnet6: ['2026-06-01', '2026-07-01'],
  dotnet8: ['2026-12-10', '2027-01-11'],
  'go1.x': ['2024-02-08', '2026-07-01'],
  java8: ['2024-02-08', '2026-07-01'],
  'java8.al2': ['2026-07-31', '2026-08-31'],
  java11: ['2026-07-31', '2026-08-31'],
  java17: ['2026-07-31', '2026-08-31'],
  'nodejs10.x': ['2021-07-30', '2022-02-14'],
  'nodejs12.x': ['2023-03-31', '2023-04-30'],
  'nodejs14.x': ['2024-01-09', '2026-07-01'],
  'nodejs16.x': ['2026-06-01', '2026-07-01'],
  'nodejs18.x': ['2026-06-01', '2026-07-01'],
  'nodejs20.x': ['2026-06-01', '2026-07-01'],
  'nodejs22.x': ['2027-06-01', '2027-07-01'],
  provided: ['2024-02-08', '2026-07-01'],
  'provided.al2': ['2026-07-31', '2026-08-31'],
  'python2.7': ['2021-07-15', '2022-05-30'],
  'python3.6': ['2022-07-18', '2022-08-29'],
  'python3.7': ['2024-01-09', '2026-03-09'],
  'python3.8': ['2026-06-01', '2026-07-01'],
  'python3.9': ['2026-06-01', '2026-07-01'],
  'python3.10': ['2026-07-31', '2026-08-31'],
  'python3.11': ['2026-07-31', '2026-08-31'],
  'ruby2.5': ['2021-07-30', '2022-03-31'],
  'ruby2.7': ['2024-01-09', '2026-07-01'],
  'ruby3.2': ['2026-06-01', '2026-07-01'],
  'ruby3.3': ['2027-04-30', '2027-05-31'],
};

/** Since when Lambda makes no function with a runtime, or changes none that has it; undefined where it does. @param now an instant, ISO 8601 */
function closedSince(runtime: unknown, what: 'create' | 'change', now: string): string | undefined {
  const days = typeof runtime === 'string' && Object.hasOwn(closing, runtime) ? closing[runtime] : undefined;
  const day = days?.[what === 'create' ? 0 : 1];
  return day !== undefined && day <= now.slice(0, 10) ? day : undefined;
}

/**
 * What the runtime of a function that is made or changed means for the change and for the way back.
 * @param guarded does an alias guard it? @param now an instant, ISO 8601
 */
export function runtimeWarnings(
  change: ChangeSetResource,
  { guarded, now }: { readonly guarded: boolean; readonly now: string },
): ChangeWarning[] {
  // prettier-ignore
  const { Action, LogicalResourceId: logicalId = '', ResourceType } = change;
  if (ResourceType !== 'AWS::Lambda::Function') return [];
  const [before, after] = [change.BeforeContext, change.AfterContext].map((text) => propertiesIn(text)['Runtime']);
  const made = Action === 'Add' || change.Replacement === 'True';
  const day = closedSince(after, made ? 'create' : 'change', now);
  if (day !== undefined && (made || Action === 'Modify')) {
    const sentence = `Lambda ${made ? 'makes no function with' : 'changes no function that has'} the runtime ${String(after)} since ${day}, as AWS announced: the change of ${logicalId} fails then, and is rolled back.`;
    return [{ code: 'runtime-closed', logicalId, sentence }];
  }
  const since = Action === 'Modify' && before !== after ? closedSince(before, 'change', now) : undefined;
  if (since === undefined) return [];
  const users = guarded ? 'A rollback brings its users back by the alias, but cannot set' : 'A rollback cannot set';
  const sentence = `${logicalId} leaves the runtime ${String(before)}, to which Lambda lets no function return since ${since}, as AWS announced. ${users} the function back, and leaves the environment in quarantine.`;
  return [{ code: 'runtime-left', logicalId, sentence }];
}

/** What `check` says of runtimes that are closed by now. @param now an instant, ISO 8601 */
export function runtimeRemarks(template: Template, now: string): string[] {
  const users = new Map<string, string[]>();
  for (const [id, resource] of Object.entries(template.Resources)) {
    if (resource.Type !== 'AWS::Lambda::Function' && resource.Type !== 'AWS::Serverless::Function') continue;
    const shared = resource.Type === 'AWS::Serverless::Function' ? functionGlobals(template)['Runtime'] : undefined;
    const runtime = propertyOf(resource, 'Runtime') ?? shared;
    if (typeof runtime === 'string') users.set(runtime, [...(users.get(runtime) ?? []), id]);
  }
  return [...users].flatMap(([runtime, ids]) => {
    const [create, change] = [closedSince(runtime, 'create', now), closedSince(runtime, 'change', now)];
    if (create === undefined) return [];
    const changed = change === undefined ? '' : ` and changes none that has it since ${change}`;
    return [
      `${listFew(ids)}: Lambda makes no function with the runtime ${runtime} since ${create}${changed}, as AWS announced. Choose a newer one: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html`,
    ];
  });
}
