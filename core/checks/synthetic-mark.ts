/**
 * By what a service tells Sluice's requests from those of its users: to leave them out of its statistics, or to order nothing.
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
