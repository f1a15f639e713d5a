import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import * as z from 'zod';
import { machineNames, type MachineName } from '../core/contract/names.ts';
import { formatText } from './format-text.ts';

/**
 * The state machines as Step Functions takes them (`statemachines/*.asl.json`), made from the sources that people read and change
 * (`*.asl.yaml`). `npm run statemachines` writes them; a test fails when they drift.
 */

const folder = path.resolve(import.meta.dirname, '../statemachines');

// `x-anchors` holds what repeats in a machine, `x-shared` what repeats in all of them. Anything else that a machine does not have is a slip that Step Functions would refuse only later.
const source = z.strictObject({
  'x-shared': z.record(z.string(), z.unknown()).optional(),
  'x-anchors': z.record(z.string(), z.unknown()),
  Comment: z.string(),
  QueryLanguage: z.literal('JSONata'),
  TimeoutSeconds: z.int(),
  StartAt: z.string(),
  States: z.record(z.string(), z.unknown()),
});

/** The definition that a source stands for, its anchors put in. */
export function definitionIn(yaml: string): Record<string, unknown> {
  // Our own files: the limit on aliases is against documents of strangers.
  const parsed: unknown = parse(yaml, { merge: true, maxAliasCount: -1 });
  return Object.fromEntries(Object.entries(source.parse(parsed)).filter(([key]) => !key.startsWith('x-')));
}

/** What the machines share. */
export function sharedText(): string {
  return readFileSync(path.join(folder, 'anchors.yaml'), 'utf8');
}

/** A machine as people write it, behind what the machines share. */
export function sourceText(name: MachineName): string {
  return `${sharedText()}${readFileSync(path.join(folder, `${name}.asl.yaml`), 'utf8')}`;
}

/** The text that a machine's definition must have. */
export async function definitionText(name: MachineName): Promise<string> {
  return formatText(definitionPath(name), JSON.stringify(definitionIn(sourceText(name))));
}

/** The text it has. */
export function committedDefinition(name: MachineName): string {
  return readFileSync(definitionPath(name), 'utf8');
}

function definitionPath(name: MachineName): string {
  return path.join(folder, `${name}.asl.json`);
}

async function writeAll(): Promise<void> {
  for (const name of machineNames) writeFileSync(definitionPath(name), await definitionText(name));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await writeAll();
