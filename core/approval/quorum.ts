import * as z from 'zod';

/** Groups of each of which one person at least has to be among those who approve, with the people they had when it was planned. */
export const includedGroups = z.array(
  z.object({
    group: z.string(),
    /** E-mail addresses, in lower case. */
    people: z.array(z.string()),
  }),
);

/** Who has to approve, and who has. */
export interface Quorum {
  readonly required: number;
  readonly including?: z.infer<typeof includedGroups>;
  readonly people: readonly { readonly email: string }[];
  readonly decisions: readonly { readonly by: string; readonly decision: 'approve' | 'decline' }[];
}

/** How many have approved. */
export function givenApprovals({ decisions }: Pick<Quorum, 'decisions'>): number {
  return decisions.filter(({ decision }) => decision === 'approve').length;
}

/** Groups of which nobody has approved. One person may stand for several. */
export function missingGroups({ including = [], decisions }: Pick<Quorum, 'including' | 'decisions'>): string[] {
  const by = new Set(decisions.filter(({ decision }) => decision === 'approve').map((one) => one.by));
  return including.filter(({ people }) => !people.some((email) => by.has(email))).map(({ group }) => group);
}

/** Have enough people approved, and somebody of each group that has to be among them? */
export function isReached(quorum: Pick<Quorum, 'required' | 'including' | 'decisions'>): boolean {
  return givenApprovals(quorum) >= quorum.required && missingGroups(quorum).length === 0;
}

/** What has come of it: `1 of 2 needed have approved; one of security has to be among them.` */
export function describeQuorum(quorum: Pick<Quorum, 'required' | 'including' | 'decisions'>): string {
  const { required } = quorum;
  const given = givenApprovals(quorum);
  const count =
    given > required
      ? `${given} have approved, and ${required} are needed`
      : `${given} of ${required} needed have approved`;
  const missing = missingGroups(quorum).map((group) => `one of ${group}`);
  if (missing.length === 0) return `${count}.`;
  return `${count}; ${missing.join(' and ')} ${missing.length === 1 ? 'has' : 'have'} to be among them.`;
}

/** The same, as a question begins that one person may answer alone. */
export function describeNeeded(quorum: Pick<Quorum, 'required' | 'including' | 'decisions'>): string {
  return quorum.required === 1 && quorum.including === undefined ? 'One person decides.' : describeQuorum(quorum);
}

/** Those who have not decided, and whose approval is still of use: once there are enough, only of the groups that are missing. */
export function stillAsked<Person extends { readonly email: string }>(
  quorum: Omit<Quorum, 'people'> & { readonly people: readonly Person[] },
): Person[] {
  const decided = new Set(quorum.decisions.map(({ by }) => by));
  const open = quorum.people.filter(({ email }) => !decided.has(email.toLowerCase()));
  if (givenApprovals(quorum) < quorum.required) return open;
  const missing = missingGroups(quorum);
  const wanted = (quorum.including ?? [])
    .filter(({ group }) => missing.includes(group))
    .flatMap(({ people }) => people);
  return open.filter(({ email }) => wanted.includes(email.toLowerCase()));
}
