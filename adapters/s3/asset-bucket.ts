/** The asset bucket of one target. */
export interface Assets {
  readonly bucket: string;
  has(key: string): Promise<boolean>;
  /** @param sha256 lower-case hex digest of the bytes; S3 refuses others */
  put(key: string, bytes: Uint8Array, sha256: string): Promise<void>;
  /** An object's text; undefined when there is none. */
  text(key: string): Promise<string | undefined>;
  /** Whether an object of the same account, in any bucket, exists and can be read. */
  canRead(bucket: string, key: string): Promise<boolean>;
  /** The address under which CloudFormation reads a template. */
  url(key: string): string;
}
