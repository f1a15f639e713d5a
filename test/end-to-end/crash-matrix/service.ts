import type { PackedArtifact } from '../../../cli/pack/pack.ts';
import { packTiny } from '../tiny-service.ts';

/** What the release that is struck is to come to. */
export const scenarioNames = ['canary', 'errors', 'errors-codedeploy-first', 'cancelled', 'rolled-back'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** How a release of each has to end, whatever single thing goes wrong with the engine meanwhile. */
export const expectedEnd = {
  canary: 'Succeeded',
  /** The engine hears of an alarm that CodeDeploy does not watch, and stops the shift. */
  errors: 'RolledBack',
  /** CodeDeploy stops the shift by itself, and the engine hears of the alarm when that is over. */
  'errors-codedeploy-first': 'RolledBack',
  /** A person cancels it while a tenth of the users are on it. */
  cancelled: 'RolledBack',
  /** A person rolls the version back that has succeeded: the release of the one before it. */
  'rolled-back': 'Succeeded',
} as const satisfies Record<ScenarioName, string>;

/** Of five orders of users, the first: as deterministic as one in five can be. */
const BAD =
  'if (event.order && globalThis.orders++ % 5 === 0 && /:333333333333:/.test(context.invokedFunctionArn)) throw new Error("Cannot take this order");';

/** A version of the smallest service that still has an alias, a canary, an alarm, a smoke check and synthetic traffic. */
export function packVersion(
  {
    service,
    version,
    scenario,
  }: { readonly service: string; readonly version: string; readonly scenario: ScenarioName },
  kind: 'good' | 'bad',
): PackedArtifact {
  const answer = `(() => { globalThis.orders ??= 0; ${kind === 'bad' ? BAD : ''} return { ok: true, version: ${JSON.stringify(version)} }; })()`;
  return packTiny({
    service,
    version,
    answer,
    ...(scenario === 'errors' ? {} : { resources: { Alarm: alarm } }),
    manifest: {
      // Two that fire in the same moment would be heard in this order or that.
      alarms: scenario === 'errors' ? [] : ['Alarm'],
      rollout: { production: 'Canary10Percent3Minutes' },
      checks: {
        smoke: [{ invoke: 'Function', payload: {}, expect: { json: { ok: true } } }],
        traffic: [
          {
            invoke: 'Function',
            payload: {},
            phases: [{ seconds: 1, perSecond: 1 }],
            ensure: { errorPercent: 20, minimumSamples: 1 },
          },
        ],
      },
    },
  });
}

/** Red as soon as users get one error within a minute. */
const metric = {
  Namespace: 'AWS/Lambda',
  MetricName: 'Errors',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
} as const;

const alarm = {
  Type: 'AWS::CloudWatch::Alarm',
  Properties: { ...metric, Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'Function' } }] },
};

/** The platform team's alarm in production, which the policy names: over all functions there. */
export const platformAlarm = { AlarmName: 'users-get-errors', ...metric } as const;
