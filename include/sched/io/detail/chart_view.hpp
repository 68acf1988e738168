// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_CHART_VIEW_HPP
#define SCHED_IO_DETAIL_CHART_VIEW_HPP

/// \file
/// First part of the script of a chart page: the data (JSON in `#chart-data`, see `chart_data_writer`), numbers and
/// dates, and the view: which rows and which time are to be seen.

namespace sched {
inline namespace v0 {
namespace detail {

inline constexpr const char* page_script_view = R"page(
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const D = JSON.parse($("chart-data").textContent);
  for (const l of D.lanes) l.title = l.t;

  // ---- data --------------------------------------------------------------------------------------------------------
  const N = D.n;
  const fill = (v) => {
    const a = new Float64Array(N);
    if (typeof v === "number") a.fill(v);
    else a.set(v);
    return a;
  };
  const words = (v) => {
    if (Array.isArray(v)) return (i) => v[i];
    const one = typeof v.i === "number";
    return (i) => v.d[one ? v.i : v.i[i]];
  };
  const S = fill(D.s),
    W = fill(D.w),
    lane = fill(D.lane),
    row = fill(D.row),
    high = fill(D.h),
    kind = fill(D.k),
    flag = fill(D.flag);
  const F = S.map((s, i) => s + W[i]);
  const label = words(D.label);
  const T1 = D.t1;
  const due = new Map(),
    dead = new Map(),
    pauses = new Map();
  for (let i = 0; i < D.due.length; i += 2) due.set(D.due[i], D.due[i + 1]);
  for (let i = 0; i < D.dead.length; i += 2) dead.set(D.dead[i], D.dead[i + 1]);
  for (let i = 0; i < D.pause.length; i += 3) {
    if (!pauses.has(D.pause[i])) pauses.set(D.pause[i], []);
    pauses.get(D.pause[i]).push(D.pause[i + 1], D.pause[i + 2]);
  }
  const blockBar = [],
    blockRow = [],
    blockHigh = [],
    blockFrom = Array.from(fill(D.from)),
    blockShare = Array.from(fill(D.share)); // of the row's height, in thousandths
  for (let i = 0; i < N; i++) {
    blockBar.push(i);
    blockRow.push(row[i]);
    blockHigh.push(high[i]);
  }
  for (let i = 0; i < D.also.length; i += 3) {
    blockBar.push(D.also[i]);
    blockRow.push(D.also[i + 1]);
    blockHigh.push(D.also[i + 2]);
    blockFrom.push(0);
    blockShare.push(1000);
  }
  for (let i = 0; i < D.alsoPart.length; i += 3) {
    blockFrom[N + D.alsoPart[i]] = D.alsoPart[i + 1];
    blockShare[N + D.alsoPart[i]] = D.alsoPart[i + 2];
  }
  const byStart = blockBar.map((_, b) => b).sort((a, b) => S[blockBar[a]] - S[blockBar[b]] || a - b);
  const linkName = words(D.ln);
  const before = new Map(),
    after = new Map();
  D.lf.forEach((from, l) => {
    const to = D.lt[l];
    if (!before.has(to)) before.set(to, []);
    if (!after.has(from)) after.set(from, []);
    const ends = typeof D.le === "number" ? D.le : D.le[l];
    before.get(to).push([from, linkName(l), ends]);
    after.get(from).push([to, linkName(l), ends]);
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
  const ownRow = (i) => D.lanes[lane[i]].own && !view.packed; // the bar has its row for itself
  const anyCritical = flag.some((f) => f & 1),
    anyLate = flag.some((f) => f & 2);

  // ---- numbers, dates ----------------------------------------------------------------------------------------------
  const base = BigInt(D.t0),
    baseNumber = Number(D.t0),
    spt = D.axis.spt,
    epoch = D.axis.epoch;
  const exact = (t) =>
    Number.isSafeInteger(baseNumber + t) ? String(baseNumber + t) : String(base + BigInt(Math.round(t)));
  const two = (v) => String(v).padStart(2, "0");
  const MONTH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const WEEKDAY = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const DAY = 86400;
  const seconds = (t) => (baseNumber + t) * spt + epoch;
  const dated = spt > 0 && Math.abs(seconds(0)) < 8.6e12 && Math.abs(seconds(T1)) < 8.6e12;
  const wholeDays = spt % DAY === 0 && epoch % DAY === 0;
  const dateOf = (s) => new Date(s * 1000);
  const isoDay = (d) => d.getUTCFullYear() + "-" + two(d.getUTCMonth() + 1) + "-" + two(d.getUTCDate());
  const clock = (d, fine) =>
    two(d.getUTCHours()) + ":" + two(d.getUTCMinutes()) + (fine ? ":" + two(d.getUTCSeconds()) : "");
  const instantText = (t) => {
    if (!dated) return exact(Math.round(t));
    const s = seconds(Math.round(t)),
      d = dateOf(s);
    return wholeDays ? WEEKDAY[d.getUTCDay()] + " " + isoDay(d) : isoDay(d) + " " + clock(d, s % 60 !== 0);
  };
  const lastText = (t) => instantText(D.axis.incl ? t - 1 : t);  // of a time by which something must be finished
  const finishText = (i) => instantText(D.axis.incl && W[i] > 0 ? F[i] - 1 : F[i]);
  const unitOne = D.axis.unit.length > 3 && D.axis.unit.endsWith("s") ? D.axis.unit.slice(0, -1) : D.axis.unit;
  const spanText = (d) => String(d) + (D.axis.unit ? " " + (d === 1 ? unitOne : D.axis.unit) : "");
  const niceNumber = (length, count) => {
    let step = 1;
    for (let k = 0; length / step > count; ++k) step = k % 3 === 1 ? (step / 2) * 5 : step * 2;
    return step;
  };
  /// Round places in [a, b] (offsets from t0): [offset, label, label of the larger unit].
  function axisTicks(a, b, count) {
    const out = [];
    if (!dated) {
      const step = niceNumber(b - a, count);
      const low = baseNumber + a,
        high = baseNumber + b;
      if (Number.isSafeInteger(Math.round(high)))
        for (let t = Math.ceil(low / step) * step; t <= high; t += step) out.push([t - baseNumber, String(t), ""]);
      else for (let t = Math.ceil(a / step) * step; t <= b; t += step) out.push([t, exact(t), ""]);
      return out;
    }
    const from = seconds(a),
      to = seconds(b),
      length = to - from;
    const put = (s, text, above) => {
      if (s >= from && s <= to) out.push([(s - epoch) / spt - baseNumber, text, above]);
    };
    for (const step of [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10800, 21600, DAY / 2, DAY, 2 * DAY, 7 * DAY]) {
      if (length / step > count || (step < spt && step < DAY)) continue;
      const origin = step === 7 * DAY ? 4 * DAY : 0;
      for (let s = Math.floor((from - origin) / step) * step + origin; s <= to; s += step) {
        const d = dateOf(s),
          month = MONTH[d.getUTCMonth()];
        if (step < DAY)
          put(
            s,
            clock(d, step < 60),
            WEEKDAY[d.getUTCDay()] + " " + d.getUTCDate() + " " + month + " " + d.getUTCFullYear(),
          );
        else put(s, String(d.getUTCDate()), month + " " + d.getUTCFullYear());
      }
      return out;
    }
    let width = 0;
    for (const m of [1, 3, 6, 12]) if (!width && length / (m * 30.44 * DAY) <= count) width = m;
    for (let years = 2, k = 1; !width; years = k % 3 === 1 ? (years / 2) * 5 : years * 2, ++k)
      if (length / (years * 365.25 * DAY) <= count) width = 12 * years;
    const first = dateOf(from);
    for (let m = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / width) * width; ; m += width) {
      const year = Math.floor(m / 12),
        s = Date.UTC(year, m - year * 12, 1) / 1000;
      if (!(s <= to)) break;
      put(s, width >= 12 ? String(year) : MONTH[m - year * 12], width >= 12 ? "" : String(year));
    }
    return out;
  }

  // ---- view --------------------------------------------------------------------------------------------------------
  const canvas = $("canvas"),
    ink = canvas.getContext("2d"),
    bar = $("scroll");
  const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
  const font = (size, weight) => (weight || "") + " " + size + "px " + FONT;
  const OVERVIEW = 40,
    AXIS = dated ? 42 : 26,
    SCROLL = 14;
  const view = {
    t: 0,
    k: 1,
    y: 0,
    rowH: 20,
    packed: false,
    chain: false,
    curves: panels.length > 0,
    panelY: 0,
    split: -1,
  };
  let width = 0,
    height = 0,
    gutter = 120,
    selected = -1,
    hovered = -1,
    pointer = null,
    drawn = 0,
    colour = {};
  let matches = null,
    filtered = false,
    paper = false;
  let rows = 0,
    blockTop = new Float64Array(blockBar.length),
    rowBar = [],
    laneTop = [],
    laneRows = [];

  const plotWidth = () => Math.max(40, width - gutter - (paper ? 4 : SCROLL));
  const panelHeight = () => (panels.length <= 3 ? 56 : 46);
  const panelsTotal = () => (view.curves ? panels.length * panelHeight() + (panels.length ? 6 : 0) : 0);
  const panelsShown = () => {
    // as much as asked for (-1: 45 % at most)
    if (paper) return panelsTotal();
    const room = height - OVERVIEW - AXIS;
    return Math.max(
      0,
      Math.min(panelsTotal(), view.split < 0 ? Math.floor(room * 0.45) : Math.min(Math.max(view.split, 24), room - 40)),
    );
  };
  const top = () => OVERVIEW + AXIS;
  const rowsHeight = () => Math.max(20, height - top() - panelsShown());
  const X = (t) => gutter + (t - view.t) * view.k;
  const timeAt = (x) => view.t + (x - gutter) / view.k;
  const shown = (i) => !filtered || !matches || matches[i];

  function heap(order) {
    const h = [];
    h.add = (v) => {
      let i = h.push(v) - 1;
      for (let up; i && order(v, h[(up = (i - 1) >> 1)]) < 0; i = up) h[i] = h[up];
      h[i] = v;
    };
    h.take = () => {
      const least = h[0],
        v = h.pop();
      let i = 0;
      if (!h.length) return least;
      for (let down; (down = 2 * i + 1) < h.length; i = down) {
        if (down + 1 < h.length && order(h[down + 1], h[down]) < 0) down++;
        if (order(v, h[down]) <= 0) break;
        h[i] = h[down];
      }
      h[i] = v;
      return least;
    };
    return h;
  }
  /// Gives every block its row: as described, or (packed, for lanes with a row per bar) the lowest free one.
  function arrange() {
    const placedRow = new Map(),
      perLane = D.lanes.map(() => []);
    for (let i = 0; i < N; i++) if (shown(i)) perLane[lane[i]].push(i);
    rows = 0;
    rowBar = [];
    laneTop = [];
    laneRows = [];
    D.lanes.forEach((l, at) => {
      const title = D.lanes.length > 1 && (l.l.length || l.own) ? 1 : 0;
      let used = l.n;
      if (l.own && view.packed) {
        const busy = heap((a, b) => a[0] - b[0] || a[1] - b[1]),
          free = heap((a, b) => a - b);
        used = 0;
        for (const i of perLane[at].sort((a, b) => S[a] - S[b] || a - b)) {
          while (busy.length && busy[0][0] <= S[i]) free.add(busy.take()[1]);
          const r = free.length ? free.take() : used++;
          busy.add([Math.max(F[i], S[i] + 1e-9), r]);
          placedRow.set(i, r);
        }
      } else if (l.own) {
        used = 0;
        for (const i of perLane[at].sort((a, b) => row[a] - row[b])) {
          rowBar[rows + title + used] = i;
          placedRow.set(i, used++);
        }
      }
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
      if (D.lanes.length > 1) widest = Math.max(widest, ink.measureText(l.title).width + (l.in ? 10 : 0));
      for (let k = 0; k < l.l.length && k < 2000; k++) widest = Math.max(widest, ink.measureText(l.l[k]).width + 10);
    }
    if (!view.packed)
      for (let r = 0; r < rowBar.length && r < 2000; r++)
        if (rowBar[r] !== undefined) widest = Math.max(widest, ink.measureText(label(rowBar[r])).width);
    gutter = Math.round(Math.min(Math.max(panels.length ? 128 : 72, widest + 28), 230, Math.max(72, width * 0.3)));
  }
  const minSpan = () => Math.min(T1, dated ? Math.max(1, 60 / spt) : 4);
  function clampView() {
    const full = plotWidth() / (T1 * 1.04);
    view.k = Math.min(Math.max(view.k, full), Math.max(full, plotWidth() / minSpan()));
    const span = plotWidth() / view.k,
      pad = span * 0.02;
    view.t = Math.min(Math.max(view.t, -pad), Math.max(-pad, T1 - span + pad));
    view.rowH = Math.min(Math.max(view.rowH, Math.min(2, rowsHeight() / Math.max(1, rows))), 44);
    view.y = Math.min(Math.max(view.y, 0), Math.max(0, rows * view.rowH - rowsHeight()));
    view.panelY = Math.min(Math.max(view.panelY, 0), Math.max(0, panelsTotal() - panelsShown()));
  }
  function fitTime() {
    view.k = plotWidth() / (T1 * 1.04);
    view.t = -T1 * 0.02;
  }
  function fitAll() {
    fitTime();
    view.rowH = Math.min(30, rowsHeight() / Math.max(1, rows));
    view.y = 0;
    refresh();
  }
  function pleasantRows() {
    const named = !view.packed && D.lanes.some((l) => l.own || l.in || l.l.length);
    view.rowH = Math.min(24, Math.max(named ? 13 : view.packed ? 9 : 3, rowsHeight() / Math.max(1, rows)));
    view.y = 0;
  }
  function zoom(factor, x) {
    let at = x;
    if (x === undefined) {
      // a button or key: about the selection when it is in view
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
    const at = y === undefined ? rowsHeight() / 2 : y - top(),
      r = (view.y + at) / view.rowH;
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
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  }
  function resize() {
    if (paper) return;
    const box = $("plot").getBoundingClientRect(),
      old = width;
    width = Math.round(box.width);
    height = Math.round(box.height);
    setSize(window.devicePixelRatio || 1);
    if (old && old !== width) view.k *= plotWidth() / Math.max(40, old - gutter - SCROLL);
    clampView();
    draw();
  }
  function setSize(ratio) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = width + "px";
    canvas.style.height = height + "px";
    ink.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
  function readColours() {
    const style = getComputedStyle(document.documentElement);
    colour = {};
    for (const name of [
      "bg",
      "raised",
      "ink",
      "muted",
      "line",
      "line2",
      "shade",
      "on-bar",
      "zebra",
      "crit",
      "edge",
      "late",
      "accent",
      "pred",
      "succ",
      "area",
      "limit",
      "over",
      "hit",
      "k0",
      "k1",
      "k2",
      "k3",
      "k4",
      "k5",
      "k6",
      "k7",
    ])
      colour[name] = style.getPropertyValue("--" + name).trim();
  }
)page";

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
