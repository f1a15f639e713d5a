import type { Ledger } from '../../../adapters/dynamodb/ledger.ts';

/** A ledger before whose next write, or after whose next read of something, something else happens: as when somebody else was quicker. */
export class LateLedger implements Ledger {
  readonly #ledger: Ledger;
  #before: (() => Promise<unknown>) | undefined;
  #after: { readonly prefix: string; readonly happens: () => Promise<unknown> } | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  readonly getAll: Ledger['getAll'] = (keys) => this.#ledger.getAll(keys);
  readonly query: Ledger['query'] = (partition, range) => this.#ledger.query(partition, range);
  readonly queryIndex: Ledger['queryIndex'] = (index, partition, range) =>
    this.#ledger.queryIndex(index, partition, range);

  beforeNextWrite(happens: () => Promise<unknown>): void {
    this.#before = happens;
  }

  afterNextReadOf(prefix: string, happens: () => Promise<unknown>): void {
    this.#after = { prefix, happens };
  }

  async get(key: Parameters<Ledger['get']>[0]): ReturnType<Ledger['get']> {
    const item = await this.#ledger.get(key);
    const after = this.#after;
    if (after === undefined || !key.sk.startsWith(after.prefix)) return item;
    this.#after = undefined;
    await after.happens();
    return item;
  }

  async write(intents: Parameters<Ledger['write']>[0]): ReturnType<Ledger['write']> {
    const before = this.#before;
    this.#before = undefined;
    await before?.();
    return this.#ledger.write(intents);
  }
}
