import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { functionNames, type FunctionName } from '../../core/contract/names.ts';
import { bundlesOf } from '../../infra/bundling/bundle.ts';
import { readSettings } from '../../infra/settings.ts';
import { addEngine, createApp } from '../../infra/synthesize.ts';
import { readStacks, type SynthesizedStack } from '../../local/deploy.ts';

const stackFile = 'ReleaseEngine.template.json';
const lambda = z.object({ FunctionName: z.string(), Code: z.object({ S3Key: z.string() }) });
const templateSchema = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.looseObject({}).optional() })),
});
type EngineTemplate = z.infer<typeof templateSchema>;

/** The engine's stack in a folder that `cdk synth` filled. */
export function engineIn(folder: string): SynthesizedStack {
  const engine = readStacks(folder).find(({ name }) => name === 'ReleaseEngine');
  if (engine === undefined) throw new Error(`There is no engine in ${folder}.`);
  return engine;
}

/**
 * Synthesizes another version of an engine: the code of every function is another, and so is what says when the reconciler runs.
 * @param synthesized the folder of the one it comes from
 * @param into an empty folder
 * @param policy its policy, by its path in the repository
 */
export async function synthesizeOtherEngine(
  synthesized: string,
  into: string,
  policy: string,
  name: string,
): Promise<SynthesizedStack> {
  const functions = codeOf(readTemplate(join(synthesized, stackFile)));
  const directories = functionNames.map((one): [FunctionName, string] => {
    const code = functions.get(`sluice-${one}`);
    const directory = join(into, 'bundles', one);
    mkdirSync(directory, { recursive: true });
    // One that the policy has no use for is deployed with neither version, but has its folder.
    if (code !== undefined) cpSync(join(synthesized, `asset.${code}`), directory, { recursive: true });
    appendFileSync(join(directory, 'index.mjs'), `\n// ${name}\n`);
    return [one, directory];
  });
  const outdir = join(into, 'assembly');
  const app = createApp({ outdir, context: { 'sluice:policy': policy }, builtinCloudFormationValidation: false });
  addEngine(app, readSettings(app.node), bundlesOf(new Map(directories)));
  app.synth();
  describeSchedule(join(outdir, stackFile), name);
  return engineIn(outdir);
}

function codeOf(template: EngineTemplate): ReadonlyMap<string, string> {
  const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  return new Map(
    functions.map(({ Properties }): [string, string] => {
      const { FunctionName, Code } = lambda.parse(Properties);
      return [FunctionName, Code.S3Key.replace(/\.zip$/, '')];
    }),
  );
}

function describeSchedule(file: string, name: string): void {
  const template = readTemplate(file);
  for (const { Type, Properties } of Object.values(template.Resources))
    if (Type === 'AWS::Scheduler::Schedule' && Properties !== undefined) Properties['Description'] = name;
  writeFileSync(file, JSON.stringify(template));
}

function readTemplate(file: string): EngineTemplate {
  return templateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}
