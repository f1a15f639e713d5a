import { existsSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readManifestFile } from '../../core/artifact/contents.ts';
import { manifestName } from '../../core/artifact/limits.ts';
import { type Draft, draftManifest } from '../../core/manifest/draft/draft.ts';
import { describeFound } from '../../core/manifest/draft/found.ts';
import { openParameters } from '../../core/manifest/draft/open-parameters.ts';
import { draftServiceName } from '../../core/manifest/draft/service-name.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { problemLine } from '../../core/values/problems.ts';
import { CommandError, exitCode } from '../exit-codes.ts';
import { isOwnFile } from '../pack/own-files.ts';
import { rootOf } from '../pack/root.ts';
import { editorSchema, editorSchemaFile } from './editor-schema.ts';
import type { Choice } from '../pack/open-application.ts';
import { builtTemplate, unbuiltProblems } from '../pack/sam-build.ts';
import { type Application, findApplication } from './find-application.ts';
import { authorFromGit } from '../git.ts';
import { namesOf } from './names.ts';
import { askForParameters, chooseTemplate, neededAnswer } from './questions.ts';
import type { Person } from './terminal.ts';

/** How a manifest is begun. */
export interface InitOptions extends Choice {
  readonly service?: string;
  readonly author?: string;
  readonly template?: string;
  /** Is a manifest that is there written anew? */
  readonly force?: boolean;
}

/** What was begun. */
export interface Begun extends Omit<Draft, 'manifest'> {
  /** As it was written: what git says of an artifact's source is left to `pack`, which asks at each build. */
  readonly manifest: Written;
  /** Files that were written. */
  readonly files: readonly string[];
  /** `Found a SAM application: 4 functions, 1 table.` */
  readonly found: string;
}

type Written = Omit<Manifest, 'source'> & Partial<Pick<Manifest, 'source'>>;

/**
 * Writes a manifest into a folder, drafted from its template, `package.json` and git.
 * @param person who is asked what cannot be known; without one, what is needed and not known is an error
 * @throws CommandError
 */
export async function init(folder: string, options: InitOptions, person: Person | undefined): Promise<Begun> {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new CommandError(`There is no folder ${folder}.`, exitCode.badInput, { code: 'cli.folder-missing' });
  const root = rootOf(folder, undefined);
  const schema = editorSchema(folder, root);
  const file = join(folder, manifestName);
  const copies = schema.copy === undefined ? [] : [{ name: join(folder, editorSchemaFile), content: schema.copy }];
  if (options.force !== true) [file, ...copies.map(({ name }) => name)].forEach(mustBeNew);
  const application = await findApplication(
    folder,
    options.template,
    (files) => chooseTemplate(folder, files, person),
    options,
  );
  const drafted = draftManifest({
    $schema: schema.path,
    ...(await identify(folder, root, options, person)),
    ...(await parametersOf(application, person)),
    template: application.template,
    templateFile: application.file,
  });
  const manifest = written(drafted.manifest, folder);
  const files = [{ name: file, content: document(drafted.manifest, manifest) }, ...copies];
  for (const { name, content } of files) write(name, content);
  return {
    ...drafted,
    notes: [...drafted.notes, ...buildNotes(folder, application), ...nextNotes(folder, options)],
    manifest,
    found: describeFound(application.kind, application.template),
    files: files.map(({ name }) => name),
  };
}

/** What has to be run before it can be packed. */
function buildNotes(folder: string, { kind, template }: Application): string[] {
  if (kind !== 'SAM' || builtTemplate(folder) !== undefined || unbuiltProblems(template).length === 0) return [];
  return ['Run "sam build" before "sluice pack": the template says how its code is built (BuildMethod).'];
}

/** What the manifest does not say, and so has to be said each time. */
function nextNotes(folder: string, { app }: InitOptions): string[] {
  return app === undefined ? [] : [`Name the build to the other commands, too: sluice pack ${folder} --app ${app}`];
}

/** Who is released, and who made it. */
async function identify(
  folder: string,
  root: string,
  options: InitOptions,
  person: Person | undefined,
): Promise<Pick<Manifest, 'service' | 'version' | 'source'>> {
  const { names, version = '0.1.0' } = namesOf(folder, root);
  const known = authorFromGit(folder);
  const service =
    options.service ??
    draftServiceName(names) ??
    (await neededAnswer(person, 'How is the service called?', '--service', (answer) => draftServiceName([answer])));
  const author =
    options.author ??
    known ??
    (await neededAnswer(
      person,
      'Who made this? git does not say. A name with an e-mail address, such as Ada <ada@example.com>.',
      '--author',
      (answer) => (answer === '' ? undefined : answer),
    ));
  return { service, version, source: { author } };
}

async function parametersOf(
  { template }: Application,
  person: Person | undefined,
): Promise<Pick<Manifest, 'parameters'>> {
  const open = openParameters(template);
  if (open.length === 0 || person === undefined) return {};
  const parameters = await askForParameters(open, person);
  return Object.keys(parameters).length === 0 ? {} : { parameters };
}

function mustBeNew(file: string): void {
  if (!existsSync(file) || isOwnSchema(file)) return;
  const sentence = `${file} is there already: --force writes it anew, and what is in it is lost.`;
  throw new CommandError(sentence, exitCode.badInput, { code: 'cli.file-exists' });
}

/** The schema of an earlier `init` holds nothing of anybody's. */
function isOwnSchema(file: string): boolean {
  return basename(file) === editorSchemaFile && isOwnFile(file, statSync(file).size);
}

/** Who made it is written down only where git says somebody else, or nobody. */
function written(manifest: Manifest, folder: string): Written {
  const { source, ...others } = manifest;
  return source.author === authorFromGit(folder) ? others : manifest;
}

/** The manifest as a file, which the engine reads once it is packed. @throws CommandError where an option, a name or git gave something that it would not */
function document(packed: Manifest, manifest: Written): Uint8Array {
  const textOf = (one: Written): Buffer => Buffer.from(`${JSON.stringify(one, undefined, 2)}\n`, 'utf8');
  const reading = readManifestFile(textOf(packed));
  if (!('problems' in reading)) return textOf(manifest);
  const lines = reading.problems.map(problemLine);
  throw new CommandError(`The manifest would be wrong:\n${lines.join('\n')}`, exitCode.badInput, {
    code: 'cli.manifest-wrong',
    problems: reading.problems,
  });
}

function write(file: string, content: Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file} cannot be written: ${detail}`, exitCode.badInput, { code: 'cli.file-not-written' });
  }
}
