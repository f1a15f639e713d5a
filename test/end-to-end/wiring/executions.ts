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

/** The sample's policy, Slack, events for others, and an OpenID provider: its stacks have every wire of the engine. */
export const wiringPolicy = 'test/end-to-end/wiring/policy.json';

/** Where that policy has its OpenID provider. */
export const issuerPort = 28_443;

/** Synthesizes the stacks by that policy, with that execution in all of its targets. */
export async function synthesizeFor(execution: Execution, folder: string): Promise<void> {
  const policy = execution === 'builtIn' ? wiringPolicy : writePolicy(folder);
  await synthesize(folder, { 'sluice:policy': policy }, () => undefined);
}

/** Writes the policy beside the folder. @returns its path */
function writePolicy(folder: string): string {
  const own = new URL('policy.json', import.meta.url);
  const policy = policySchema.parse(JSON.parse(readFileSync(own, 'utf8')));
  const targets = Object.values(policy.environments).flatMap(({ waves }) => waves.flatMap((wave) => wave.targets));
  const execution = Object.fromEntries(
    targets.map(({ account, region }) => [`${account}/${region}`, { managedPolicies }]),
  );
  const path = `${folder}.policy.json`;
  writeFileSync(path, JSON.stringify({ ...policy, execution }));
  return path;
}
