import * as z from 'zod';
import { boundaryName, executionRoleName, policyArn, roleArn } from '../contract/names.ts';
import { nameTarget, targetName, type Target } from '../values/identifiers.ts';
import { likelyMeant } from '../values/alike.ts';
import { problem, type Problem } from '../values/problems.ts';

/** Who makes the resources of services in a target, and under which permissions boundary. */

const managedPolicyArn = z
  .string()
  .regex(
    /^arn:aws:iam::(?:aws|[0-9]{12}):policy\/[\w+=,.@/-]+$/,
    'must be the ARN of a managed policy, such as "arn:aws:iam::aws:policy/PowerUserAccess"',
  );
const executionRoleArn = z
  .string()
  .regex(/^arn:aws:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/, 'must be the ARN of an IAM role');

/** IAM attaches ten policies to a role by default, of which Sluice takes one for its denials. */
const MOST_POLICIES = 9;

const executionSchema = z.union(
  [
    z.literal('builtIn'),
    z
      .strictObject({
        /** These grant everything but IAM, instead of the built-in list. */
        managedPolicies: z.array(managedPolicyArn).min(1).max(MOST_POLICIES).exactOptional(),
        /** The platform team's own role, which carries the policy `sluice-target-denials-<region>`. */
        role: executionRoleArn.exactOptional(),
        /** An organisation's own permissions boundary, or none at all. */
        boundary: z.union([z.literal('none'), managedPolicyArn]).exactOptional(),
      })
      .refine(({ managedPolicies, role }) => managedPolicies === undefined || role === undefined, {
        error: 'must have "managedPolicies" or "role", not both',
      }),
  ],
  {
    error:
      'must be "builtIn", or an object with "managedPolicies" (a list of ARNs) or "role" (an ARN), and "boundary" (an ARN or "none")',
  },
);
type Execution = z.infer<typeof executionSchema>;

/** By target; where one is not named, `builtIn`. */
export const executionsSchema = z.record(targetName, executionSchema);
export type Executions = z.infer<typeof executionsSchema>;

/** What a release, or the policy, says of an entry in its targets. */
export interface EntryExecution {
  /** Key of the entry. */
  readonly entry: string;
  readonly executions: Executions;
}

/** An execution, with `builtIn` spelled out. */
export type ExecutionChoice = Exclude<Execution, 'builtIn'>;

/** How a target is deployed to. */
export function executionIn(executions: Executions, target: Target): ExecutionChoice {
  const { [nameTarget(target)]: execution = 'builtIn' } = executions;
  return execution === 'builtIn' ? {} : execution;
}

/** Whether the built-in list says what CloudFormation may make in a target. */
export function isBuiltIn(executions: Executions, target: Target): boolean {
  const { managedPolicies, role } = executionIn(executions, target);
  return managedPolicies === undefined && role === undefined;
}

/** ARN of the role by which CloudFormation makes what an entry's services consist of. */
export function executionRole({ entry, executions }: EntryExecution, target: Target): string {
  const { role = roleArn(target.account, executionRoleName(target.region, entry)) } = executionIn(executions, target);
  return role;
}

/** ARN of the permissions boundary of roles and users of an entry's services; undefined where the policy wants none. */
export function boundaryOf({ entry, executions }: EntryExecution, target: Target): string | undefined {
  const own = policyArn(target.account, boundaryName(target.region, entry));
  const { boundary = own } = executionIn(executions, target);
  return boundary === 'none' ? undefined : boundary;
}

/** What does not fit: a target that no environment has, and roles and policies of another account. */
export function executionProblems(executions: Executions, targets: readonly string[]): Problem[] {
  return Object.entries(executions).flatMap(([name, execution]) => {
    const path = `execution.${name}`;
    if (!targets.includes(name)) {
      const sentence = `"${path}" is no target of "environments": remove it, or add the target to a wave.${likelyMeant(name, targets)}`;
      return [problem('policy.target-unknown', path, sentence)];
    }
    if (execution === 'builtIn') return [];
    const { managedPolicies = [], role, boundary } = execution;
    const [account = ''] = name.split('/');
    return [...managedPolicies, role, boundary]
      .filter(
        (arn) => arn !== undefined && arn !== 'none' && ![account, 'aws'].some((own) => arn.split(':')[4] === own),
      )
      .map((arn) => {
        const sentence = `"${path}" names ${arn}, which is not in the account ${account}: name what IAM has there.`;
        return problem('policy.execution-foreign', path, sentence);
      });
  });
}
