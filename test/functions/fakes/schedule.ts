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
