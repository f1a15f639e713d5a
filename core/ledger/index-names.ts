/** The ledger's attributes and indexes: the stack makes them, the adapter queries them. All keys are strings. */
export const tableKeys = { partition: 'pk', sort: 'sk' } as const;

/**
 * Indexes hold keys only: an item's changes then cost nothing in them, lists read the items themselves, and nothing is
 * decided from an index alone. All are sparse.
 */
export const indexes = {
  /** Releases of a service, by time; and `live` rows of all services. */
  byService: { partition: 'gsi1pk', sort: 'gsi1sk' },
  /** Releases of a day, by time. */
  byDay: { partition: 'gsi2pk', sort: 'gsi2sk' },
  /** Open work only: releases that have not ended, or are in no digest yet, and waits that have not been answered. */
  open: { partition: 'gsi3pk', sort: 'gsi3sk' },
} as const;
export type IndexName = keyof typeof indexes;

/** Number attribute (epoch seconds) by which DynamoDB deletes sessions, one-time links and what `sluice plan` asked for; nothing else has it. */
export const timeToLiveAttribute = 'expiresAt';
