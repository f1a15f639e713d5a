import type { Resource } from './template.ts';

interface SamSchedule {
  readonly logicalId: string;
  readonly resource: Resource;
  /** Of its properties in the template. */
  readonly place: string;
}

/**
 * Schedules that SAM's transform makes of the `ScheduleV2` events of a function or state machine. It names each after its logical id
 * where the event has no name, so that a template names something without saying so.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-schedulev2.html
 */
export function samSchedules(logicalId: string, { Type, Properties: own = {} }: Resource): SamSchedule[] {
  if (Type !== 'AWS::Serverless::Function' && Type !== 'AWS::Serverless::StateMachine') return [];
  return Object.entries(recordOf(own['Events'])).flatMap(([event, value]): SamSchedule[] => {
    const { Type: kind, Properties: given } = recordOf(value);
    if (kind !== 'ScheduleV2') return [];
    const id = `${logicalId}${event}`;
    const Properties = { Name: id, ...recordOf(given) };
    const place = `Resources.${logicalId}.Properties.Events.${event}.Properties`;
    return [{ logicalId: id, resource: { Type: 'AWS::Scheduler::Schedule', Properties }, place }];
  });
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
