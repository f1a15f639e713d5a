import type { Context } from '../model/context.ts';
import { eventProblem, resourceProblem } from '../model/errors.ts';
import type { Made } from '../model/resource.ts';
import { checkShape } from '../model/shape.ts';
import { isMap, mapOf, type Fields } from '../model/values.ts';
import { restApiEvent } from '../apis/rest-event.ts';
import { httpApiEvent } from '../apis/http-event.ts';
import { bucketNotification } from './bucket.ts';
import { alexaSkill, logSubscription, topicRule, userPoolTrigger } from './other.ts';
import { eventPattern, schedule } from './rule.ts';
import { scheduleV2 } from './schedule-v2.ts';
import { EVENTS } from './shapes.ts';
import { isMappedSource, sourceMapping } from './source-mapping.ts';
import type { FunctionEvent } from './target.ts';
import { topicSubscription } from './topic.ts';

/** The resources of one event of a function. @param name of the event within the function @throws Problem */
export function expandEvent(
  name: string,
  definition: Fields,
  of: Pick<FunctionEvent, 'target' | 'role' | 'touched'>,
  context: Context,
): readonly Made[] {
  const type = String(definition.Type);
  const shape = EVENTS[type];
  if (shape === undefined)
    throw eventProblem(name, `Resource dict has missing or invalid value for key Type. Event Type is: ${type}.`);
  const id = `${of.target.functionId}${name}`;
  if (!/^[A-Za-z0-9]+$/.test(id)) throw resourceProblem(id, 'Logical ids must be alphanumeric.');
  const { Properties: properties = {} } = definition;
  if (!isMap(properties)) throw resourceProblem(id, 'Properties of a resource must be an object.');
  checkShape(id, type, properties, shape);
  return expandTyped(type, { name, id, properties: mapOf(properties), ...of }, context);
}

function expandTyped(type: string, event: FunctionEvent, context: Context): readonly Made[] {
  if (isMappedSource(type)) return sourceMapping(event, type, context);
  switch (type) {
    case 'Api':
      return restApiEvent(event, context);
    case 'HttpApi':
      return httpApiEvent(event, context);
    case 'Schedule':
      return schedule(event);
    case 'ScheduleV2':
      return scheduleV2(event.id, event.properties, { ...event.target, action: 'lambda:InvokeFunction' });
    case 'EventBridgeRule':
    case 'CloudWatchEvent':
      return eventPattern(event);
    case 'S3':
      return bucketNotification(event, context);
    case 'SNS':
      return topicSubscription(event, context);
    case 'CloudWatchLogs':
      return logSubscription(event, context);
    case 'Cognito':
      return userPoolTrigger(event, context);
    case 'AlexaSkill':
      return alexaSkill(event);
    default:
      return topicRule(event, context);
  }
}
