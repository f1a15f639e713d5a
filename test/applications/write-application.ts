import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { pack, type PackedArtifact } from '../../cli/pack/pack.ts';
import { type Application, serviceOf } from './application.ts';
import { writePackage } from './write-package.ts';

/** The text in code that says which version it is of: the second version has another. */
const WRITTEN = '1.0.0';

/** Writes what the team of an application has in its folder, built as its tool builds it. @returns the folder */
export function writeApplication(application: Application, version: string): string {
  const { kind, name, manifest, stack } = application;
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), `app-${name}-`))), name);
  const files = filesBelow(new URL(`${kind}/${name}/`, import.meta.url).pathname, version);
  if (kind === 'serverless') writePackage(folder, files);
  else for (const [path, file] of files) write(join(folder, kind === 'cdk' ? 'lib' : '', built(path)), file);
  if (stack !== undefined) {
    // To validate templates takes longer than all else.
    const app = new App({
      outdir: join(folder, 'cdk.out'),
      builtinCloudFormationValidation: false,
      analyticsReporting: true,
    });
    stack(app, join(folder, 'lib'));
    app.synth();
  }
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
export function packApplication(application: Application, version: string): PackedArtifact {
  const folder = writeApplication(application, version);
  try {
    return pack(folder);
  } finally {
    rmSync(dirname(folder), { recursive: true, force: true });
  }
}

export interface File {
  readonly content: Buffer;
  readonly mode: number;
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

/** What `sam build` writes lies in `built`, as git ignores the folder that it writes to. */
function built(path: string): string {
  return path.replace(/^built\//, '.aws-sam/build/');
}

/** Writes a file, and the folders that it is in. */
export function write(path: string, { content, mode }: File): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}
