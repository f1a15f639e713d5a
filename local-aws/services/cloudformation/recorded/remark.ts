import type { PlannedChange } from '../planned-change.ts';
import type { ResourceProvider } from '../provider.ts';
import type { Providers } from '../providers.ts';
import { actionOf } from './handler-actions.ts';
import { recordedSentence } from './recorded-resources.ts';
import { servicePrefix } from './service-prefix.ts';

/** What a stack's event says of a resource that is made or changed: that nothing simulates it; undefined for one that behaves. */
export async function remarkOn(provider: ResourceProvider | undefined): Promise<string | undefined> {
  if (provider?.recorded === undefined) return undefined;
  const remark = `recorded, not simulated: ${provider.type}`;
  const known =
    servicePrefix(provider.recorded) === 'apigateway' || (await actionOf('create', provider.recorded)) !== undefined;
  return known ? remark : `${remark} (which permissions AWS asks for is not known here)`;
}

/** What a change set says of the resources that nothing simulates; undefined where it makes or changes none. */
export function remarkOnChanges(changes: readonly PlannedChange[], providers: Providers): string | undefined {
  const types = changes.filter(
    ({ action, type }) => action !== 'Remove' && providers.get(type)?.recorded !== undefined,
  );
  return types.length === 0 ? undefined : recordedSentence(types.map(({ type }) => type));
}
