import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startLocalAws } from 'local-aws';
import { deployAll, readStacks } from '../../local/deploy.ts';
import { managedPoliciesOf, rolesOf } from './policies.ts';
import { policyOfTargets, resourcesOf, synthesize, templateOf, type Template } from './synthesized.ts';

const accountsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(200_000_000_000 + index));

/** Roles that the engine's function may take, by its own policy and those attached to it. */
function taken(template: Template, name: string): string[] {
  const own = rolesOf(template).get(name)?.statements ?? [];
  const entering = /^sluice-enter-(deploy|verify)-/;
  const kind = name === 'sluice-verify' ? 'verify' : 'deploy';
  const attached = [...managedPoliciesOf(template)].filter(([policy]) => entering.exec(policy)?.[1] === kind);
  return [...own, ...attached.flatMap(([, statements]) => statements)]
    .filter(({ Action }) => Action.includes('sts:AssumeRole'))
    .flatMap(({ Resource }) => z.array(z.string()).parse(Resource));
}

describe.each([1, 60, 120])('a policy of %i targets', (count) => {
  const assembly = synthesize({ 'sluice:policy': policyOfTargets(count) }, { engineOnly: count === 60 });
  const engine = templateOf(assembly, 'ReleaseEngine');
  const accounts = accountsOf(count);

  it('lets all their accounts put events on the bus by one statement', () => {
    expect(resourcesOf(engine, 'AWS::Events::EventBusPolicy').map(([, { Properties }]) => Properties)).toMatchObject([
      { Statement: { Principal: { AWS: accounts.map((account) => `arn:aws:iam::${account}:root`) } } },
    ]);
  });

  it('hears each of them by one rule of each kind', () => {
    const pattern = z.object({ source: z.tuple([z.string()]), account: z.array(z.string()).optional() });
    const heard = new Map<string, string[]>();
    for (const [, { Properties }] of resourcesOf(engine, 'AWS::Events::Rule')) {
      const { source, account } = pattern.parse(Properties['EventPattern']);
      if (account !== undefined) heard.set(source[0], [...(heard.get(source[0]) ?? []), ...account]);
    }
    expect(Object.fromEntries(heard)).toEqual({
      'aws.cloudformation': accounts,
      'aws.codedeploy': accounts,
      'aws.cloudwatch': accounts,
    });
  });

  it.each([
    ['sluice-deploy', 'deploy'],
    ['sluice-wake', 'deploy'],
    ['sluice-verify', 'verify'],
  ])('lets %s take the role of each target', (name, role) => {
    expect(taken(engine, name)).toEqual(
      accounts.map((account) => `arn:aws:iam::${account}:role/sluice-target-${role}-ap-southeast-2`),
    );
  });
});

it('deploys the engine of 120 targets into the local AWS, which takes no more than AWS does', async () => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'sluice-many-'));
  synthesize({ 'sluice:policy': policyOfTargets(120) }, { engineOnly: true, outdir });
  const aws = await startLocalAws({ pace: 'max' });
  try {
    const deployed: string[] = [];
    await deployAll(aws, readStacks(outdir), (line) => deployed.push(line));
    expect(deployed.at(-1)).toBe('deployed ReleaseEngine in 111111111111 us-east-1');
  } finally {
    await aws.close();
  }
});
