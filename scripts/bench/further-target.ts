import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { policySchema } from '../../core/policy/policy.ts';
import { synthesize } from '../../local/deploy.ts';
import type { BudgetLine } from './budget-line.ts';
import { measureRelease } from './measure-release.ts';
import type { ReleaseFigures } from './release-figures.ts';

const FURTHER = { account: '444444444444', region: 'us-east-1' };

/** Aliases of the sample's service: the budget is for one, and allows two invocations for each further one. */
const ALIASES = 2;

/** What one more target of production adds to a release. @param single the figures of a release without it */
export async function measureFurtherTarget(single: ReleaseFigures, log: (line: string) => void): Promise<BudgetLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  try {
    const policy = join(folder, 'policy.json');
    writeFileSync(policy, JSON.stringify(withFurtherTarget()));
    const synthesized = join(folder, 'synthesized');
    mkdirSync(synthesized);
    await synthesize(synthesized, { 'sluice:policy': policy }, () => undefined);
    let both: ReleaseFigures | undefined;
    await measureRelease(log, (_, figures) => void (both = figures), synthesized);
    if (both === undefined) throw new Error('The release to two targets was not measured.');
    const slices = slicesIn(both) - slicesIn(single);
    return [
      {
        what: 'state transitions of each further target',
        measured: both.own.stateTransitions - single.own.stateTransitions,
        budget: 12,
        unit: '',
      },
      {
        what: `invocations of each further target with ${ALIASES} aliases, besides ${slices} slices of synthetic traffic`,
        measured: both.own.invocations - single.own.invocations - slices,
        budget: 8 + 2 * (ALIASES - 1),
        unit: '',
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As many as the rollout asks for, whatever else a target takes. */
function slicesIn({ invocations }: ReleaseFigures): number {
  return invocations.filter(({ occasion }) => occasion === 'driveSlice').length;
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
