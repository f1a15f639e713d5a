import type { Person } from '../policy/policy.ts';
import { whyNot } from './decision.ts';
import type { Quorum } from './quorum.ts';

/** An approval, before anybody is asked. */
type Wanted = Pick<Quorum, 'required' | 'including'> & {
  readonly environment: string;
  readonly author: string;
  readonly selfApproval: boolean;
  readonly people: readonly Person[];
};

/** Why the approval of an artifact could never be given, by whose author it is; undefined where it could. */
export function whyImpossible({ environment, required, including = [], ...rule }: Wanted): string | undefined {
  const able = rule.people.filter((person) => whyNot(rule, person).approve === undefined);
  const none = including.find(({ people }) => !able.some(({ email }) => people.includes(email.toLowerCase())));
  if (able.length >= required && none === undefined) return undefined;
  const [reason = ''] = rule.people.flatMap((person) => whyNot(rule, person).approve ?? []);
  const what =
    able.length < required
      ? `${required} ${required === 1 ? 'person has' : 'people have'} to approve, and ${able.length} of ${rule.people.length} may`
      : `one of ${none?.group} has to be among those who approve, and none of them may`;
  return `The approval of "${environment}" could never be given: ${what}. ${reason} The platform team can name a further person ("environments.${environment}.approval").`;
}
