import { expect, it } from 'vitest';
import { applyTemplate } from '../../../../core/template/steps/chain.ts';
import { describeSteps } from '../../../../core/template/steps/describe.ts';
import type { Resource, Template } from '../../../../core/template/template.ts';

it('the steps that did something are named, with what they did it to', () => {
  const queues = (count: number, name = 'Queue'): Template['Resources'] =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, { Type: 'AWS::SQS::Queue' }]));
  const live = { template: { Resources: queues(12) }, versions: { aliases: {}, versions: {} } };
  const next: Template = { Resources: { Queue0: { Type: 'AWS::SNS::Topic' } } };
  const { done } = applyTemplate(next, live, undefined);
  expect(describeSteps(done)).toEqual([
    'rename: Queue0 as Queue0Sluice2',
    'keep: Queue0, Queue1, Queue2, Queue3, Queue4, Queue5, Queue6, Queue7, Queue8, Queue9, and 2 more',
  ]);
  const rule: Resource = { Type: 'AWS::Events::Rule' };
  const waiting = {
    ...done,
    switchedOff: [['Off', rule] as const],
    postpone: { resources: [['New', rule] as const], outputs: [] },
  };
  expect(describeSteps({ ...waiting, rename: [], keep: { ...done.keep, resources: [] } })).toEqual([
    'switchedOff: Off',
    'postpone: New',
  ]);
  expect(describeSteps(applyTemplate(live.template, live, undefined).done)).toEqual([]);
});
