import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../local/sandbox.ts';
import type { TransitionRecorder } from '../../local/transition-recorder.ts';
import type { RuleChecker } from '../end-to-end/rules/rule-checker.ts';
import { type Application, serviceOf, type Way } from './application.ts';
import { inTurn, play } from './play.ts';
import { whyNoPython } from './python.ts';
import type { Users } from './users.ts';
import { countByWay } from './ways/count.ts';
import { waysIn } from './ways/every-way.ts';
import { packApplication } from './write-application.ts';

/** What a suite plays with, once it is started. */
interface Stage {
  readonly sandbox: Sandbox;
  readonly recorder: TransitionRecorder;
  readonly rules: RuleChecker;
}

/** How often users ask until both versions have answered: at 10%, one of a thousand million runs sees only one. */
const MOST = 200;

/** Each application, released to two environments, and moved to its second version by canary in the second of them. */
export function describeApplications(applications: readonly Application[], stage: () => Stage): void {
  describe.concurrent('released twice, to two environments', () => {
    for (const application of applications) {
      const missing = application.python === true ? whyNoPython : undefined;
      const title = `${application.kind} ${application.name}: ${application.features.join(', ')}`;
      if (missing !== undefined) it.skip(`${title} (SKIPPED: ${missing})`);
      else it(title, ({ expect: expects }) => playOne(expects, stage(), application));
    }
  });

  it('no request reaches the new version of a guarded function outside of the weights, whatever way it comes', async () => {
    const { sandbox, recorder } = stage();
    const { before, during, after } = await countByWay(sandbox, recorder, waysIn);
    const each = (value: unknown) => Object.fromEntries(waysIn.map(({ name }) => [name, value]));
    expect({ before, during, after }).toEqual({
      before: each({ '1.0.0': 1 }),
      during: each({ '1.0.0': 18, '2.0.0': 2 }),
      after: each({ '2.0.0': 1 }),
    });
  });

  it('leaves a ledger that breaks no rule', async () => {
    expect(await stage().rules.brokenRules()).toEqual([]);
  });
}

async function playOne(expects: typeof expect, { sandbox, recorder }: Stage, application: Application): Promise<void> {
  const { ways } = application;
  const { before, during, after, shifts } = await play(sandbox, recorder, {
    ...{ service: serviceOf(application), ways },
    pack: (version) => packApplication(application, version),
    during: (users) => inTurn(ways, (way) => askUntilBoth(users, way)),
  });
  for (const environment of ['staging', 'open'] as const) {
    const told = (version: string) => ways.map(({ answers }) => ({ version, ...(answers && { body: answers }) }));
    expects(before[environment]).toMatchObject(told('1.0.0'));
    expects(after[environment]).toMatchObject(told('2.0.0'));
  }
  // Whoever no alias holds back is there already; all others are shared out.
  expects(during).toEqual(ways.map(({ atOnce }) => (atOnce === true ? ['2.0.0'] : ['1.0.0', '2.0.0'])));
  expects(shifts.map((one) => one.split(':')[0])).toEqual(['AllAtOnce', 'Canary10Percent5Minutes']);
}

/** Asks until two versions have answered, or the one that all users are on. @returns the versions, the first first */
async function askUntilBoth(users: Users, way: Way): Promise<readonly string[]> {
  const versions = new Set<string>();
  const most = way.atOnce === true ? 5 : MOST;
  for (let asked = 0; asked < most && versions.size < 2; asked += 1) versions.add((await users.ask(way)).version);
  return [...versions].sort();
}
