import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { LocalAws } from 'local-aws';
import { nameTarget, type Target } from '../../../core/values/identifiers.ts';
import { type Portrait, readPortrait } from './portrait.ts';
import { stackEvents } from './taken-away.ts';

/** How stacks stand once everything is over, each read once however many releases it had. */
export class Standing {
  private readonly portraits = new Map<string, Promise<Portrait>>();
  private readonly events = new Map<string, Promise<readonly StackEvent[]>>();

  constructor(private readonly aws: LocalAws) {}

  portraitOf(stackName: string, target: Target): Promise<Portrait> {
    return once(this.portraits, stackName, target, () => readPortrait(this.aws, stackName, target));
  }

  eventsOf(stackName: string, target: Target): Promise<readonly StackEvent[]> {
    return once(this.events, stackName, target, () => stackEvents(this.aws, stackName, target));
  }
}

function once<Read>(
  known: Map<string, Promise<Read>>,
  stackName: string,
  target: Target,
  read: () => Promise<Read>,
): Promise<Read> {
  const key = `${stackName} ${nameTarget(target)}`;
  const found = known.get(key) ?? read();
  known.set(key, found);
  return found;
}
