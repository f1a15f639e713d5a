import { type Caller, nameCaller, personOf } from '../../core/approval/caller.ts';
import { DecisionRefused } from '../../core/contract/errors.ts';
import type { Person } from '../../core/policy/policy.ts';
import type { Intervener } from '../../core/turn/interventions.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';

/** As their page says who acts. */
export function nameActor(caller: Caller): string {
  if ('principal' in caller) return caller.principal;
  return 'addressee' in caller ? caller.addressee : caller.email;
}

/** The listed person that the caller acts as. @throws DecisionRefused */
export function requirePerson(
  people: readonly Person[],
  caller: Caller,
  {
    service,
    release,
    environment,
  }: { readonly service: string; readonly release?: string; readonly environment?: string },
): Person {
  const person = personOf(people, caller);
  if (person !== undefined) return person;
  const where = environment === undefined ? 'the environments that the release has not passed' : environment;
  throw new DecisionRefused(
    `${nameCaller(caller)} is not one of the principals that may decide for ${service} in ${where}.`,
    {
      ...(release === undefined ? {} : { release }),
      ...(environment === undefined ? {} : { environment }),
    },
  );
}

/** Who acts, when and why. */
export function actingPerson(
  { email }: Person,
  { caller, reason }: { readonly caller: Caller; readonly reason: string },
  invocation: InvocationContext,
): Intervener {
  return { by: email, principal: nameCaller(caller), reason, at: invocation.now(), id: invocation.newId() };
}
