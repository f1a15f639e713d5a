import { assetBucketParameter } from '../template/asset-bucket.ts';
import { declaredParameters, isReference } from '../template/parameters.ts';
import { secretParameters } from '../template/secret-properties.ts';
import type { Template } from '../template/template.ts';
import { nameTarget } from '../values/identifiers.ts';
import { ownMember } from '../values/records.ts';
import { cutText } from '../values/text.ts';
import { type PlannedEnvironment, plannedIn } from '../release/plan.ts';
import { namesIn } from './differences.ts';

/** What is known of one of the releases. */
export interface Given {
  readonly environments: readonly PlannedEnvironment[];
  /** Undefined where it cannot be read: then no value is shown. */
  readonly template: Template | undefined;
}

/** A template parameter that has other values in two releases. */
export interface ParameterDifference {
  readonly environment: string;
  /** `<account>/<region>`, where the targets of the environment differ. */
  readonly target?: string;
  readonly name: string;
  /** Absent where there is none. Of a secret, or where nobody can tell whether it is one: `(hidden)`. */
  readonly before?: string;
  readonly after?: string;
}

const HIDDEN = '(hidden)';
const LONGEST = 200;

/** Parameters whose values differ: what the manifests give, else the templates' defaults. */
export function compareParameters(before: Given, after: Given): ParameterDifference[] {
  const hides = hiddenNames(before, after);
  return environmentsIn(before, after).flatMap((environment) => {
    const targets = targetsIn(environment, before, after);
    const each = targets.map((target) => ({
      target,
      found: differencesIn(environment, target, { before, after, hides }),
    }));
    const alike = new Set(each.map(({ found }) => JSON.stringify(found))).size === 1;
    if (alike) return each.slice(0, 1).flatMap(({ found }) => found);
    return each.flatMap(({ target, found }) => found.map((one) => ({ ...one, target })));
  });
}

/** Says of a name whether its value may be shown. */
function hiddenNames(...all: readonly Given[]): (name: string) => boolean {
  const templates = all.flatMap(({ template }) => template ?? []);
  if (templates.length < all.length) return () => true;
  const names = templates.flatMap((template) => [
    ...[...declaredParameters(template)].flatMap(([name, { hidden }]) => (hidden ? [name] : [])),
    ...secretParameters(template).keys(),
  ]);
  return (name) => names.includes(name);
}

interface Sides {
  readonly before: Given;
  readonly after: Given;
  readonly hides: (name: string) => boolean;
}

function differencesIn(environment: string, target: string, { before, after, hides }: Sides): ParameterDifference[] {
  const [was, is] = [valuesIn(before, environment, target), valuesIn(after, environment, target)];
  if (was === undefined || is === undefined) return [];
  return namesIn(was, is).flatMap((name) => {
    const [a, b] = [ownMember(was, name), ownMember(is, name)];
    if (a === b || name === assetBucketParameter) return [];
    const shown = (value: string): string => (hides(name) && !isReference(value) ? HIDDEN : cutText(value, LONGEST));
    return [
      {
        environment,
        name,
        ...(a === undefined ? {} : { before: shown(a) }),
        ...(b === undefined ? {} : { after: shown(b) }),
      },
    ];
  });
}

/** Undefined where the release does not come to the target. */
function valuesIn(
  { environments, template }: Given,
  environment: string,
  target: string,
): Record<string, string> | undefined {
  const planned = environments.find(({ name }) => name === environment);
  const place = planned?.waves.flat().find((one) => nameTarget(one) === target);
  if (planned === undefined || place === undefined) return undefined;
  const defaults = [...(template === undefined ? [] : declaredParameters(template))].flatMap(
    ([name, { standard }]): [string, string][] => (standard === undefined ? [] : [[name, standard]]),
  );
  return { ...Object.fromEntries(defaults), ...plannedIn(planned, place).parameters };
}

function environmentsIn(before: Given, after: Given): string[] {
  return [...new Set([...after.environments, ...before.environments].map(({ name }) => name))];
}

function targetsIn(environment: string, ...all: readonly Given[]): string[] {
  const planned = all.flatMap(({ environments }) => environments.filter(({ name }) => name === environment));
  return [...new Set(planned.flatMap(({ waves }) => waves.flat().map(nameTarget)))];
}
