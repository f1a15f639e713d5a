import type { EvidenceStore } from '../../../adapters/s3/evidence.ts';
import type { SealedEvidence } from '../../../core/ledger/evidence-object.ts';

/** A bucket that takes each key once. */
export class FakeEvidenceStore implements EvidenceStore {
  readonly objects = new Map<string, string>();
  /** S3 does not answer. */
  broken = false;

  async put({ key, text }: SealedEvidence): Promise<void> {
    this.#answer();
    if (!this.objects.has(key)) this.objects.set(key, text);
    return Promise.resolve();
  }

  async text(key: string): Promise<string | undefined> {
    this.#answer();
    return Promise.resolve(this.objects.get(key));
  }

  #answer(): void {
    if (this.broken) throw new Error('S3 does not answer.');
  }
}
