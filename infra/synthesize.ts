import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, type Stack, Tags, Validations, type AppProps } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import * as z from 'zod';
import { ownEntry, tagNames } from '../core/contract/names.ts';
import { entriesIn, namesIn } from '../core/policy/stack-names.ts';
import type { Bundles } from './bundling/bundle.ts';
import { checkSizes } from './constructs/sizes.ts';
import { ReleaseEngine } from './release-engine/stack.ts';
import { ReleaseTarget } from './release-target/stack.ts';
import type { Settings } from './settings.ts';

/** Name of the engine's stack. */
const engineStackName = 'ReleaseEngine';

/**
 * Name of the stack that prepares a target. No environment is in it: several may share a target, and whoever renames or reorders
 * them must not have the stack moved, which owns fixed names and would be in its own way.
 */
function targetStackName({ account, region }: Settings['targets'][number]): string {
  return `ReleaseTarget-${account}-${region}`;
}

/** An app with `cdk.json`'s context; what the CDK's command passes takes precedence. */
export function createApp(props: AppProps = {}): App {
  const { context } = z
    .object({ context: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../cdk.json'), 'utf8')));
  return new App({ analyticsReporting: false, ...props, context: { ...context, ...props.context } });
}

/** Adds the engine's stack and one for each target of the policy, and the cdk-nag rules they are checked by. */
export function addStacks(app: App, settings: Settings, bundles: Bundles): void {
  addEngine(app, settings, bundles);
  for (const target of settings.targets) addTarget(app, settings, target);
}

/** Adds the engine's stack. */
export function addEngine(app: App, settings: Settings, bundles: Bundles): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stack = new ReleaseEngine(app, engineStackName, {
    description: 'Sluice: the release engine',
    env: settings.engine,
    terminationProtection: true,
    settings,
    bundles,
  });
  finish(stack);
}

/** What has a random id (API, key, queues) is guarded by its tag: it belongs to no entry. Sizes are judged with it. */
function finish(stack: Stack): void {
  Tags.of(stack).add(tagNames.entry, ownEntry);
  checkSizes(stack);
}

/** Adds the stack of one target. */
function addTarget(app: App, { engine, externalId, policy }: Settings, target: Settings['targets'][number]): void {
  const stack = new ReleaseTarget(app, targetStackName(target), {
    description: `Sluice: what the release engine in ${engine.account} needs here`,
    env: { account: target.account, region: target.region },
    // Its roles roll releases back, and are those of its services' stacks, which could not be changed without them.
    terminationProtection: true,
    engine,
    externalId,
    names: namesIn(policy, target),
    entries: entriesIn(policy, target),
    executions: policy.execution,
  });
  finish(stack);
}
