import type { Call } from '../../kernel/service.ts';
import { notFound } from './errors.ts';
import type { Listener } from './listener.ts';

/** An API of an account and region, with the port on which it answers. */
interface Hosted {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly listener: Listener;
}

/** Every account's and region's APIs of one kind, by id. */
export class ApiRegistry<A extends Hosted> {
  protected readonly apis = new Map<string, A>();

  add(api: A): void {
    this.apis.set(api.id, api);
  }

  /** @throws AwsError NotFoundException */
  of({ caller }: Call, id: string | undefined): A {
    const api = this.apis.get(id ?? '');
    if (api?.account !== caller.account || api.region !== caller.region)
      throw notFound(`Invalid API identifier specified ${caller.account}:${id ?? ''}`);
    return api;
  }

  /** Where the API of that id answers here. */
  endpointOf(id: string, region: string): string | undefined {
    const api = this.apis.get(id);
    return api?.region === region ? api.listener.endpoint() : undefined;
  }

  list({ caller }: Call): A[] {
    return [...this.apis.values()].filter(
      ({ account, region }) => account === caller.account && region === caller.region,
    );
  }

  async delete(api: A): Promise<void> {
    this.apis.delete(api.id);
    await api.listener.close();
  }

  async close(): Promise<void> {
    for (const api of this.apis.values()) await api.listener.close();
  }
}
