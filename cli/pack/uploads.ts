/** A file or folder that a build tool would upload before it deploys. */
export interface Upload {
  /** Absolute, or as seen from the folder in which the tool wrote. */
  readonly path: string;
  /** A folder becomes a zip; a file is taken as it is. */
  readonly packaging: 'zip' | 'file';
}

/** Everything that a build tool would upload: its template names these objects, and packing names assets in their place. */
export interface Uploads {
  /** By the key of the object. */
  readonly objects: ReadonlyMap<string, Upload>;
  /** Names of the buckets, as `Fn::Sub` writes them: `cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}`. */
  readonly buckets: readonly string[];
  /** The folder in which the tool wrote: paths begin there. */
  readonly folder: string;
}
