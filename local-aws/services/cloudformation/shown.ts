import type { Parameter } from '@aws-sdk/client-cloudformation';
import type { Desired } from './desired.ts';

/** Parameters as answers show them: what NoEcho hides is masked. */
export function shownParameters({ template, parameters }: Desired): Parameter[] {
  return [...parameters].map(([key, { given, resolved }]) => ({
    ParameterKey: key,
    ParameterValue: template.parameters.get(key)?.NoEcho === true ? '****' : given,
    ...(resolved === undefined ? {} : { ResolvedValue: resolved }),
  }));
}
