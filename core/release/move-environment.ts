import type { EnvironmentDraft } from './events.ts';
import type { EnvironmentState, ReleaseHead } from './head.ts';
import { isOneOf, currentEnvironment, mayKeep } from './progress.ts';
import { type EnvironmentRule, environmentRules } from './transition-table.ts';
import type { MoveOrRefusal } from './move.ts';

type Way = EnvironmentRule['ways'][number];

/** An event of the environment under way. */
export function moveEnvironment(head: ReleaseHead, draft: EnvironmentDraft): MoveOrRefusal {
  const rule = environmentRules[draft.type];
  const found = findEnvironment(head, draft.environment);
  if (typeof found === 'string') return found;
  const { name, state } = found;
  const way = rule.ways.find((candidate) => isOpen(candidate, state));
  if (way === undefined) return `the environment ${name} is ${describe(state)}`;
  const next: EnvironmentState = {
    ...afterWindow(state, draft),
    phase: way.to,
    ...(draft.type === 'turnTaken' ? { fence: draft.evidence.fence } : {}),
    ...(draft.type === 'alarmsOverridden' ? { overriddenAt: draft.at } : {}),
    ...(draft.type === 'bakeStarted' || draft.type === 'monitoringStarted' ? { observedSince: draft.at } : {}),
    targets: way.resetTargets === undefined ? state.targets : resetTargets(state, way.resetTargets),
  };
  return {
    from: state.phase,
    to: way.to,
    head: {
      ...head,
      status: way.status ?? rule.status ?? head.status,
      environment: name,
      environments: { ...head.environments, [name]: next },
    },
  };
}

/** A window keeps the release until the ledger says otherwise: it opened, a person let the release in, it has the turn, it waits no more. */
function afterWindow(state: EnvironmentState, draft: EnvironmentDraft): EnvironmentState {
  const open = { ...state };
  delete open.closed;
  switch (draft.type) {
    case 'windowClosed':
      return { ...open, closed: draft.evidence.closed };
    case 'windowOverridden':
      return { ...open, windowOverriddenAt: draft.at };
    case 'windowOpened':
    case 'turnTaken':
    case 'approvalVoided':
    case 'superseded':
      return open;
    default:
      return state;
  }
}

/** The environment an event is about, which must be the one under way. */
export function findEnvironment(head: ReleaseHead, name: string): { name: string; state: EnvironmentState } | string {
  const state = head.environments[name];
  if (state === undefined) return `the release has no environment "${name}"`;
  const current = currentEnvironment(head);
  return current === name ? { name, state } : `the environment under way is ${current ?? 'none'}, not ${name}`;
}

function isOpen(way: Way, state: EnvironmentState): boolean {
  return (
    isOneOf(way.from, state.phase) &&
    (way.approval ?? state.approval) === state.approval &&
    (way.bakes ?? state.bakes) === state.bakes &&
    (way.monitors === undefined || way.monitors === (state.monitors === true)) &&
    (way.keeps !== true || mayKeep(state)) &&
    Object.values(state.targets).every((phase) => way.targets === undefined || isOneOf(way.targets, phase))
  );
}

function resetTargets(state: EnvironmentState, phase: NonNullable<Way['resetTargets']>): EnvironmentState['targets'] {
  return Object.fromEntries(Object.keys(state.targets).map((target) => [target, phase]));
}

function describe(state: EnvironmentState): string {
  const targets = Object.entries(state.targets).map(([name, phase]) => `${name} ${phase}`);
  return `${state.phase} (${targets.join(', ')})`;
}
