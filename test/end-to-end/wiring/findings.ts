import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { usesSchema } from './probe-process.ts';
import type { Use } from './use-recorder.ts';

const findingSchema = z.object({
  wire: z.string(),
  /**
   * `killed`: the probe failed without it. `refused`: it passed, though a role was refused something. `survived`: it passed, and nothing
   * was refused.
   */
  outcome: z.enum(['killed', 'refused', 'survived']),
  /** The part that failed. */
  step: z.string().exactOptional(),
  reason: z.string(),
  seconds: z.number(),
  /** Digest of the stacks it was removed from. */
  stacks: z.string(),
});
/** What came of playing the probe without a wire. */
export type Finding = z.infer<typeof findingSchema>;

const controlSchema = z.object({ stacks: z.string(), probe: z.string(), seconds: z.number(), uses: usesSchema });
/** What was heard while the probe played on the stacks as they are. */
export interface Control {
  /** Digest of the stacks. */
  readonly stacks: string;
  /** Digest of the probe. */
  readonly probe: string;
  readonly seconds: number;
  /** By the name of a wire; wires of which nothing is known are absent. */
  readonly uses: Readonly<Record<string, Use>>;
}

/** What was found, kept in a folder: a run that was stopped goes on where it stopped. */
export class Findings {
  private readonly found: Map<string, Finding>;
  private readonly file: string;
  private readonly controlFile: string;

  constructor(folder: string, forget: boolean) {
    this.file = join(folder, 'findings.jsonl');
    this.controlFile = join(folder, 'control.json');
    mkdirSync(folder, { recursive: true });
    if (forget) for (const file of [this.file, this.controlFile]) rmSync(file, { force: true });
    const lines = existsSync(this.file) ? readFileSync(this.file, 'utf8').trim().split('\n').filter(Boolean) : [];
    this.found = new Map(
      lines.map((line) => findingSchema.parse(JSON.parse(line))).map((one): [string, Finding] => [one.wire, one]),
    );
  }

  get(wire: string): Finding | undefined {
    return this.found.get(wire);
  }

  add(finding: Finding): void {
    this.found.set(finding.wire, finding);
    appendFileSync(this.file, `${JSON.stringify(finding)}\n`);
  }

  /** The control run of this very probe on these very stacks; undefined when there was none. */
  control({ stacks, probe }: Pick<Control, 'stacks' | 'probe'>): Control | undefined {
    if (!existsSync(this.controlFile)) return undefined;
    const { data: control } = controlSchema.safeParse(JSON.parse(readFileSync(this.controlFile, 'utf8')));
    return control?.stacks === stacks && control.probe === probe ? control : undefined;
  }

  keepControl(control: Control): void {
    writeFileSync(this.controlFile, JSON.stringify(control));
  }
}
