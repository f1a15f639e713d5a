import type { Resource } from './template.ts';

/** Without `OmitName` SAM names it. */
const unnamed = 'leave Name out and set "OmitName: true"';

interface SamSchedule {
  readonly logicalId: string;
  readonly resource: Resource;
  /** Of its properties in the template. */
  readonly place: string;
  /** How its name is left to CloudFormation. */
  readonly unnamed: string;
}

/**
 * Schedules that SAM's transform makes of the `ScheduleV2` events of a function or state machine. It names each after its logical id
 * where the event has no name and not `OmitName`, so that a template names something without saying so.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-schedulev2.html
 */
export function samSchedules(logicalId: string, { Type, Properties: whole = {} }: Resource): SamSchedule[] {
  if (Type !== 'AWS::Serverless::Function' && Type !== 'AWS::Serverless::StateMachine') return [];
  return Object.entries(recordOf(whole['Events'])).flatMap(([event, value]): SamSchedule[] => {
    const { Type: kind, Properties: given } = recordOf(value);
    if (kind !== 'ScheduleV2') return [];
    const id = `${logicalId}${event}`;
    const own = recordOf(given);
    const Properties = { ...(String(own['OmitName']) === 'true' ? {} : { Name: id }), ...own };
    const place = `Resources.${logicalId}.Properties.Events.${event}.Properties`;
    return [{ logicalId: id, resource: { Type: 'AWS::Scheduler::Schedule', Properties }, place, unnamed }];
  });
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
