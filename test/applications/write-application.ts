import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { pack, type PackedArtifact } from '../../cli/pack/pack.ts';
import { type Application, serviceOf } from './application.ts';
import { type File, write } from './write-file.ts';
import { writePackage } from './write-package.ts';

/** The text in code that says which version it is of: the second version has another. */
const WRITTEN = '1.0.0';

/** Writes what the team of an application has in its folder, built as its tool builds it. @returns the folder */
export async function writeApplication(application: Application, version: string): Promise<string> {
  const { kind, name, manifest } = application;
  const repository = realpathSync(mkdtempSync(join(tmpdir(), `app-${name}-`)));
  const folder = join(repository, name);
  mkdirSync(join(repository, '.git'));
  const files = filesBelow(new URL(`${kind}/${name}/`, import.meta.url).pathname, version);
  if (kind === 'serverless') writePackage(folder, files);
  else for (const [path, file] of files) write(join(folder, kind === 'cdk' ? 'lib' : '', placed(path)), file);
  if (kind === 'cdk') await synthesize(name, folder);
  const release = {
    ...{ service: serviceOf(application), version, rollout: { open: 'Canary10Percent5Minutes' } },
    source: { repository: 'https://git.example.com/applications', author: 'dana@example.com' },
    ...(kind === 'cdk' || kind === 'serverless' ? { template: 'template.json' } : { template: 'template.yaml' }),
    ...manifest,
  };
  write(join(folder, 'release.json'), { content: Buffer.from(JSON.stringify(release)), mode: 0o644 });
  return folder;
}

/** Packs a version of an application as `sluice pack` does. */
export async function packApplication(application: Application, version: string): Promise<PackedArtifact> {
  const folder = await writeApplication(application, version);
  try {
    return pack(folder);
  } finally {
    rmSync(dirname(folder), { recursive: true, force: true });
  }
}

const flags = z.record(z.string(), z.unknown());
const stackModule = z.object({ addStack: z.custom<(app: App, code: string) => void>() });

/** Does what `cdk synth` does. Stacks are loaded as their teams wrote them: these do not compile by our options. */
async function synthesize(name: string, folder: string): Promise<void> {
  const { addStack } = stackModule.parse(await import(new URL(`cdk/${name}/stack.ts`, import.meta.url).pathname));
  const context = flags.parse(
    JSON.parse(readFileSync('node_modules/aws-cdk-lib/recommended-feature-flags.json', 'utf8')),
  );
  // To validate templates takes longer than all else.
  const app = new App({
    outdir: join(folder, 'cdk.out'),
    // As `cdk init` writes them into cdk.json.
    context,
    builtinCloudFormationValidation: false,
    analyticsReporting: true,
  });
  addStack(app, join(folder, 'lib'));
  app.synth();
}

/** Files of a folder by their paths in it, in the words of a version. Stacks of the CDK are loaded, not copied. */
function filesBelow(folder: string, version: string): ReadonlyMap<string, File> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = paths.filter((path) => statSync(join(folder, path)).isFile() && path !== 'stack.ts');
  return new Map(
    files.map((path): [string, File] => {
      const text = readFileSync(join(folder, path), 'utf8').replaceAll(WRITTEN, version);
      return [path, { content: Buffer.from(text), mode: statSync(join(folder, path)).mode }];
    }),
  );
}

/** What `sam build` writes lies in `built`, as git ignores the folder that it writes to; what the repository has beside it, in `outside`. */
function placed(path: string): string {
  return path.replace(/^built\//, '.aws-sam/build/').replace(/^outside\//, '../');
}
