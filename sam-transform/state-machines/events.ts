import type { Context } from '../model/context.ts';
import { eventProblem, resourceProblem, withinResource } from '../model/errors.ts';
import { choose, getAtt, ref, sub } from '../model/intrinsics.ts';
import type { Made } from '../model/resource.ts';
import { checkShape, literal, map, required, text, truth, type Shape } from '../model/shape.ts';
import { filled, isFilled, isGiven, isMap, mapOf, type Fields } from '../model/values.ts';
import { hasIntegration, integrate, INTEGRATION, requireSwagger } from '../apis/definition.ts';
import { MANAGED } from '../apis/implicit.ts';
import { restApiOf } from '../apis/rest-event.ts';
import { authorizeMethod } from '../apis/rest-method-auth.ts';
import { deadLetters, makeRule, ruleState, ruleTarget } from '../events/rule.ts';
import { scheduleV2 } from '../events/schedule-v2.ts';
import { SCHEDULE_V2 } from '../events/shapes.ts';
import { assumedBy, inlinePolicy } from '../policies/documents.ts';

/** The state machine that events start, or its alias. */
interface Target {
  readonly id: string;
  readonly attributes: Fields;
}

interface MachineEvent {
  readonly name: string;
  readonly id: string;
  readonly machineId: string;
  readonly properties: Fields;
  readonly target: Target;
  readonly boundary: unknown;
}

const PATTERN: Shape = {
  ...{ EventBusName: text, RuleName: text, Pattern: map, Input: text, InputPath: text, DeadLetterConfig: map },
  ...{ RetryPolicy: map, State: text, Target: literal(map), InputTransformer: map },
};

/** The events of state machines. https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-statemachine-statemachineeventsource.html */
const EVENTS: Readonly<Record<string, Shape>> = {
  Api: {
    ...{ Path: required(text), Method: required(text), RestApiId: required(text), Stage: text, Auth: map },
    UnescapeMappingTemplate: literal(truth),
  },
  CloudWatchEvent: PATTERN,
  EventBridgeRule: PATTERN,
  Schedule: {
    ...{ Schedule: required(text), Input: text, Enabled: truth, State: text, Name: text, Description: text },
    ...{ DeadLetterConfig: map, RetryPolicy: map, Target: literal(map), RoleArn: literal(text) },
  },
  ScheduleV2: SCHEDULE_V2,
};

/** What the events of a state machine make. @throws Problem */
export function expandMachineEvents(
  id: string,
  { Events, PermissionsBoundary: boundary }: Fields,
  target: Target,
  context: Context,
): readonly Made[] {
  return Object.entries(mapOf(Events)).flatMap(([name, event]) => {
    const { Type, Properties: properties = {} } = mapOf(event);
    const type = String(Type);
    const shape = EVENTS[type];
    if (shape === undefined)
      throw resourceProblem(
        id,
        eventProblem(name, `Resource dict has missing or invalid value for key Type. Event Type is: ${type}.`).message,
      );
    const eventId = `${id}${name}`;
    if (!isMap(properties)) throw resourceProblem(eventId, 'Properties of a resource must be an object.');
    checkShape(eventId, type, properties, shape);
    return expandEvent(type, { name, id: eventId, machineId: id, properties, target, boundary }, context);
  });
}

function expandEvent(type: string, event: MachineEvent, context: Context): readonly Made[] {
  switch (type) {
    case 'Api':
      return api(event, context);
    case 'Schedule':
      return schedule(event);
    case 'ScheduleV2':
      return scheduleV2(event.id, event.properties, {
        arn: ref(event.target.id),
        attributes: event.target.attributes,
        action: 'states:StartExecution',
      });
    default:
      return pattern(event);
  }
}

/** The role by which a service starts the state machine. */
function startingRole({ id, target, boundary }: MachineEvent, service: string): Made {
  const roleId = `${id}Role`;
  return {
    id: roleId,
    type: 'AWS::IAM::Role',
    attributes: target.attributes,
    properties: {
      AssumeRolePolicyDocument: assumedBy(service),
      Policies: [inlinePolicy(`${roleId}StartExecutionPolicy`, 'states:StartExecution', ref(target.id))],
      PermissionsBoundary: filled(boundary),
    },
  };
}

function schedule(event: MachineEvent): readonly Made[] {
  const { id, name, properties, target } = event;
  const role = isGiven(properties.RoleArn) ? [] : [startingRole(event, 'events.amazonaws.com')];
  const RoleArn = properties.RoleArn ?? getAtt(`${id}Role`, 'Arn');
  const letters = deadLetters(id, properties.DeadLetterConfig, getAtt(id, 'Arn'), target.attributes);
  const rule = makeRule(id, target.attributes, {
    ScheduleExpression: properties.Schedule,
    State: ruleState(name, properties),
    Name: properties.Name,
    Description: properties.Description,
    Targets: [ruleTarget(id, ref(target.id), 'StepFunctionsTarget', properties, letters.arn, { RoleArn })],
  });
  return [rule, ...role, ...letters.made];
}

function pattern(event: MachineEvent): readonly Made[] {
  const { id, properties, target } = event;
  const RoleArn = getAtt(`${id}Role`, 'Arn');
  const letters = deadLetters(id, properties.DeadLetterConfig, getAtt(id, 'Arn'), target.attributes);
  const rule = makeRule(id, target.attributes, {
    EventBusName: properties.EventBusName,
    EventPattern: properties.Pattern,
    Name: properties.RuleName,
    State: filled(properties.State),
    Targets: [ruleTarget(id, ref(target.id), 'StepFunctionsTarget', properties, letters.arn, { RoleArn })],
  });
  return [rule, startingRole(event, 'events.amazonaws.com'), ...letters.made];
}

function api(event: MachineEvent, context: Context): readonly Made[] {
  const { name, properties } = event;
  const found = apiOf(event, context);
  const role = startingRole(event, 'apigateway.amazonaws.com');
  if (found === undefined || !isFilled(found.properties[MANAGED])) return [role];
  const { DefinitionBody: given } = found.properties;
  if (!isGiven(given)) return [role];
  const body = requireSwagger(structuredClone(given));
  const of = { name, path: String(properties.Path), method: String(properties.Method).toLowerCase() };
  if (hasIntegration(body, of.path, of.method))
    throw eventProblem(name, `API method "${of.method}" defined multiple times for path "${of.path}".`);
  addStart(event, of, role.id, body);
  if (isFilled(properties.Auth))
    authorizeMethod({ ...of, suffix: properties.Stage ?? null }, mapOf(properties.Auth), found, body, context);
  found.properties.DefinitionBody = body;
  return [role];
}

function apiOf({ name, machineId, properties }: MachineEvent, context: Context) {
  try {
    return restApiOf(name, properties.RestApiId, context);
  } catch (error) {
    throw withinResource(machineId, error);
  }
}

/** The integration by which API Gateway starts the state machine with the request's body. */
function addStart(
  { properties, target }: MachineEvent,
  { path, method }: { readonly path: string; readonly method: string },
  roleId: string,
  body: Fields,
): void {
  const uri = sub('arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution');
  const { Condition: condition } = target.attributes;
  integrate(body, path, method, condition, (operation) => {
    operation[INTEGRATION] = {
      type: 'aws',
      httpMethod: 'POST',
      uri: isFilled(condition) ? choose(condition, uri) : uri,
      responses: { '200': { statusCode: '200' }, '400': { statusCode: '400' } },
      credentials: getAtt(roleId, 'Arn'),
      requestTemplates: {
        'application/json': sub(startRequest(target.id, properties.UnescapeMappingTemplate === true)),
      },
    };
    operation.responses ??= { '200': { description: 'OK' }, '400': { description: 'Bad Request' } };
  });
}

/** JavaScript's escapes include one that JSON does not have, which is taken back where that is asked for. */
function startRequest(id: string, unescaped: boolean): string {
  const input = "$util.escapeJavaScript($input.json('$'))";
  const taken = unescaped ? `${input}.replaceAll("\\\\'","'")` : input;
  return `{"input": "${taken}", "stateMachineArn": "\${${id}}"}`;
}
