// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_CHART_PAGE_HPP
#define SCHED_IO_DETAIL_CHART_PAGE_HPP

/// \file
/// The fixed parts of a chart page: markup and style. The script follows in `chart_view.hpp`,
/// `chart_drawing.hpp`, `chart_curves.hpp`, `chart_figures.hpp` and `chart_controls.hpp`.

namespace sched {
inline namespace v0 {
namespace detail {

inline constexpr const char* page_head =
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
    "'unsafe-inline'; "
    "script-src 'unsafe-inline'\">\n"
    "<link rel=\"icon\" href=\"data:,\">\n";

inline constexpr const char* page_style = R"page(
:root {
  color-scheme: light;
  --bg: #ffffff;
  --raised: #f5f7fa;
  --ink: #18202c;
  --muted: #5a6575;
  --line: #e6eaef;
  --line2: #c5cdd7;
  --shade: rgba(96, 108, 128, 0.14);
  --on-bar: #ffffff;
  --zebra: rgba(24, 32, 44, 0.025);
  --k0: #3b73b9;
  --k1: #0f8267;
  --k2: #9a5b00;
  --k3: #a8467f;
  --k4: #1c7a9e;
  --k5: #6c6800;
  --k6: #5b5fc7;
  --k7: #687180;
  --crit: #c44d17;
  --edge: rgba(40, 10, 0, 0.62);
  --late: #b3123a;
  --accent: #1a66c2;
  --pred: #0a7f6a;
  --succ: #7b3fa0;
  --area: #8fb3dd;
  --limit: #2b3644;
  --over: #d8365c;
  --hit: #ffd84d;
  --shadow: 0 6px 24px rgba(20, 30, 50, 0.18);
}
:root[data-theme="dark"] {
  color-scheme: dark;
  --bg: #11161d;
  --raised: #1a212b;
  --ink: #e6ebf2;
  --muted: #98a4b5;
  --line: #242d39;
  --line2: #3a4656;
  --shade: rgba(150, 165, 190, 0.13);
  --on-bar: #0c1118;
  --zebra: rgba(255, 255, 255, 0.022);
  --k0: #6ea8f0;
  --k1: #4cc3a2;
  --k2: #e8a54b;
  --k3: #e38fc0;
  --k4: #6cc7e8;
  --k5: #cfc65a;
  --k6: #a3a6f5;
  --k7: #a8b0bd;
  --crit: #ff9359;
  --edge: rgba(255, 255, 255, 0.8);
  --late: #ff5c7f;
  --accent: #6ea8f0;
  --pred: #3fd0b0;
  --succ: #cf9bf2;
  --area: #355d8f;
  --limit: #d5deea;
  --over: #ff5c7f;
  --hit: #8a6d00;
  --shadow: 0 6px 24px rgba(0, 0, 0, 0.6);
}
* {
  box-sizing: border-box;
}
html,
body {
  height: 100%;
  margin: 0;
}
body {
  display: flex;
  flex-direction: column;
  background: var(--bg);
  color: var(--ink);
  font:
    13px/1.45 system-ui,
    -apple-system,
    "Segoe UI",
    Roboto,
    "Noto Sans",
    "DejaVu Sans",
    sans-serif;
}
header {
  padding: 12px 16px 10px;
  border-bottom: 1px solid var(--line);
}
h1 {
  margin: 0 0 6px;
  font-size: 17px;
  font-weight: 650;
  line-height: 1.25;
  overflow-wrap: anywhere;
  unicode-bidi: isolate;
}
dl {
  margin: 0;
}
#facts {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 20px;
}
#facts div {
  display: flex;
  gap: 6px;
  align-items: baseline;
}
#facts dt {
  color: var(--muted);
}
#facts dd {
  margin: 0;
  font-weight: 600;
  font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere;
  unicode-bidi: isolate;
}
.tools {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  margin-top: 10px;
  align-items: center;
}
.group {
  display: flex;
}
.group > * {
  border-radius: 0;
  margin-left: -1px;
}
.group > :first-child {
  border-radius: 6px 0 0 6px;
  margin-left: 0;
}
.group > :last-child {
  border-radius: 0 6px 6px 0;
}
.group > :only-child {
  border-radius: 6px;
}
.space {
  flex: 1;
}
button,
input {
  font: inherit;
  color: var(--ink);
  background: var(--bg);
  border: 1px solid var(--line2);
  border-radius: 6px;
  height: 30px;
  padding: 0 10px;
}
button {
  cursor: pointer;
  min-width: 30px;
  white-space: nowrap;
}
button:hover {
  background: var(--raised);
}
button[aria-pressed="true"] {
  background: var(--accent);
  border-color: var(--accent);
  color: var(--bg);
}
button:disabled {
  color: var(--muted);
  cursor: default;
  opacity: 0.6;
}
input[type="search"] {
  width: 210px;
}
:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 1px;
  z-index: 1;
  position: relative;
}
#found {
  color: var(--muted);
  min-width: 78px;
  align-self: center;
  padding: 0 8px;
  font-variant-numeric: tabular-nums;
}
main {
  position: relative;
  flex: 1;
  min-height: 0;
  display: flex;
}
#plot {
  position: relative;
  flex: 1;
  min-width: 0;
  overflow: hidden;
}
canvas {
  position: absolute;
  inset: 0;
  display: block;
  touch-action: none;
  cursor: grab;
}
canvas.drag {
  cursor: grabbing;
}
canvas.over {
  cursor: pointer;
}
canvas.split {
  cursor: row-resize;
}
canvas:focus-visible {
  outline-offset: -2px;
  position: absolute;
}
#scroll {
  position: absolute;
  right: 0;
  width: 14px;
  overflow-x: hidden;
  overflow-y: auto;
}
#figures {
  position: absolute;
  inset: 0;
  z-index: 6;
  overflow: auto;
  padding: 4px 16px 24px;
  background: var(--bg);
}
#figures h2 {
  margin: 16px 0 2px;
  font-size: 15px;
}
#figures p {
  margin: 0 0 8px;
  color: var(--muted);
  max-width: 110ch;
}
#figures .wide {
  overflow-x: auto;
}
#figures table {
  border-collapse: collapse;
  font-variant-numeric: tabular-nums;
}
#figures th,
#figures td {
  padding: 3px 10px 3px 0;
  border-bottom: 1px solid var(--line);
  text-align: right;
  white-space: nowrap;
  font-weight: inherit;
}
#figures thead th {
  position: sticky;
  top: -4px;
  background: var(--bg);
  vertical-align: bottom;
}
#figures th:first-child {
  text-align: left;
  padding-right: 18px;
}
#figures td:nth-child(2),
#figures th:nth-child(2) {
  padding: 0;
  text-align: left;
}
#figures tbody tr:hover {
  background: var(--raised);
}
#figures .best {
  font-weight: 700;
}
#figures thead button {
  border: 0;
  padding: 0 2px;
  min-width: 0;
  height: auto;
  max-width: 12ch;
  white-space: normal;
  text-align: right;
  line-height: 1.25;
  background: none;
  color: var(--muted);
}
#figures thead button[aria-pressed="true"] {
  color: var(--accent);
  font-weight: 600;
}
#figures svg {
  display: block;
}
#figures text {
  font-size: 11px;
  fill: var(--muted);
}
aside {
  width: 300px;
  overflow: auto;
  border-left: 1px solid var(--line);
  background: var(--raised);
  padding: 12px 16px;
}
aside h2,
#tip h2 {
  margin: 0;
  font-size: 14px;
  line-height: 1.3;
  overflow-wrap: anywhere;
  unicode-bidi: isolate;
}
aside .close {
  height: 24px;
  min-width: 24px;
  padding: 0;
  border: 0;
  background: none;
  font-size: 18px;
  line-height: 1;
}
aside h3 {
  margin: 14px 0 4px;
  font-size: 12px;
  color: var(--muted);
  font-weight: 600;
}
aside .row {
  display: flex;
  gap: 8px;
  align-items: start;
  justify-content: space-between;
}
.links {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
}
.links button {
  height: 24px;
  padding: 0 8px;
  max-width: 100%;
  overflow: hidden;
  text-overflow: ellipsis;
  unicode-bidi: isolate;
}
.badges {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
  margin: 4px 0 0;
}
.badge {
  font-size: 11px;
  line-height: 17px;
  padding: 0 7px;
  border-radius: 9px;
  color: var(--on-bar);
  font-weight: 600;
}
.fields {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 2px 12px;
  margin-top: 8px;
}
.fields dt {
  color: var(--muted);
}
.fields dd {
  margin: 0;
  white-space: pre-line;
  overflow-wrap: anywhere;
  font-variant-numeric: tabular-nums;
  unicode-bidi: isolate;
}
#tip {
  position: fixed;
  z-index: 9;
  max-width: min(380px, 92vw);
  padding: 10px 12px;
  border-radius: 8px;
  pointer-events: none;
  background: var(--bg);
  border: 1px solid var(--line2);
  box-shadow: var(--shadow);
  font-size: 12px;
}
footer {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 18px;
  padding: 7px 16px;
  border-top: 1px solid var(--line);
  color: var(--muted);
  font-size: 12px;
  align-items: center;
}
footer span {
  display: inline-flex;
  gap: 6px;
  align-items: center;
}
footer svg {
  display: block;
}
#notes details {
  margin-top: 6px;
}
#notes summary {
  cursor: pointer;
  color: var(--late);
  font-weight: 600;
  width: max-content;
}
#notes p {
  margin: 4px 0 0;
  max-height: 84px;
  overflow: auto;
  overflow-wrap: anywhere;
}
dialog {
  border: 1px solid var(--line2);
  border-radius: 10px;
  background: var(--bg);
  color: var(--ink);
  box-shadow: var(--shadow);
}
dialog::backdrop {
  background: rgba(0, 0, 0, 0.35);
}
dialog h2 {
  margin: 0 0 10px;
  font-size: 15px;
}
kbd {
  font:
    12px ui-monospace,
    "DejaVu Sans Mono",
    monospace;
  padding: 1px 5px;
  border: 1px solid var(--line2);
  border-radius: 4px;
}
#keys .fields {
  margin: 0 0 14px;
  gap: 6px 16px;
}
.hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}
[hidden] {
  display: none !important;
}
@media (max-width: 700px) {
  aside {
    position: absolute;
    right: 0;
    top: 0;
    bottom: 0;
    z-index: 5;
    width: min(300px, 86vw);
  }
}
.sheet {
  display: none;
}
@media print {
  html,
  body {
    height: auto;
    display: block;
  }
  .tools,
  aside,
  #canvas,
  #scroll,
  #tip,
  dialog {
    display: none !important;
  }
  header,
  footer {
    padding: 0 0 6px;
    border: 0;
  }
  main {
    display: block;
  }
  #figures {
    display: block !important;
    position: static;
    overflow: visible;
    padding: 0;
  }
  #figures:empty {
    display: none !important;
  }
  #figures thead th {
    position: static;
  }
  #figures tr {
    break-inside: avoid;
  }
  #plot {
    overflow: visible;
  }
  .sheet {
    display: block;
    position: static;
    width: 100%;
    height: auto;
    break-inside: avoid;
  }
  * {
    -webkit-print-color-adjust: exact;
    print-color-adjust: exact;
  }
  @page {
    margin: 12mm;
  }
}
)page";

inline constexpr const char* page_body = R"page(<header>
<h1 id="title"></h1>
<dl id="facts"></dl>
<div id="notes"></div>
<div class="tools" role="toolbar" aria-label="Chart">
<div class="group" role="group" aria-label="Search">
<input type="search" id="search" autocomplete="off" spellcheck="false">
<button id="previous" title="Previous match (Shift+Enter)" aria-label="Previous match">&#8249;</button>
<button id="next" title="Next match (Enter)" aria-label="Next match">&#8250;</button>
<button id="filter" aria-pressed="false" title="Show only what matches">Filter</button>
</div>
<output id="found" for="search"></output>
<span class="space"></span>
<div class="group" role="group" aria-label="Time">
<button id="out" title="Zoom out (&#8722;)" aria-label="Zoom out">&#8722;</button>
<button id="in" title="Zoom in (+)" aria-label="Zoom in">+</button>
<button id="fit" title="Show everything (0)">Fit</button>
</div>
<div class="group" role="group" aria-label="Row height">
<button id="thinner" title="Lower rows ([)" aria-label="Lower rows">
<svg width="14" height="12" stroke="currentColor"><path d="M1 3.5h12M1 6.5h12M1 9.5h12"/></svg></button>
<button id="thicker" title="Higher rows (])" aria-label="Higher rows">
<svg width="14" height="12" stroke="currentColor" stroke-width="3"><path d="M1 2.5h12M1 9.5h12"/></svg></button>
</div>
<div class="group" role="group" aria-label="View">
<button id="packed" aria-pressed="false" title="As few rows as possible (L)">Packed</button>
<button id="chain" aria-pressed="false"></button>
<button id="curves" aria-pressed="true" title="Curves under the bars (R)">Resources</button>
<button id="shown" aria-pressed="false" title="Tables and distributions (D)"></button>
</div>
<div class="group">
<button id="theme" title="Dark or light (T)">Dark</button>
<button id="help" title="Keys (?)" aria-label="Keys">?</button>
</div>
</div>
</header>
<main>
<div id="plot"><canvas id="canvas" tabindex="0" role="application" aria-roledescription="chart"></canvas>
<div id="scroll" tabindex="-1" aria-hidden="true"><div></div></div></div>
<section id="figures" hidden></section>
<aside id="details" aria-label="Selection" hidden></aside>
</main>
<footer id="legend" aria-label="Legend"></footer>
<div id="tip" role="tooltip" hidden></div>
<div id="live" class="hidden" aria-live="polite"></div>
<dialog id="keys" aria-label="Keys">
<h2>Mouse and keys</h2>
<dl class="fields">
<dt>Wheel, <kbd>+</kbd> <kbd>&#8722;</kbd></dt><dd>zoom in time</dd>
<dt>Drag, <kbd>&#8592;</kbd> <kbd>&#8594;</kbd></dt><dd>move in time (and through the rows)</dd>
<dt><kbd>Shift</kbd> + wheel, wheel over the names</dt><dd>scroll the rows</dd>
<dt><kbd>Alt</kbd> + wheel, <kbd>[</kbd> <kbd>]</kbd></dt><dd>row height</dd>
<dt>Drag the line above the curves</dt><dd>more or less room for them</dd>
<dt><kbd>0</kbd>, double click</dt><dd>show everything</dd>
<dt>Click, <kbd>&#8593;</kbd> <kbd>&#8595;</kbd></dt><dd>select, with predecessors and successors</dd>
<dt><kbd>P</kbd> <kbd>S</kbd></dt><dd>go to the first predecessor, successor</dd>
<dt><kbd>Enter</kbd></dt><dd>bring the selection into view</dd>
<dt><kbd>/</kbd></dt><dd>search</dd>
<dt><kbd>L</kbd> <kbd>C</kbd> <kbd>R</kbd> <kbd>D</kbd> <kbd>T</kbd></dt><dd>packed rows, critical only, curves, figures, theme</dd>
<dt><kbd>Esc</kbd></dt><dd>clear the selection</dd>
</dl>
<form method="dialog"><button autofocus>Close</button></form>
</dialog>
)page";

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
