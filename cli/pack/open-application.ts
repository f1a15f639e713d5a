import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { TemplateReading } from '../../core/template/parse.ts';
import type { Template } from '../../core/template/template.ts';
import type { Problem } from '../../core/values/problems.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import type { ApplicationReading, Unreadable } from './application.ts';
import { readBuilt } from './built-file.ts';
import { ASSEMBLY } from './cdk/assembly.ts';
import { openStack } from './cdk/open-stack.ts';
import { codePlaces } from './places.ts';
import { packProblem } from './problems.ts';
import { isFile, isFolder, readTemplateAt } from './read-template.ts';
import { buildProblems, builtTemplate, samCopies, unbuiltProblems } from './sam-build.ts';
import { repeatedNameNotes } from './repeated-names.ts';
import { openPackage, STATE } from './serverless/open-package.ts';

/** What a person says of which application is meant. */
export interface Choice {
  /** The folder that a build tool wrote: `cdk.out`, `.serverless`. */
  readonly app?: string;
  /** A stack of the CDK's. */
  readonly stack?: string;
}

/** A service of the Serverless Framework. */
export const SERVERLESS_FILE = /^serverless\.(ya?ml|json|js|cjs|mjs|ts)$/;
const cdkSettings = z.looseObject({ output: z.string().optional(), app: z.unknown().optional() });

/**
 * The application in a folder: the one that a build tool wrote where that is named, the template that the manifest names where there
 * is one, else what the CDK or the Serverless Framework left there.
 * @param name of the template in the manifest; undefined where the manifest does not say
 * @throws CommandError where it is not clear what is meant
 */
export function openApplication(folder: string, name: string | undefined, choice: Choice = {}): ApplicationReading {
  const { app, stack } = choice;
  if (app !== undefined) return openBuilt(folder, app, stack, name);
  const named = name ?? ['template.yaml', 'template.yml', 'template.json'].find((one) => isFile(join(folder, one)));
  const file = named === undefined ? undefined : join(folder, named);
  const assembly = assemblyOf(folder);
  if (assembly !== undefined && 'problems' in assembly) return assembly;
  if (file !== undefined && isFile(file) && stack === undefined) {
    const reading = openTemplate(folder, file);
    if (reading.template === undefined || assembly?.found !== true) return reading;
    const note = `${file} is packed, as release.json names it, and not ${assembly.folder}: that is packed by --app ${assembly.folder}.`;
    return { ...reading, notes: [...reading.notes, note] };
  }
  const serverless = serverlessOf(folder);
  if (assembly !== undefined && serverless !== undefined && stack === undefined)
    throw new CommandError(
      `${folder} has what the CDK writes (${assembly.folder}), and what Serverless writes (${serverless.folder}): name one of them by --app.`,
      exitCode.badInput,
      { code: 'cli.build-unclear' },
    );
  if (assembly !== undefined)
    return assembly.found ? openStack(folder, assembly.folder, stack, name) : notBuilt(assembly.folder, 'cdk synth');
  if (stack !== undefined) throw stackOfNothing(folder);
  if (serverless !== undefined)
    return serverless.found
      ? openPackage(folder, serverless.folder)
      : notBuilt(serverless.folder, 'serverless package');
  return missingTemplate(file ?? join(folder, 'template.yaml'));
}

function openBuilt(
  folder: string,
  app: string,
  stack: string | undefined,
  name: string | undefined,
): ApplicationReading {
  if (!isFolder(app))
    throw new CommandError(`There is no folder ${app} for --app.`, exitCode.badInput, { code: 'cli.folder-missing' });
  if (isFile(join(app, ASSEMBLY))) return openStack(folder, app, stack, name);
  if (stack !== undefined) throw stackOfNothing(app);
  if (isFile(join(app, STATE))) return openPackage(folder, app);
  throw new CommandError(
    `${app} is neither what "cdk synth" writes (${ASSEMBLY}) nor what "serverless package" does (${STATE}): build again, or leave --app out.`,
    exitCode.badInput,
    { code: 'cli.build-unknown' },
  );
}

function stackOfNothing(folder: string): CommandError {
  return new CommandError(`--stack names a stack of the CDK's, and ${folder} has none.`, exitCode.badInput, {
    code: 'cli.stack-of-nothing',
  });
}

/** The template that the manifest names, or what `sam build` made of it. */
function openTemplate(folder: string, file: string): ApplicationReading {
  const reading = readTemplateAt(file);
  const built = builtTemplate(folder);
  const template = 'template' in reading ? reading.template : reading.legible;
  if (template === undefined) return { file, problems: problemsOf(reading) };
  const own = { file, template, base: realpathSync(folder), build: 'sam build', notes: repeatedNameNotes(file) };
  if (built === undefined) return { ...own, problems: [...problemsOf(reading), ...unbuiltProblems(template)] };
  const builtReading = readTemplateAt(built);
  const madeTemplate = 'template' in builtReading ? builtReading.template : builtReading.legible;
  if (madeTemplate === undefined) return { file: built, problems: problemsOf(builtReading) };
  const differing = [...problemsOf(builtReading), ...buildProblems(built, madeTemplate, template)];
  const sources = codeFolders(template, dirname(file));
  const copies = samCopies({ template, folder: dirname(file) }, { template: madeTemplate, folder: dirname(built) });
  const made = { folder: dirname(built), writtenBy: built, sources, copies };
  return {
    ...own,
    file: built,
    written: file,
    template: madeTemplate,
    base: realpathSync(dirname(built)),
    made,
    problems: differing,
  };
}

/** Folders that the code of a template is in. @param folder of the template: its paths begin there */
function codeFolders(template: Template, folder: string): string[] {
  const paths = codePlaces(template).flatMap(({ value }) => (typeof value === 'string' ? [join(folder, value)] : []));
  return [...new Set(paths)].filter(isFolder);
}

function problemsOf(reading: TemplateReading): readonly Problem[] {
  return 'problems' in reading ? reading.problems : [];
}

/** A folder that a tool writes, and whether it did. */
interface Built {
  readonly folder: string;
  readonly found: boolean;
}

/** Where `cdk synth` writes: `cdk.out`, unless cdk.json says otherwise. */
function assemblyOf(folder: string): Built | Unreadable | undefined {
  const file = join(folder, 'cdk.json');
  const reading = isFile(file) ? readBuilt(file, cdkSettings, 'correct it') : undefined;
  if (reading !== undefined && 'problems' in reading) return reading;
  const { output, app } = reading?.content ?? {};
  // An app may be a folder that was written before.
  const written = [output, app, 'cdk.out'].filter((one) => typeof one === 'string').map((one) => join(folder, one));
  const found = written.find((one) => isFile(join(one, ASSEMBLY)));
  if (found !== undefined) return { folder: found, found: true };
  const expected = join(folder, output ?? 'cdk.out');
  return reading !== undefined || isFolder(expected) ? { folder: expected, found: false } : undefined;
}

function serverlessOf(folder: string): Built | undefined {
  const written = join(folder, '.serverless');
  if (isFile(join(written, STATE))) return { folder: written, found: true };
  const described = readdirSync(folder).some((name) => SERVERLESS_FILE.test(name));
  return described || isFolder(written) ? { folder: written, found: false } : undefined;
}

function notBuilt(folder: string, build: string): Unreadable {
  const sentence = `${folder} does not hold what "${build}" writes: run that first, or name the folder that it wrote by --app.`;
  return { file: folder, problems: [packProblem('pack.build-missing', folder, sentence)] };
}

function missingTemplate(file: string): Unreadable {
  const sentence = `There is no file ${file}: release.json names it as the template.`;
  return { file, problems: [packProblem('pack.template-missing', file, sentence)] };
}
