import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../local/sandbox.ts';
import type { TransitionRecorder } from '../../local/transition-recorder.ts';
import type { RuleChecker } from '../end-to-end/rules/rule-checker.ts';
import type { Application } from './application.ts';
import { awaitedBy } from './awaited.ts';
import { play } from './play.ts';

/** What a suite plays with, once it is started. */
interface Stage {
  readonly sandbox: Sandbox;
  readonly recorder: TransitionRecorder;
  readonly rules: RuleChecker;
}

/** Each application, released to two environments, and moved to its second version by canary in the second of them. */
export function describeApplications(applications: readonly Application[], stage: () => Stage): void {
  describe.concurrent('released twice, to two environments', () => {
    for (const application of applications) {
      const missing = awaitedBy(application);
      const title = `${application.kind} ${application.name}: ${application.features.join(', ')}`;
      if (missing.length > 0) it.skip(`${title} (awaits ${missing.join(', ')})`);
      else it(title, ({ expect: expects }) => playOne(expects, stage(), application));
    }
  });

  it('leaves a ledger that breaks no rule', async () => {
    expect(await stage().rules.brokenRules()).toEqual([]);
  });
}

async function playOne(expects: typeof expect, { sandbox, recorder }: Stage, application: Application): Promise<void> {
  const { before, during, after, shifts } = await play(sandbox, recorder, application);
  const { ways } = application;
  for (const environment of ['staging', 'open'] as const) {
    const told = (version: string) => ways.map(({ answers }) => ({ version, ...(answers && { body: answers }) }));
    expects(before[environment]).toMatchObject(told('1.0.0'));
    expects(after[environment]).toMatchObject(told('2.0.0'));
  }
  // Whoever no alias holds back is there already; all others are shared out.
  expects(during).toEqual(ways.map(({ atOnce }) => (atOnce === true ? ['2.0.0'] : ['1.0.0', '2.0.0'])));
  expects(shifts.map((one) => one.split(':')[0])).toEqual(['AllAtOnce', 'Canary10Percent5Minutes']);
}
