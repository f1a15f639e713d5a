import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { policySchema } from '../../core/policy/policy.ts';
import { shownEnvironmentPhases, shownTargetPhases } from '../../core/release/shown.ts';
import { releaseStatuses } from '../../core/release/status.ts';
import { transitionTable } from '../../core/release/transition-table.ts';
import { fieldsOf as helpedFields } from '../../scripts/schema-help/help.ts';
import { everyError } from '../core/contract/every-error.ts';

const glossary = readFileSync('docs/glossary.md', 'utf8');

/** The rows of the table under a heading: their cells, without back quotes. */
function rows(heading: string): string[][] {
  const [, section = ''] = glossary.split(`## ${heading}\n`);
  return (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

const firstOf = (heading: string): string[] => rows(heading).map(([first = '']) => first);

/** `environments.*.waves[].targets`, for each field of a JSON Schema. */
function fieldsOf(schema: unknown, path = ''): string[] {
  const node = z
    .looseObject({
      properties: z.record(z.string(), z.unknown()).default({}),
      additionalProperties: z.unknown().optional(),
      items: z.unknown().optional(),
      anyOf: z.array(z.unknown()).default([]),
    })
    .safeParse(schema).data;
  if (node === undefined) return [];
  const named = Object.entries(node.properties).flatMap(([name, inner]) => {
    const full = path === '' ? name : `${path}.${name}`;
    return [full, ...fieldsOf(inner, full)];
  });
  return [
    ...named,
    ...fieldsOf(node.additionalProperties, `${path}.*`),
    ...fieldsOf(node.items, `${path}[]`),
    ...node.anyOf.flatMap((one) => fieldsOf(one, path)),
  ];
}

describe('the glossary lists exactly', () => {
  it.each([
    ['Statuses of a release', releaseStatuses],
    ['Phases of an environment', shownEnvironmentPhases],
    ['Phases of a target', shownTargetPhases],
    ['Events', Object.keys(transitionTable)],
    ['Fields of the policy', fieldsOf(z.toJSONSchema(policySchema, { io: 'input' }))],
  ])('%s', (heading, names) => {
    // Fields that two forms of a window share come twice.
    expect(firstOf(heading).toSorted()).toEqual([...new Set(names)].toSorted());
  });

  it('the errors, with code and kind', () => {
    const known = everyError.map(({ name, code, kind }) => [name, code, kind]);
    expect(
      rows('Errors')
        .map((cells) => cells.slice(0, 3))
        .toSorted(),
    ).toEqual(known.toSorted());
  });

  it('the meanings that an editor says of the policy', () => {
    const schema: unknown = JSON.parse(readFileSync('policy.schema.json', 'utf8'));
    const fields = helpedFields(z.record(z.string(), z.unknown()).parse(schema));
    const said = new Map(fields.map(({ path, field }) => [path, field['description']]));
    const linkless = (text: string) =>
      text.replace(/ ?\(\[[^\]]*\]\([^)]*\)\)/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const differing = rows('Fields of the policy').filter(([path = '', meaning = '']) => {
      const text = linkless(meaning);
      return said.get(path) !== `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
    });
    expect(differing).toEqual([]);
  });

  it('a meaning for each', () => {
    const empty = glossary.split('\n').filter((line) => /^\|.*\|\s*\|$/.test(line));
    expect(empty).toEqual([]);
  });
});
