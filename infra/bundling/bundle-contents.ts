import type { Metafile } from 'esbuild';

/** What a bundle is made of. */
export interface BundleContents {
  /** All its code, in bytes. */
  readonly bytes: number;
  /** Of these, the bytes that are loaded before the function can be called; the rest is imported on demand. */
  readonly bytesAtStart: number;
  /** The same by origin, largest at the start first. */
  readonly origins: readonly Origin[];
}

/** A package of npm, or a top-level folder of this repository. */
interface Origin {
  readonly name: string;
  readonly bytes: number;
  readonly bytesAtStart: number;
}

type Output = Metafile['outputs'][string];

/** Reads what a bundle is made of from esbuild's metafile. @throws Error when it has no entry */
export function contentsOf({ outputs }: Metafile): BundleContents {
  const atStart = filesAtStart(outputs);
  const origins = new Map<string, Origin>();
  for (const [file, { inputs }] of Object.entries(outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const name = originOf(input);
      const { bytes = 0, bytesAtStart = 0 } = origins.get(name) ?? {};
      const more = atStart.has(file) ? bytesInOutput : 0;
      origins.set(name, { name, bytes: bytes + bytesInOutput, bytesAtStart: bytesAtStart + more });
    }
  }
  return {
    bytes: sizeOf(Object.values(outputs)),
    bytesAtStart: sizeOf(Object.entries(outputs).flatMap(([file, output]) => (atStart.has(file) ? [output] : []))),
    origins: [...origins.values()].sort((one, other) => other.bytesAtStart - one.bytesAtStart),
  };
}

function filesAtStart(outputs: Metafile['outputs']): ReadonlySet<string> {
  const entry = Object.keys(outputs).find((file) => /(^|\/)index\.mjs$/.test(file));
  if (entry === undefined) throw new Error('The bundle has no index.mjs.');
  const found = new Set([entry]);
  // Iterating a set includes what is added during the iteration.
  for (const file of found) {
    for (const { path, kind } of outputs[file]?.imports ?? []) if (kind === 'import-statement') found.add(path);
  }
  return found;
}

function sizeOf(outputs: readonly Output[]): number {
  return outputs.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The innermost package of a path; for Sluice's own files, the top-level folder. */
function originOf(input: string): string {
  const packages = [...input.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)];
  return packages.at(-1)?.[1] ?? input.replace(/\/.*$/, '');
}
