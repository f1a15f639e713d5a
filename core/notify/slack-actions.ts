/** What the buttons and the modal in Slack are called: whoever writes them and whoever answers them agree on it. */
export const slackActions = {
  approve: 'sluice-approve',
  decline: 'sluice-decline',
  details: 'sluice-details',
  /** The link by which one person opens a release's page. Slack tells of its press, too. */
  open: 'sluice-open',
  /** The modal that asks why, and what is in it. */
  declineReason: 'sluice-decline-reason',
} as const;
