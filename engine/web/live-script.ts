/**
 * The script of the pages. Times are told relative to the engine's now, with the exact ones on hover; a page on which something moves reads itself
 * again, by a conditional request, with pauses that grow while nothing changes, and not while nobody looks. A form that is only
 * the next step is sent at once. Without it every page is complete. It is named by its digest.
 */
export const liveScript = `const units = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60]];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const began = Date.parse(document.querySelector('main').dataset.now);
const ahead = Number.isNaN(began) ? 0 : began - Date.now();
function told(at) {
  const seconds = Math.round((at.getTime() - Date.now() - ahead) / 1000);
  const unit = units.find(([, length]) => Math.abs(seconds) >= length);
  return unit === undefined ? (Math.abs(seconds) < 10 ? 'just now' : relative.format(seconds, 'second')) : relative.format(Math.trunc(seconds / unit[1]), unit[0]);
}
function tellTimes() {
  for (const time of document.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    const here = at.toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' }) + ' ' + zone;
    if (time.dataset.reader !== undefined) time.textContent = '; where you are: ' + here;
    else if (time.dataset.exact === undefined) {
      time.title = time.dateTime.slice(0, 19).replace('T', ' ') + ' UTC; where you are: ' + here;
      time.textContent = told(at);
    }
  }
}
function show(page) {
  const next = page.querySelector('main');
  const main = document.querySelector('main');
  const open = new Set([...main.querySelectorAll('details[open]')].map((one) => one.id));
  const focused = document.activeElement === null ? '' : document.activeElement.id;
  for (const one of next.querySelectorAll('details')) if (open.has(one.id)) one.open = true;
  main.replaceWith(next);
  document.title = page.title;
  if (focused !== '') document.getElementById(focused)?.focus({ preventScroll: true });
  tellTimes();
}
let pause = 2;
let etag;
async function look() {
  if (document.querySelector('main[data-live]') === null) return;
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { headers: etag === undefined ? {} : { 'If-None-Match': etag } });
      if (answer.ok) {
        etag = answer.headers.get('ETag') ?? undefined;
        show(new DOMParser().parseFromString(await answer.text(), 'text/html'));
        pause = 2;
      } else if (answer.status === 304) pause = Math.min(30, pause * 1.5);
      else if (answer.status === 401 || answer.status === 403) return;
      else pause = 30;
    } catch {
      pause = 30;
    }
  }
  setTimeout(look, pause * 1000);
}
document.querySelector('form[data-at-once]')?.requestSubmit();
tellTimes();
setInterval(tellTimes, 15000);
setTimeout(look, pause * 1000);`;
