import * as z from 'zod';
import { propertyOf, resourcesOfType, type Template } from './template.ts';
import { textOf, type Naming } from './text.ts';

/** An object in S3 that a function's code comes from. */
export interface CodeObject {
  readonly bucket: string;
  readonly key: string;
}

const codeSchema = z.object({ S3Bucket: z.unknown(), S3Key: z.unknown() });

/** Where the code of a processed template's functions is; without what the template computes in other ways. */
export function codeObjects(template: Template, naming: Naming): CodeObject[] {
  const found = resourcesOfType(template, 'AWS::Lambda::Function').flatMap(([, resource]) => {
    const code = codeSchema.safeParse(propertyOf(resource, 'Code')).data;
    const [bucket, key] = [textOf(code?.S3Bucket, naming), textOf(code?.S3Key, naming)];
    return bucket === undefined || key === undefined ? [] : [{ bucket, key }];
  });
  return [...new Map(found.map((object) => [`${object.bucket}/${object.key}`, object])).values()];
}
