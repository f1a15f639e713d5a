import type { Desired } from './desired.ts';
import type { Detail } from './planned-change.ts';
import { recreationOf, type Properties, type ResourceProvider } from './provider.ts';
import { references } from './references.ts';
import type { ResourceRecord } from './stack.ts';
import type { ResourceDefinition } from './template.ts';
import { causesIn, sameValue } from './values.ts';

interface Comparison {
  readonly record: ResourceRecord;
  readonly definition: ResourceDefinition;
  /** As resolved for the new state; unknown values where only the update will tell. */
  readonly properties: Properties;
  readonly provider: ResourceProvider | undefined;
  readonly before: Desired | undefined;
  readonly after: Desired;
}

/** Every reason for which a resource's properties change. */
export function propertyDetails(comparison: Comparison): readonly Detail[] {
  const { record, properties } = comparison;
  const names = [...new Set([...Object.keys(record.properties), ...Object.keys(properties)])];
  return names.flatMap((name) =>
    sameValue(record.properties[name], properties[name]) ? [] : detailsOfOne(name, comparison),
  );
}

function detailsOfOne(name: string, comparison: Comparison): readonly Detail[] {
  const { record, definition, properties, provider } = comparison;
  const shared = {
    ...(name === 'Tags' ? { attribute: 'Tags' as const } : { attribute: 'Properties' as const, name }),
    requiresRecreation: recreationOf(provider, name, record.properties[name], properties[name]),
    ...shown(name, comparison),
  };
  const raw = definition.Properties[name];
  const rewritten = !sameValue(record.definition.Properties[name], raw);
  const causes = causesIn(properties[name]);
  const parameters = changedParameters(raw, comparison);
  const details: Detail[] = parameters.map((entity) => ({
    ...shared,
    evaluation: 'Static',
    source: 'ParameterReference',
    entity,
  }));
  for (const { source, entity } of dedupe(causes)) details.push({ ...shared, evaluation: 'Dynamic', source, entity });
  // AWS lists a direct modification beside a parameter's, as one it cannot be sure of.
  if (rewritten || details.length === 0)
    details.push({ ...shared, evaluation: causes.length > 0 ? 'Dynamic' : 'Static', source: 'DirectModification' });
  else if (parameters.length > 0) details.push({ ...shared, evaluation: 'Dynamic', source: 'DirectModification' });
  return details;
}

function dedupe<T extends { readonly entity: string }>(causes: readonly T[]): readonly T[] {
  return [...new Map(causes.map((cause) => [cause.entity, cause])).values()];
}

/** The parameters a property refers to whose value is another than before. */
function changedParameters(raw: unknown, { before, after }: Comparison): readonly string[] {
  const names = [...new Set(references(raw).map(({ name }) => name))];
  return names.filter((name) => {
    const now = after.parameters.get(name);
    const then = before?.parameters.get(name);
    return now !== undefined && then !== undefined && !sameValue(now.value, then.value);
  });
}

/** The values around a change; what a NoEcho parameter gave stays hidden. */
function shown(name: string, { record, properties, definition, after }: Comparison): Pick<Detail, 'before' | 'after'> {
  const secret = references([definition.Properties[name], record.definition.Properties[name]]).some(
    (reference) => after.template.parameters.get(reference.name)?.NoEcho === true,
  );
  return secret ? { before: '****', after: '****' } : { before: record.properties[name], after: properties[name] };
}
