import { findPrincipal } from '../../core/approval/people.ts';
import { DecisionRefused } from '../../core/contract/errors.ts';
import type { Person } from '../../core/policy/policy.ts';
import type { Intervener } from '../../core/turn/interventions.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';

/** The listed person that the caller acts as. @throws DecisionRefused */
export function requirePerson(
  people: readonly Person[],
  principal: string,
  {
    service,
    release,
    environment,
  }: { readonly service: string; readonly release?: string; readonly environment?: string },
): Person {
  const person = findPrincipal(people, principal);
  if (person !== undefined) return person;
  const where = environment === undefined ? 'the environments that the release has not passed' : environment;
  throw new DecisionRefused(`${principal} is not one of the principals that may decide for ${service} in ${where}.`, {
    ...(release === undefined ? {} : { release }),
    ...(environment === undefined ? {} : { environment }),
  });
}

/** Who acts, when and why. */
export function actingPerson(
  { email }: Person,
  { principal, reason }: { readonly principal: string; readonly reason: string },
  invocation: InvocationContext,
): Intervener {
  return { by: email, principal, reason, at: invocation.now(), id: invocation.newId() };
}
