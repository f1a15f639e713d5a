import { expect, it } from 'vitest';
import { isStateful } from '../../../../core/template/stateful.ts';
import { committedPropertyTable, propertyTable } from '../../../../scripts/property-table.ts';
import { committedTable, specificationTable } from '../../../../scripts/specification-table.ts';

it('is what AWS’s specification says: `npm run schemas` where it is not', async () => {
  expect(committedTable()).toBe(await specificationTable());
});

it.each(['AWS::EC2::Volume', 'AWS::DynamoDB::Table', 'AWS::SNS::Topic', 'AWS::RDS::DBProxy'])(
  'calls %s stateful',
  (type) => {
    expect(isStateful(type)).toBe(true);
  },
);

it('calls no function stateful', () => {
  expect(isStateful('AWS::Lambda::Function')).toBe(false);
});

it('of properties, too', async () => {
  expect(committedPropertyTable()).toBe(await propertyTable());
});
