import { haltedError } from '../../core/release/halt.ts';
import { isHalted } from '../../core/release/progress.ts';
import { readHead } from '../../engine/ledger/read.ts';
import type { VerifyServices } from './services.ts';

/** Called before a check is made: throws where nothing more has to be checked. */
export type BeforeCheck = () => Promise<void>;

/**
 * Checks take minutes, and a person may cancel the release meanwhile: the check that is being made is finished, and no other begins.
 * @throws ReleaseHalted
 */
export function whileUnderWay({ ledger }: VerifyServices, release: string, environment: string): BeforeCheck {
  return async () => {
    const head = await readHead(ledger, release);
    if (isHalted(head)) throw haltedError(head, { environment });
  };
}
