// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_CHART_DRAWING_HPP
#define SCHED_IO_DETAIL_CHART_DRAWING_HPP

/// \file
/// First half of the script of a chart page: the data (JSON in `#chart-data`, see `chart_data_writer`), the view, and
/// the drawing of what is in view on a canvas.

namespace sched {
inline namespace v0 {
namespace detail {

inline constexpr const char* page_script_drawing = R"page(
(() => {
"use strict";
const $ = (id) => document.getElementById(id);
const D = JSON.parse($("chart-data").textContent);
for (const l of D.lanes) l.title = l.t;

// ---- data ----------------------------------------------------------------------------------------------------------
const N = D.n;
const fill = (v) => { const a = new Float64Array(N); if (typeof v === "number") a.fill(v); else a.set(v); return a; };
const words = (v) => {
  if (Array.isArray(v)) return (i) => v[i];
  const one = typeof v.i === "number";
  return (i) => v.d[one ? v.i : v.i[i]];
};
const S = fill(D.s), W = fill(D.w), lane = fill(D.lane), row = fill(D.row), high = fill(D.h), kind = fill(D.k), flag = fill(D.flag);
const F = S.map((s, i) => s + W[i]);
const label = words(D.label);
const T1 = D.t1;
const due = new Map(), dead = new Map(), pauses = new Map();
for (let i = 0; i < D.due.length; i += 2) due.set(D.due[i], D.due[i + 1]);
for (let i = 0; i < D.dead.length; i += 2) dead.set(D.dead[i], D.dead[i + 1]);
for (let i = 0; i < D.pause.length; i += 3) {
  if (!pauses.has(D.pause[i])) pauses.set(D.pause[i], []);
  pauses.get(D.pause[i]).push(D.pause[i + 1], D.pause[i + 2]);
}
const blockBar = [], blockRow = [], blockHigh = [];
for (let i = 0; i < N; i++) { blockBar.push(i); blockRow.push(row[i]); blockHigh.push(high[i]); }
for (let i = 0; i < D.also.length; i += 3) { blockBar.push(D.also[i]); blockRow.push(D.also[i + 1]); blockHigh.push(D.also[i + 2]); }
const byStart = blockBar.map((_, b) => b).sort((a, b) => S[blockBar[a]] - S[blockBar[b]] || a - b);
const linkName = words(D.ln);
const before = new Map(), after = new Map();
D.lf.forEach((from, l) => {
  const to = D.lt[l];
  if (!before.has(to)) before.set(to, []);
  if (!after.has(from)) after.set(from, []);
  before.get(to).push([from, linkName(l)]);
  after.get(from).push([to, linkName(l)]);
});
const columns = D.cols.map((c) => ({ name: c.n, kind: c.k, at: c.k === "text" ? words(c.v) : (i) => c.v[i] }));
const panels = D.panels.map((p) => {
  const curves = p.c.map((c) => {
    let t = 0;
    return { name: c.n, kind: c.k, x: c.x.map((d) => (t += d)), y: c.y };
  });
  let top = 0;
  for (const c of curves) for (const y of c.y) if (y > top) top = y;
  return { title: p.t, unit: p.u, shaded: p.z, curves, top: top || 1 };
});
const multi = D.classes.length > 1;
const anyCritical = flag.some((f) => f & 1), anyLate = flag.some((f) => f & 2);

// ---- numbers, dates ------------------------------------------------------------------------------------------------
const base = BigInt(D.t0), baseNumber = Number(D.t0), spt = D.axis.spt, epoch = D.axis.epoch;
const exact = (t) => Number.isSafeInteger(baseNumber + t) ? String(baseNumber + t) : String(base + BigInt(Math.round(t)));
const two = (v) => String(v).padStart(2, "0");
const MONTH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAY = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const DAY = 86400;
const seconds = (t) => (baseNumber + t) * spt + epoch;
const dated = spt > 0 && Math.abs(seconds(0)) < 8.6e12 && Math.abs(seconds(T1)) < 8.6e12;
const wholeDays = spt % DAY === 0 && epoch % DAY === 0;
const dateOf = (s) => new Date(s * 1000);
const isoDay = (d) => d.getUTCFullYear() + "-" + two(d.getUTCMonth() + 1) + "-" + two(d.getUTCDate());
const clock = (d, fine) => two(d.getUTCHours()) + ":" + two(d.getUTCMinutes()) + (fine ? ":" + two(d.getUTCSeconds()) : "");
const instantText = (t) => {
  if (!dated) return exact(Math.round(t));
  const s = seconds(Math.round(t)), d = dateOf(s);
  return wholeDays ? WEEKDAY[d.getUTCDay()] + " " + isoDay(d) : isoDay(d) + " " + clock(d, s % 60 !== 0);
};
const finishText = (i) => instantText(D.axis.incl && W[i] > 0 ? F[i] - 1 : F[i]);
const spanText = (d) => String(d) + (D.axis.unit ? " " + D.axis.unit : "");
const niceNumber = (length, count) => {
  let step = 1;
  for (let k = 0; length / step > count; ++k) step = k % 3 === 1 ? step / 2 * 5 : step * 2;
  return step;
};
/// Round places in [a, b] (offsets from t0): [offset, label, label of the larger unit].
function axisTicks(a, b, count) {
  const out = [];
  if (!dated) {
    const step = niceNumber(b - a, count);
    const low = baseNumber + a, high = baseNumber + b;
    if (Number.isSafeInteger(Math.round(high)))
      for (let t = Math.ceil(low / step) * step; t <= high; t += step) out.push([t - baseNumber, String(t), ""]);
    else
      for (let t = Math.ceil(a / step) * step; t <= b; t += step) out.push([t, exact(t), ""]);
    return out;
  }
  const from = seconds(a), to = seconds(b), length = to - from;
  const put = (s, text, above) => { if (s >= from && s <= to) out.push([(s - epoch) / spt - baseNumber, text, above]); };
  for (const step of [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10800, 21600, DAY / 2, DAY, 2 * DAY, 7 * DAY]) {
    if (length / step > count || step < spt && step < DAY) continue;
    const origin = step === 7 * DAY ? 4 * DAY : 0;
    for (let s = Math.floor((from - origin) / step) * step + origin; s <= to; s += step) {
      const d = dateOf(s), month = MONTH[d.getUTCMonth()];
      if (step < DAY) put(s, clock(d, step < 60), WEEKDAY[d.getUTCDay()] + " " + d.getUTCDate() + " " + month + " " + d.getUTCFullYear());
      else put(s, String(d.getUTCDate()), month + " " + d.getUTCFullYear());
    }
    return out;
  }
  let width = 0;
  for (const m of [1, 3, 6, 12]) if (!width && length / (m * 30.44 * DAY) <= count) width = m;
  for (let years = 2, k = 1; !width; years = k % 3 === 1 ? years / 2 * 5 : years * 2, ++k)
    if (length / (years * 365.25 * DAY) <= count) width = 12 * years;
  const first = dateOf(from);
  for (let m = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / width) * width; ; m += width) {
    const year = Math.floor(m / 12), s = Date.UTC(year, m - year * 12, 1) / 1000;
    if (!(s <= to)) break;
    put(s, width >= 12 ? String(year) : MONTH[m - year * 12], width >= 12 ? "" : String(year));
  }
  return out;
}

// ---- view ----------------------------------------------------------------------------------------------------------
const canvas = $("canvas"), ink = canvas.getContext("2d"), bar = $("scroll");
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
const font = (size, weight) => (weight || "") + " " + size + "px " + FONT;
const OVERVIEW = 40, AXIS = dated ? 42 : 26, SCROLL = 14;
const view = { t: 0, k: 1, y: 0, rowH: 20, packed: false, chain: false, curves: panels.length > 0, panelY: 0 };
let width = 0, height = 0, gutter = 120, selected = -1, hovered = -1, pointer = null, drawn = 0, colour = {};
let matches = null, filtered = false, paper = false;
let rows = 0, blockTop = new Float64Array(blockBar.length), rowBar = [], laneTop = [], laneRows = [];

const plotWidth = () => Math.max(40, width - gutter - (paper ? 4 : SCROLL));
const panelHeight = () => panels.length <= 4 ? 56 : 46;
const panelsTotal = () => view.curves ? panels.length * panelHeight() + (panels.length ? 6 : 0) : 0;
const panelsShown = () => paper ? panelsTotal() : Math.min(panelsTotal(), Math.max(0, Math.floor((height - OVERVIEW - AXIS) * .45)));
const top = () => OVERVIEW + AXIS;
const rowsHeight = () => Math.max(20, height - top() - panelsShown());
const X = (t) => gutter + (t - view.t) * view.k;
const timeAt = (x) => view.t + (x - gutter) / view.k;
const shown = (i) => !filtered || !matches || matches[i];

/// Gives every block its row: as described, or (packed, for lanes with a row per bar) the lowest free one.
function arrange() {
  const placedRow = new Map(), perLane = D.lanes.map(() => []);
  for (let i = 0; i < N; i++) if (shown(i)) perLane[lane[i]].push(i);
  rows = 0; rowBar = []; laneTop = []; laneRows = [];
  D.lanes.forEach((l, at) => {
    let used = l.n;
    if (l.own && view.packed) {
      const ends = [];
      used = 0;
      for (const i of perLane[at].sort((a, b) => S[a] - S[b] || a - b)) {
        let r = ends.findIndex((e) => e <= S[i]);
        if (r < 0) { r = ends.length; ends.push(0); }
        ends[r] = Math.max(F[i], S[i] + 1e-9);
        placedRow.set(i, r);
      }
      used = ends.length;
    } else if (l.own) {
      used = 0;
      for (const i of perLane[at].sort((a, b) => row[a] - row[b])) { rowBar[rows + used] = i; placedRow.set(i, used++); }
    }
    const title = D.lanes.length > 1 && (l.l.length || l.own) ? 1 : 0;
    laneTop.push(rows + title);
    laneRows.push(used);
    rows += used + title;
  });
  for (let b = 0; b < blockBar.length; b++) {
    const i = blockBar[b];
    blockTop[b] = shown(i) ? laneTop[lane[i]] + (placedRow.has(i) ? placedRow.get(i) : blockRow[b]) : -1;
  }
  ink.font = font(11.5);
  let widest = 0;
  for (const p of panels) widest = Math.max(widest, ink.measureText(p.title).width);
  for (const l of D.lanes) {
    if (D.lanes.length > 1) widest = Math.max(widest, ink.measureText(l.title).width);
    for (let k = 0; k < l.l.length && k < 2000; k++) widest = Math.max(widest, ink.measureText(l.l[k]).width + 10);
  }
  if (!view.packed) for (let r = 0; r < rowBar.length && r < 2000; r++) if (rowBar[r] !== undefined) widest = Math.max(widest, ink.measureText(label(rowBar[r])).width);
  gutter = Math.round(Math.min(Math.max(panels.length ? 128 : 72, widest + 28), 230, Math.max(72, width * .3)));
}
const minSpan = () => Math.min(T1, dated ? Math.max(1, 60 / spt) : 4);
function clampView() {
  const full = plotWidth() / (T1 * 1.04);
  view.k = Math.min(Math.max(view.k, full), Math.max(full, plotWidth() / minSpan()));
  const span = plotWidth() / view.k, pad = span * .02;
  view.t = Math.min(Math.max(view.t, -pad), Math.max(-pad, T1 - span + pad));
  view.rowH = Math.min(Math.max(view.rowH, Math.min(2, rowsHeight() / Math.max(1, rows))), 44);
  view.y = Math.min(Math.max(view.y, 0), Math.max(0, rows * view.rowH - rowsHeight()));
  view.panelY = Math.min(Math.max(view.panelY, 0), Math.max(0, panelsTotal() - panelsShown()));
}
function fitTime() { view.k = plotWidth() / (T1 * 1.04); view.t = -T1 * .02; }
function fitAll() { fitTime(); view.rowH = Math.min(30, rowsHeight() / Math.max(1, rows)); view.y = 0; refresh(); }
function pleasantRows() {
  const named = !view.packed && D.lanes.some((l) => l.own || l.l.length);
  view.rowH = Math.min(24, Math.max(named ? 13 : view.packed ? 9 : 3, rowsHeight() / Math.max(1, rows)));
  view.y = 0;
}
function zoom(factor, x) {
  let at = x;
  if (x === undefined) {  // a button or key: about the selection when it is in view
    at = selected >= 0 ? X((S[selected] + F[selected]) / 2) : -1;
    if (at < gutter || at > gutter + plotWidth()) at = gutter + plotWidth() / 2;
  }
  const t = timeAt(at);
  view.k *= factor;
  clampView();
  view.t = t - (at - gutter) / view.k;
  refresh();
}
function zoomRows(factor, y) {
  const at = y === undefined ? rowsHeight() / 2 : y - top(), r = (view.y + at) / view.rowH;
  view.rowH *= factor;
  clampView();
  view.y = r * view.rowH - at;
  refresh();
}
let waiting = false;
function refresh() {
  clampView();
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; draw(); });
}
function resize() {
  const box = $("plot").getBoundingClientRect(), old = width;
  width = Math.round(box.width); height = Math.round(box.height);
  setSize(window.devicePixelRatio || 1);
  if (old && old !== width) view.k *= plotWidth() / Math.max(40, old - gutter - SCROLL);
  clampView();
  draw();
}
function setSize(ratio) {
  canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio);
  canvas.style.width = width + "px"; canvas.style.height = height + "px";
  ink.setTransform(ratio, 0, 0, ratio, 0, 0);
}
function readColours() {
  const style = getComputedStyle(document.documentElement);
  colour = {};
  for (const name of ["bg", "raised", "ink", "muted", "line", "line2", "shade", "on-bar", "zebra", "crit", "late", "accent", "pred",
                      "succ", "area", "limit", "over", "hit", "k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"])
    colour[name] = style.getPropertyValue("--" + name).trim();
}

// ---- drawing -------------------------------------------------------------------------------------------------------
const widths = new Map();
function textWidth(text) {
  let w = widths.get(text);
  if (w === undefined) widths.set(text, w = ink.measureText(text).width);
  return w;
}
function clipText(text, room) {
  if (textWidth(text) <= room) return text;
  let low = 0, high = text.length;
  while (low < high) { const m = (low + high + 1) >> 1; if (ink.measureText(text.slice(0, m) + "\u2026").width <= room) low = m; else high = m - 1; }
  if (low && text.charCodeAt(low - 1) >= 0xd800 && text.charCodeAt(low - 1) < 0xdc00) low--;
  return low ? text.slice(0, low) + "\u2026" : "";
}
const barColour = (i) => flag[i] & 1 && !multi ? "crit" : "k" + kind[i] % 8;
function relations() {
  const of = hovered >= 0 && selected < 0 ? -1 : selected;
  if (of < 0) return null;
  return { of, pred: new Set((before.get(of) || []).map((l) => l[0])), succ: new Set((after.get(of) || []).map((l) => l[0])) };
}
function line(x1, y1, x2, y2) { ink.beginPath(); ink.moveTo(x1, y1); ink.lineTo(x2, y2); ink.stroke(); }
function clipTo(x, y, w, h) { ink.save(); ink.beginPath(); ink.rect(x, y, w, h); ink.clip(); }
function shade(list, y, h) {
  ink.fillStyle = colour.shade;
  let last = -1;
  for (let z = 0; z < list.length; z += 2) {
    const a = Math.max(gutter, X(list[z])), b = Math.min(width, X(list[z + 1]));
    if (b <= gutter) continue;
    if (a >= width) break;
    if (b - a < .5 && Math.floor(a) === last) continue;
    last = Math.floor(a);
    ink.fillRect(a, y, Math.max(b - a, .5), h);
  }
}
function diamond(x, y, r) { ink.moveTo(x, y - r); ink.lineTo(x + r, y); ink.lineTo(x, y + r); ink.lineTo(x - r, y); ink.closePath(); }
function box(b) {
  const i = blockBar[b], inset = view.rowH >= 9 ? Math.min(4, view.rowH * .14) : view.rowH >= 3 ? .5 : 0;
  const y = top() + blockTop[b] * view.rowH - view.y + inset, h = Math.max(view.rowH * blockHigh[b] - 2 * inset, .8);
  const x = X(S[i]);
  return { x, y, w: Math.max(W[i] * view.k, W[i] ? 1 : 0), h };
}
function draw() {
  const W0 = width, H0 = height, rowsEnd = top() + rowsHeight();
  ink.clearRect(0, 0, W0, H0);
  ink.fillStyle = colour.bg; ink.fillRect(0, 0, W0, H0);
  ink.textBaseline = "middle"; ink.lineWidth = 1;
  drawn = 0;
  const ticks = axisTicks(timeAt(gutter), timeAt(gutter + plotWidth()), plotWidth() / (dated ? 58 : 70));
  drawRowsBack(rowsEnd, ticks);
  drawBars(rowsEnd);
  drawNames(rowsEnd);
  drawPanels(rowsEnd, ticks);
  drawMarks(H0);
  drawAxis(ticks);
  drawOverview();
  if (pointer && pointer.x > gutter && pointer.x < W0 - SCROLL && pointer.y > OVERVIEW) drawCross(H0);
  syncScroll(rowsEnd);
}
function drawRowsBack(end, ticks) {
  clipTo(0, top(), width, end - top());
  const first = Math.max(0, Math.floor(view.y / view.rowH)), last = Math.min(rows, Math.ceil((view.y + rowsHeight()) / view.rowH));
  D.lanes.forEach((l, at) => {
    const y = top() + laneTop[at] * view.rowH - view.y, h = laneRows[at] * view.rowH;
    if (y < end && y + h > top() && l.z.length) shade(l.z, y, h);
  });
  if (view.rowH >= 9) {
    ink.fillStyle = colour.zebra;
    for (let r = first - first % 2; r < last; r += 2) ink.fillRect(0, top() + r * view.rowH - view.y, width, view.rowH);
  }
  ink.strokeStyle = colour.line;
  for (const t of ticks) { const x = Math.round(X(t[0])) + .5; line(x, top(), x, end); }
  ink.strokeStyle = colour.line2;
  if (D.lanes.length > 1)
    laneTop.forEach((r, at) => { const y = Math.round(top() + (r + laneRows[at]) * view.rowH - view.y) + .5; if (y > top() && y < end) line(0, y, width, y); });
  ink.restore();
}
function drawBars(end) {
  clipTo(gutter, top(), width - gutter, end - top());
  const rel = relations(), left = timeAt(gutter), right = timeAt(width);
  const firstRow = view.y / view.rowH - 1, lastRow = (view.y + rowsHeight()) / view.rowH;
  const full = new Map(), faint = new Map(), texts = [], extras = [], seen = new Map();
  const put = (map, key, shape) => { let list = map.get(key); if (!list) map.set(key, list = []); list.push(shape); };
  const strong = (i) => (!rel || i === rel.of || rel.pred.has(i) || rel.succ.has(i)) && (!matches || matches[i]) && (!view.chain || flag[i] & 1);
  for (const b of byStart) {
    const i = blockBar[b];
    if (S[i] > right) break;
    if (blockTop[b] < 0 || F[i] < left && !(due.get(i) > left || dead.get(i) > left) && X(F[i]) < gutter - 10) continue;
    if (blockTop[b] + blockHigh[b] < firstRow || blockTop[b] > lastRow) continue;
    const q = box(b), bright = strong(i), name = barColour(i);
    const r = view.rowH >= 1 ? blockTop[b] : Math.floor(q.y);
    if (q.w < 1.2 && W[i] > 0) {
      const cell = r * 4 + (bright ? 2 : 0) + (flag[i] & 1), px = Math.floor(q.x * 1.5);
      if (seen.get(cell) === px) continue;
      seen.set(cell, px);
    }
    drawn++;
    put(bright ? full : faint, name, [i, q]);
    if (view.rowH >= 6 && (due.has(i) || dead.has(i) || flag[i] & 2) || multi && flag[i] & 1) extras.push([i, q]);
    if (q.h >= 9 && q.w >= 16 && !(D.lanes[lane[i]].own && !view.packed)) texts.push([i, q, bright]);
  }
  for (const [map, alpha] of [[faint, .2], [full, 1]])
    for (const [name, list] of map) {
      ink.globalAlpha = alpha;
      ink.fillStyle = colour[name];
      ink.beginPath();
      const light = [];
      for (const [i, q] of list) {
        const round = q.h >= 8 && q.w >= 5 ? 2.5 : 0;
        if (W[i] === 0) diamond(q.x, q.y + q.h / 2, Math.max(1.5, Math.min(7, q.h / 2)));
        else if (pauses.has(i)) light.push([i, q, round]);
        else if (round) ink.roundRect(q.x, q.y, q.w, q.h, round);
        else ink.rect(q.x, q.y, q.w, q.h);
      }
      ink.fill();
      for (const [i, q, round] of light) {
        ink.globalAlpha = alpha * .38;
        ink.beginPath(); ink.roundRect(q.x, q.y, q.w, q.h, round); ink.fill();
        ink.globalAlpha = alpha;
        ink.beginPath();
        let from = S[i];
        const parts = pauses.get(i);
        for (let p = 0; p <= parts.length; p += 2) {
          const to = p < parts.length ? parts[p] : F[i];
          if (to > from) ink.roundRect(X(from), q.y, Math.max((to - from) * view.k, .8), q.h, from === S[i] || to === F[i] ? round : 0);
          from = parts[p + 1];
        }
        ink.fill();
      }
    }
  ink.globalAlpha = 1;
  for (const [i, q] of extras) drawExtras(i, q);
  if (view.rowH >= 9) drawHints(left, timeAt(gutter + plotWidth()));
  ink.font = font(view.rowH >= 20 ? 11.5 : 10.5);
  widths.clear();
  for (const [i, q, bright] of texts) {
    const a = Math.max(q.x, gutter), room = Math.min(q.x + q.w, width - SCROLL) - a - 8;
    const text = room > 8 ? clipText(label(i), room) : "";
    if (!text) continue;
    ink.fillStyle = bright ? colour["on-bar"] : colour.ink;
    ink.globalAlpha = bright ? 1 : .45;
    ink.fillText(text, a + 4, q.y + q.h / 2 + .5);
  }
  ink.globalAlpha = 1;
  if (rel) drawLinks(rel);
  for (const [i, style, w] of [[hovered, colour.ink, 1.5], [selected, colour.accent, 2.5]]) {
    if (i < 0) continue;
    for (const b of blocksOf(i)) outline(box(b), W[i], style, w);
  }
  ink.restore();
}
/// Small arrows where the bar of a row lies outside the window.
function drawHints(left, right) {
  const first = Math.max(0, Math.floor(view.y / view.rowH)), last = Math.min(rows, Math.ceil((view.y + rowsHeight()) / view.rowH));
  ink.fillStyle = colour.line2;
  ink.beginPath();
  for (let r = first; r < last; r++) {
    const i = rowBar[r];
    if (i === undefined || F[i] > left && S[i] < right) continue;
    const x = F[i] <= left ? gutter + 4 : gutter + plotWidth() - 4, d = F[i] <= left ? 5 : -5, y = top() + (r + .5) * view.rowH - view.y;
    ink.moveTo(x, y); ink.lineTo(x + d, y - 3.5); ink.lineTo(x + d, y + 3.5);
  }
  ink.fill();
}
function outline(q, work, style, w) {
  ink.strokeStyle = style; ink.lineWidth = w;
  ink.beginPath();
  if (work === 0) diamond(q.x, q.y + q.h / 2, Math.max(4, Math.min(9, q.h / 2 + 2)));
  else ink.roundRect(q.x - 1.5, q.y - 1.5, q.w + 3, Math.max(q.h, 2) + 3, 4);
  ink.stroke(); ink.lineWidth = 1;
}
const moreBlocks = new Map();
for (let b = N; b < blockBar.length; b++) { if (!moreBlocks.has(blockBar[b])) moreBlocks.set(blockBar[b], []); moreBlocks.get(blockBar[b]).push(b); }
const blocksOf = (i) => shown(i) ? [i].concat(moreBlocks.get(i) || []) : [];
function drawExtras(i, q) {
  const end = q.x + q.w, middle = q.y + q.h / 2;
  if (multi && flag[i] & 1) { ink.strokeStyle = colour.crit; ink.lineWidth = 2; ink.strokeRect(q.x, q.y, q.w, q.h); ink.lineWidth = 1; }
  const limit = Math.min(due.has(i) ? due.get(i) : Infinity, dead.has(i) ? dead.get(i) : Infinity);
  if (flag[i] & 2 && view.rowH >= 6) {
    const x = X(limit), h = Math.max(2, q.h * .25), from = Math.max(x, q.x);
    ink.fillStyle = colour.late;
    ink.fillRect(from, q.y + q.h - h, end - from, h);
    const r = Math.min(6, q.h / 2);
    ink.beginPath(); ink.moveTo(end + 4, middle + r); ink.lineTo(end + 4 + 2 * r, middle + r); ink.lineTo(end + 4 + r, middle - r); ink.fill();
    if (r >= 5) { ink.fillStyle = colour.bg; ink.fillRect(end + 3.2 + r, middle - r * .35, 1.6, r * .7); ink.fillRect(end + 3.2 + r, middle + r * .55, 1.6, 1.6); }
  }
  for (const [map, solid] of [[due, false], [dead, true]]) {
    if (!map.has(i)) continue;
    const x = Math.round(X(map.get(i))) + .5, y1 = q.y - 1, y2 = q.y + q.h + 1;
    ink.strokeStyle = ink.fillStyle = solid ? colour.late : colour.muted;
    ink.lineWidth = solid ? 2 : 1.5;
    if (!solid) ink.setLineDash([2, 2]);
    line(x, y1, x, y2);
    ink.setLineDash([]); ink.lineWidth = 1;
    if (view.rowH >= 11) { ink.beginPath(); ink.moveTo(x - 3.5, y1); ink.lineTo(x + 3.5, y1); ink.lineTo(x, y1 + 4); ink.fill(); }
  }
}
function drawLinks(rel) {
  const arrow = (from, to, style) => {
    const p = blocksOf(from)[0], q = blocksOf(to)[0];
    if (p === undefined || q === undefined) return;
    const a = box(p), b = box(q), x1 = a.x + a.w, y1 = a.y + a.h / 2, x2 = b.x, y2 = b.y + b.h / 2;
    ink.strokeStyle = ink.fillStyle = style; ink.lineWidth = 1.5;
    const back = x2 < x1 + 10, bend = back ? x1 + 8 : Math.max(x1 + 5, x2 - 10);
    ink.beginPath(); ink.moveTo(x1, y1); ink.lineTo(bend, y1);
    if (back) { const mid = y1 + (y2 > y1 ? 1 : -1) * (a.h / 2 + 3); ink.lineTo(bend, mid); ink.lineTo(x2 - 9, mid); ink.lineTo(x2 - 9, y2); } else ink.lineTo(bend, y2);
    ink.lineTo(x2 - 5, y2); ink.stroke();
    ink.beginPath(); ink.moveTo(x2 - 1, y2); ink.lineTo(x2 - 7, y2 - 3.5); ink.lineTo(x2 - 7, y2 + 3.5); ink.fill();
    ink.lineWidth = 1;
  };
  for (const [style, set] of [[colour.pred, rel.pred], [colour.succ, rel.succ]])
    for (const i of set) for (const b of blocksOf(i)) outline(box(b), W[i], style, 2);
  for (const i of rel.pred) arrow(i, rel.of, colour.pred);
  for (const i of rel.succ) arrow(rel.of, i, colour.succ);
}
function drawNames(end) {
  clipTo(0, top(), gutter, end - top());
  ink.strokeStyle = colour.line2;
  line(gutter - .5, top(), gutter - .5, end);
  const first = Math.max(0, Math.floor(view.y / view.rowH)), last = Math.min(rows, Math.ceil((view.y + rowsHeight()) / view.rowH));
  const size = Math.min(11.5, view.rowH - 1.5), rel = relations();
  ink.font = font(size); widths.clear();
  const y = (r) => top() + (r + .5) * view.rowH - view.y + .5;
  if (size >= 8.5) {
    for (let r = first; r < last; r++) {
      const i = rowBar[r];
      if (i === undefined) continue;
      if (matches && matches[i] && !filtered) { ink.fillStyle = colour.hit; ink.globalAlpha = .5; ink.fillRect(0, top() + r * view.rowH - view.y, gutter - 1, view.rowH); ink.globalAlpha = 1; }
      if (flag[i] & 1) { ink.fillStyle = colour.crit; ink.fillRect(3, y(r) - size * .4, 3, size * .8); }
      const mark = rel && (i === rel.of ? "accent" : rel.pred.has(i) ? "pred" : rel.succ.has(i) ? "succ" : "");
      ink.fillStyle = mark ? colour[mark] : matches && !matches[i] ? colour.muted : colour.ink;
      if (mark) ink.font = font(size, "600");
      ink.fillText(clipText(label(i), gutter - 20), 11, y(r));
      if (mark) { ink.font = font(size); widths.clear(); }
    }
  }
  D.lanes.forEach((l, at) => {
    const titled = D.lanes.length > 1, head = titled && (l.l.length || l.own);
    for (let r = Math.max(first, laneTop[at]); size >= 8.5 && l.l.length && r < Math.min(last, laneTop[at] + laneRows[at]); r++) {
      ink.fillStyle = colour.ink;
      ink.fillText(clipText(l.l[r - laneTop[at]] || "", gutter - (head ? 30 : 20)), head ? 20 : 10, y(r));
    }
    const a = top() + (laneTop[at] - (head ? 1 : 0)) * view.rowH - view.y, h = (laneRows[at] + (head ? 1 : 0)) * view.rowH;
    if (!(titled || !l.own) || !l.title || a > end || a + h < top() || l.l.length && !titled) {
      if (!titled && l.own && view.packed) caption(l.title + ", packed", end);
      return;
    }
    if (h < 9) return;
    ink.font = font(11.5, "600"); widths.clear(); ink.fillStyle = colour.ink;
    ink.fillText(clipText(l.title, gutter - 20), 10, Math.min(Math.max(a, top()) + Math.min(view.rowH, 24, h) / 2, a + h - 6) + .5);
    ink.font = font(size); widths.clear();
  });
  ink.restore();
}
function caption(text, end) {
  ink.font = font(11.5, "600"); widths.clear(); ink.fillStyle = colour.ink;
  ink.fillText(clipText(text, gutter - 20), 11, Math.min(top() + 16, end - 8));
  ink.font = font(11); ink.fillStyle = colour.muted;
  ink.fillText(rows + " rows", 11, Math.min(top() + 33, end - 8));
}
const valueAt = (c, t) => {
  let low = 0, high = c.x.length;
  while (low < high) { const m = (low + high) >> 1; if (c.x[m] <= t) low = m + 1; else high = m; }
  return low ? c.y[low - 1] : c.kind === "limit" ? null : 0;
};
/// The step curve in view as [pixel, value]; of the steps within a pixel the highest.
function steps(c) {
  const left = timeAt(gutter), right = timeAt(width);
  const out = [[gutter, valueAt(c, left)]];
  let low = 0, high = c.x.length;
  while (low < high) { const m = (low + high) >> 1; if (c.x[m] <= left) low = m + 1; else high = m; }
  let px = -1, resume = null;
  for (let i = low; i < c.x.length && c.x[i] <= right; i++) {
    const x = X(c.x[i]), cell = Math.floor(x * 2);
    if (cell === px) { const last = out[out.length - 1]; resume = [x, c.y[i]]; if (c.y[i] > last[1]) last[1] = c.y[i]; continue; }
    if (resume) { out.push(resume); resume = null; }
    px = cell;
    out.push([x, c.y[i]]);
  }
  if (resume) out.push(resume);
  out.push([width, out[out.length - 1][1]]);
  return out;
}
function stepPath(points, Y, floor) {
  ink.beginPath();
  let on = false;
  for (let k = 0; k + 1 < points.length; k++) {
    const [x, v] = points[k], next = points[k + 1][0];
    if (v === null) { on = false; continue; }
    if (floor !== undefined) { ink.rect(x, Y(v), next - x, floor - Y(v)); continue; }
    if (on) ink.lineTo(x, Y(v)); else ink.moveTo(x, Y(v));
    ink.lineTo(next, Y(v));
    on = true;
  }
}
function drawPanels(from, ticks) {
  const H = panelsShown();
  if (!H) return;
  ink.fillStyle = colour.bg; ink.fillRect(0, from, width, H);
  clipTo(0, from, width, H);
  ink.strokeStyle = colour.line2;
  line(0, from + .5, width, from + .5);
  const each = panelHeight();
  panels.forEach((p, at) => {
    const y0 = from + 6 + at * each - view.panelY, h = each - 8, floor = y0 + h;
    if (y0 > from + H || floor < from) return;
    const Y = (v) => floor - Math.max(0, v) / (p.top * 1.08) * (h - 2);
    clipTo(gutter, Math.max(from, y0 - 3), width - gutter, each);
    shade(p.shaded, y0 - 1, h + 1);
    ink.strokeStyle = colour.line;
    for (const t of ticks) { const x = Math.round(X(t[0])) + .5; line(x, y0, x, floor); }
    const limit = p.curves.find((c) => c.kind === "limit");
    let tone = 0;
    for (const c of p.curves) {
      const points = steps(c);
      if (c.kind === "area") {
        ink.fillStyle = tone ? colour["k" + tone % 8] : colour.area; tone++;
        stepPath(points, Y, floor); ink.fill();
        if (limit) {  // what exceeds the limit
          const cuts = [...new Set(points.concat(steps(limit)).map((q) => q[0]))].sort((a, b) => a - b);
          ink.fillStyle = colour.over;
          let a = 0, b = 0;
          const L = steps(limit);
          for (let k = 0; k + 1 < cuts.length; k++) {
            while (a + 1 < points.length && points[a + 1][0] <= cuts[k]) a++;
            while (b + 1 < L.length && L[b + 1][0] <= cuts[k]) b++;
            const u = points[a][1], v = L[b][1];
            if (u !== null && v !== null && u > v + 1e-9) ink.fillRect(cuts[k], Y(u), Math.max(cuts[k + 1] - cuts[k], 1), Y(v) - Y(u));
          }
        }
      } else {
        ink.strokeStyle = c.kind === "limit" ? colour.limit : colour["k" + (++tone) % 8];
        ink.lineWidth = c.kind === "limit" ? 1.5 : 1.25;
        if (c.kind === "limit") ink.setLineDash([5, 3]);
        stepPath(points, Y); ink.stroke();
        ink.setLineDash([]); ink.lineWidth = 1;
      }
    }
    ink.restore();
    ink.strokeStyle = colour.line2;
    line(gutter, Math.round(floor) + .5, width, Math.round(floor) + .5);
    ink.font = font(11.5, "600"); widths.clear(); ink.fillStyle = colour.ink;
    ink.fillText(clipText(p.title, gutter - 46), 11, y0 + 9);
    ink.font = font(10.5); ink.fillStyle = colour.muted;
    if (p.note) ink.fillText(p.note, 11, y0 + 25);
    ink.textAlign = "right";
    const scale = limit && limit.y.length ? Math.max(...limit.y.slice(0, 4096).map((v) => v || 0)) : p.top;
    ink.fillText(shortNumber(scale), gutter - 6, Math.min(Math.max(Y(scale), y0 + 5), floor - 12));
    ink.fillText("0", gutter - 6, floor - 4);
    ink.textAlign = "left";
  });
  ink.strokeStyle = colour.line2; line(gutter - .5, from, gutter - .5, from + H);
  if (panelsTotal() > H + 1 && !paper) {
    const h = H * H / panelsTotal(), y = from + view.panelY / panelsTotal() * H;
    ink.fillStyle = colour.line2; ink.beginPath(); ink.roundRect(width - 9, y + 2, 5, h - 4, 2.5); ink.fill();
  }
  ink.restore();
}
const shortNumber = (v) => v >= 1e6 ? +(v / 1e6).toPrecision(3) + "M" : v >= 1e4 ? +(v / 1e3).toPrecision(3) + "k" : String(+v.toPrecision(6));
/// Peak and mean of the first area against the limit, said once beside each panel.
for (const p of panels) {
  const area = p.curves.find((c) => c.kind === "area"), limit = p.curves.find((c) => c.kind === "limit");
  if (!area || !limit || !area.x.length || p.unit) { p.note = p.unit; continue; }
  let used = 0, given = 0, peak = 0;
  const sum = (c, f) => { for (let k = 0; k < c.x.length; k++) { const a = Math.max(0, c.x[k]), b = Math.min(T1, k + 1 < c.x.length ? c.x[k + 1] : T1); if (b > a && c.y[k] !== null) f(c.y[k], b - a); } };
  sum(area, (v, d) => { used += v * d; peak = Math.max(peak, v); });
  sum(limit, (v, d) => { given += v * d; });
  p.note = given > 0 ? "peak " + shortNumber(peak) + ", " + Math.round(100 * used / given) + "\u2009% used" : "";
}
function drawMarks(H0) {
  clipTo(gutter, OVERVIEW, width - gutter, H0);
  for (const [t, text] of D.marks) {
    const x = Math.round(X(t)) + .5;
    if (x < gutter || x > width) continue;
    ink.strokeStyle = colour.ink; ink.setLineDash([4, 3]); ink.globalAlpha = .65;
    line(x, top(), x, H0);
    ink.setLineDash([]); ink.globalAlpha = 1;
    ink.font = font(10.5, "600"); ink.fillStyle = colour.ink;
    const w = ink.measureText(text).width, right = x + w + 8 > width - SCROLL;
    ink.fillStyle = colour.bg; ink.globalAlpha = .85; ink.fillRect(right ? x - w - 7 : x + 2, top() + 3, w + 5, 14); ink.globalAlpha = 1;
    ink.fillStyle = colour.ink;
    ink.fillText(text, right ? x - w - 4 : x + 4, top() + 10.5);
  }
  ink.restore();
}
function drawAxis(ticks) {
  ink.fillStyle = colour.raised; ink.fillRect(0, OVERVIEW, width, AXIS);
  ink.strokeStyle = colour.line2; line(0, top() - .5, width, top() - .5);
  ink.font = font(11, "600"); ink.fillStyle = colour.muted;
  ink.fillText(dated ? "UTC" : "time" + (D.axis.unit ? ", " + D.axis.unit : ""), 11, OVERVIEW + AXIS / 2 + .5);
  clipTo(gutter, OVERVIEW, width - gutter, AXIS);
  ink.font = font(11);
  const y = dated ? OVERVIEW + 31 : OVERVIEW + 14;
  let unit = null, unitX = 0, units = [];
  for (const [t, text, above] of ticks) {
    const x = Math.round(X(t)) + .5;
    ink.strokeStyle = colour.line2; line(x, top() - 5, x, top());
    ink.fillStyle = colour.ink;
    ink.fillText(text, dated ? x + 4 : Math.max(x - ink.measureText(text).width / 2, gutter + 2), y);
    if (dated && above !== unit) { units.push([unit === null ? gutter : x, above]); unit = above; unitX = x; }
  }
  ink.font = font(11, "600"); ink.fillStyle = colour.ink;
  units.forEach(([x, text], k) => {
    const room = (k + 1 < units.length ? units[k + 1][0] : width) - x - 8;
    if (k) { ink.strokeStyle = colour.line2; line(x, OVERVIEW + 2, x, OVERVIEW + 20); }
    widths.clear();
    const clipped = clipText(text, room);
    if (clipped === text) ink.fillText(text, x + 4, OVERVIEW + 12);
  });
  ink.restore();
}
const load = (() => {  // bars at work over time
  const events = [];
  for (let i = 0; i < N; i++) if (W[i] > 0) { events.push([S[i], 1], [F[i], -1]); }
  events.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const x = [], y = [];
  let level = 0, most = 1;
  for (const [t, d] of events) {
    level += d;
    if (x.length && x[x.length - 1] === t) y[y.length - 1] = level; else { x.push(t); y.push(level); }
  }
  for (const v of y) most = Math.max(most, v);
  return { x, y, most, kind: "area" };
})();
const overX = (t) => gutter + (t + T1 * .02) / (T1 * 1.04) * plotWidth();
const overTime = (x) => (x - gutter) / plotWidth() * T1 * 1.04 - T1 * .02;
function drawOverview() {
  ink.fillStyle = colour.bg; ink.fillRect(0, 0, width, OVERVIEW);
  const floor = OVERVIEW - 8, h = floor - 5;
  ink.font = font(10.5); ink.fillStyle = colour.muted;
  ink.fillText("at work", 11, OVERVIEW / 2 - 6);
  ink.fillText("max " + load.most, 11, OVERVIEW / 2 + 8);
  const cells = new Float64Array(Math.ceil(plotWidth()) + 1);
  for (let k = 0; k < load.x.length; k++) {
    const a = Math.max(0, Math.floor(overX(load.x[k]) - gutter)), b = k + 1 < load.x.length ? overX(load.x[k + 1]) - gutter : a;
    for (let c = a; c <= Math.min(b, cells.length - 1); c++) if (load.y[k] > cells[c]) cells[c] = load.y[k];
  }
  ink.fillStyle = colour.k0; ink.globalAlpha = .55; ink.beginPath();
  cells.forEach((v, c) => { if (v > 0) ink.rect(gutter + c, floor - v / load.most * h, 1, v / load.most * h); });
  ink.fill(); ink.globalAlpha = 1;
  if (anyCritical) {
    const mark = new Uint8Array(cells.length);
    for (let i = 0; i < N; i++) if (flag[i] & 1) mark.fill(1, Math.max(0, Math.floor(overX(S[i]) - gutter)), Math.ceil(overX(F[i]) - gutter));
    ink.fillStyle = colour.crit; ink.beginPath();
    mark.forEach((m, c) => { if (m) ink.rect(gutter + c, floor + 1, 1, 3); });
    ink.fill();
  }
  const a = Math.max(gutter, overX(timeAt(gutter))), b = Math.min(gutter + plotWidth(), overX(timeAt(gutter + plotWidth())));
  ink.fillStyle = colour.bg; ink.globalAlpha = .68;
  ink.fillRect(gutter, 0, a - gutter, OVERVIEW - 1); ink.fillRect(b, 0, gutter + plotWidth() - b, OVERVIEW - 1);
  ink.globalAlpha = 1; ink.strokeStyle = colour.accent;
  ink.strokeRect(Math.round(a) + .5, 1.5, Math.max(2, Math.round(b - a) - 1), OVERVIEW - 5);
  ink.strokeStyle = colour.line; line(0, OVERVIEW - .5, width, OVERVIEW - .5);
}
function drawCross(H0) {
  const x = Math.round(pointer.x) + .5, text = instantText(Math.floor(timeAt(pointer.x)));
  ink.strokeStyle = colour.accent; ink.globalAlpha = .5; line(x, top(), x, H0); ink.globalAlpha = 1;
  ink.font = font(11, "600");
  const w = ink.measureText(text).width + 12, left = Math.min(Math.max(x - w / 2, gutter), width - SCROLL - w);
  ink.fillStyle = colour.accent; ink.beginPath(); ink.roundRect(left, top() - 20, w, 17, 4); ink.fill();
  ink.fillStyle = colour.bg; ink.fillText(text, left + 6, top() - 11);
}
function syncScroll(end) {
  bar.style.top = top() + "px"; bar.style.height = end - top() + "px";
  bar.firstElementChild.style.height = rows * view.rowH + "px";
  bar.hidden = rows * view.rowH <= end - top() + .5;
  if (Math.abs(bar.scrollTop - view.y) > 1) bar.scrollTop = view.y;
}
)page";

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
