import { bundleFunctions } from './bundling/bundle.ts';
import { readSettings } from './settings.ts';
import { addStacks, createApp } from './synthesize.ts';

// What `cdk` runs: reads cdk.json and policy.json, needs neither credentials nor a network.
const app = createApp();
const settings = readSettings(app.node);
const bundles = await bundleFunctions(settings.policyFile, (name) => say(`bundled ${name}`));
say(`bundled ${Object.keys(bundles).length} functions; making the templates of ${settings.targets.length + 1} stacks`);
addStacks(app, settings, bundles);
app.synth();

// To standard error: `cdk synth` has the template on standard output.
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
