import { AwsError } from '../../../kernel/errors.ts';
import type { Lambda } from '../lambda.ts';
import type { MappingRecord, Mappings } from './mapping.ts';
import type { Poller } from './poller.ts';
import { QueuePoller } from './queue-poller.ts';
import { StreamPoller } from './stream-poller.ts';

/** Every event source mapping, and what reads for those that are enabled. */
export class EventSources implements Mappings {
  private readonly mappings = new Map<string, MappingRecord>();
  private readonly pollers = new Map<string, Poller>();

  constructor(private readonly lambda: () => Lambda) {}

  add(mapping: MappingRecord): void {
    this.mappings.set(mapping.uuid, mapping);
    this.restart(mapping);
  }

  /** Reads on by the mapping's present settings. */
  restart(mapping: MappingRecord): void {
    this.pollers.get(mapping.uuid)?.stop();
    this.pollers.delete(mapping.uuid);
    if (!mapping.settings.enabled) return;
    const poller = this.pollerOf(mapping);
    if (poller === undefined) return;
    this.pollers.set(mapping.uuid, poller);
    poller.start();
  }

  remove(mapping: MappingRecord): void {
    this.pollers.get(mapping.uuid)?.stop();
    this.pollers.delete(mapping.uuid);
    this.mappings.delete(mapping.uuid);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(uuid: string | undefined, { account, region }: { account: string; region: string }): MappingRecord {
    const found = this.find(uuid, { account, region });
    if (found === undefined)
      throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404, {
        Type: 'User',
      });
    return found;
  }

  find(uuid: string | undefined, where: { account: string; region: string }): MappingRecord | undefined {
    return this.of(where).find((mapping) => mapping.uuid === uuid);
  }

  of({ account, region }: { account: string; region: string }): MappingRecord[] {
    return [...this.mappings.values()].filter((each) => each.account === account && each.region === region);
  }

  close(): void {
    for (const poller of this.pollers.values()) poller.stop();
    this.pollers.clear();
  }

  /** Undefined where the stream is gone. */
  private pollerOf(mapping: MappingRecord): Poller | undefined {
    if (mapping.kind === 'queue') return new QueuePoller(this.lambda(), mapping);
    const stream = this.lambda().streams(mapping.source);
    return stream === undefined ? undefined : new StreamPoller(this.lambda(), mapping, stream);
  }
}
