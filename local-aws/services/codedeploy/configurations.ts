import { randomUUID } from 'node:crypto';
import type { TrafficRoutingConfig } from '@aws-sdk/client-codedeploy';

export interface Configuration {
  readonly id: string;
  readonly name: string;
  readonly routing: TrafficRoutingConfig;
  readonly createdAt: Date;
}

/**
 * The configurations AWS brings for Lambda.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
 */
export function builtInConfigurations(at: Date): Map<string, Configuration> {
  const all: [string, TrafficRoutingConfig][] = [
    ['LambdaAllAtOnce', { type: 'AllAtOnce' }],
    ...[5, 10, 15, 30].map((minutes): [string, TrafficRoutingConfig] => [
      `LambdaCanary10Percent${minutes}Minutes`,
      { type: 'TimeBasedCanary', timeBasedCanary: { canaryPercentage: 10, canaryInterval: minutes } },
    ]),
    ...[1, 2, 3, 10].map((minutes): [string, TrafficRoutingConfig] => [
      `LambdaLinear10PercentEvery${minutes}Minute${minutes === 1 ? '' : 's'}`,
      { type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage: 10, linearInterval: minutes } },
    ]),
  ];
  return new Map(
    all.map(([short, routing]) => {
      const name = `CodeDeployDefault.${short}`;
      return [name, { id: randomUUID(), name, routing, createdAt: at }];
    }),
  );
}

/** A share of traffic, and how long it is held before the next step. */
export interface TrafficStep {
  /** 0 to 1. */
  readonly weight: number;
  readonly holdMilliseconds: number;
}

/** The steps before all traffic is on the new version. */
export function trafficSteps(routing: TrafficRoutingConfig): TrafficStep[] {
  const { timeBasedCanary: canary, timeBasedLinear: linear } = routing;
  if (routing.type === 'TimeBasedCanary')
    return [
      { weight: (canary?.canaryPercentage ?? 0) / 100, holdMilliseconds: (canary?.canaryInterval ?? 0) * 60_000 },
    ];
  if (routing.type !== 'TimeBasedLinear') return [];
  const percentage = linear?.linearPercentage ?? 100;
  const steps: TrafficStep[] = [];
  for (let share = percentage; share < 100; share += percentage)
    steps.push({ weight: share / 100, holdMilliseconds: (linear?.linearInterval ?? 0) * 60_000 });
  return steps;
}
