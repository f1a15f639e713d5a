import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { policySchema } from '../../core/policy/policy.ts';
import { synthesize } from '../../local/deploy.ts';
import { difference, type Readings } from 'local-aws/meters';
import type { BudgetLine } from './budget-line.ts';
import { measureRelease } from './measure-release.ts';

const FURTHER = { account: '444444444444', region: 'us-east-1' };

/** What one more target of production adds to a release. @param single the readings of a release without it */
export async function measureFurtherTarget(single: Readings, log: (line: string) => void): Promise<BudgetLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  try {
    const policy = join(folder, 'policy.json');
    writeFileSync(policy, JSON.stringify(withFurtherTarget()));
    const synthesized = join(folder, 'synthesized');
    mkdirSync(synthesized);
    await synthesize(synthesized, undefined, { 'sluice:policy': policy });
    let more: Readings | undefined;
    await measureRelease(log, (_, { own }) => void (more = difference(own, single)), synthesized);
    return [
      {
        what: 'state transitions of each further target',
        measured: more?.stateTransitions ?? NaN,
        budget: 12,
        unit: '',
      },
      { what: 'invocations of each further target', measured: more?.invocations ?? NaN, budget: 8, unit: '' },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The sample's policy with a second target in production's only wave. */
function withFurtherTarget(): unknown {
  const sample = policySchema.parse(JSON.parse(readFileSync('policy.json', 'utf8')));
  const { production } = sample.environments;
  const [wave, ...others] = production?.waves ?? [];
  if (production === undefined || wave === undefined || others.length > 0)
    throw new Error('The sample policy should have one wave in production.');
  const waves = [{ ...wave, targets: [...wave.targets, FURTHER] }];
  return { ...sample, environments: { ...sample.environments, production: { ...production, waves } } };
}
