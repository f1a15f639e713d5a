import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTemplate, type Template } from './template.ts';
import { withoutAll } from './removals.ts';
import type { Wire } from './wire.ts';
import { wiresOf } from './template-wires.ts';

/** A stack's source: its name, and the templates that were synthesized from it (one a target). */
interface Stack {
  readonly name: 'ReleaseEngine' | 'ReleaseTarget';
  readonly files: readonly string[];
}

/** The stacks in a folder that `cdk synth` filled. */
function stacksIn(folder: string): readonly Stack[] {
  const templates = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
  return (['ReleaseEngine', 'ReleaseTarget'] as const).map((name) => ({
    name,
    files: templates.filter((file) => file.startsWith(name)),
  }));
}

function read(folder: string, file: string): Template {
  return readTemplate(readFileSync(join(folder, file), 'utf8'));
}

/** Every wire of the stacks. The targets' stacks are one source: what is removed there is removed in each. */
export function allWires(folder: string): readonly Wire[] {
  return stacksIn(folder).flatMap(({ name, files: [first] }) =>
    first === undefined ? [] : wiresOf(name, read(folder, first)),
  );
}

/** Calls `work` with a copy of the folder in which wires are missing. */
export async function withoutWires<T>(
  folder: string,
  wires: readonly Wire[],
  work: (mutant: string) => Promise<T>,
): Promise<T> {
  const parent = mkdtempSync(join(tmpdir(), 'sluice-wiring-'));
  const mutant = join(parent, 'cdk.out');
  try {
    mkdirSync(mutant);
    const cut = new Map<string, readonly Wire[]>();
    for (const { name, files } of stacksIn(folder)) {
      const own = wires.filter((wire) => wire.name.startsWith(`${name}: `));
      if (own.length > 0) for (const file of files) cut.set(file, own);
    }
    for (const name of readdirSync(folder)) {
      if (!cut.has(name)) symlinkSync(join(folder, name), join(mutant, name));
    }
    for (const [file, own] of cut)
      writeFileSync(
        join(mutant, file),
        JSON.stringify(
          withoutAll(
            read(folder, file),
            own.map(({ removal }) => removal),
          ),
        ),
      );
    return await work(mutant);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}
