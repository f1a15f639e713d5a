import type { LayerUse } from '../store.ts';

/** Why what has these layers cannot be run here; undefined where it can. */
export function whyNotWith(layers: readonly LayerUse[]): string | undefined {
  const missing = layers.find(({ content }) => content === undefined);
  if (missing !== undefined)
    return `The layer ${missing.arn} is of another account, from which the local AWS cannot have it: it deploys functions with it, and cannot invoke them.`;
  const extended = layers.find(({ content }) => content?.extensions === true);
  if (extended !== undefined)
    return `The layer ${extended.arn} has an extension (extensions/), which the local AWS does not run: it deploys functions with it, and cannot invoke them.`;
  return undefined;
}
