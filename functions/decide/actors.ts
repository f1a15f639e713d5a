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

/** What somebody acts on. */
interface ActedOn {
  readonly service: string;
  readonly release?: string;
  readonly environment?: string;
  /** Which field of the policy says who may. */
  readonly advice?: string;
}

/** The listed person that the caller acts as. @throws DecisionRefused */
export function requirePerson(
  people: readonly Person[],
  caller: Caller,
  { service, release, environment, advice }: ActedOn,
): Person {
  const person = personOf(people, caller);
  if (person !== undefined) return person;
  const where = environment === undefined ? 'the environments that the release has not passed' : environment;
  const sentence = `${nameCaller(caller)} is not one of the principals that may decide for ${service} in ${where}.`;
  throw new DecisionRefused(advice === undefined ? sentence : `${sentence} ${advice}`, {
    ...(release === undefined ? {} : { release }),
    ...(environment === undefined ? {} : { environment }),
  });
}

/**
 * Decides as whoever acts. What the decision throws comes first, whoever asks: that a release has ended, or that nothing is held, helps
 * more than who may, and whoever may call the API may read it in the ledger. Then what was decided counts only where the policy lists them.
 * @throws DecisionRefused, and what the decision throws
 */
export type Acting = <T>(decide: (who: Intervener) => T) => T;

/** Every action of a person is decided through this. @param people whom the policy lets act */
export function actingFor(
  people: readonly Person[],
  { caller, reason }: { readonly caller: Caller; readonly reason: string },
  on: ActedOn,
  invocation: InvocationContext,
): Acting {
  const principal = nameCaller(caller);
  const by = personOf(people, caller)?.email ?? principal;
  const who = { by, principal, reason, at: invocation.now(), id: invocation.newId() };
  return (decide) => {
    const decided = decide(who);
    requirePerson(people, caller, on);
    return decided;
  };
}
