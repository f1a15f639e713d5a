import { existsSync } from 'node:fs';
import { copyFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { functionNames, type FunctionName } from '../../core/contract/names.ts';
import { bundlesOf, type Bundles } from '../../infra/bundling/bundle.ts';
import { readSettings } from '../../infra/settings.ts';
import { addStacks, createApp } from '../../infra/synthesize.ts';

// `node --import tsx synthesize-policies.ts FOLDER BUNDLES NAME=POLICY…`: does what `infra/app.ts` does once for each policy, into
// a folder of its own, with the bundles that `bundleFunctions` made. One process for several: to load the CDK takes longer than to
// use it.
const [folder = '', given = '', ...choices] = process.argv.slice(2);
const directories = z.record(z.string(), z.string()).parse(JSON.parse(given));
const bundles = bundlesOf(new Map(functionNames.map((name) => [name, directories[name] ?? ''])));
for (const choice of choices) {
  const [name = '', policy = ''] = choice.split('=');
  const app = createApp({
    outdir: join(folder, name),
    context: { 'sluice:policy': policy },
    // Takes longer than everything else here: test/infra/validation.test.ts does it once.
    builtinCloudFormationValidation: false,
  });
  const settings = readSettings(app.node);
  addStacks(app, settings, await withPolicy(settings.policyFile, join(folder, `${name}-bundles`)));
  app.synth();
}

/** What `bundleFunctions` makes for another policy: the same code, and the policy where one lies beside it. */
async function withPolicy(policyFile: string, into: string): Promise<Bundles> {
  const made = functionNames.map(async (name): Promise<[FunctionName, string]> => {
    if (!existsSync(join(bundles[name], 'policy.json'))) return [name, bundles[name]];
    await cp(bundles[name], join(into, name), { recursive: true });
    await copyFile(policyFile, join(into, name, 'policy.json'));
    return [name, join(into, name)];
  });
  return bundlesOf(new Map(await Promise.all(made)));
}
