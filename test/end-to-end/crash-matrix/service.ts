import type { PackedArtifact } from '../../../cli/pack/pack.ts';
import { packTiny } from '../tiny-service.ts';

/** What the release that is struck is to come to. */
export const scenarioNames = ['canary', 'errors'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** How a release of each has to end, whatever single thing goes wrong with the engine meanwhile. */
export const wantedEnd = { canary: 'Succeeded', errors: 'RolledBack' } as const satisfies Record<ScenarioName, string>;

/** Of five orders of users, the first: as deterministic as one in five can be. */
const BAD =
  'if (event.order && globalThis.orders++ % 5 === 0 && /:333333333333:/.test(context.invokedFunctionArn)) throw new Error("Cannot take this order");';

/** A version of the smallest service that still has an alias, a canary, an alarm, a smoke check and synthetic traffic. */
export function packVersion(service: string, version: string, kind: 'good' | 'bad'): PackedArtifact {
  const answer = `(() => { globalThis.orders ??= 0; ${kind === 'bad' ? BAD : ''} return { ok: true, version: ${JSON.stringify(version)} }; })()`;
  return packTiny({
    service,
    version,
    answer,
    resources: { Alarm: alarm },
    manifest: {
      alarms: ['Alarm'],
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
const alarm = {
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'Function' } }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  },
};
