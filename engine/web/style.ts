import { createHash } from 'node:crypto';
import { liveScript } from './live-script.ts';

/** The one style sheet of all pages. It is inlined, and the page's Content-Security-Policy allows exactly it. */
export const style = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --paper: #ffffff; --shade: #f5f7f9;
  --quiet: #5b6675; --accent: #0b5cad; --good: #0f6b3a; --bad: #a8201a; --busy: #7a4b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --soft: #a2adba; --line: #333d49; --paper: #12171d; --shade: #1a2129;
  --quiet: #a2adba; --accent: #7db8f5; --good: #6fcf97; --bad: #ff9a92; --busy: #f2c46d; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { display: flex; gap: 1.5rem; align-items: baseline; border-bottom: 1px solid var(--line); }
nav { display: flex; gap: 1rem; flex-wrap: wrap; }
header strong { font-size: 1.1rem; letter-spacing: 0.02em; }
footer { color: var(--soft); font-size: 0.85rem; }
h1 { font-size: 1.5rem; margin: 0.5rem 0 0.25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 0.5rem; overflow-wrap: anywhere; }
p, li, h1, h2 { overflow-wrap: anywhere; }
a { color: var(--accent); }
a:focus-visible, button:focus-visible, input:focus-visible, textarea:focus-visible, .wide:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; }
.wide { overflow-x: auto; }
.date, .wide time { white-space: nowrap; }
th, td { text-align: left; padding: 0.5rem 0.75rem 0.5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; font-size: 0.85rem; }
code { font: 0.88em ui-monospace, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--shade); padding: 0.75rem; border-radius: 0.4rem; font-size: 0.85rem; }
.soft { color: var(--soft); }
.badge { display: inline-block; padding: 0.05rem 0.55rem; border: 1px solid currentColor; border-radius: 1rem; font-size: 0.85rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .busy { color: var(--busy); } .quiet { color: var(--quiet); }
.notice { border-left: 4px solid var(--accent); background: var(--shade); padding: 0.75rem 1rem; margin: 1rem 0; }
.notice > :last-child { margin-bottom: 0; }
.notice.bad { border-color: var(--bad); color: var(--ink); }
dl { display: grid; grid-template-columns: fit-content(35%) 1fr; gap: 0.25rem 1.25rem; margin: 0.5rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.timeline { list-style: none; margin: 0; padding: 0; }
.timeline > li { position: relative; padding: 0 0 1rem 1.5rem; border-left: 2px solid var(--line); margin-left: 0.4rem; }
.timeline > li::before { content: ""; position: absolute; left: -0.42rem; top: 0.45rem; width: 0.7rem; height: 0.7rem; border-radius: 50%; background: currentColor; border: 2px solid var(--paper); }
.timeline p { margin: 0; color: var(--ink); }
.timeline .soft { color: var(--soft); font-size: 0.88rem; }
details summary { cursor: pointer; color: var(--soft); font-size: 0.88rem; }
form { margin: 1rem 0; }
.decide { position: sticky; top: 0; z-index: 1; background: var(--paper); border-bottom: 1px solid var(--line); padding-bottom: 0.75rem; max-height: 70vh; overflow-y: auto; }
.decide form { margin: 0.25rem 0; }
.decide summary { font-size: 1rem; padding: 0.25rem 0; }
label { display: block; margin: 0.5rem 0 0.25rem; }
input[type=text], input[type=datetime-local], select, textarea { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: 0.4rem; padding: 0.4rem 0.6rem; max-width: 100%; }
input[type=text] { width: 32rem; }
textarea { display: block; width: 32rem; margin-bottom: 0.5rem; }
.said { white-space: pre-line; }
.filter { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; }
.filter input[type=text] { width: 12rem; }
button { font: inherit; font-weight: 600; border: 1px solid transparent; border-radius: 0.4rem; padding: 0.5rem 1.2rem; margin: 0.75rem 0.75rem 0 0; cursor: pointer; background: var(--accent); color: var(--paper); }
a.button { display: inline-block; border: 1px solid var(--soft); border-radius: 0.4rem; padding: 0.4rem 1rem; text-decoration: none; color: var(--ink); font-weight: 600; }
svg.strip { display: block; width: 100%; height: 1.2rem; border-radius: 0.3rem; } .strip .now { fill: var(--good); } .strip .then-0 { fill: var(--soft); } .strip .then-1 { fill: var(--line); }
svg.bar { display: block; width: 100%; height: 0.5rem; margin: 0.35rem 0; border-radius: 0.25rem; }
svg.bar .track { fill: var(--line); } svg.bar .done { fill: currentColor; }
.matrix th[scope=row] { color: var(--ink); font-size: 1rem; }
.matrix td { min-width: 10rem; }
.cell, .card, .stop { border-left: 4px solid currentColor; background: var(--shade); border-radius: 0.3rem; padding: 0.5rem 0.75rem; }
.cell > *, .card > *, .stop > *, .moving > a { color: var(--ink); }
.cell .soft, .card .soft { color: var(--soft); font-size: 0.88rem; }
.cell .version { font-weight: 600; font-size: 1.05rem; overflow-wrap: anywhere; }
.mark { font-size: 0.88rem; font-weight: 600; }
.moving { margin-top: 0.35rem; }
.cards, .journey { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); }
.journey { grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); margin: 1rem 0; }
.stop h2 { margin: 0; } .stop p { margin: 0.15rem 0; } .stop ul { list-style: none; margin: 0; padding: 0; } .stop .bar { color: inherit; }
.stop h3 { margin: 0.75rem 0 0.15rem; font-size: 0.88rem; color: var(--soft); }
.stop.good > .bar, .cell .good, .stop .good { color: var(--good); } .stop.bad > .bar, .cell .bad, .stop .bad { color: var(--bad); }
.stop.busy > .bar, .cell .busy, .stop .busy { color: var(--busy); } .stop.quiet > .bar, .cell .quiet, .stop .quiet { color: var(--quiet); }
.lines { list-style: none; margin: 0; padding: 0; } .lines li { padding: 0.3rem 0; border-bottom: 1px solid var(--line); }
.charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)); }
figure { margin: 0; background: var(--shade); border-radius: 0.3rem; padding: 0.5rem 0.75rem; } figcaption { font-weight: 600; font-size: 0.92rem; }
.chart { display: block; width: 100%; } .chart text { font-size: 10px; fill: var(--soft); } .chart .axis { stroke: var(--line); }
.chart polyline { fill: none; stroke: currentColor; stroke-width: 2; } .chart circle { fill: currentColor; }
.line-new { color: var(--accent); } .line-old { color: var(--soft); } .line-limit { color: var(--bad); stroke: currentColor; stroke-dasharray: 4 3; }
.key { margin: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; } .key .line-limit { stroke: none; }
.four { grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); }
.figure { margin: 0.25rem 0 0; font-size: 1.35rem; font-weight: 600; } figure p.soft { margin: 0; font-size: 0.88rem; }
.bars-count .value, .bars-time .value { fill: var(--accent); } .bars-count .bad, .bars-bad .value { fill: var(--bad); }
.wide-cards { grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr)); }
.card h2 { margin: 0.75rem 0 0.15rem; font-size: 0.88rem; color: var(--soft); } .card ul { margin: 0; padding-left: 1.1rem; } .card p { margin: 0; }
.card .version { font-weight: 600; font-size: 1.05rem; }
.four .chart text { font-size: 13px; }
.charts + details { margin-top: 0.75rem; }
button.second { background: transparent; color: var(--ink); border-color: var(--soft); }
`;

function digestOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Headers of every page: only this style, this script, which reads this origin alone, and forms to it; no framing, no sniffing, no caching. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${digestOf(style)}`,
    `script-src ${digestOf(liveScript)}`,
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};
