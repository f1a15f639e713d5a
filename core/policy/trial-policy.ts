import type { z } from 'zod';
import { parseTarget, targetName, type Target } from '../values/identifiers.ts';
import type { policySchema } from './policy.ts';

/** What a manifest says of where its service goes. */
interface Wishes {
  readonly service: string;
  /** By environment, or by environment and target: `production`, `production/333333333333/us-east-1`. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly rollout?: Readonly<Record<string, unknown>>;
}

type PolicyDocument = z.input<typeof policySchema>;

/** An entry takes no more environments. */
const MOST = 10;

/**
 * A policy for a service that has none yet: to try it with, and to judge it by as far as that goes. It goes to staging at once, then to
 * production by canary, which one person approves; or to the environments, and the targets of them, that its manifest names. Names may
 * begin with the service's, and functions that no alias guards are told of and not refused.
 */
export function trialPolicy(manifest: Wishes): PolicyDocument {
  const { service } = manifest;
  const names = environmentsOf(manifest);
  const last = names.at(-1);
  const environments = names.map((name): [string, PolicyDocument['environments'][string]] => {
    const isLast = name === last;
    const named = namedTargets(manifest, name);
    const usual = { account: isLast ? '333333333333' : '222222222222', region: 'us-east-1' };
    const waves = [{ targets: named.length > 0 ? named : [usual] }];
    return [name, { waves, unguarded: 'warn', ...(isLast ? asProduction : {}) }];
  });
  return {
    services: { [service]: { environments: names, names: ['{service}*'] } },
    environments: Object.fromEntries(environments),
    people: {
      'release-managers': [
        {
          name: 'Robin Release',
          email: 'robin@example.com',
          principal: 'arn:aws:iam::111111111111:role/release-manager',
        },
      ],
    },
    checks: { allowAddresses: ['127.0.0.0/8'] },
  };
}

const asProduction: Partial<PolicyDocument['environments'][string]> = {
  rollout: { atLeast: 'Canary10Percent5Minutes' },
  approval: { from: ['release-managers'], required: 1, selfApproval: true, expiresAfter: 'P7D' },
};

const usualNames: readonly string[] = ['staging', 'production'];

/** Staging and production; or those that a manifest names where it has others, production last. */
function environmentsOf({ parameters = {}, rollout = {} }: Wishes): string[] {
  const named = [...Object.keys(parameters), ...Object.keys(rollout)].map((place) => place.replace(/\/.*$/, ''));
  const each = [...new Set(named)];
  if (each.every((name) => usualNames.includes(name))) return [...usualNames];
  const isProduction = (name: string): boolean => name.startsWith('prod');
  return [...each.filter((name) => !isProduction(name)), ...each.filter(isProduction)].slice(0, MOST);
}

function namedTargets({ parameters = {} }: Wishes, environment: string): Target[] {
  return Object.keys(parameters)
    .filter((place) => place.startsWith(`${environment}/`))
    .map((place) => place.slice(environment.length + 1))
    .filter((name) => targetName.safeParse(name).success)
    .map(parseTarget);
}
