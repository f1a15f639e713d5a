import { unzipSync } from 'fflate';
import { readJson } from '../../core/artifact/json-text.ts';
import type { Problem } from '../../core/values/problems.ts';
import { recordOf } from '../../core/values/records.ts';
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
    const member = typeof type === 'string' ? CODE[type] : undefined;
    if (member === undefined) continue;
    const ofSam = type === 'AWS::Serverless::Function';
    const called = packedFunction(recordOf(given), ofSam ? shared : {});
    if (called === undefined) continue;
    for (const { asset } of codeOf(logicalId, member, recordOf(given), taken)) {
      if (!isZip(asset.bytes)) continue;
      const files = namesIn(asset.bytes);
      const missing = missingHandler(called, files);
      if (missing?.elsewhere !== undefined && missing.source === undefined)
        notes.add(`${lacks(logicalId, called, missing)}: it has to come from ${missing.elsewhere}.`);
      else if (missing !== undefined) problems.push(notThere(logicalId, asset, called, missing, build));
      else if (called.saidBy.property === 'Runtime' && !canStart(called, asset))
        notes.add(cannotStart(logicalId, asset, called));
      else if (lacksPackages(called, asset, files)) notes.add(withoutPackages(asset, build));
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

/** Packages that Lambda's own runtime has: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-package.html */
const OF_THE_RUNTIME = /^(aws-sdk$|@aws-sdk\/|@smithy\/|@types\/)/;

/** Does code of Node.js depend on packages, and bring none? */
function lacksPackages({ runtime, layers }: PackedFunction, { bytes }: Asset, files: readonly string[]): boolean {
  if (!runtime.startsWith('nodejs') || layers || files.some((name) => name.startsWith('node_modules/'))) return false;
  const { 'package.json': file } = unzipSync(bytes, { filter: ({ name }) => name === 'package.json' });
  if (file === undefined) return false;
  const reading = readJson(file);
  const needed = 'fault' in reading ? {} : recordOf(recordOf(reading.document)['dependencies']);
  return Object.keys(needed).some((name) => !OF_THE_RUNTIME.test(name));
}

function withoutPackages({ path }: Asset, build: string): string {
  return `${path} has a package.json with dependencies, and no node_modules: unless its code is bundled, install them, or build first (such as by "${build}").`;
}
