/**
 * Marks by which a service recognises Sluice's requests, to leave them out of its statistics or to avoid side effects.
 * A contract with every service: never changed.
 */

/** Header of requests by HTTP; its value is the release. */
export const syntheticHeader = 'x-sluice-synthetic';

/** Client context of invocations: a function reads `context.clientContext.custom.sluice`. */
export function syntheticContext(release: string): {
  readonly custom: { readonly sluice: { readonly synthetic: true; readonly release: string } };
} {
  return { custom: { sluice: { synthetic: true, release } } };
}
