/**
 * What a policy template allows. In `on`, `arn:` stands for the ARN's beginning in the partition, and `@` for region and account;
 * `${name}` is a parameter, whatever its case.
 */
export interface PolicyTemplate {
  readonly parameters: readonly string[];
  readonly statements: readonly TemplateStatement[];
}
export type TemplateStatement = {
  readonly on: string | readonly string[];
  /** A condition key and the value that it must equal. */
  readonly when?: readonly [string, string];
} & ({ readonly actions: string } | { readonly action: string });
