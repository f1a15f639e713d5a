import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StackTaken } from '../../../core/contract/errors.ts';
import { stackClaimItem, type StackClaimItem } from '../../../core/ledger/items.ts';
import { claimKeys, claimStack, type StackClaim } from '../../../core/ledger/stack-claims.ts';
import * as s from '../samples.ts';

const target = { account: '222222222222', region: 'us-east-1' };
const claimOf = (stackName: string, service: string): StackClaim => ({
  ...{ ...target, stackName, service, environment: 'staging', release: s.release, at: s.moment(0) },
});

/** Rows as the ledger would have them after claims one after the other. */
class Rows {
  readonly #rows = new Map<string, StackClaimItem>();

  /** Claims; says whether it was refused. */
  claim(claim: StackClaim): boolean {
    const rows = claimKeys(claim).map(({ pk, sk }) => this.#rows.get(`${pk} ${sk}`));
    try {
      for (const intent of claimStack(claim, rows)) {
        if (intent.write !== 'put') throw new Error(intent.write);
        const { pk, sk, ...row } = intent.item;
        expect(this.#rows.has(`${pk} ${sk}`)).toBe(false);
        this.#rows.set(`${pk} ${sk}`, stackClaimItem.parse(row));
      }
      return false;
    } catch (problem) {
      if (!(problem instanceof StackTaken)) throw problem;
      return true;
    }
  }
}

describe('a claim of a stack’s name', () => {
  it('names the holder, and what to do', () => {
    const rows = new Rows();
    expect(rows.claim(claimOf('orders-eu', 'orders'))).toBe(false);
    const found = { ...claimOf('orders-eu', 'orders'), state: 'begins' as const };
    expect(() => claimStack(claimOf('orders', 'billing'), [found])).toThrow(
      `The stack orders and the stack orders-eu of orders in staging (since ${s.release}) would share names; billing in staging needs one of its own: give its entry in the policy another "stack".`,
    );
  });

  it('is refused if and only if another has the name, one it begins with, or one that begins with it', () => {
    const name = fc.array(fc.constantFrom('a', 'B', 'b', 'c1'), { minLength: 1, maxLength: 4 }).map((words) => words.join('-')); // prettier-ignore
    const claim = fc.tuple(name, fc.constantFrom('one', 'two', 'three'));
    const within = (one: string, other: string) => `${other.toLowerCase()}-`.startsWith(`${one.toLowerCase()}-`);
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 12 }), (wanted) => {
        const rows = new Rows();
        const given: [string, string][] = [];
        for (const [stack, service] of wanted) {
          const known = given.some(([had, by]) => had.toLowerCase() === stack.toLowerCase() && by === service);
          const collides = given.some(([had]) => within(had, stack) || within(stack, had));
          expect(rows.claim(claimOf(stack, service))).toBe(!known && collides);
          if (!collides) given.push([stack, service]);
        }
      }),
    );
  });
});
