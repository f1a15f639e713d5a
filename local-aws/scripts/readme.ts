import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { startLocalAws } from '../aws.ts';
import { allResources } from '../services/cloudformation/resources/all.ts';
import { loadModels } from '../wire/model.ts';
import { cloudFormationReference, iamReference, servicesReference, statesReference } from './reference.ts';

/**
 * The generated sections of the README, between `<!-- generated: NAME -->` and `<!-- end -->`. `npm run readme` writes them; a
 * test fails when they drift.
 */
const root = path.resolve(import.meta.dirname, '..');
const file = path.join(root, 'README.md');
const manifest = z.object({ version: z.string() });

async function sections(): Promise<ReadonlyMap<string, string>> {
  const aws = await startLocalAws();
  await aws.close();
  const jsonata = createRequire(import.meta.url).resolve('jsonata/package.json');
  const { version } = manifest.parse(JSON.parse(readFileSync(jsonata, 'utf8')));
  return new Map([
    ['example', example('first-steps')],
    ['transforms', example('transforms')],
    ['services', servicesReference(aws.kernel.installed, loadModels())],
    ['cloudformation', cloudFormationReference(allResources)],
    ['states', statesReference(version)],
    ['iam', iamReference()],
  ]);
}

function example(name: string): string {
  return `\`\`\`ts\n${readFileSync(path.join(root, 'examples', `${name}.ts`), 'utf8').trim()}\n\`\`\``;
}

/** The README as it is. */
export function committedReadme(): string {
  return readFileSync(file, 'utf8');
}

/** The README with every generated section as it must be. @throws Error for a section that nothing generates, or that has no place */
export async function readme(committed: string): Promise<string> {
  const generated = new Map(await sections());
  const text = committed.replaceAll(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(\n<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => {
      const content = generated.get(name);
      if (content === undefined) throw new Error(`Nothing generates the README’s section ${name}.`);
      generated.delete(name);
      return `${begin}\n${content}\n${end}`;
    },
  );
  if (generated.size > 0) throw new Error(`The README has no section ${[...generated.keys()].join(', ')}.`);
  return text;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(file, await readme(committedReadme()));
