import { refName } from '../../core/template/template.ts';
import { recordOf } from '../../core/values/records.ts';
import type { Problem } from '../../core/values/problems.ts';
import { codePlaces, placeName, type CodePlace, type TemplateDocument } from './places.ts';
import { packProblem } from './problems.ts';

/** What the bucket of `cdk bootstrap` is called: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html */
const BOOTSTRAPPED = /cdk-[a-z0-9]{1,10}-assets-/;

/** Code that the template finds where a build tool, or the stack's first creation, would have put it: there is none yet. */
export function uploadsLeft(template: TemplateDocument): Problem[] {
  return codePlaces(template).flatMap((place) => {
    const what = leftIn(place, template);
    if (what === undefined) return [];
    const sentence = `"${placeName(place)}" names code in ${what}`;
    return [packProblem('pack.upload-left', placeName(place), sentence)];
  });
}

function leftIn({ value, property: { form } }: CodePlace, template: TemplateDocument): string | undefined {
  const bucket = form === 'uri' ? value : recordOf(value)[form.bucket];
  if (BOOTSTRAPPED.test(JSON.stringify(bucket ?? '')))
    return 'the bucket to which the CDK uploads: pack the folder with the cdk.out that the template is from (--app), not the template alone.';
  const name = refName(bucket) ?? '';
  if (recordOf(recordOf(template['Resources'])[name])['Type'] !== 'AWS::S3::Bucket') return undefined;
  return `"${name}", which the template itself makes and which is empty then: name it by its path, or pack the folder with the .serverless that the template is from (--app).`;
}
