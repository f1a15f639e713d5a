import { resourceProblem } from '../model/errors.ts';
import { kept, type Made } from '../model/resource.ts';
import { checkShape } from '../model/shape.ts';
import { filled, isFilled, isGiven, mapOf, type Fields } from '../model/values.ts';
import { tagList } from '../tags.ts';
import { TABLE } from './shape.ts';

const TYPES: Readonly<Record<string, string>> = { String: 'S', Number: 'N', Binary: 'B' };

/** The table of an `AWS::Serverless::SimpleTable`. @throws Problem */
export function expandTable(id: string, definition: Fields): readonly Made[] {
  const properties = mapOf(definition.Properties);
  checkShape(id, 'AWS::Serverless::SimpleTable', properties, TABLE);
  const key = isFilled(properties.PrimaryKey)
    ? keyOf(id, mapOf(properties.PrimaryKey))
    : { AttributeName: 'id', AttributeType: 'S' };
  const capacity = filled(properties.ProvisionedThroughput);
  return [
    {
      id,
      type: 'AWS::DynamoDB::Table',
      dependsOn: definition.DependsOn,
      attributes: kept(definition),
      properties: {
        AttributeDefinitions: [key],
        KeySchema: [{ AttributeName: key.AttributeName, KeyType: 'HASH' }],
        PointInTimeRecoverySpecification: filled(properties.PointInTimeRecoverySpecification),
        ProvisionedThroughput: capacity,
        BillingMode: capacity === undefined ? 'PAY_PER_REQUEST' : undefined,
        SSESpecification: filled(properties.SSESpecification),
        TableName: filled(properties.TableName),
        Tags: isFilled(properties.Tags) ? tagList(properties.Tags) : undefined,
      },
    },
  ];
}

function keyOf(id: string, { Name, Type }: Fields) {
  if (!isGiven(Name)) throw resourceProblem(id, "Property 'PrimaryKey.Name' is required.");
  if (!isGiven(Type)) throw resourceProblem(id, "Property 'PrimaryKey.Type' is required.");
  const type = TYPES[String(Type)];
  if (type === undefined) throw resourceProblem(id, `Invalid 'Type' "${String(Type)}".`);
  return { AttributeName: Name, AttributeType: type };
}
