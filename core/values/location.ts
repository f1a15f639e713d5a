import * as z from 'zod';

/** Where something is to be mended. */
export const locationSchema = z.strictObject({
  /** In the document: `Resources.Orders.Properties.FunctionName`; absent where it is the whole file. */
  place: z.string().exactOptional(),
  /** As a person names it from the folder that is packed. */
  file: z.string().exactOptional(),
  /** From 1, as an editor counts. */
  line: z.int().min(1).exactOptional(),
  column: z.int().min(1).exactOptional(),
  /** What made the resource in a CDK app, such as `Orders/Receive/Resource`. */
  construct: z.string().exactOptional(),
  /** What is wrong, where a transform or `guard` makes that of what is written here: `OrdersRole`. */
  makes: z.string().exactOptional(),
});

export type Location = z.infer<typeof locationSchema>;

/** `template.yaml:10:5 Resources.Net.Type`, of a CDK app what made it, and of a transform what is made. */
export function describeLocation({ file, line, column, place, construct, makes }: Location): string {
  const where = [file, line, column].filter((one) => one !== undefined).join(':');
  const made = construct === undefined ? undefined : `(${construct})`;
  const makesIt = makes === undefined ? undefined : `(of which ${makes} is made)`;
  return [where, place, made, makesIt].filter((one) => one !== undefined && one !== '').join(' ');
}
