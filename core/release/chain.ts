import { createHash } from 'node:crypto';
import type { ReleaseEvent } from './events.ts';

/** Previous hash of a release's first event. */
export const chainStart = '0'.repeat(64);

/** JSON with sorted member names and no `undefined`: the same value always gives the same text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 of a value's canonical JSON, lower-case hex. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** The hash an event must carry: over everything else in it, the hash of the one before included. */
export function chainHash(event: Omit<ReleaseEvent, 'hash'>): string {
  return digestOf(Object.fromEntries(Object.entries(event).filter(([name]) => name !== 'hash')));
}

/** Where a chain is broken. */
export interface ChainBreak {
  readonly sequence: number;
  readonly sentence: string;
}

/** The first break of a release's chain of events; undefined when all of it holds. */
export function verifyChain(events: readonly ReleaseEvent[]): ChainBreak | undefined {
  return checkLinks(events, { after: 0, previousHash: undefined });
}

/** The first break of a part of a chain. @param from the number before its first event, and the hash of that; none at the beginning */
export function checkLinks(
  events: readonly ReleaseEvent[],
  from: { readonly after: number; readonly previousHash: string | undefined },
): ChainBreak | undefined {
  let previousHash = from.previousHash ?? chainStart;
  for (const [index, event] of events.entries()) {
    const sequence = from.after + index + 1;
    if (event.sequence !== sequence) {
      return { sequence, sentence: `Event ${sequence} is missing: found ${event.sequence} in its place.` };
    }
    if (event.previousHash !== previousHash) {
      return {
        sequence,
        sentence: `Event ${sequence} does not follow the event before it: its previous hash differs.`,
      };
    }
    if (chainHash(event) !== event.hash) {
      return { sequence, sentence: `Event ${sequence} was changed: its content does not have its hash.` };
    }
    previousHash = event.hash;
  }
  return undefined;
}
