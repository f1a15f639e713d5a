import { join } from 'node:path';
import { bundleFunctions } from '../../infra/bundling/bundle.ts';
import { readSettings } from '../../infra/settings.ts';
import { addStacks, createApp } from '../../infra/synthesize.ts';

// `node --import tsx synthesize-policies.ts FOLDER NAME=POLICY…`: does what `infra/app.ts` does once for each policy, into a
// folder of its own. One process for all of them: to load the CDK takes longer than to use it.
const [folder = '', ...choices] = process.argv.slice(2);
for (const choice of choices) {
  const [name = '', policy] = choice.split('=');
  const context = policy === undefined || policy === '' ? {} : { 'sluice:policy': policy };
  const app = createApp({ outdir: join(folder, name), context });
  const settings = readSettings(app.node);
  addStacks(app, settings, await bundleFunctions(settings.policyFile));
  app.synth();
}
