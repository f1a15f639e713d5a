import { CommandError, exitCode } from '../../cli/exit-codes.ts';
import { alreadyFiring } from './already-firing.ts';
import { monitoring } from './monitoring.ts';
import { brokenDeploy } from './broken-deploy.ts';
import { cancel } from './cancel.ts';
import { canary } from './canary.ts';
import { declined } from './declined.ts';
import { duplicate } from './duplicate.ts';
import { errors } from './errors.ts';
import { freeze } from './freeze.ts';
import { hook } from './hook.ts';
import { hotfix } from './hotfix.ts';
import { rollBackOnDemand } from './roll-back-on-demand.ts';
import { rollBackUnderWay } from './roll-back-under-way.ts';
import { invalid } from './invalid.ts';
import { lateAlarm } from './late-alarm.ts';
import { linear } from './linear.ts';
import { noTraffic } from './no-traffic.ts';
import { promote } from './promote.ts';
import { repairs } from './repairs.ts';
import { slack } from './slack.ts';
import { slow } from './slow.ts';
import { stuckRollback } from './stuck-rollback.ts';
import { waves, wavesStop, wavesWave } from './waves.ts';
import type { Scenario } from './scenario.ts';

/** Every scenario, the default first. */
export const scenarios: readonly Scenario[] = [
  ...[promote, slack, declined, invalid, duplicate, brokenDeploy],
  ...[
    canary,
    linear,
    errors,
    slow,
    lateAlarm,
    monitoring,
    noTraffic,
    alreadyFiring,
    repairs,
    freeze,
    hook,
    stuckRollback,
  ],
  ...[cancel, rollBackOnDemand, rollBackUnderWay, hotfix],
  ...[waves, wavesWave, wavesStop],
];

/** @throws CommandError that lists the known scenarios */
export function findScenario(name: string): Scenario {
  const found = scenarios.find((one) => one.name === name);
  if (found !== undefined) return found;
  const known = scenarios.map((one) => one.name).join(', ');
  throw new CommandError(`There is no scenario "${name}". There are: ${known}.`, exitCode.badInput, {
    code: 'cli.usage',
  });
}
