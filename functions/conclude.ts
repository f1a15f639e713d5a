import { concludeRelease } from '../core/ledger/conclude.ts';
import { heldEnvironment } from '../core/release/progress.ts';
import { type EndStatus, isEnd } from '../core/release/status.ts';
import { decideAgain } from './amend.ts';
import { readHead, readTurn } from './records.ts';
import { passTurn } from './turns.ts';
import type { Answering } from './waits.ts';

/** Ends a release as its ledger says, and passes on the turn it held or waited for. A release that has ended stays so. */
export async function concludeNow(services: Answering, release: string): Promise<EndStatus> {
  const { ledger, moment } = services;
  const { status, service, environment } = await decideAgain(moment, async () => {
    const head = await readHead(ledger, release);
    const current = heldEnvironment(head) ?? head.environment;
    const rest = { service: head.service, environment: current };
    if (isEnd(head.status)) return { status: head.status, ...rest };
    const held = heldEnvironment(head);
    const turn = held === undefined ? undefined : await readTurn(ledger, head.service, held);
    const conclusion = concludeRelease(head, turn, { at: moment.now(), actor: moment.actor });
    const written = await ledger.write(conclusion.writes);
    return written === 'already' ? undefined : { status: conclusion.status, ...rest };
  });
  if (environment !== undefined) await passTurn(services, { service, environment });
  return status;
}
