import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { synthesize } from './synthesized.ts';

// What `cdk synth` and `cdk deploy` do each time, and other tests leave out: CloudFormation's rules are looked at in each template.

const reportSchema = z.object({
  pluginReports: z.array(z.object({ pluginName: z.string(), violations: z.array(z.unknown()) })),
});

describe('CloudFormation’s rules', () => {
  it.each(['policy.json', 'test/end-to-end/execution-policy.json'])(
    'hold in the stacks of %s',
    (policy) => {
      const outdir = mkdtempSync(path.join(tmpdir(), 'sluice-validated-'));
      synthesize({ 'sluice:policy': policy }, { outdir, validated: true });
      const report: unknown = JSON.parse(readFileSync(path.join(outdir, 'validation-report.json'), 'utf8'));
      // A violation is but a warning to the CDK: it has to be looked for.
      expect(reportSchema.parse(report).pluginReports).toEqual([
        { pluginName: 'CloudFormation Validate', violations: [] },
      ]);
    },
    240_000,
  );
});

// Their stacks are deployed by longer tests: what does not fit in a role's boundary is found here first.
it.each(['', 'crash-matrix/', 'sign-in/', 'wiring/'])(
  'the stacks of test/end-to-end/%spolicy.json can be made',
  (folder) => {
    const { stacks } = synthesize({ 'sluice:policy': `test/end-to-end/${folder}policy.json` });
    expect(stacks.length).toBeGreaterThan(1);
  },
);
