import type { Manifest } from '../manifest/manifest.ts';
import { problem, type Problem } from '../values/problems.ts';
import {
  declaredParameters,
  hiddenIn,
  isReference,
  isStoreType,
  type LiveParameters,
  type ParameterChoice,
} from './parameters.ts';
import { secretParameters } from './secret-properties.ts';
import type { Template } from './template.ts';

/**
 * Parameters whose values CloudFormation hides (`NoEcho`). Nobody can read such a value, so that the engine can put it back only if
 * it never changes it, or if it is a reference.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */

/** Values that the manifest gives for secrets as plain text: they would lie in manifest, plan and ledger. */
export function hiddenValueProblems(template: Template, { parameters = {}, template: fileName }: Manifest): Problem[] {
  const declared = declaredParameters(template);
  const feeding = new Map(
    [...secretParameters(template)].map(([name, where]) => [name, `goes into ${where}, which is a secret`]),
  );
  return Object.entries(parameters).flatMap(([environment, values]) =>
    Object.entries(values).flatMap(([name, value]) => {
      const { hidden = false, type = '' } = declared.get(name) ?? {};
      const why = hidden ? `is hidden in "${fileName}" (NoEcho)` : feeding.get(name);
      if (why === undefined || isStoreType(type) || isReference(value)) return [];
      const path = `parameters.${environment}.${name}`;
      const sentence = `"${path}" gives a plain value, but the parameter ${why}: the value would be readable in manifest, plan and ledger. Give a dynamic reference instead, such as "{{resolve:secretsmanager:…}}" or "{{resolve:ssm-secure:…}}", or let the template name the secret.`;
      return [problem('template.parameter-secret', path, sentence)];
    }),
  );
}

/**
 * What a release may not do to the hidden values of the stack that is live, in sentences: a rollback could not put them back.
 * @param given values that the release gives
 * @param references what the release that is live gave for hidden parameters: these are known
 */
export function hiddenValueConflicts(
  next: Template,
  given: Readonly<Record<string, string>>,
  live: LiveParameters | undefined,
  references: Readonly<Record<string, string>>,
): string[] {
  const declared = declaredParameters(next);
  return (live === undefined ? [] : hiddenIn(live)).flatMap((name) => {
    const after = declared.get(name);
    if (given[name] !== undefined && references[name] === undefined)
      return [
        `The manifest gives a value for the parameter ${name}, whose value the stack hides: a rollback could not put the hidden value back. Leave it out, and it keeps its value; or give the new value to a parameter with another name.`,
      ];
    if (given[name] === undefined && after?.hidden === false)
      return [
        `The parameter ${name}, whose value the stack hides, is no longer NoEcho in the template: its value would become readable. Keep NoEcho, or give the parameter another name.`,
      ];
    return [];
  });
}

/**
 * Hidden parameters that the new template drops stay declared until the release has proven itself: a rollback can keep a value
 * that the stack still has, and no other.
 */
export function keepHidden(
  template: Template,
  live: LiveParameters | undefined,
): { readonly template: Template; readonly parameters: readonly string[] } {
  const dropped = (live === undefined ? [] : hiddenIn(live)).filter((name) => !(name in (template.Parameters ?? {})));
  if (live === undefined || dropped.length === 0) return { template, parameters: [] };
  const bodies = dropped.map((name): [string, unknown] => [name, live.template.Parameters?.[name]]);
  return {
    template: { ...template, Parameters: { ...template.Parameters, ...Object.fromEntries(bodies) } },
    parameters: dropped,
  };
}

/**
 * The values that a rollback gives. A hidden one is kept, because the release did not change it; or, where both are references,
 * it is the one before.
 * @param before at the rollback point
 * @param given values that the release has given
 */
export function formerParameters(
  before: LiveParameters,
  given: Readonly<Record<string, string>>,
  references: Readonly<Record<string, string>>,
): ParameterChoice {
  const hidden = hiddenIn(before);
  const known = hidden.flatMap((name): [string, string][] => {
    const reference = references[name];
    return given[name] === undefined || reference === undefined ? [] : [[name, reference]];
  });
  const shown = Object.entries(before.values).filter(([name]) => !hidden.includes(name));
  const parameters = Object.fromEntries([...shown, ...known]);
  return { parameters, kept: hidden.filter((name) => !(name in parameters)) };
}
