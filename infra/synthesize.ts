import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, Validations, type AppProps } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import * as z from 'zod';
import { namesIn } from '../core/policy/stack-names.ts';
import type { Bundles } from './bundling/bundle.ts';
import { ReleaseEngine } from './release-engine/stack.ts';
import { ReleaseTarget } from './release-target/stack.ts';
import type { Settings } from './settings.ts';

/** Name of the engine's stack. */
const engineStackName = 'ReleaseEngine';

/** Name of the stack that prepares a target. */
function targetStackName({ environment, account, region }: Settings['targets'][number]): string {
  return `ReleaseTarget-${environment}-${account}-${region}`;
}

/** An app with `cdk.json`'s context; what the CDK's command passes goes before it. */
export function createApp(props: AppProps = {}): App {
  const { context } = z
    .object({ context: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../cdk.json'), 'utf8')));
  return new App({ analyticsReporting: false, ...props, context: { ...context, ...props.context } });
}

/** Adds the engine's stack and one for each target of the policy, and the rules they are judged by. */
export function addStacks(app: App, settings: Settings, bundles: Bundles): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { engine } = settings;
  new ReleaseEngine(app, engineStackName, {
    description: 'Sluice: the release engine',
    env: engine,
    settings,
    bundles,
  });
  for (const target of settings.targets) {
    new ReleaseTarget(app, targetStackName(target), {
      description: `Sluice: what the release engine in ${engine.account} needs here`,
      env: { account: target.account, region: target.region },
      engine,
      externalId: settings.externalId,
      names: namesIn(settings.policy, target),
    });
  }
}
