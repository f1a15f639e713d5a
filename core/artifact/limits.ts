const MEBIBYTE = 1024 * 1024;

/** The limits of an artifact. Entries are listed up to the limit plus one, never all of a hostile archive. */
export const artifactLimits = {
  /** Bytes of the object, and of all its entries unpacked. */
  totalBytes: 250 * MEBIBYTE,
  entries: 1000,
  nameBytes: 255,
  /** The plan holds the manifest, and its parameters twice, in one item of DynamoDB (400 KB). */
  manifestBytes: MEBIBYTE / 8,
  /** Levels of nested lists and objects; DynamoDB allows 32, and the plan needs some of them itself. */
  manifestDepth: 24,
  /** CloudFormation's own limit for a template in S3. */
  templateBytes: MEBIBYTE,
  /** Of what names lines of the team's files: what is larger is not read, and no larger one is packed. */
  placesBytes: MEBIBYTE,
  /** Unpacked to packed size, of an entry that unpacks to more than `ratioFromBytes`. */
  ratio: 200,
  ratioFromBytes: MEBIBYTE,
  /** Problems reported at once. */
  problems: 50,
} as const;

export const manifestName = 'release.json';

/** Where the parts of manifest and template come from, unless the template has that name. Artifacts may be without. */
export const placesName = 'places.json';
