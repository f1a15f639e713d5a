import { unzipSync } from 'fflate';
import { readJson } from '../../core/artifact/json-text.ts';
import type { Problem } from '../../core/values/problems.ts';
import { ownMember, recordOf } from '../../core/values/records.ts';
import type { Asset } from './assets.ts';
import { missingHandler, packedFunction, type MissingHandler, type PackedFunction } from './handlers.ts';
import type { PointedTemplate, TakenIn } from './point-to-assets.ts';
import { packProblem } from './problems.ts';
import { executablesIn, isZip, namesIn } from './zip.ts';

/** What is wrong with the code of functions as it is packed, and what a person should know of it. */
export interface FunctionCode {
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** Where a function names its code. */
const CODE: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'Code',
  'AWS::Serverless::Function': 'CodeUri',
};

/** Looks for each function's handler in its code, and for the packages that it depends on. @param build the command that builds such an application */
export function functionCode({ template, taken }: PointedTemplate, build: string): FunctionCode {
  const shared = recordOf(recordOf(template['Globals'])['Function']);
  const problems: Problem[] = [];
  const notes = new Set<string>();
  for (const [logicalId, resource] of Object.entries(recordOf(template['Resources']))) {
    const { Type: type, Properties: given } = recordOf(resource);
    const member = typeof type === 'string' ? ownMember(CODE, type) : undefined;
    if (member === undefined) continue;
    const ofSam = type === 'AWS::Serverless::Function';
    const called = packedFunction(recordOf(given), ofSam ? shared : {});
    if (called === undefined) continue;
    for (const { asset } of codeOf(logicalId, member, recordOf(given), taken)) {
      if (!isZip(asset.bytes)) continue;
      const files = namesIn(asset.bytes);
      const missing = missingHandler(called, files);
      const lacked = lackedPackages(called, asset, files);
      if (missing?.elsewhere !== undefined && missing.source === undefined)
        notes.add(`${lacks(logicalId, called, missing)}: it has to come from ${missing.elsewhere}.`);
      else if (missing !== undefined) problems.push(notThere(logicalId, asset, called, missing, build));
      else if (called.saidBy.property === 'Runtime' && !canStart(called, asset))
        notes.add(cannotStart(logicalId, asset, called));
      else if (lacked !== undefined) notes.add(withoutPackages(asset, lacked, build));
    }
  }
  return { problems, notes: [...notes] };
}

function codeOf(
  logicalId: string,
  member: string,
  properties: Readonly<Record<string, unknown>>,
  taken: readonly TakenIn[],
): readonly TakenIn[] {
  const own = `Resources.${logicalId}.Properties.${member}`;
  const place = properties[member] === undefined ? `Globals.Function.${member}` : own;
  const given = properties['InlineCode'] !== undefined || properties['ImageUri'] !== undefined;
  return given ? [] : taken.filter((one) => one.place === place || one.place.startsWith(`${place}.`));
}

function notThere(
  logicalId: string,
  { path }: Asset,
  called: PackedFunction,
  missing: MissingHandler,
  build: string,
): Problem {
  const { source } = missing;
  const mend =
    source === undefined
      ? `correct it, or build first (such as by "${build}")`
      : `${source} is there, which Lambda does not run: build first (such as by "${build}")`;
  const sentence = `${lacks(logicalId, called, missing, path)}: ${mend}.`;
  return packProblem('pack.handler-missing', placeOf(logicalId, called), sentence);
}

function lacks(logicalId: string, called: PackedFunction, { expected }: MissingHandler, where = 'its code'): string {
  return `"${placeOf(logicalId, called)}" is "${called.saidBy.text}", and ${where} holds no ${expected}`;
}

function placeOf(logicalId: string, { saidBy }: PackedFunction): string {
  return `Resources.${logicalId}.Properties.${saidBy.property}`;
}

/** What Sluice packs is executable; a zip of the team's is taken as it is. */
function canStart({ handler }: PackedFunction, { bytes }: Asset): boolean {
  return executablesIn(bytes).includes(handler);
}

function cannotStart(logicalId: string, { path }: Asset, { handler }: PackedFunction): string {
  return `${path} holds a ${handler} that is not executable, so that Lambda cannot start "${logicalId}": make the zip after "chmod +x ${handler}" (on Windows, where no file is executable, name the folder in its place).`;
}

/** How the code of a runtime says what it depends on, and brings it. */
interface Packages {
  /** The file that names them. */
  readonly file: string;
  /** Those that it names and Lambda's own runtime has not. */
  needed(content: Uint8Array): readonly string[];
  /** Files of packages that are there. */
  readonly brought: RegExp;
  /** What is missing, in words. */
  readonly missing: string;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-package.html, https://docs.aws.amazon.com/lambda/latest/dg/python-package.html */
const OF_THE_RUNTIME = {
  nodejs: /^(aws-sdk$|@aws-sdk\/|@smithy\/|@types\/)/,
  python: /^(boto3|botocore|s3transfer|jmespath|python[-_]dateutil|six|urllib3)$/i,
};

const PACKAGES: Readonly<Record<keyof typeof OF_THE_RUNTIME, Packages>> = {
  nodejs: {
    file: 'package.json',
    needed: (content) => {
      const reading = readJson(content);
      const needed = 'fault' in reading ? {} : recordOf(recordOf(reading.document)['dependencies']);
      return Object.keys(needed).filter((name) => !OF_THE_RUNTIME.nodejs.test(name));
    },
    brought: /^node_modules\//,
    missing: 'a package.json with dependencies, and no node_modules: unless its code is bundled, install them',
  },
  python: {
    file: 'requirements.txt',
    needed: (content) =>
      Buffer.from(content)
        .toString('utf8')
        .split('\n')
        .flatMap((line) => /^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1] ?? [])
        .filter((name) => !OF_THE_RUNTIME.python.test(name)),
    // What pip installs says so beside it: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
    brought: /(^|\/)[^/]+\.(dist-info|egg-info)\//,
    missing: 'a requirements.txt, and none of its packages: install them there',
  },
};

function packagesOf({ runtime }: PackedFunction): Packages | undefined {
  if (runtime.startsWith('nodejs')) return PACKAGES.nodejs;
  return runtime.startsWith('python') ? PACKAGES.python : undefined;
}

/** What code depends on and does not bring; undefined where it brings something, or layers may. */
function lackedPackages(called: PackedFunction, { bytes }: Asset, files: readonly string[]): Packages | undefined {
  const packages = packagesOf(called);
  if (packages === undefined || called.layers || files.some((name) => packages.brought.test(name))) return undefined;
  const { [packages.file]: file } = unzipSync(bytes, { filter: ({ name }) => name === packages.file });
  return file === undefined || packages.needed(file).length === 0 ? undefined : packages;
}

function withoutPackages({ path }: Asset, { missing }: Packages, build: string): string {
  return `${path} has ${missing}, or build first (such as by "${build}").`;
}
