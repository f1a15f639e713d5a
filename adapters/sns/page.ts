/** Something that somebody has to look at now. */

export interface Page {
  /** At most 100 characters of ASCII, without line breaks. */
  readonly subject: string;
  readonly text: string;
}

/** Pages whoever is on call. */
export interface Pager {
  page(page: Page): Promise<void>;
}
