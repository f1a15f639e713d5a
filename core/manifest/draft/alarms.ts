import { findReferences } from '../../template/references.ts';
import { logicalId } from '../../values/identifiers.ts';
import { propertyOf, type Resource, type Template } from '../../template/template.ts';

/** Alarms of a draft, and those that it leaves out. */
export interface DraftedAlarms {
  readonly alarms: readonly string[];
  /** They fire in good days, too. */
  readonly leftOut: readonly string[];
}

const MOST = 50;
const ALARM = /^AWS::CloudWatch::(Composite)?Alarm$/;
const COSTS = /^AWS\/(Billing|Usage)$/;

/**
 * The alarms of a template by which a release can be judged. Left out are those that scale something, that watch costs, and that fire when
 * nobody comes: they would keep releases out, or roll good ones back.
 */
export function draftAlarms(template: Template): DraftedAlarms {
  const all = Object.entries(template.Resources).filter(
    ([id, { Type }]) => ALARM.test(Type) && logicalId.safeParse(id).success,
  );
  const those = (judging: boolean): string[] =>
    all.filter(([, alarm]) => judges(template, alarm) === judging).map(([id]) => id);
  return { alarms: those(true).slice(0, MOST), leftOut: those(false) };
}

function judges({ Resources }: Template, alarm: Resource): boolean {
  const actions = findReferences(propertyOf(alarm, 'AlarmActions')).parametersAndResources;
  const scales = [...actions].some((id) =>
    /::(Application)?AutoScaling::ScalingPolicy$/.test(Resources[id]?.Type ?? ''),
  );
  const missesUsers =
    /^LessThan/.test(String(propertyOf(alarm, 'ComparisonOperator'))) &&
    /^(Sum|SampleCount)$/.test(String(propertyOf(alarm, 'Statistic')));
  return !scales && !missesUsers && !COSTS.test(String(propertyOf(alarm, 'Namespace')));
}
