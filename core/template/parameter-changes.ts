import type { ChangeWarning, ParameterChange } from './change-schema.ts';
import { assetBucketParameter } from './asset-bucket.ts';
import { declaredParameters, hiddenIn, isReference, type LiveParameters, type ParameterChoice } from './parameters.ts';
import { secretParameters } from './secret-properties.ts';
import type { Template } from './template.ts';
import { cutText } from '../values/text.ts';

/** What decides which parameters change. */
export interface ParameterContext {
  /** The release's own; what is kept of the one that is live is not in it. */
  readonly template: Template;
  readonly choice: ParameterChoice;
  /** Undefined on a first deployment. */
  readonly live: LiveParameters | undefined;
  /** What the release that is live gave for hidden parameters. */
  readonly references: Readonly<Record<string, string>>;
}

const longestShown = 200;

/**
 * Parameters whose value a release changes, by name: the old and the new value. Values of secrets are left out; a dynamic
 * reference is none.
 */
export function parameterChanges(context: ParameterContext): ParameterChange[] {
  return fullParameterChanges(context).map(({ before, after, ...rest }) => ({
    ...rest,
    ...(before === undefined ? {} : { before: cutText(before, longestShown) }),
    ...(after === undefined ? {} : { after: cutText(after, longestShown) }),
  }));
}

/** The same with values in full, for the digest. */
export function fullParameterChanges({ template, choice, live, references }: ParameterContext): ParameterChange[] {
  const next = declaredParameters(template);
  const hiddenBefore = live === undefined ? [] : hiddenIn(live);
  const secrets = [
    ...hiddenBefore,
    ...(live === undefined ? [] : secretParameters(live.template).keys()),
    ...[...next].flatMap(([name, { hidden }]) => (hidden ? [name] : [])),
    ...secretParameters(template).keys(),
  ];
  const names = [...new Set([...Object.keys(live?.values ?? {}), ...next.keys()])].sort();
  return names.flatMap((name) => {
    const known = hiddenBefore.includes(name) ? references[name] : undefined;
    const before = known ?? live?.values[name];
    const source = sourceOf(name, next.has(name), choice);
    if (name === assetBucketParameter || source === 'kept') return [];
    const after = source === 'manifest' ? choice.parameters[name] : next.get(name)?.standard;
    if (before === after) return [];
    return [{ name, source, ...shown(before, after, secrets.includes(name)) }];
  });
}

function sourceOf(
  name: string,
  declared: boolean,
  { parameters, kept }: ParameterChoice,
): ParameterChange['source'] | 'kept' {
  if (!declared) return 'removed';
  if (kept.includes(name)) return 'kept';
  return parameters[name] === undefined ? 'default' : 'manifest';
}

function shown(before: string | undefined, after: string | undefined, secret: boolean) {
  const mask = (value: string): string => (secret && !isReference(value) ? HIDDEN : value);
  return {
    ...(before === undefined ? {} : { before: mask(before) }),
    ...(after === undefined ? {} : { after: mask(after) }),
  };
}

/** What stands for the value of a secret. */
const HIDDEN = '(hidden)';

/** `LogLevel: "DEBUG" → "INFO" (the template's default)` */
export function describeParameter({ name, source, before, after }: ParameterChange): string {
  const quoted = (value: string): string => (value === HIDDEN ? value : `"${value}"`);
  const from = before === undefined ? 'new' : quoted(before);
  const to = after === undefined ? 'removed' : quoted(after);
  return `${name}: ${from} → ${to}${source === 'default' && after !== undefined ? ' (the template’s default)' : ''}`;
}

/** Parameters that go back to a default because the manifest gives no value, and hidden ones for which a new default does not count. */
export function parameterWarnings(changes: readonly ParameterChange[], context: ParameterContext): ChangeWarning[] {
  return [...changes.flatMap(toDefault), ...keptHidden(context)];
}

function toDefault({ name, source, before, after }: ParameterChange): ChangeWarning[] {
  if (source !== 'default' || before === undefined || after === undefined) return [];
  const sentence = `The manifest gives no value for the parameter ${name}: it goes from "${before}" to the template’s default "${after}".`;
  return [{ code: 'parameter-default', logicalId: name, sentence }];
}

function keptHidden({ template, choice, live }: ParameterContext): ChangeWarning[] {
  if (live === undefined) return [];
  return hiddenIn(live).flatMap((name) => {
    const [before, after] = [live.template, template].map((one) => declaredParameters(one).get(name)?.standard);
    if (!choice.kept.includes(name) || after === undefined || after === before) return [];
    const sentence = `The parameter ${name} keeps the value it has, and the template’s new default does not count: the stack hides the value, so that a rollback could not put it back.`;
    return [{ code: 'hidden-value-kept', logicalId: name, sentence }];
  });
}
