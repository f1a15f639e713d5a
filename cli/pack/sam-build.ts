import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../core/values/problems.ts';
import type { Template } from '../../core/template/template.ts';
import { ownMember, recordOf } from '../../core/values/records.ts';
import { packProblem } from './problems.ts';

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
      const sentence = `"${place}" is "${method}", and there is no ${BUILT.join('/')}: run "sam build" first.`;
      return [packProblem('pack.build-missing', place, sentence)];
    },
  );
}

/** A build of another template, or of one that has changed since, is not what the team means to release. */
export function buildProblems(file: string, built: Template, written: Template): Problem[] {
  const made = describeResources(built);
  const meant = describeResources(written);
  const differing = [...meant.filter((one) => !made.includes(one)), ...made.filter((one) => !meant.includes(one))];
  if (differing.length === 0) return [];
  const few = differing.slice(0, 4).join(', ');
  const sentence = `${file} has other resources than the template it should be built from (${few}): run "sam build" again, or remove .aws-sam to pack without it.`;
  return [packProblem('pack.build-differs', BUILT.join('/'), sentence)];
}

function describeResources({ Resources }: Template): string[] {
  return Object.entries(Resources).map(([logicalId, { Type }]) => `${logicalId} (${Type})`);
}
