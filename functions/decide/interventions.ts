import type { Hono } from 'hono';
import { describeIntervention, interventionBody, lettingInBody } from '../../core/contract/api/actions.ts';
import { type Caller, nameCaller, personOf as listedPerson } from '../../core/approval/caller.ts';
import { DecisionRefused } from '../../core/contract/errors.ts';
import { operatorsOf, repairersOf, windowOverridersOf } from '../../core/policy/operators.ts';
import {
  clearQuarantine,
  holdEnvironment,
  type Intervener,
  type Intervention,
  releaseHold,
} from '../../core/turn/interventions.ts';
import type { TurnPlace } from '../../core/turn/turn-writes.ts';
import type { Person } from '../../core/policy/policy.ts';
import type { Queue } from '../../core/turn/queue.ts';
import { readRequest } from '../../engine/http/read-request.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { countCleared } from '../../engine/end/count-deployments.ts';
import { intervene, requireEnvironment } from '../../engine/turn/intervene.ts';
import { letIn } from './let-in.ts';
import { overrideClosedWindow } from './override-window.ts';
import type { DecideServices } from './services.ts';

/** What a person may do to an environment, by the end of the route's path. */
const interventions = {
  clearance: clearQuarantine,
  hold: holdEnvironment,
  'hold/release': releaseHold,
} as const satisfies Record<string, (place: TurnPlace, queue: Queue, who: Intervener) => Intervention>;

/** `POST /environments/{service}/{environment}/…`. @param signer who was verified; throws where nobody was */
export function addInterventions(
  api: Hono,
  services: DecideServices,
  invocation: InvocationContext,
  signer: () => Caller,
): void {
  for (const [path, decide] of Object.entries(interventions)) {
    api.post(`/environments/:service/:environment/${path}`, async (context) => {
      const { service, environment } = context.req.param();
      const place = { service, environment };
      invocation.about({ environment });
      const caller = signer();
      const person = personOf(place, caller, operatorsOf(services.policy, service, environment));
      const principal = nameCaller(caller);
      const body: unknown = await context.req.json().catch(() => undefined);
      const { reason } = readRequest(interventionBody, body, 'A reason is required, as {"reason":"…"}');
      const item = await intervene({ ...services, invocation }, place, async (queue) => {
        const who = { by: person.email, principal, reason, at: invocation.now(), id: invocation.newId() };
        const decided = decide(place, queue, who);
        const { kind, quarantine, at } = decided.item;
        if (kind !== 'cleared' || quarantine === undefined) return decided;
        return {
          ...decided,
          writes: [
            ...decided.writes,
            ...(await countCleared(services.ledger, place, { release: quarantine.release, at }, invocation)),
          ],
        };
      });
      return context.json(describeIntervention(place, item));
    });
  }
}

/** By the end of the route's path: who may let a release in that waits, what the policy calls these people, and how it is done. */
const letsIn = {
  repair: { people: repairersOf, field: 'repairs', act: letIn },
  'window-override': { people: windowOverridersOf, field: 'windowOverrides', act: overrideClosedWindow },
} as const;

/** `POST /environments/{service}/{environment}/repair` and `/window-override`. @param signer as above */
export function addLettingIn(
  api: Hono,
  services: DecideServices,
  invocation: InvocationContext,
  signer: () => Caller,
): void {
  for (const [path, { people, field, act }] of Object.entries(letsIn)) {
    api.post(`/environments/:service/:environment/${path}`, async (context) => {
      const { service, environment } = context.req.param();
      const place = { service, environment };
      invocation.about({ environment });
      const caller = signer();
      const principal = nameCaller(caller);
      const advice = `"${field}" of the policy's environment says who may let a release in.`;
      const person = personOf(place, caller, people(services.policy, service, environment), advice);
      const body: unknown = await context.req.json().catch(() => undefined);
      const sentence = 'A release and a reason are required, as {"release":"…","reason":"…"}';
      const { release, reason } = readRequest(lettingInBody, body, sentence);
      invocation.about({ release, environment });
      const who = { by: person.email, principal, reason, at: invocation.now(), id: invocation.newId() };
      return context.json(describeIntervention(place, await act(services, invocation, place, release, who)));
    });
  }
}

/** @param people undefined where the policy has no such environment. @throws NotInLedger, DecisionRefused */
function personOf(place: TurnPlace, caller: Caller, people: readonly Person[] | undefined, advice?: string): Person {
  const person = listedPerson(requireEnvironment(place, people), caller);
  if (person !== undefined) return person;
  const { service, environment } = place;
  const sentence = `${nameCaller(caller)} is not one of the principals that may decide for ${service} in this environment.`;
  throw new DecisionRefused(advice === undefined ? sentence : `${sentence} ${advice}`, { environment });
}
