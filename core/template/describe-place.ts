/** What people are told of a place in a template, such as `Resources.Orders.Properties.Timeout`: file and line, where these are known. */
export type DescribePlace = (place: string) => string;

/** The place by itself. */
export const placeAlone: DescribePlace = (place) => place;
