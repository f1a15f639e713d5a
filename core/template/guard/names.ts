/** Name of the alias that guards a function, as SAM's `AutoPublishAlias: live` would make it. */
export const guardAlias = 'live';

/** Logical ids of what a guard adds for a function. The alias is called as SAM's transform calls it, so that either takes over from the other. */
export function guardIds(functionId: string): {
  readonly alias: string;
  readonly version: string;
  readonly alarm: string;
} {
  return {
    alias: `${functionId}Alias${guardAlias}`,
    version: `${functionId}GuardVersion`,
    alarm: `${functionId}GuardErrors`,
  };
}
