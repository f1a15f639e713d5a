import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { fieldsOf } from './schema-help/help.ts';

/** A reference page: the schema that it is made of, and what stands above its table. */
interface FieldsPage {
  readonly schema: 'release.schema.json' | 'policy.schema.json';
  readonly head: string;
}

const head = (title: string, text: string): string => `# ${title}\n\n${text}\n
\`*\` stands for a name that you choose, \`[]\` for each member of a list. \`npm run schemas\` makes this page from the schema's descriptions.\n\nA field that is required has to be written wherever what it is a field of is. _In its form_: what it is a field of has several forms, and this field makes one of them.\n`;

/** The reference pages of the two documents that people write, by file. */
export const fieldsPages = {
  'docs/manifest.md': {
    schema: 'release.schema.json',
    head: head(
      'The manifest: `release.json`',
      "What the service's team decides about its releases. `sluice init` drafts it, `sluice check` checks it, and editors complete it by its [schema](../release.schema.json). The checks are described in [checks.md](checks.md), parameters and secrets in [deploying.md](deploying.md#parameters-and-secrets).",
    ),
  },
  'docs/policy.md': {
    schema: 'policy.schema.json',
    head: head(
      'The policy: `policy.json`',
      'What the platform team decides: services, environments, targets, gates and people. It is deployed with the engine; `cdk synth` checks it, and editors complete it by its [schema](../policy.schema.json). Its first deployment is described in [platform-day-one.md](platform-day-one.md).',
    ),
  },
} as const satisfies Readonly<Record<string, FieldsPage>>;

const described = z.looseObject({
  description: z.string(),
  examples: z.array(z.unknown()),
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  default: z.unknown().optional(),
});

/** The text of a reference page: each field with its meaning, its default and an example, in the order of the schema. */
export function fieldsPage(name: keyof typeof fieldsPages): string {
  const { schema, head: above } = fieldsPages[name];
  const file = path.resolve(import.meta.dirname, '..', schema);
  const fields = new Map(
    fieldsOf(z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')))).map((one) => [
      one.path,
      { ...described.parse(one.field), required: one.required },
    ]),
  );
  const rows = [...fields].map(([field, { description, examples, default: unlessSaid, enum: values, required }]) =>
    row(
      `\`${field}\``,
      required === undefined ? '' : required === 'always' ? 'yes' : 'in its form',
      escaped(description) + (values === undefined ? '' : ` One of ${values.map((one) => `\`${one}\``).join(', ')}.`),
      unlessSaid === undefined ? '' : code(unlessSaid),
      code(examples[0]),
    ),
  );
  return `${above}\n<!-- prettier-ignore-start -->\n\n${[row('field', 'required', 'meaning', 'unless said', 'example'), row('---', '---', '---', '---', '---'), ...rows].join('\n')}\n\n<!-- prettier-ignore-end -->\n`;
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value).replaceAll('|', '\\|')}\``;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '&lt;');
}
