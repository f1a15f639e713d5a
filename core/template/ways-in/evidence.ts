import type { Unguarded } from './around.ts';
import type { MovedUsers } from './at-once.ts';

/** What the ledger keeps of it, by resource, whether this release changes it or not; nothing where every way in is guarded. */
export function describeUnguarded(
  { around, functions }: Unguarded,
  moved: readonly MovedUsers[],
): Record<string, string[]> {
  const ways = around
    .filter(({ likely }) => !likely)
    .map(({ logicalId, type, functionId, alias }) => `${logicalId} (${type}): ${functionId} instead of ${alias}`);
  const open = functions.flatMap(({ functionId, ways: own }) =>
    own.map((way) => `${way}: ${functionId} without alias`),
  );
  const atOnce = moved.map(({ sentence }) => sentence);
  return {
    ...(ways.length + open.length === 0 ? {} : { around: [...ways, ...open] }),
    ...(atOnce.length === 0 ? {} : { atOnce }),
  };
}
