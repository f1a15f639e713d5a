import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { synthesize } from '../../../local/deploy.ts';

/** Who makes the resources of services in the targets that the probe deploys to. */
export const executions = ['builtIn', 'managedPolicies'] as const;
export type Execution = (typeof executions)[number];

/** It grants everything but IAM, which the targets' stacks grant besides. */
const managedPolicies = ['arn:aws:iam::aws:policy/PowerUserAccess'];
const policySchema = z.looseObject({
  notify: z.looseObject({}).optional(),
  environments: z.record(
    z.string(),
    z.looseObject({
      waves: z.array(z.looseObject({ targets: z.array(z.object({ account: z.string(), region: z.string() })) })),
    }),
  ),
});

/** Synthesizes the stacks by the sample's policy with that execution in all of its targets, and events for others. */
export async function synthesizeFor(execution: Execution, folder: string): Promise<void> {
  await synthesize(folder, undefined, { 'sluice:policy': writePolicy(execution, folder) });
}

/** Writes the policy beside the folder. @returns its path */
function writePolicy(kind: Execution, folder: string): string {
  const sample = new URL('../../../policy.json', import.meta.url);
  const policy = policySchema.parse(JSON.parse(readFileSync(sample, 'utf8')));
  const targets = Object.values(policy.environments).flatMap(({ waves }) => waves.flatMap((wave) => wave.targets));
  const execution = Object.fromEntries(
    targets.map(({ account, region }) => [`${account}/${region}`, kind === 'builtIn' ? kind : { managedPolicies }]),
  );
  const notify = { ...policy.notify, events: true };
  const path = `${folder}.policy.json`;
  writeFileSync(path, JSON.stringify({ ...policy, execution, notify }));
  return path;
}
