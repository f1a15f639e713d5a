import { realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import * as z from 'zod';
import { recordOf } from '../../../core/values/records.ts';
import type { ApplicationReading } from '../application.ts';
import { readBuilt } from '../built-file.ts';
import { packProblem } from '../problems.ts';
import { isFile, readTemplateAt } from '../read-template.ts';
import type { Upload } from '../uploads.ts';
import { references, withoutDeploymentBucket } from './deployment-bucket.ts';

const PACKAGE = 'serverless package';
const TEMPLATE = 'cloudformation-template-update-stack.json';
export const STATE = 'serverless-state.json';

const packaged = z.looseObject({ package: z.looseObject({ artifact: z.string().optional() }).nullish() });

/** What is read of `serverless-state.json`, which `serverless deploy --package` reads, too; v1 to v4, and osls. */
const stateSchema = z.looseObject({
  service: z.looseObject({
    provider: z
      .looseObject({
        stackTags: z.record(z.string(), z.unknown()).nullish(),
        stackParameters: z.array(z.looseObject({ ParameterKey: z.string() })).nullish(),
        stackPolicy: z.unknown().optional(),
        notificationArns: z.array(z.unknown()).nullish(),
      })
      .optional(),
    functions: z.record(z.string(), packaged).nullish(),
    layers: z.record(z.string(), packaged).nullish(),
    package: z.looseObject({ artifact: z.string().optional() }).nullish(),
    artifact: z.string().optional(),
  }),
  package: z.looseObject({ artifactDirectoryName: z.string(), artifact: z.string().optional() }),
});

type State = z.infer<typeof stateSchema>;

/**
 * What `serverless package` wrote.
 * @param folder of the service, in which paths of `serverless.yml` begin
 * @param directory `.serverless`, or what `--package` named
 */
export function openPackage(folder: string, directory: string): ApplicationReading {
  const stateFile = join(directory, STATE);
  const state = readBuilt(stateFile, stateSchema, `build again (${PACKAGE})`);
  if ('problems' in state) return state;
  const file = join(directory, TEMPLATE);
  if (!isFile(file)) {
    const sentence = `There is no ${file}: build again (${PACKAGE}).`;
    return { file, problems: [packProblem('pack.build-unreadable', file, sentence)] };
  }
  const reading = readTemplateAt(file);
  if ('problems' in reading) return { file, problems: reading.problems };
  const template = withoutDeploymentBucket(reading.template);
  const prefix = `${state.content.package.artifactDirectoryName}/`;
  const objects = new Map(
    keysIn(template, prefix).map((key): [string, Upload] => [
      key,
      { path: zipOf(basename(key), state.content, folder, directory), packaging: 'file' },
    ]),
  );
  return {
    file,
    template,
    base: realpathSync(folder),
    uploads: { objects, buckets: [], folder: directory },
    build: PACKAGE,
    made: { folder: directory, writtenBy: stateFile, sources: [folder] },
    notes: notes(state.content),
    problems: references(template),
  };
}

/** Every key of an object that Serverless would upload. */
function keysIn(value: unknown, prefix: string): string[] {
  if (typeof value === 'string') return value.startsWith(prefix) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.values(value).flatMap((inner: unknown) => keysIn(inner, prefix)))];
}

/**
 * Zips that Serverless made lie beside the template, wherever its state says that they were made (serverless/serverless#12103); those of
 * others (`package.artifact`), and some of layers (#7318), where the state says.
 */
function zipOf(name: string, { service, package: whole }: State, folder: string, directory: string): string {
  const made = join(realpathSync(directory), name);
  if (isFile(made)) return made;
  const packages = [...Object.values(service.functions ?? {}), ...Object.values(service.layers ?? {})];
  const named = [
    ...packages.map((one) => one.package?.artifact),
    service.package?.artifact,
    service.artifact,
    whole.artifact,
  ];
  const own = named.find((path) => path !== undefined && basename(path) === name && isFile(resolve(folder, path)));
  return own ?? made;
}

/** What `serverless deploy` would tell CloudFormation beside the template. */
function notes({ service: { provider = {} } }: State): string[] {
  const { stackTags, stackParameters, stackPolicy, notificationArns } = provider;
  const tags = Object.keys(recordOf(stackTags));
  const parameters = (stackParameters ?? []).map(({ ParameterKey }) => ParameterKey);
  const left = [
    ...(tags.length > 0 ? [`stackTags (${tags.join(', ')})`] : []),
    ...(parameters.length > 0 ? [`stackParameters (${parameters.join(', ')}), which go into release.json`] : []),
    ...(stackPolicy === undefined ? [] : ['stackPolicy']),
    ...((notificationArns ?? []).length > 0 ? ['notificationArns'] : []),
  ];
  return left.length === 0 ? [] : [`Not in the template, and so not in the artifact: ${left.join('; ')}.`];
}
