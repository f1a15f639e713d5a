import { expect, it } from 'vitest';
import { carriedIds } from '../../../../core/template/steps/choose-ids.ts';
import type { Resource } from '../../../../core/template/template.ts';

const table = (origin?: string): Resource => ({
  Type: 'AWS::DynamoDB::Table',
  ...(origin === undefined ? {} : { Metadata: { 'sluice:logicalId': origin } }),
});

it.each([['TableSluice2', 'TableSluice3'], ['TableSluice3', 'TableSluice2'], ['TableSluice3']])(
  'of several that were called otherwise the last goes on, in whatever order the stack has them: %s',
  (...ids) => {
    const live = { Resources: Object.fromEntries(ids.map((id) => [id, table('Table')])) };
    expect([...carriedIds({ Resources: { Table: table() } }, live)]).toEqual([['Table', 'TableSluice3']]);
    expect([...carriedIds({ Resources: { Table: { Type: 'AWS::SQS::Queue' } } }, live)]).toEqual([]);
  },
);
