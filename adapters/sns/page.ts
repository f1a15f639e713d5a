/** A message that needs a person's attention now. */

export interface Page {
  /** At most 100 characters of ASCII, without line breaks. */
  readonly subject: string;
  readonly text: string;
  /** The same when the page is sent again; in the attribute `message`. */
  readonly key: string;
}

/** Pages the person on call. */
export interface Pager {
  page(page: Page): Promise<void>;
}
