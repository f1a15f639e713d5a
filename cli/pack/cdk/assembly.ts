import { join } from 'node:path';
import * as z from 'zod';
import type { Unreadable } from '../application.ts';
import { readBuilt } from '../built-file.ts';

/** The file that every assembly has. */
export const ASSEMBLY = 'manifest.json';
export const SYNTH = 'cdk synth';
export const SYNTH_AGAIN = `build again (${SYNTH})`;

/**
 * What is read of a cloud assembly, the folder that `cdk synth` writes. Its schema grows with every release of the CDK, so that only
 * what is needed is asked for: https://github.com/aws/aws-cdk-cli/tree/main/packages/@aws-cdk/cloud-assembly-schema
 */
const metadata = z.record(z.string(), z.array(z.looseObject({ type: z.string(), data: z.unknown().optional() })));

const artifact = z.looseObject({
  type: z.string(),
  environment: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  dependencies: z.array(z.string()).optional(),
  displayName: z.string().optional(),
  metadata: metadata.optional(),
  additionalMetadataFile: z.string().optional(),
});

const manifest = z.looseObject({
  artifacts: z.record(z.string(), artifact).optional(),
  missing: z.array(z.looseObject({ key: z.string() })).optional(),
});

type Artifact = z.infer<typeof artifact>;
export type Metadata = z.infer<typeof metadata>;

/** A stack of an application. */
export interface AssemblyStack {
  readonly id: string;
  /** As the CDK lists it: `Staging/Orders`. */
  readonly name: string;
  /** As CloudFormation would call it. */
  readonly stackName: string;
  /** The assembly that it is in: paths begin there. */
  readonly folder: string;
  readonly artifact: Artifact;
  /** Everything that its assembly has, by id. */
  readonly beside: Readonly<Record<string, Artifact>>;
  /** Look-ups that the CDK could not make when it wrote the assembly. */
  readonly missing: readonly string[];
}

/** The name of a stack's template in its assembly: `Orders.template.json`. */
export function templateFileOf({ artifact: { properties } }: AssemblyStack): string {
  return String(properties?.['templateFile']);
}

const stackProperties = z.looseObject({ stackName: z.string().optional() });
const nestedProperties = z.looseObject({ directoryName: z.string() });

/** All stacks of an assembly and of those nested in it (stages), in the order in which they were written. */
export function stacksOf(folder: string): { readonly stacks: readonly AssemblyStack[] } | Unreadable {
  const reading = readBuilt(join(folder, ASSEMBLY), manifest, SYNTH_AGAIN);
  if ('problems' in reading) return reading;
  const { artifacts = {}, missing = [] } = reading.content;
  const looked = missing.map(({ key }) => key);
  const stacks: AssemblyStack[] = [];
  for (const [id, one] of Object.entries(artifacts)) {
    if (one.type === 'aws:cloudformation:stack') {
      const stackName = stackProperties.safeParse(one.properties ?? {}).data?.stackName ?? id;
      stacks.push({
        id,
        name: one.displayName ?? id,
        stackName,
        folder,
        artifact: one,
        beside: artifacts,
        missing: looked,
      });
    }
    const nested = one.type === 'cdk:cloud-assembly' ? nestedProperties.safeParse(one.properties).data : undefined;
    if (nested === undefined) continue;
    const inner = stacksOf(join(folder, nested.directoryName));
    if ('problems' in inner) return inner;
    stacks.push(...inner.stacks);
  }
  return { stacks };
}

/** What the CDK noted down beside a stack, in the manifest or in a file of its own. */
export function metadataOf({ artifact: one, folder }: AssemblyStack): { readonly metadata: Metadata } | Unreadable {
  const { metadata: own = {}, additionalMetadataFile: file } = one;
  if (file === undefined) return { metadata: own };
  const reading = readBuilt(join(folder, file), metadata, SYNTH_AGAIN);
  return 'problems' in reading ? reading : { metadata: { ...own, ...reading.content } };
}
