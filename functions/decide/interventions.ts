import type { Hono } from 'hono';
import { describeIntervention, interventionBody, lettingInBody } from '../../core/contract/api/actions.ts';
import type { Caller } from '../../core/approval/caller.ts';
import { operatorsOf, repairersOf, windowOverridersOf } from '../../core/policy/operators.ts';
import {
  clearQuarantine,
  holdEnvironment,
  type Intervener,
  type Intervention,
  releaseHold,
} from '../../core/turn/interventions.ts';
import type { TurnPlace } from '../../core/turn/turn-writes.ts';
import type { Queue } from '../../core/turn/queue.ts';
import { readRequest } from '../../engine/http/read-request.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { countCleared } from '../../engine/end/count-deployments.ts';
import { intervene, requireEnvironment } from '../../engine/turn/intervene.ts';
import { actingFor } from './actors.ts';
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
      const people = requireEnvironment(place, operatorsOf(services.policy, service, environment));
      const body: unknown = await context.req.json().catch(() => undefined);
      const { reason } = readRequest(interventionBody, body, 'A reason is required, as {"reason":"…"}');
      const item = await intervene({ ...services, invocation }, place, async (queue) => {
        const acting = actingFor(people, { caller, reason }, place, invocation);
        const decided = acting((who) => decide(place, queue, who));
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
      const advice = `"${field}" of the policy's environment says who may let a release in.`;
      const listed = requireEnvironment(place, people(services.policy, service, environment));
      const body: unknown = await context.req.json().catch(() => undefined);
      const sentence = 'A release and a reason are required, as {"release":"…","reason":"…"}';
      const { release, reason } = readRequest(lettingInBody, body, sentence);
      invocation.about({ release, environment });
      const acting = actingFor(listed, { caller, reason }, { ...place, advice }, invocation);
      return context.json(describeIntervention(place, await act(services, invocation, place, release, acting)));
    });
  }
}
