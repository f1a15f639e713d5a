import { bundleFunctions } from './bundling/bundle.ts';
import { readSettings } from './settings.ts';
import { addStacks, createApp } from './synthesize.ts';

// What `cdk` runs: reads cdk.json and policy.json, needs neither credentials nor a network.
const app = createApp();
const settings = readSettings(app.node);
addStacks(app, settings, await bundleFunctions(settings.policyFile));
app.synth();
