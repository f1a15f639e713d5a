import type { Hono } from 'hono';
import type { Caller } from '../../core/approval/caller.ts';
import { interventionBody, promotionBody, rollbackBody } from '../../core/contract/api/actions.ts';
import { NotInLedger, RequestInvalid } from '../../core/contract/errors.ts';
import { entryOf } from '../../core/policy/entries.ts';
import { operatorsOf } from '../../core/policy/operators.ts';
import { releaseId } from '../../core/values/identifiers.ts';
import { cutText } from '../../core/values/text.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readRequest } from '../../engine/http/read-request.ts';
import { readHead } from '../../engine/ledger/read.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import type { TurnPlace } from '../../core/turn/turn-writes.ts';
import { actingFor } from './actors.ts';
import { type Asking, promote, retry, rollBack } from './demands.ts';
import type { DecideServices } from './services.ts';

/**
 * `POST /releases/{id}/retry`, `POST /environments/{service}/{environment}/rollback` and `…/promote`: for those who may intervene in
 * the environment. @param signer who was verified; throws where nobody was
 */
export function addDemands(
  api: Hono,
  services: DecideServices,
  invocation: InvocationContext,
  signer: () => Caller,
): void {
  const asking = (place: TurnPlace, reason: string) =>
    askingFor(place, { caller: signer(), reason }, services, invocation);
  api.post('/releases/:id/retry', async (context) => {
    const release = context.req.param('id');
    if (!releaseId.safeParse(release).success)
      throw new RequestInvalid(`"${cutText(release, 100)}" is not a release id.`);
    invocation.about({ release });
    const body: unknown = await context.req.json().catch(() => undefined);
    const { reason } = readRequest(interventionBody, body, 'A reason is required, as {"reason":"…"}');
    const place = retriedIn(await readHead(services.ledger, release), services);
    return context.json(await retry(release, asking(place, reason)));
  });
  api.post('/environments/:service/:environment/rollback', async (context) => {
    const place = context.req.param();
    invocation.about({ environment: place.environment });
    const body: unknown = await context.req.json().catch(() => undefined);
    const form = 'A reason is required, as {"reason":"…"}, with a "version" if you like';
    const { version, reason } = readRequest(rollbackBody, body, form);
    return context.json(await rollBack(place, version, asking(place, reason)));
  });
  api.post('/environments/:service/:environment/promote', async (context) => {
    const place = context.req.param();
    invocation.about({ environment: place.environment });
    const body: unknown = await context.req.json().catch(() => undefined);
    const form =
      'A version and a reason are required, as {"version":"…","reason":"…"}, with "hotfix": true if it is one';
    const { version, hotfix, reason } = readRequest(promotionBody, body, form);
    return context.json(await promote(place, { version, hotfix }, asking(place, reason)));
  });
}

/** The environment whose people may try a release again. */
export function retriedIn(
  { service, order, environment }: ReleaseHead,
  { policy }: Pick<DecideServices, 'policy'>,
): TurnPlace {
  const first = order[0] ?? entryOf(policy, service)?.entry.environments[0] ?? '';
  return { service, environment: environment ?? first };
}

/** Who asks for something in an environment, for those who may intervene there. @throws NotInLedger */
export function askingFor(
  { service, environment }: TurnPlace,
  { caller, reason }: { readonly caller: Caller; readonly reason: string },
  services: DecideServices,
  invocation: InvocationContext,
): Asking {
  const people = operatorsOf(services.policy, service, environment);
  if (people === undefined) {
    const named = `The policy has no service "${cutText(service, 60)}" with this environment.`;
    throw new NotInLedger(named, { environment: cutText(environment, 60) });
  }
  const acting = actingFor(people, { caller, reason }, { service, environment }, invocation);
  return { services, invocation, acting };
}
