import type { Outcome, Scene } from './attack.ts';
import { codeAttacks, type CodeAttack } from './by-code.ts';

/** The attacker's function: tries everything, and says how each attempt ended. */
export async function attackAll(scene: Scene): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const attack of codeAttacks) outcomes.push(await attempt(attack, scene));
  return outcomes;
}

async function attempt({ name, act }: CodeAttack, scene: Scene): Promise<Outcome> {
  try {
    const failed = failedEntry(await act(scene));
    return failed === undefined ? { name } : { name, error: failed };
  } catch (error) {
    return { name, error: String(error) };
  }
}

/** EventBridge answers for each event by itself. */
function failedEntry(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('Entries' in answer)) return undefined;
  return /"ErrorMessage":"[^"]*"/.exec(JSON.stringify(answer.Entries))?.[0];
}
