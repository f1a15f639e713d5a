/** The one script of the pages: what happens at a time is told in the reader's own time, too. It is named by its digest. */
export const readersTime = `for (const time of document.querySelectorAll('time[data-reader]')) {
  const at = new Date(time.dateTime);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  time.textContent = '; where you are: ' + at.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' }) + ' ' + zone;
}`;
