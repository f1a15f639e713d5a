import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../core/values/problems.ts';
import type { Template } from '../../core/template/template.ts';
import { ownMember, recordOf } from '../../core/values/records.ts';
import type { Copy } from './application.ts';
import { packProblem } from './problems.ts';
import { asYaml11 } from './yaml-1-1.ts';

/** Where `sam build` writes a template that names what it built, below the application's folder. */
const BUILT = ['.aws-sam', 'build', 'template.yaml'] as const;

/** The built template's file; undefined where nothing was built. */
export function builtTemplate(folder: string): string | undefined {
  const file = join(folder, ...BUILT);
  return existsSync(file) ? file : undefined;
}

/** Where resources of SAM name what `sam build` builds. */
const SOURCES: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'CodeUri',
  'AWS::Lambda::Function': 'Code',
  'AWS::Serverless::LayerVersion': 'ContentUri',
  'AWS::Lambda::LayerVersion': 'Content',
};

/**
 * What says how it is built, and was not: a template that was built has `SamResourceId`. Zips and jars are taken as they are, by SAM, too.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/building-lambda-functions.html
 */
export function unbuiltProblems({ Resources }: Template): Problem[] {
  return Object.entries(Resources).flatMap(
    ([logicalId, { Type: type, Properties: properties, Metadata: metadata }]) => {
      const { BuildMethod: method, SkipBuild: skipped, SamResourceId: built } = recordOf(metadata);
      const member = ownMember(SOURCES, type);
      const code = member === undefined ? undefined : recordOf(properties)[member];
      if (member === undefined || typeof method !== 'string' || skipped === true || built !== undefined) return [];
      if (recordOf(properties)['PackageType'] === 'Image' || typeof (code ?? '') !== 'string') return [];
      if (/^s3:|\.(zip|jar)$/.test(String(code))) return [];
      const place = `Resources.${logicalId}.Metadata.BuildMethod`;
      const sentence = `"${place}" is "${method}", and there is no ${BUILT.join('/')}: run "sam build" first, or set Metadata.SkipBuild: true where nothing has to be built.`;
      return [packProblem('pack.build-missing', place, sentence)];
    },
  );
}

/** A build of another template, or of one that has changed since, is not what the team means to release. */
export function buildProblems(file: string, built: Template, written: Template): Problem[] {
  const made = describeResources(built);
  const meant = describeResources(written);
  const differing = [...meant.filter((one) => !made.includes(one)), ...made.filter((one) => !meant.includes(one))];
  if (differing.length > 0) return [differs(file, 'has other resources than', differing)];
  const changed = changedPlaces(built, written);
  return changed.length === 0 ? [] : [differs(file, 'says something else than', changed)];
}

/** A template and the folder in which its paths begin. */
interface Placed {
  readonly template: Template;
  readonly folder: string;
}

/** Languages whose code SAM's builders copy; others compile it. */
const COPIED = /^(nodejs|python|ruby)/;

/**
 * Folders of functions that `sam build` copies file by file before it adds dependencies. With a `BuildMethod` (esbuild, a Makefile) files of
 * the same name may be others.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build.html
 */
export function samCopies(written: Placed, built: Placed): Copy[] {
  const shared = recordOf(recordOf(written.template['Globals'])['Function']);
  return Object.entries(written.template.Resources).flatMap(([logicalId, { Type, Properties, Metadata }]) => {
    const own = { ...shared, ...recordOf(Properties) };
    const { CodeUri: from = '.', Runtime: runtime } = own;
    const { CodeUri: to } = recordOf(built.template.Resources[logicalId]?.Properties);
    const isCopied = Type === 'AWS::Serverless::Function' && COPIED.test(String(runtime));
    if (!isCopied || recordOf(Metadata)['BuildMethod'] !== undefined) return [];
    if (typeof from !== 'string' || typeof to !== 'string') return [];
    return [{ from: join(written.folder, from), to: join(built.folder, to) }];
  });
}

function differs(file: string, what: string, differing: readonly string[]): Problem {
  const more = differing.length > 4 ? ` and ${differing.length - 4} more` : '';
  const few = `${differing.slice(0, 4).join(', ')}${more}`;
  const sentence = `${file} ${what} the template it should be built from (${few}): run "sam build" again, or remove .aws-sam to pack without it.`;
  return packProblem('pack.build-differs', BUILT.join('/'), sentence);
}

function describeResources({ Resources }: Template): string[] {
  return Object.entries(Resources).map(([logicalId, { Type }]) => `${logicalId} (${Type})`);
}

/** Properties, parameters and the like that are not as they were built. */
function changedPlaces(built: Template, written: Template): string[] {
  const resources = Object.entries(written.Resources).flatMap(([logicalId, { Properties: meant = {} }]) =>
    changedMembers(`Resources.${logicalId}.Properties`, meant, built.Resources[logicalId]?.Properties ?? {}),
  );
  const [meant, made] = [recordOf(written), recordOf(built)];
  const shared = Object.entries(recordOf(meant['Globals'])).flatMap(([section, properties]) =>
    changedMembers(`Globals.${section}`, recordOf(properties), recordOf(recordOf(made['Globals'])[section])),
  );
  const others = ['Parameters', 'Mappings', 'Conditions', 'Outputs'].flatMap((section) =>
    changedMembers(section, recordOf(meant[section]), recordOf(made[section])),
  );
  return [...shared, ...resources, ...others];
}

type Members = Readonly<Record<string, unknown>>;

function changedMembers(place: string, meant: Members, made: Members): string[] {
  const names = [...new Set([...Object.keys(meant), ...Object.keys(made)])];
  return names
    .filter((name) => !WRITTEN_BY_SAM.has(name) && !same(meant[name], made[name], name))
    .map((name) => `${place}.${name}`);
}

/** Properties in whose place a build puts paths of its own. */
const WRITTEN_BY_SAM = new Set([...Object.values(SOURCES), 'DefinitionUri', 'ImageUri', 'TemplateURL', 'Location']);

/**
 * Are values the same, but for paths, which a build writes as seen from its own folder, `NODE_OPTIONS`, which esbuild adds, and what
 * YAML 1.1 reads otherwise?
 */
function same(meant: unknown, made: unknown, name: string): boolean {
  if (name === 'NODE_OPTIONS') return true;
  if (name === 'Environment' && meant === undefined) return same({ Variables: {} }, made, '');
  if (Array.isArray(meant) && Array.isArray(made))
    return meant.length === made.length && meant.every((one: unknown, index) => same(one, made[index], ''));
  if (isObject(meant) && isObject(made)) {
    const [one, other] = [membersOf(meant), membersOf(made)];
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => same(one[key], other[key], key));
  }
  if (isObject(meant) || isObject(made)) return false;
  return asYaml11(String(meant)) === asYaml11(String(made)) || samePath(meant, made);
}

/** Names are scalars, too: `NO` of a mapping by countries is `false` in what SAM writes. */
function membersOf(value: unknown): Members {
  return Object.fromEntries(Object.entries(recordOf(value)).map(([name, inner]) => [asYaml11(name), inner]));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function samePath(meant: unknown, made: unknown): boolean {
  if (typeof meant !== 'string' || typeof made !== 'string') return false;
  return made.startsWith('../') && made.endsWith(`/${meant.replace(/^(\.{1,2}\/)+/, '')}`);
}
