import { resourceProblem } from './model/errors.ts';
import { compact, isFilled, isMap, isText, type Fields } from './model/values.ts';

/** Where an object is in S3, by `s3://bucket/key?versionId=id`. */
function parseS3Uri(uri: unknown): { Bucket: string; Key: string; Version?: string } | undefined {
  const [, bucket, path, query] = isText(uri) ? (/^s3:\/\/([^/?#[\]]+)(\/[^?#]+)(?:\?([^#]*))?/i.exec(uri) ?? []) : [];
  if (bucket === undefined || path === undefined) return undefined;
  const versions = new URLSearchParams(query).getAll('versionId').filter((id) => id !== '');
  const [Version] = versions;
  const place = { Bucket: bucket, Key: path.replace(/^\/+/, '') };
  return Version === undefined || versions.length > 1 ? place : { ...place, Version };
}

/** `CodeUri` or `ContentUri` as Lambda's properties say it. @throws Problem */
export function codeLocation(id: string, property: string, uri: unknown): Fields {
  const { Bucket, Key, Version } = pointer(id, property, uri);
  return compact({ S3Bucket: Bucket, S3Key: Key, S3ObjectVersion: Version });
}

/** `DefinitionUri` as the properties of an API or a state machine say it. @throws Problem */
export function definitionLocation(id: string, uri: unknown): Fields {
  const { Bucket, Key, Version } = pointer(id, 'DefinitionUri', uri);
  return compact({ Bucket, Key, Version });
}

function pointer(id: string, property: string, uri: unknown): Fields {
  if (isMap(uri)) {
    if (isFilled(uri.Bucket) && isFilled(uri.Key)) return uri;
    throw resourceProblem(id, `'${property}' requires Bucket and Key properties to be specified.`);
  }
  if (!isText(uri) && property !== 'DefinitionUri')
    throw resourceProblem(id, `'${property}' must be of type dict or string.`);
  if (isText(uri) && /\{\{resolve:(ssm|ssm-secure|secretsmanager):[\w./-]*\/[\w./-]*(:\d+)?\}\}/.test(uri))
    throw resourceProblem(
      id,
      `Unsupported dynamic reference detected in '${property}'. Please consider using alternative 'FunctionCode' object format.`,
    );
  const place = parseS3Uri(uri);
  if (place !== undefined) return place;
  throw resourceProblem(
    id,
    `'${property}' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.`,
  );
}
