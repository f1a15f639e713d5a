import { TargetNotReady } from '../../../core/contract/errors.ts';
import { entryLabel, tagNames, targetRoleName } from '../../../core/contract/names.ts';
import { executionIn } from '../../../core/policy/execution.ts';
import type { Live } from './live.ts';
import type { TargetView } from '../target-context.ts';

/**
 * What an entry's role may not do is known before anything is changed: nothing of another entry's stack, and nothing at all by a
 * platform team's own role that may touch Sluice.
 * @throws TargetNotReady
 */
export async function requireEntry(work: TargetView, live: Live | undefined): Promise<void> {
  requireOwnEntry(work, live);
  await requireDenials(work);
}

/** A service that got an entry of its own is in a stack whose resources its new role may not touch. */
function requireOwnEntry({ planned, where, boundary, place }: TargetView, live: Live | undefined): void {
  const own = entryLabel(planned.entry);
  const known = live?.stack.tags[tagNames.entry];
  if (live === undefined || known === undefined || known === own) return;
  const { name, tags } = live.stack;
  const all = Object.entries({ ...tags, [tagNames.entry]: own }).map(([key, value]) => `${key}=${value}`);
  const command = `aws cloudformation deploy --stack-name ${name} --region ${where.region} --template-file TEMPLATE --capabilities CAPABILITY_NAMED_IAM --role-arn ROLE --tags ${all.join(' ')}`;
  const sentence = `The stack ${name} belongs to the entry ${known} of the policy (by its tag ${tagNames.entry}), and this release to ${own}, whose role may not touch what is in it. An administrator hands it over, by a role of theirs: in the template that is live, each role and user gets the boundary ${boundary ?? 'of the entry'}, then "${command}".`;
  throw new TargetNotReady(sentence, place);
}

async function requireDenials({ planned, target, where, place }: TargetView): Promise<void> {
  const { role } = executionIn(planned.executions, where);
  if (role === undefined) return;
  const attached = await target.identities.policiesOf(role.replace(/^.*\//, ''));
  const denials = `:policy/${targetRoleName('denials', where.region)}`;
  if (attached?.some((arn) => arn.endsWith(denials)) === true) return;
  const why = attached === undefined ? 'does not exist there' : `does not carry the managed policy ${denials.slice(8)}`;
  const sentence = `The policy names the execution role ${role}, which ${why}: attach the policy to it, which keeps services from what is Sluice's.`;
  throw new TargetNotReady(sentence, place);
}
