import { describe, expect, it } from 'vitest';
import { dueReminder, planReminders } from '../../../core/approval/reminders.ts';
import * as s from '../samples.ts';

const asked = { ...s.approval, required: 2, reminders: [s.moment(600), s.moment(1200)] };
const yes = { by: 'max@example.com', decision: 'approve' as const, at: s.moment(60), via: 'link' as const };

describe('reminders of an approval', () => {
  it('are planned from when it was asked for', () => {
    expect(planReminders(['PT10M', 'PT20M'], s.moment(0))).toEqual({ reminders: asked.reminders });
    expect(planReminders(undefined, s.moment(0))).toEqual({});
  });

  it('come when they are due, for those who have not decided, may, and are needed', () => {
    expect(dueReminder(s.approval, s.moment(1000))).toBeUndefined();
    expect(dueReminder(asked, s.moment(599))).toBeUndefined();
    const first = dueReminder({ ...asked, decisions: [yes] }, s.moment(600));
    // Ada is the author.
    expect(first?.people.map(({ name }) => name)).toEqual(['Robin Release']);
    expect(first?.approval).toMatchObject({ reminders: [s.moment(1200)], decisions: [yes] });
    const security = [{ group: 'security', people: ['robin@example.com'] }];
    const enough = { ...asked, required: 1, including: security, decisions: [yes] };
    expect(dueReminder(enough, s.moment(600))?.people.map(({ name }) => name)).toEqual(['Robin Release']);
  });

  it('that came due together are one', () => {
    const both = dueReminder(asked, s.moment(5000));
    expect(both?.people).toHaveLength(2);
    expect(both?.approval).not.toHaveProperty('reminders');
  });
});
