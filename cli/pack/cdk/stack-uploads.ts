import { extname, join } from 'node:path';
import * as z from 'zod';
import { assetBucketParameter } from '../../../core/template/asset-bucket.ts';
import type { Problem } from '../../../core/values/problems.ts';
import type { Unreadable } from '../application.ts';
import { readBuilt } from '../built-file.ts';
import { packProblem } from '../problems.ts';
import type { Upload, Uploads } from '../uploads.ts';
import { SYNTH, SYNTH_AGAIN, type AssemblyStack, type Metadata } from './assembly.ts';

/** `<stack>.assets.json`: https://github.com/aws/aws-cdk-cli/tree/main/packages/@aws-cdk/cloud-assembly-schema/lib/assets */
const assetManifest = z.looseObject({
  files: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({
          path: z.string().optional(),
          packaging: z.enum(['file', 'zip']).optional(),
          executable: z.array(z.string()).optional(),
        }),
        destinations: z.record(z.string(), z.looseObject({ bucketName: z.string(), objectKey: z.string() })),
      }),
    )
    .optional(),
  dockerImages: z.record(z.string(), z.looseObject({ displayName: z.string().optional() })).optional(),
});

/** An asset of the legacy synthesizer, which is named by parameters of the template. */
const legacyAsset = z.looseObject({
  path: z.string(),
  id: z.string(),
  packaging: z.string(),
  sourceHash: z.string(),
  s3BucketParameter: z.string().optional(),
  s3KeyParameter: z.string().optional(),
  artifactHashParameter: z.string().optional(),
});

/** What a stack would have uploaded, and what cannot be. */
export interface StackUploads {
  readonly uploads: Uploads;
  /** Parameters by which the template asks for it, and what to write in their place. */
  readonly parameters: ReadonlyMap<string, unknown>;
  readonly problems: readonly Problem[];
}

/** Reads the asset manifests of a stack, and what the legacy synthesizer noted down instead. */
export function uploadsOf(stack: AssemblyStack, metadata: Metadata): StackUploads | Unreadable {
  const { folder } = stack;
  const objects = new Map<string, Upload>();
  const buckets = new Set<string>();
  const problems: Problem[] = [];
  for (const file of assetManifests(stack)) {
    const reading = readBuilt(join(folder, file), assetManifest, SYNTH_AGAIN);
    if ('problems' in reading) return reading;
    const { files = {}, dockerImages = {} } = reading.content;
    problems.push(...Object.entries(dockerImages).map(([id, { displayName }]) => image(displayName ?? id, file)));
    for (const [id, { source, destinations }] of Object.entries(files)) {
      const { path, packaging = 'file', executable } = source;
      if (path === undefined) problems.push(commanded(id, executable ?? [], file));
      for (const { bucketName, objectKey } of Object.values(destinations)) {
        buckets.add(bucketName);
        if (path !== undefined) objects.set(objectKey, { path, packaging });
      }
    }
  }
  const parameters = new Map<string, unknown>();
  for (const asset of legacyAssets(metadata)) {
    if (asset.packaging === 'container-image') problems.push(image(asset.id, stack.name));
    const key = `${asset.sourceHash}${asset.packaging === 'zip' ? '.zip' : extname(asset.path)}`;
    objects.set(key, { path: asset.path, packaging: asset.packaging === 'zip' ? 'zip' : 'file' });
    const { s3BucketParameter, s3KeyParameter, artifactHashParameter } = asset;
    if (s3BucketParameter !== undefined) parameters.set(s3BucketParameter, { Ref: assetBucketParameter });
    // The template takes a prefix and a name apart.
    if (s3KeyParameter !== undefined) parameters.set(s3KeyParameter, `||${key}`);
    if (artifactHashParameter !== undefined) parameters.set(artifactHashParameter, asset.sourceHash);
  }
  return { uploads: { objects, buckets: [...buckets], folder }, parameters, problems };
}

/** Names of the asset manifests that a stack depends on. */
function assetManifests({ artifact: { dependencies = [] }, beside }: AssemblyStack): string[] {
  return dependencies.flatMap((id) => {
    const { type, properties } = beside[id] ?? {};
    const file = properties?.['file'];
    return type === 'cdk:asset-manifest' && typeof file === 'string' ? [file] : [];
  });
}

function legacyAssets(metadata: Metadata): z.infer<typeof legacyAsset>[] {
  const entries = Object.values(metadata).flat();
  return entries.flatMap(({ type, data }) => {
    const asset = type === 'aws:cdk:asset' ? legacyAsset.safeParse(data).data : undefined;
    return asset === undefined ? [] : [asset];
  });
}

function image(name: string, file: string): Problem {
  const sentence = `"${name}" (${file}) is a container image that the CDK would build and push, and an artifact holds none: push it to a registry of AWS (ECR) and name it from there (DockerImageCode.fromEcr), or package the function as a zip.`;
  return packProblem('pack.image-local', name, sentence);
}

function commanded(id: string, command: readonly string[], file: string): Problem {
  const sentence = `"${id}" (${file}) is made by a command when it is uploaded (${command.join(' ')}), and packing runs none: have "${SYNTH}" make the file.`;
  return packProblem('pack.path-computed', id, sentence);
}
