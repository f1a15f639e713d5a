import { TargetNotReady } from '../../../core/contract/errors.ts';
import type { FormerRelease } from '../../../core/ledger/items.ts';
import { assetBucketParameter } from '../../../core/template/asset-bucket.ts';
import { type ParameterValues, parameterValues } from '../../../core/template/steps/freeze.ts';
import { hiddenValueConflicts } from '../../../core/template/hidden-parameters.ts';
import {
  chooseParameters,
  declaredParameters,
  type LiveParameters,
  missingValues,
  type ParameterChoice,
} from '../../../core/template/parameters.ts';
import type { Template } from '../../../core/template/template.ts';
import { listFew } from '../../../core/template/ways-in/around.ts';
import type { Live } from './live.ts';
import type { TargetView } from '../target-context.ts';

/** What the parameters are after the change. What is in Parameter Store is taken to be what it was. */
export function valuesAfter(work: TargetView, next: Template, live: Live | undefined): ParameterValues {
  const { parameters, kept } = parametersOf(work, next, [], live);
  const standard = [...declaredParameters(next)].flatMap(([name, { standard: value }]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  const previous = kept.flatMap((name): [string, string][] => {
    const value = live?.stack.parameters[name];
    return value === undefined ? [] : [[name, value]];
  });
  const given = { ...Object.fromEntries([...standard, ...previous]), ...parameters };
  return parameterValues(next, given, live?.stack.resolved);
}

/**
 * The plan's values and the target's asset bucket; whatever has to keeps the value in use.
 * @throws TargetNotReady where a parameter would be without one
 */
export function parametersOf(
  work: TargetView,
  template: Template,
  kept: readonly string[],
  live: Live | undefined,
): ParameterChoice {
  const { planned, target } = work;
  const bucket =
    assetBucketParameter in (template.Parameters ?? {}) ? { [assetBucketParameter]: target.assets.bucket } : {};
  const choice = chooseParameters(template, { ...planned.parameters, ...bucket }, kept, parametersIn(live));
  requireValues(work, missingValues(template, choice));
  return choice;
}

/** CloudFormation would not begin. @throws TargetNotReady */
function requireValues({ where, targetName, place }: TargetView, missing: readonly string[]): void {
  if (missing.length === 0) return;
  const sentence = `Without a value in ${targetName}, and without a default: ${listFew(missing)}. Give ${missing.length === 1 ? 'it' : 'them'} in "parameters.${where.environment}" of the manifest, or in "parameters.${where.environment}/${targetName}" for this target alone.`;
  throw new TargetNotReady(sentence, place);
}

/** Parameters of the stack that is live. */
export function parametersIn(live: Live | undefined): LiveParameters | undefined {
  return live === undefined ? undefined : { values: live.stack.parameters, template: live.template };
}

/** A hidden value that a release changed could not be put back. @throws TargetNotReady */
export function requireHiddenKept(
  { planned, place }: TargetView,
  next: Template,
  { live, former }: { readonly live: Live | undefined; readonly former: FormerRelease | undefined },
): void {
  const conflicts = hiddenValueConflicts(next, planned.parameters, parametersIn(live), referencesOf(former));
  if (conflicts.length > 0) throw new TargetNotReady(conflicts.join(' '), place);
}

/** What the release that is live gave for parameters, as far as the stack still is what it left. */
export function referencesOf(former: FormerRelease | undefined): Readonly<Record<string, string>> {
  return former?.drifted === true ? {} : (former?.references ?? {});
}
