import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { manifestSchema } from '../core/manifest/manifest.ts';
import { releaseEventDetail } from '../core/notify/release-event.ts';
import { policySchema } from '../core/policy/policy.ts';
import { addHelp, leaveOpen, type SchemaHelp } from './schema-help/help.ts';
import { manifestHelp } from './schema-help/manifest.ts';
import { policyHelp } from './schema-help/policy.ts';
import { openApiDocument } from './openapi/document.ts';
import { resourcesPage } from './resources-page.ts';
import { actionsPage } from './actions-page.ts';
import { fieldsPage } from './fields-page.ts';
import { propertyTable, propertyTableFile } from './property-table.ts';
import { specificationTable, specificationTableFile } from './specification-table.ts';
import { waysInPage } from './ways-in-page.ts';

/**
 * The JSON Schemas that editors use and the description of the API, made from the schemas that parse; the pages of their fields, of what CloudFormation
 * may make and of ways in to functions; and the table of what AWS's resource specification says.
 * `npm run schemas` writes them; a test fails when they drift.
 */
export const schemaFiles = {
  'release.schema.json': manifestSchema,
  'policy.schema.json': policySchema,
  'release-event.schema.json': releaseEventDetail,
} as const;

/** What editors say of fields. It stands beside the schemas, because functions load these and show nobody what a field means. */
const helps: Readonly<Record<string, SchemaHelp>> = {
  'release.schema.json': manifestHelp,
  'policy.schema.json': policyHelp,
};

/** What `sluice pack` takes from git where a manifest does not say it: an artifact's own manifest has it. */
const leftToPack = ['source', 'source.author'];

const root = path.resolve(import.meta.dirname, '..');

/** The text a schema file must have. */
export function schemaText(name: keyof typeof schemaFiles): string {
  const schema: Record<string, unknown> = { ...z.toJSONSchema(schemaFiles[name], { io: 'input', reused: 'ref' }) };
  const help = helps[name];
  if (help !== undefined) addHelp(schema, help);
  if (name === 'release.schema.json') leaveOpen(schema, leftToPack);
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The text that the description of the API must have. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}

/** The text a file has. */
export function committedText(name: keyof typeof schemaFiles | 'openapi.json'): string {
  return readFileSync(path.join(root, name), 'utf8');
}

async function writeAll(): Promise<void> {
  writeFileSync(path.join(root, 'release.schema.json'), schemaText('release.schema.json'));
  writeFileSync(path.join(root, 'policy.schema.json'), schemaText('policy.schema.json'));
  writeFileSync(path.join(root, 'release-event.schema.json'), schemaText('release-event.schema.json'));
  writeFileSync(path.join(root, 'openapi.json'), openApiText());
  writeFileSync(path.join(root, 'docs/resources.md'), resourcesPage());
  writeFileSync(path.join(root, 'docs/ways-in.md'), waysInPage());
  writeFileSync(path.join(root, 'docs/actions.md'), actionsPage());
  for (const page of ['docs/manifest.md', 'docs/policy.md'] as const)
    writeFileSync(path.join(root, page), fieldsPage(page));
  writeFileSync(specificationTableFile, await specificationTable());
  writeFileSync(propertyTableFile, await propertyTable());
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await writeAll();
