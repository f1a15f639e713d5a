import type { ScenarioListener } from '../../local/scenario-runner.ts';

/** Ignores everything. */
export const silentListener: ScenarioListener = {
  dropped: () => undefined,
  transition: () => undefined,
  ended: () => undefined,
};
