import { createHash } from 'node:crypto';
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

/**
 * The template with its local code replaced by the artifact's assets in the bucket of each target it is deployed to.
 *
 * A published version is immutable, so CloudFormation publishes another only for another `AWS::Lambda::Version`: each
 * one's logical id gets a suffix made from the function's code and configuration, as SAM's AutoPublishAlias does.
 */
export function pointToAssets(template: TemplateDocument, digests: ReadonlyMap<string, string>): TemplateDocument {
  const pointed = Object.fromEntries(
    Object.entries(resources(template)).map(([logicalId, resource]) => [
      logicalId,
      pointResource(resource, digests.get(logicalId)),
    ]),
  );
  const renamed = versionNames(pointed);
  const parameters = { ...record(template['Parameters']), [assetBucketParameter]: assetBucketDeclaration };
  const whole = {
    ...template,
    Parameters: digests.size === 0 ? record(template['Parameters']) : parameters,
    Resources: pointed,
  };
  return record(rename(whole, renamed));
}

function pointResource(resource: unknown, digest: string | undefined): unknown {
  const property = codeProperty(resource);
  if (digest === undefined || property === undefined) return resource;
  const code = { S3Bucket: { Ref: assetBucketParameter }, S3Key: assetKey(digest) };
  return { ...record(resource), Properties: { ...properties(resource), [property]: code } };
}

function codeProperty(resource: unknown): 'Code' | 'Content' | undefined {
  const type = record(resource)['Type'];
  if (type === 'AWS::Lambda::Function') return 'Code';
  return type === 'AWS::Lambda::LayerVersion' ? 'Content' : undefined;
}

/** Old logical id of each version → new one. */
function versionNames(all: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [logicalId, resource] of Object.entries(all)) {
    if (record(resource)['Type'] !== 'AWS::Lambda::Version') continue;
    const target = functionOf(properties(resource)['FunctionName']);
    const described = target === undefined ? undefined : all[target];
    if (described === undefined) continue;
    const digest = createHash('sha256')
      .update(JSON.stringify(sorted(properties(described))))
      .digest('hex');
    names.set(logicalId, `${logicalId}${digest.slice(0, 10)}`);
  }
  return names;
}

function functionOf(reference: unknown): string | undefined {
  const { Ref, 'Fn::GetAtt': attribute } = record(reference);
  if (typeof Ref === 'string') return Ref;
  const name: unknown = Array.isArray(attribute) ? attribute[0] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** Renames logical ids where they are declared and wherever they are referred to. */
function rename(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => renameEntry(key, item, names)));
}

function renameEntry(key: string, item: unknown, names: ReadonlyMap<string, string>): [string, unknown] {
  const to = (name: unknown): unknown => (typeof name === 'string' ? (names.get(name) ?? name) : name);
  switch (key) {
    case 'Ref':
    case 'Condition':
      return [key, to(item)];
    case 'DependsOn':
      return [key, Array.isArray(item) ? item.map(to) : to(item)];
    case 'Fn::GetAtt':
      if (Array.isArray(item)) return [key, [to(item[0]), ...item.slice(1).map((part) => rename(part, names))]];
      return [key, typeof item === 'string' ? item.replace(/^[^.]+/, (name) => String(to(name))) : item];
    case 'Fn::Sub':
      if (Array.isArray(item))
        return [key, [renameInText(item[0], names), ...item.slice(1).map((part) => rename(part, names))]];
      return [key, renameInText(item, names)];
    case 'Resources': {
      const entries = Object.entries(record(item)).map(([id, resource]) => [
        names.get(id) ?? id,
        rename(resource, names),
      ]);
      return [key, Object.fromEntries(entries)];
    }
    default:
      return [key, rename(item, names)];
  }
}

function renameInText(text: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof text !== 'string') return text;
  return text.replace(/\$\{([A-Za-z0-9]+)/g, (whole, name: string) =>
    names.has(name) ? `\${${names.get(name)}` : whole,
  );
}

/** The same value with all keys in order, so that its text depends on its meaning alone. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

function resources(template: TemplateDocument): Readonly<Record<string, unknown>> {
  return record(template['Resources']);
}

function properties(resource: unknown): Readonly<Record<string, unknown>> {
  return record(record(resource)['Properties']);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
