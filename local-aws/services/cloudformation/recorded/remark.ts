import type { PlannedChange } from '../planned-change.ts';
import type { Properties, ResourceProvider } from '../provider.ts';
import type { Providers } from '../providers.ts';
import { actionOf } from './handler-actions.ts';
import { recordedLabel, recordedSentence } from './recorded-resources.ts';
import { servicePrefix } from './service-prefix.ts';

/**
 * What a stack's event says of a resource that is made or changed: that nothing simulates it, or these properties of it; undefined for
 * one that behaves.
 */
export async function remarkOn(
  provider: ResourceProvider | undefined,
  properties: Properties,
): Promise<string | undefined> {
  if (provider === undefined) return undefined;
  if (provider.recorded === undefined) {
    const labels = propertiesOf(provider, properties);
    return labels.length === 0 ? undefined : `recorded, not simulated: ${labels.join(', ')}`;
  }
  const remark = `recorded, not simulated: ${provider.type}`;
  const known =
    servicePrefix(provider.recorded) === 'apigateway' || (await actionOf('create', provider.recorded)) !== undefined;
  return known ? remark : `${remark} (which permissions AWS asks for is not known here)`;
}

/** What a change set says of the resources that nothing simulates; undefined where it makes or changes none. */
export function remarkOnChanges(changes: readonly PlannedChange[], providers: Providers): string | undefined {
  const labels = changes.flatMap(({ action, type, after = {} }) => {
    const provider = providers.get(type);
    if (action === 'Remove' || provider === undefined) return [];
    return provider.recorded === undefined ? propertiesOf(provider, after) : [type];
  });
  return labels.length === 0 ? undefined : recordedSentence(labels);
}

function propertiesOf({ type, recordedProperties = [] }: ResourceProvider, properties: Properties): string[] {
  return recordedProperties.filter((name) => name in properties).map((property) => recordedLabel({ type, property }));
}
