/** The reconciler's schedule, as far as anybody asks for it. */
export const fakeSchedule = { enable: () => Promise.resolve() };

/** A workflow that starts whatever it is asked for, and keeps which. */
export function fakeWorkflow(started: string[] = []) {
  return {
    start: async (release: string) => {
      started.push(release);
      return { execution: release, existing: false };
    },
  };
}

/** The bucket that artifacts lie in, and a workflow that starts whatever plan it is asked for, and keeps which. */
export function fakePlans(started: string[] = []) {
  return {
    bucket: 'sluice-releases-111111111111-us-east-1',
    plans: {
      start: async (plan: string) => {
        if (!started.includes(plan)) started.push(plan);
      },
    },
  };
}
