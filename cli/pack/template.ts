import { recordOf } from '../../core/values/records.ts';
import { assetBucketDeclaration, assetBucketParameter, assetKey } from '../../core/template/asset-bucket.ts';

/** A template as nested records. */
export type TemplateDocument = Readonly<Record<string, unknown>>;

/** Code that a template names by a local folder. */
export interface LocalCode {
  readonly logicalId: string;
  /** As the template writes it, relative to the template. */
  readonly folder: string;
}

/** The local code folders a template names: `Code: ./folder` of a function, `Content: ./folder` of a layer. */
export function localCode(template: TemplateDocument): LocalCode[] {
  return Object.entries(resources(template)).flatMap(([logicalId, resource]) => {
    const property = codeProperty(resource);
    const folder = property === undefined ? undefined : properties(resource)[property];
    return typeof folder === 'string' ? [{ logicalId, folder }] : [];
  });
}

/** The template with its local code replaced by the artifact's assets in the bucket of each target it is deployed to. */
export function pointToAssets(template: TemplateDocument, digests: ReadonlyMap<string, string>): TemplateDocument {
  const pointed = Object.fromEntries(
    Object.entries(resources(template)).map(([logicalId, resource]) => [
      logicalId,
      pointResource(resource, digests.get(logicalId)),
    ]),
  );
  const parameters = { ...recordOf(template['Parameters']), [assetBucketParameter]: assetBucketDeclaration };
  return {
    ...template,
    Parameters: digests.size === 0 ? recordOf(template['Parameters']) : parameters,
    Resources: pointed,
  };
}

function pointResource(resource: unknown, digest: string | undefined): unknown {
  const property = codeProperty(resource);
  if (digest === undefined || property === undefined) return resource;
  const code = { S3Bucket: { Ref: assetBucketParameter }, S3Key: assetKey(digest) };
  return { ...recordOf(resource), Properties: { ...properties(resource), [property]: code } };
}

function codeProperty(resource: unknown): 'Code' | 'Content' | undefined {
  const type = recordOf(resource)['Type'];
  if (type === 'AWS::Lambda::Function') return 'Code';
  return type === 'AWS::Lambda::LayerVersion' ? 'Content' : undefined;
}

/** The same value with all keys in order, so that its text depends on its meaning alone. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

function resources(template: TemplateDocument): Readonly<Record<string, unknown>> {
  return recordOf(template['Resources']);
}

function properties(resource: unknown): Readonly<Record<string, unknown>> {
  return recordOf(recordOf(resource)['Properties']);
}
