/** The reconciler's schedule, as far as anybody asks for it. */
export const fakeSchedule = { enable: () => Promise.resolve() };
