/** What is published to a topic. */
export interface Publication {
  readonly message: string;
  readonly subject: string | undefined;
  readonly attributes: Readonly<Record<string, { DataType: string | undefined; StringValue?: string | undefined }>>;
}
