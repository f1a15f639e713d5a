import { policyWires } from './policy-wires.ts';
import { at, isObject, listOf, type Json, type Path, type Resource, type Template } from './template.ts';
import { readableId, type Removal, type Wire, type WireKind } from './wire.ts';

/** Every wire of a stack, in the order of its template. */
export function wiresOf(stack: string, template: Template): readonly Wire[] {
  const found = Object.entries(template.Resources).flatMap(([id, resource]) => [
    ...resourceWires(id, resource),
    ...policyWires(id, resource),
  ]);
  return unique(found.map((wire) => ({ ...wire, name: `${stack}: ${wire.name}` })));
}

function unique(wires: readonly Wire[]): readonly Wire[] {
  const seen = new Map<string, number>();
  return wires.map((wire) => {
    const count = (seen.get(wire.name) ?? 0) + 1;
    seen.set(wire.name, count);
    return count === 1 ? wire : { ...wire, name: `${wire.name} (${count})` };
  });
}

/** The policy, and each of several accounts in it. */
function busPolicyWires(id: string, properties: Json, name: string): readonly Wire[] {
  const place = ['Statement', 'Principal', 'AWS'];
  const accounts = listOf(at(properties, place));
  const wire = (of: string, removal: Removal): Wire => ({ kind: 'bus policy', name: of, removal });
  return [
    wire(name, { resource: id }),
    ...accounts.map((account, index) =>
      wire(`${name}: ${text(account) ?? ''}`, { path: ['Resources', id, 'Properties', ...place, index] }),
    ),
  ];
}

function resourceWires(id: string, { Type, Properties }: Resource): readonly Wire[] {
  const inside = (...path: Path): Removal => ({ path: ['Resources', id, 'Properties', ...path] });
  const whole = (kind: WireKind, name: string): Wire => ({ kind, name, removal: { resource: id } });
  const readable = readableId(id);
  switch (Type) {
    case 'AWS::Lambda::Function': {
      const owner = text(Properties['FunctionName']) ?? readable;
      return namesIn(at(Properties, ['Environment', 'Variables'])).map((variable) => ({
        kind: 'variable',
        name: `variable ${variable} of ${owner}`,
        removal: inside('Environment', 'Variables', variable),
        function: owner,
      }));
    }
    case 'AWS::Events::Rule':
      return [
        { ...whole('rule', `rule ${readable}`), rule: id },
        { kind: 'target', name: `target of ${readable}`, removal: inside('Targets', 0), rule: id },
        {
          kind: 'dead letters',
          name: `dead letters of ${readable}`,
          removal: inside('Targets', 0, 'DeadLetterConfig'),
        },
      ];
    case 'AWS::Lambda::Permission':
      return [{ ...whole('permission', `permission ${readable}`), ...ruleOf(Properties) }];
    case 'AWS::ApiGatewayV2::Route':
      return [whole('route', `route ${text(Properties['RouteKey']) ?? readable}`)];
    case 'AWS::ApiGatewayV2::Stage':
      return [
        whole('stage', 'stage of the API'),
        { kind: 'stage', name: 'access log of the API', removal: inside('AccessLogSettings') },
      ];
    case 'AWS::Events::EventBusPolicy':
      return busPolicyWires(id, Properties, `bus policy ${text(Properties['StatementId']) ?? readable}`);
    case 'AWS::Lambda::EventInvokeConfig':
      return [whole('retries', `asynchronous invocation ${readable}`)];
    case 'AWS::Scheduler::Schedule':
      return [whole('schedule', `schedule ${text(Properties['Name']) ?? readable}`)];
    case 'AWS::CloudWatch::Alarm':
      return [whole('alarm', `alarm ${readable}`)];
    case 'AWS::SSM::Parameter':
      return [whole('parameter', `parameter ${text(Properties['Name']) ?? readable}`)];
    case 'AWS::S3::Bucket':
      return 'NotificationConfiguration' in Properties
        ? [{ kind: 'notification', name: `notifications of ${readable}`, removal: inside('NotificationConfiguration') }]
        : [];
    case 'AWS::DynamoDB::Table':
      return indexNames(Properties['GlobalSecondaryIndexes']).map((name, place) => ({
        kind: 'index',
        name: `index ${name}`,
        removal: inside('GlobalSecondaryIndexes', place),
      }));
    default:
      return [];
  }
}

/** The rule from which a permission lets events come. */
function ruleOf(permission: Json): Pick<Wire, 'rule'> {
  const [rule, attribute] = listOf(at(permission, ['SourceArn', 'Fn::GetAtt']));
  return typeof rule === 'string' && attribute === 'Arn' ? { rule } : {};
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function namesIn(value: Json | undefined): readonly string[] {
  return isObject(value) ? Object.keys(value) : [];
}

function indexNames(indexes: Json | undefined): readonly string[] {
  return Array.isArray(indexes) ? indexes.map((index: Json) => text(at(index, ['IndexName'])) ?? '') : [];
}
