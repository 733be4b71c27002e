/** The one style sheet of the page. */
export const STYLE = `
:root { color-scheme: light dark; --text: #16211f; --quiet: #566461; --page: #ffffff; --raised: #f1f5f4; --line: #d5dedb; --accent: #0b6b66; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4ecea; --quiet: #9aaaa6; --page: #0e1413; --raised: #18211f; --line: #33403c; --accent: #5cc7bb; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
small { color: var(--quiet); font-weight: normal; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; }
h2 { margin: 2rem 0 .5rem; text-transform: capitalize; }
h3 { margin: 1rem 0 .25rem; font-size: 1rem; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: 0 1rem; }
details[open] { padding-bottom: 1rem; }
summary { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; padding: .6rem 0; cursor: pointer; }
summary span:last-child { color: var(--quiet); }
.method { font-weight: 600; min-width: 4.5rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
pre, .wide { overflow-x: auto; background: var(--raised); border-radius: .5rem; padding: .75rem; }
pre { overflow-wrap: normal; margin: 0; }
.wide code { overflow-wrap: normal; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); }
`;
