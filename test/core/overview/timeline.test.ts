import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldTimeline } from '../../../core/overview/timeline.ts';
import { succeeded } from '../samples.ts';

it('folds routine between what matters, and never loses or moves a transition', () => {
  fc.assert(
    fc.property(fc.subarray([...succeeded.events]), (events) => {
      const parts = foldTimeline(events);
      expect(parts.flatMap((part) => (part.kind === 'event' ? [part.event] : part.events))).toEqual(events);
      for (const part of parts) if (part.kind === 'routine') expect(part.events.length).toBeGreaterThan(1);
    }),
  );
});

it('shows what people ask for first by itself', () => {
  const shown = foldTimeline(succeeded.events).flatMap((part) => (part.kind === 'event' ? [part.event.type] : []));
  expect(shown).toEqual(expect.arrayContaining(['received', 'approvalRequested', 'approved', 'ended']));
  expect(shown).not.toContain('preparing');
});
