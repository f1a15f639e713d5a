import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, type PackedArtifact } from '../../../cli/pack/pack.ts';
import type { Sandbox } from '../../../local/sandbox.ts';
import type { TransitionRecorder } from '../../../local/transition-recorder.ts';
import { draws } from '../../end-to-end/shared-sandbox.ts';
import type { Way } from '../application.ts';
import { inTurn, play } from '../play.ts';
import type { Answer, Users } from '../users.ts';
import { templateOf, type WayIn } from './every-way.ts';

/** Requests by each way while 10% is new: two of them are. */
const REQUESTS = 20;
const SERVICE = 'app-every-way';

/** How many requests each version answered. */
type Count = Readonly<Record<string, number>>;

/** Counts by version who answered at each way before, while and after a guarded function moves. Nobody else may draw meanwhile. */
export async function countByWay(
  sandbox: Sandbox,
  recorder: TransitionRecorder,
  ways: readonly WayIn[],
): Promise<Readonly<Record<'before' | 'during' | 'after', Readonly<Record<string, Count>>>>> {
  const { before, during, after } = await play(sandbox, recorder, {
    ...{ service: SERVICE, ways: ways.map(({ way }) => way) },
    pack: async (version) => packWays(ways, version),
    during: (users) => inTurn(ways, ({ way }) => askOften(users, way)),
  });
  const named = (answers: readonly (readonly Answer[])[]): Record<string, Count> =>
    Object.fromEntries(ways.map(({ name }, index) => [name, countOf(answers[index] ?? [])]));
  const once = (answers: readonly Answer[]): Record<string, Count> => named(answers.map((one) => [one]));
  return { before: once(before.open), during: named(during), after: once(after.open) };
}

/** Asks by a way with chances that are spread evenly, so that exactly the weight's share of requests is to be new. */
async function askOften(users: Users, way: Way): Promise<Answer[]> {
  const chances = Array.from({ length: REQUESTS }, (_, index) => (index + 0.5) / REQUESTS);
  return inTurn(chances, async (chance) => {
    const random = draws.next;
    draws.next = () => chance;
    try {
      return await users.ask(way);
    } finally {
      draws.next = random;
    }
  });
}

function countOf(answers: readonly Answer[]): Count {
  const versions = [...new Set(answers.map(({ version }) => version))].sort();
  return Object.fromEntries(versions.map((one) => [one, answers.filter(({ version }) => version === one).length]));
}

function packWays(ways: readonly WayIn[], version: string): PackedArtifact {
  const folder = mkdtempSync(join(tmpdir(), 'app-every-way-'));
  try {
    const code = join(folder, 'code');
    cpSync(new URL('code', import.meta.url), code, { recursive: true });
    const file = join(code, 'handle.js');
    writeFileSync(file, readFileSync(file, 'utf8').replace('1.0.0', version));
    writeFileSync(join(folder, 'template.json'), JSON.stringify(templateOf(ways)));
    const newUrls = ways.some(({ name }) => name === 'a function URL') ? { newUrls: ['Url'] } : {};
    const manifest = {
      ...{ service: SERVICE, version, template: 'template.json', source: { author: 'dana@example.com' } },
      ...{ guard: ['Handle'], rollout: { open: 'Canary10Percent5Minutes' }, ...newUrls },
    };
    writeFileSync(join(folder, 'release.json'), JSON.stringify(manifest));
    return pack(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
