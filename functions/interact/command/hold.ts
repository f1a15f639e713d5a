import { createHash } from 'node:crypto';
import { findSlackUser } from '../../../core/approval/people.ts';
import { WINDOW_SECONDS } from '../../../core/approval/slack-request.ts';
import { DecisionRefused } from '../../../core/contract/errors.ts';
import { linkTo, plainText } from '../../../core/notify/mrkdwn.ts';
import type { SlackCommand } from '../../../core/notify/slack-command.ts';
import { operatorsOf } from '../../../core/policy/operators.ts';
import type { Person } from '../../../core/policy/policy.ts';
import { holdEnvironment, type Intervener, releaseHold } from '../../../core/turn/interventions.ts';
import { addSeconds } from '../../../core/values/duration.ts';
import type { InvocationContext } from '../../../engine/handler/handler.ts';
import { readTurn } from '../../../engine/ledger/read.ts';
import { intervene, requireEnvironment } from '../../../engine/turn/intervene.ts';
import type { InteractServices } from '../services.ts';
import type { CommandForm } from './command-form.ts';
import { requireKnownPlace } from './known-place.ts';
import { type Sections, written } from './sections.ts';

type HoldCommand = Extract<SlackCommand, { readonly reason: string }>;

const deeds = { hold: holdEnvironment, 'release-hold': releaseHold } as const;

/** Names of the people who may, in a refusal. */
const NAMES = 5;

/**
 * Holds an environment of a service, or releases the hold: by the same people as the API, and by the same code. A request that comes
 * twice does it once, even where something else was done in between.
 * @throws NotInLedger, DecisionRefused, HoldRefused
 */
export async function answerHold(
  { action, service, environment, reason }: HoldCommand,
  form: CommandForm,
  services: InteractServices,
  invocation: InvocationContext,
): Promise<Sections> {
  const { policy, ledger, answers, apiUrl } = services;
  const place = { service, environment };
  requireKnownPlace(policy, service, environment);
  invocation.about({ environment });
  const people = requireEnvironment(place, operatorsOf(policy, service, environment));
  const at = invocation.now();
  const who = actorOf(people, form, { at, reason });
  const repeatable = { id: who.id, notBefore: addSeconds(at, -2 * WINDOW_SECONDS) };
  const item = await intervene(
    { ledger, answers, invocation },
    place,
    (queue) => deeds[action](place, queue, who),
    repeatable,
  );
  const where = `*${linkTo(`${apiUrl}/environments/${service}/${environment}`, `${service} in ${environment}`)}*`;
  const holder = (await readTurn(ledger, service, environment))?.holder;
  const turn = holder === undefined ? undefined : linkTo(`${apiUrl}/releases/${holder}`, holder);
  const why = plainText(item.reason, 1_500);
  if (action === 'release-hold')
    return [
      [`:unlock: The hold of ${where} is released: ${why}`, ...(turn === undefined ? [] : [`${turn} has the turn.`])],
    ];
  return [
    [
      `:lock: ${where} is held: ${why}`,
      ...(turn === undefined ? [] : [`${turn} has the turn already, and goes on.`]),
      `Until ${written(form, `release-hold ${service} ${environment} why`)} no other release starts there.`,
    ],
  ];
}

/** @param people who may @throws DecisionRefused */
function actorOf(
  people: readonly Person[],
  { user_id: user, team_id: team, trigger_id: trigger }: CommandForm,
  told: Pick<Intervener, 'at' | 'reason'>,
): Intervener {
  const person = findSlackUser(people, user);
  // The same for the same request, whenever it comes.
  const id = createHash('sha256').update(trigger).digest('hex').slice(0, 32);
  if (person !== undefined) return { by: person.email, principal: `slack:${team}/${user}`, via: 'slack', id, ...told };
  const names = people.slice(0, NAMES).map(({ name }) => name);
  const more = people.length > NAMES ? ` and ${people.length - NAMES} more` : '';
  throw new DecisionRefused(`You may not do this here: those who may are ${names.join(', ')}${more}.`);
}
