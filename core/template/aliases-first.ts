import { canonicalJson } from '../release/chain.ts';
import { findReferences } from './references.ts';
import type { Resource, Template } from './template.ts';

/** A template as a stack has it, and the values of its parameters. */
export interface DeployedTemplate {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Kinds that a published version of a function does not use when it runs, or that it holds a copy of. */
const notUsed =
  /^AWS::(Lambda::(Version|Alias)|CodeDeploy::.*|CloudWatch::.*|Logs::(MetricFilter|SubscriptionFilter))$/;

/** A function's configuration is in its version: that it exists is enough. */
const functionType = 'AWS::Lambda::Function';

/**
 * Why users cannot come back to versions that were published earlier before the stack is changed back: whatever those use has to be
 * there as it was. Empty when nothing is in the way.
 * @param before the stack when these versions served @param now the stack as it is
 */
export function whyStackFirst(before: DeployedTemplate, now: DeployedTemplate): string[] {
  const used = Object.entries(before.template.Resources).filter(([, { Type }]) => !notUsed.test(Type));
  const gone = used.flatMap(([id, resource]) => {
    const present = now.template.Resources[id];
    if (present?.Type !== resource.Type) return [`${id} (${resource.Type}) is gone`];
    const same = resource.Type === functionType || canonicalJson(bare(resource)) === canonicalJson(bare(present));
    return same ? [] : [`${id} (${resource.Type}) is another`];
  });
  const changed = changedParameters(before, now);
  const moved = used.flatMap(([id, resource]) => {
    if (resource.Type === functionType) return [];
    const names = [...findReferences(resource).parametersAndResources].filter((name) => changed.has(name));
    return names.length === 0 ? [] : [`${id} (${resource.Type}) has another ${names.join(', ')}`];
  });
  return [...gone, ...moved];
}

function changedParameters(before: DeployedTemplate, now: DeployedTemplate): ReadonlySet<string> {
  return new Set(
    Object.entries(before.parameters).flatMap(([name, value]) => (now.parameters[name] === value ? [] : [name])),
  );
}

/** What the resource is, without what is said about it. */
function bare({ Type, Properties, Condition }: Resource): unknown {
  return { Type, Properties: Properties ?? {}, Condition: Condition ?? null };
}
