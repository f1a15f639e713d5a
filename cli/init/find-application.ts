import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { artifactLimits as limits, manifestName } from '../../core/artifact/limits.ts';
import { isRootDocument } from '../../core/artifact/names.ts';
import type { ApplicationKind } from '../../core/manifest/draft/found.ts';
import { readTemplateFile, type TemplateReading } from '../../core/template/parse.ts';
import { type Template, templateSchema } from '../../core/template/template.ts';
import { problemLine } from '../../core/values/problems.ts';
import { listOf } from '../../core/values/records.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { type Choice, openApplication, SERVERLESS_FILE } from '../pack/open-application.ts';
import { refuseForeign } from './foreign-project.ts';

/** An application in a folder. */
export interface Application {
  readonly kind: ApplicationKind;
  /** The template's name, as a manifest names it. */
  readonly file: string;
  readonly template: Template;
}

/** What these leave in an application's folder. */
const BUILT_BY = new Set(['cdk.json', 'cdk.out', '.serverless']);

/** Names that SAM looks for, in its order; of others, any that holds a template counts. */
const USUAL = ['template.yaml', 'template.yml', 'template.json'];

/**
 * The application in a folder: the template that is named, else the one with a usual name, else the only one there is.
 * @param choose which of several is meant @param choice the built application or stack that is meant
 * @throws CommandError where there is none, or it cannot be read
 */
export async function findApplication(
  folder: string,
  named: string | undefined,
  choose: (files: readonly string[]) => Promise<string>,
  choice: Choice = {},
): Promise<Application> {
  const isChosen = choice.app !== undefined || choice.stack !== undefined;
  const usual = named ?? (isChosen ? undefined : USUAL.find((name) => isFile(join(folder, name))));
  const built = usual === undefined ? builtIn(folder, choice) : undefined;
  if (built !== undefined) return built;
  const found = usual === undefined ? templatesIn(folder) : [];
  if (usual === undefined && found.length === 0) refuseForeign(folder);
  const file = usual ?? (await choose(found));
  if (!isRootDocument(file) || !isFile(join(folder, file)))
    throw new CommandError(
      `There is no template ${file} in ${folder}: name a .json or .yaml file in it.`,
      exitCode.badInput,
      { code: 'cli.template-missing' },
    );
  const reading = read(join(folder, file), file);
  if ('template' in reading) return { kind: kindOf(reading.template), file, template: reading.template };
  const lines = reading.problems.map(problemLine);
  throw new CommandError(`${join(folder, file)} is wrong:\n${lines.join('\n')}`, exitCode.badInput, {
    code: 'cli.template-wrong',
    problems: reading.problems,
  });
}

/** What the CDK or the Serverless Framework built in a folder that has no template of its own. @throws CommandError where it cannot be packed */
function builtIn(folder: string, choice: Choice): Application | undefined {
  const { app } = choice;
  const marked = readdirSync(folder).some((name) => BUILT_BY.has(name) || SERVERLESS_FILE.test(name));
  if (app === undefined && !marked) return undefined;
  const opened = openApplication(folder, undefined, choice);
  const [first] = opened.problems;
  const reading = templateSchema.safeParse(opened.template);
  if (opened.template === undefined || first !== undefined || !reading.success)
    throw new CommandError(first?.message ?? `${opened.file} holds no template.`, exitCode.badInput, {
      code: 'cli.build-unusable',
      problems: opened.problems,
    });
  const kind = opened.build === 'cdk synth' ? 'CDK' : 'Serverless Framework';
  // Of several stacks, the template says which one it is, so that nobody has to name it again.
  const file = choice.stack === undefined ? 'template.json' : basename(opened.file);
  return { kind, file, template: reading.data };
}

function kindOf({ Transform: transform }: Template): ApplicationKind {
  return listOf(transform).includes('AWS::Serverless-2016-10-31') ? 'SAM' : 'CloudFormation';
}

/** Files of a folder that hold a template. */
function templatesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => isRootDocument(name) && name !== manifestName && isFile(join(folder, name)))
    .filter((name) => statSync(join(folder, name)).size <= limits.templateBytes)
    .filter((name) => {
      const reading = read(join(folder, name), name);
      return (
        'template' in reading && Object.values(reading.template.Resources).every(({ Type }) => Type.includes('::'))
      );
    })
    .toSorted();
}

function read(path: string, name: string): TemplateReading {
  return readTemplateFile(readFileSync(path), name, 'last');
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
