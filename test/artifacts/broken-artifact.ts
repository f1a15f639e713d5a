/** An artifact that must be rejected, and what its team must be told. */
export interface BrokenArtifact {
  readonly name: string;
  /** The object's key; `orders/<version>.zip` when not given. */
  readonly key?: string;
  /** Makes the object's bytes. @param version one that no other broken artifact has */
  readonly build: (version: string) => Uint8Array;
  /** Dropped before, under the same key. */
  readonly first?: (version: string) => Uint8Array;
  /** Codes of all problems, in the order in which they are told. */
  readonly codes: readonly string[];
  /** One of the sentences; it says what to fix. */
  readonly sentence: RegExp;
  /** Bytes of the object that may be read to judge it, where that is far from all. */
  readonly reads?: number;
  /** Bytes that may be unpacked to judge it. */
  readonly unpacks?: number;
}
