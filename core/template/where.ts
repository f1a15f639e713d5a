/** What people are told of a place in a template, such as `Resources.Orders.Properties.Timeout`: the line, where that is known. */
export type Where = (place: string) => string;

/** The place as it is. */
export const asWritten: Where = (place) => place;
