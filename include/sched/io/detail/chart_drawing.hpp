// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_CHART_DRAWING_HPP
#define SCHED_IO_DETAIL_CHART_DRAWING_HPP

/// \file
/// Second part of the script of a chart page: drawing the rows and bars that are in view on a canvas.

namespace sched {
inline namespace v0 {
namespace detail {

inline constexpr const char* page_script_drawing = R"page(
  // ---- drawing -----------------------------------------------------------------------------------------------------
  const widths = new Map();
  function textWidth(text) {
    let w = widths.get(text);
    if (w === undefined) widths.set(text, (w = ink.measureText(text).width));
    return w;
  }
  function clipText(text, room) {
    if (textWidth(text) <= room) return text;
    let low = 0,
      high = text.length;
    while (low < high) {
      const m = (low + high + 1) >> 1;
      if (ink.measureText(text.slice(0, m) + "\u2026").width <= room) low = m;
      else high = m - 1;
    }
    if (low && text.charCodeAt(low - 1) >= 0xd800 && text.charCodeAt(low - 1) < 0xdc00) low--;
    return low ? text.slice(0, low) + "\u2026" : "";
  }
  const barColour = (i) => (flag[i] & 1 && !multi ? "crit" : "k" + (kind[i] % 8));
  function relations() {
    const of = hovered >= 0 && selected < 0 ? -1 : selected;
    if (of < 0) return null;
    return {
      of,
      pred: new Set((before.get(of) || []).map((l) => l[0])),
      succ: new Set((after.get(of) || []).map((l) => l[0])),
    };
  }
  function line(x1, y1, x2, y2) {
    ink.beginPath();
    ink.moveTo(x1, y1);
    ink.lineTo(x2, y2);
    ink.stroke();
  }
  function clipTo(x, y, w, h) {
    ink.save();
    ink.beginPath();
    ink.rect(x, y, w, h);
    ink.clip();
  }
  function shade(list, y, h) {
    ink.fillStyle = colour.shade;
    let last = -1;
    for (let z = 0; z < list.length; z += 2) {
      const a = Math.max(gutter, X(list[z])),
        b = Math.min(width, X(list[z + 1]));
      if (b <= gutter) continue;
      if (a >= width) break;
      if (b - a < 0.5 && Math.floor(a) === last) continue;
      last = Math.floor(a);
      ink.fillRect(a, y, Math.max(b - a, 0.5), h);
    }
  }
  function diamond(x, y, r) {
    ink.moveTo(x, y - r);
    ink.lineTo(x + r, y);
    ink.lineTo(x, y + r);
    ink.lineTo(x - r, y);
    ink.closePath();
  }
  function box(b) {
    const i = blockBar[b],
      inset = view.rowH >= 9 ? Math.min(4, view.rowH * 0.14) : view.rowH >= 3 ? 0.5 : 0;
    let y = top() + blockTop[b] * view.rowH - view.y + inset,
      h = Math.max(view.rowH * blockHigh[b] - 2 * inset, view.rowH < 1.5 ? 1.5 : 0.8);
    if (blockShare[b] < 1000) {
      const end = y + (h * (blockFrom[b] + blockShare[b])) / 1000;
      y += (h * blockFrom[b]) / 1000;
      h = Math.max(end - y - (end - y >= 4 && blockFrom[b] + blockShare[b] < 1000 ? 1 : 0), 0.6); // a gap to the next
    }
    const x = X(S[i]);
    return { x, y, w: Math.max(W[i] * view.k, W[i] ? 1 : 0), h };
  }
  function draw() {
    const W0 = width,
      H0 = height,
      rowsEnd = top() + rowsHeight();
    ink.clearRect(0, 0, W0, H0);
    ink.fillStyle = colour.bg;
    ink.fillRect(0, 0, W0, H0);
    ink.textBaseline = "middle";
    ink.lineWidth = 1;
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
    const first = Math.max(0, Math.floor(view.y / view.rowH)),
      last = Math.min(rows, Math.ceil((view.y + rowsHeight()) / view.rowH));
    D.lanes.forEach((l, at) => {
      const y = top() + laneTop[at] * view.rowH - view.y,
        h = laneRows[at] * view.rowH;
      if (y < end && y + h > top() && l.z.length) shade(l.z, y, h);
    });
    if (view.rowH >= 9) {
      ink.fillStyle = colour.zebra;
      for (let r = first - (first % 2); r < last; r += 2)
        ink.fillRect(0, top() + r * view.rowH - view.y, width, view.rowH);
    }
    ink.strokeStyle = colour.line;
    for (const t of ticks) {
      const x = Math.round(X(t[0])) + 0.5;
      line(x, top(), x, end);
    }
    ink.strokeStyle = colour.line2;
    if (D.lanes.length > 1)
      laneTop.forEach((r, at) => {
        if (at + 1 < D.lanes.length && D.lanes[at + 1].in && !D.lanes[at].l.length) return;
        const y = Math.round(top() + (r + laneRows[at]) * view.rowH - view.y) + 0.5;
        if (y > top() && y < end) line(0, y, width, y);
      });
    ink.restore();
  }
  function drawBars(end) {
    clipTo(gutter, top(), width - gutter, end - top());
    const rel = relations(),
      left = timeAt(gutter),
      right = timeAt(width);
    const firstRow = view.y / view.rowH - 1,
      lastRow = (view.y + rowsHeight()) / view.rowH;
    const full = new Map(),
      faint = new Map(),
      texts = [],
      extras = [],
      seen = new Map();
    const put = (map, key, shape) => {
      let list = map.get(key);
      if (!list) map.set(key, (list = []));
      list.push(shape);
    };
    const strong = (i) =>
      (!rel || i === rel.of || rel.pred.has(i) || rel.succ.has(i)) &&
      (!matches || matches[i]) &&
      (!view.chain || flag[i] & 1);
    for (const b of byStart) {
      const i = blockBar[b];
      if (S[i] > right) break;
      if (blockTop[b] < 0 || (F[i] < left && !(due.get(i) > left || dead.get(i) > left) && X(F[i]) < gutter - 10))
        continue;
      if (blockTop[b] + blockHigh[b] < firstRow || blockTop[b] > lastRow) continue;
      const q = box(b),
        bright = strong(i),
        name = barColour(i);
      const r = blockShare[b] < 1000 ? -1 - Math.floor(q.y) : view.rowH >= 1 ? blockTop[b] : Math.floor(q.y);
      if (q.w < 1.2 && W[i] > 0) {
        const cell = r * 4 + (bright ? 2 : 0) + (flag[i] & 1),
          px = Math.floor(q.x * 1.5);
        if (seen.get(cell) === px) continue;
        seen.set(cell, px);
      }
      if (q.w < 4 && W[i] > 0) {
        // Whole pixels: crisp, and cheaper to paint by the thousand.
        const x = Math.round(q.x);
        q.w = Math.max(1, Math.round(q.x + q.w) - x);
        q.x = x;
      }
      drawn++;
      put(bright ? full : faint, name, [i, q]);
      if ((view.rowH >= 6 && (due.has(i) || dead.has(i) || flag[i] & 3)) || (multi && flag[i] & 1))
        extras.push([i, q, bright]);
      if (q.h >= 9 && q.w >= 16 && !ownRow(i)) texts.push([i, q, bright]);
    }
    for (const [map, alpha] of [
      [faint, 0.2],
      [full, 1],
    ])
      for (const [name, list] of map) {
        ink.globalAlpha = alpha;
        ink.fillStyle = colour[name];
        const light = [];
        for (const [i, q] of list) {
          const round = q.h >= 8 && q.w >= 5 && list.length < 1500 ? 2.5 : 0;
          if (W[i] > 0 && pauses.has(i)) light.push([i, q, round]);
          else if (W[i] > 0 && !round) ink.fillRect(q.x, q.y, q.w, q.h);
          else {
            // One path a shape: a path of thousands is slow.
            ink.beginPath();
            if (W[i] === 0) diamond(q.x, q.y + q.h / 2, Math.max(1.5, Math.min(7, q.h / 2)));
            else ink.roundRect(q.x, q.y, q.w, q.h, round);
            ink.fill();
          }
        }
        for (const [i, q, round] of light) {
          ink.globalAlpha = alpha * 0.38;
          ink.beginPath();
          ink.roundRect(q.x, q.y, q.w, q.h, round);
          ink.fill();
          ink.globalAlpha = alpha;
          ink.beginPath();
          let from = S[i];
          const parts = pauses.get(i);
          for (let p = 0; p <= parts.length; p += 2) {
            const to = p < parts.length ? parts[p] : F[i];
            if (to > from)
              ink.roundRect(
                X(from),
                q.y,
                Math.max((to - from) * view.k, 0.8),
                q.h,
                from === S[i] || to === F[i] ? round : 0,
              );
            from = parts[p + 1];
          }
          ink.fill();
        }
      }
    ink.globalAlpha = 1;
    for (const [i, q, bright] of extras) drawExtras(i, q, bright);
    for (const i of [hovered, selected])
      if (i >= 0 && view.rowH >= 6) for (const b of blocksOf(i)) drawDates(i, box(b));
    if (view.rowH >= 9) drawHints(left, timeAt(gutter + plotWidth()));
    ink.font = font(view.rowH >= 20 ? 11.5 : 10.5);
    widths.clear();
    for (const [i, q, bright] of texts) {
      const a = Math.max(q.x, gutter),
        room = Math.min(q.x + q.w, width - SCROLL) - a - 8;
      const text = room > 8 ? clipText(label(i), room) : "";
      if (!text) continue;
      ink.fillStyle = bright ? colour["on-bar"] : colour.ink;
      ink.globalAlpha = bright ? 1 : 0.45;
      ink.fillText(text, a + 4, q.y + q.h / 2 + 0.5);
    }
    ink.globalAlpha = 1;
    if (rel) drawLinks(rel);
    for (const [i, style, w] of [
      [hovered, colour.ink, 1.5],
      [selected, colour.accent, 2.5],
    ]) {
      if (i < 0) continue;
      for (const b of blocksOf(i)) outline(box(b), W[i], style, w);
    }
    ink.restore();
  }
  /// Small arrows where the bar of a row lies outside the window.
  function drawHints(left, right) {
    const first = Math.max(0, Math.floor(view.y / view.rowH)),
      last = Math.min(rows, Math.ceil((view.y + rowsHeight()) / view.rowH));
    ink.fillStyle = colour.line2;
    ink.beginPath();
    for (let r = first; r < last; r++) {
      const i = rowBar[r];
      if (i === undefined || (F[i] > left && S[i] < right)) continue;
      const x = F[i] <= left ? gutter + 4 : gutter + plotWidth() - 4,
        d = F[i] <= left ? 5 : -5,
        y = top() + (r + 0.5) * view.rowH - view.y;
      ink.moveTo(x, y);
      ink.lineTo(x + d, y - 3.5);
      ink.lineTo(x + d, y + 3.5);
    }
    ink.fill();
  }
  function outline(q, work, style, w) {
    ink.strokeStyle = style;
    ink.lineWidth = w;
    ink.beginPath();
    if (work === 0) diamond(q.x, q.y + q.h / 2, Math.max(4, Math.min(9, q.h / 2 + 2)));
    else ink.roundRect(q.x - 1.5, q.y - 1.5, q.w + 3, Math.max(q.h, 2) + 3, 4);
    ink.stroke();
    ink.lineWidth = 1;
  }
  const moreBlocks = new Map();
  for (let b = N; b < blockBar.length; b++) {
    if (!moreBlocks.has(blockBar[b])) moreBlocks.set(blockBar[b], []);
    moreBlocks.get(blockBar[b]).push(b);
  }
  const blocksOf = (i) => (shown(i) ? [i].concat(moreBlocks.get(i) || []) : []);
  /// What is critical or late, without colour alone; in a row of its own also the dates.
  function drawExtras(i, q, bright) {
    const end = q.x + q.w,
      middle = q.y + q.h / 2;
    ink.globalAlpha = bright ? 1 : 0.25;
    if (multi && flag[i] & 1) {
      ink.strokeStyle = colour.crit;
      ink.lineWidth = 2;
      ink.strokeRect(q.x, q.y, q.w, q.h);
      ink.lineWidth = 1;
    } else if (flag[i] & 1 && W[i] > 0 && q.w >= 3) {
      ink.fillStyle = colour.edge;
      ink.fillRect(q.x, q.y + q.h - 2, q.w, 2);
    }
    if (flag[i] & 2 && view.rowH >= 6) {
      const limit = Math.min(due.has(i) ? due.get(i) : Infinity, dead.has(i) ? dead.get(i) : Infinity),
        h = Math.max(2, q.h * 0.25),
        from = Math.max(X(limit), q.x);
      ink.fillStyle = colour.late;
      if (from < end) ink.fillRect(from, q.y + q.h - h, end - from, h);
      if (ownRow(i)) {
        const r = Math.min(6, q.h / 2);
        ink.beginPath();
        ink.moveTo(end + 4, middle + r);
        ink.lineTo(end + 4 + 2 * r, middle + r);
        ink.lineTo(end + 4 + r, middle - r);
        ink.fill();
        if (r >= 5) {
          ink.fillStyle = colour.bg;
          ink.fillRect(end + 3.2 + r, middle - r * 0.35, 1.6, r * 0.7);
          ink.fillRect(end + 3.2 + r, middle + r * 0.55, 1.6, 1.6);
        }
      }
    }
    if (ownRow(i) && view.rowH >= 6) drawDates(i, q);
    ink.globalAlpha = 1;
  }
  function drawDates(i, q) {
    for (const [map, solid] of [
      [due, false],
      [dead, true],
    ]) {
      if (!map.has(i)) continue;
      const x = Math.round(X(map.get(i))) + 0.5,
        y1 = q.y - 1,
        y2 = q.y + q.h + 1;
      ink.strokeStyle = ink.fillStyle = solid ? colour.late : colour.muted;
      ink.lineWidth = solid ? 2 : 1.5;
      if (!solid) ink.setLineDash([2, 2]);
      line(x, y1, x, y2);
      ink.setLineDash([]);
      ink.lineWidth = 1;
      if (view.rowH >= 11) {
        ink.beginPath();
        ink.moveTo(x - 3.5, y1);
        ink.lineTo(x + 3.5, y1);
        ink.lineTo(x, y1 + 4);
        ink.fill();
      }
    }
  }
  function drawLinks(rel) {
    /// An elbow from one end of a bar to one end of another. Ends: 1 leaves the start, 2 meets the finish.
    const arrow = (from, to, ends, style) => {
      const p = blocksOf(from)[0],
        q = blocksOf(to)[0];
      if (p === undefined || q === undefined) return;
      const a = box(p),
        b = box(q),
        out = ends & 1 ? -1 : 1,
        into = ends & 2 ? -1 : 1;
      const x1 = ends & 1 ? a.x : a.x + a.w,
        y1 = a.y + a.h / 2,
        x2 = ends & 2 ? b.x + b.w : b.x,
        y2 = b.y + b.h / 2;
      ink.strokeStyle = ink.fillStyle = style;
      ink.lineWidth = 1.5;
      ink.beginPath();
      ink.moveTo(x1, y1);
      if (out !== into || (x2 - x1) * out >= 10) {
        const bend =
          out !== into
            ? out > 0
              ? Math.max(x1, x2) + 10
              : Math.min(x1, x2) - 10
            : x2 - into * Math.min(10, (x2 - x1) * out - 5);
        ink.lineTo(bend, y1);
        ink.lineTo(bend, y2);
      } else {
        const mid = y1 + (y2 > y1 ? 1 : -1) * (a.h / 2 + 3);
        ink.lineTo(x1 + 8 * out, y1);
        ink.lineTo(x1 + 8 * out, mid);
        ink.lineTo(x2 - 9 * into, mid);
        ink.lineTo(x2 - 9 * into, y2);
      }
      ink.lineTo(x2 - 5 * into, y2);
      ink.stroke();
      ink.beginPath();
      ink.moveTo(x2 - into, y2);
      ink.lineTo(x2 - 7 * into, y2 - 3.5);
      ink.lineTo(x2 - 7 * into, y2 + 3.5);
      ink.fill();
      ink.lineWidth = 1;
    };
    for (const [style, set] of [
      [colour.pred, rel.pred],
      [colour.succ, rel.succ],
    ])
      for (const i of set) for (const b of blocksOf(i)) outline(box(b), W[i], style, 2);
    for (const l of before.get(rel.of) || []) arrow(l[0], rel.of, l[2], colour.pred);
    for (const l of after.get(rel.of) || []) arrow(rel.of, l[0], l[2], colour.succ);
  }
  function drawNames(end) {
    clipTo(0, top(), gutter, end - top());
    ink.strokeStyle = colour.line2;
    line(gutter - 0.5, top(), gutter - 0.5, end);
    const first = Math.max(0, Math.floor(view.y / view.rowH)),
      last = Math.min(rows, Math.ceil((view.y + rowsHeight()) / view.rowH));
    const size = Math.min(11.5, view.rowH - 1.5),
      rel = relations();
    ink.font = font(size);
    widths.clear();
    const y = (r) => top() + (r + 0.5) * view.rowH - view.y + 0.5;
    const legible = paper ? 6 : 8.5;
    if (size >= legible) {
      for (let r = first; r < last; r++) {
        const i = rowBar[r];
        if (i === undefined) continue;
        if (matches && matches[i] && !filtered) {
          ink.fillStyle = colour.hit;
          ink.globalAlpha = 0.5;
          ink.fillRect(0, top() + r * view.rowH - view.y, gutter - 1, view.rowH);
          ink.globalAlpha = 1;
        }
        if (flag[i] & 1) {
          ink.fillStyle = colour.crit;
          ink.fillRect(3, y(r) - size * 0.4, 3, size * 0.8);
        }
        const mark = rel && (i === rel.of ? "accent" : rel.pred.has(i) ? "pred" : rel.succ.has(i) ? "succ" : "");
        ink.fillStyle = mark ? colour[mark] : matches && !matches[i] ? colour.muted : colour.ink;
        if (mark) ink.font = font(size, "600");
        ink.fillText(clipText(label(i), gutter - 20), 11, y(r));
        if (mark) {
          ink.font = font(size);
          widths.clear();
        }
      }
    }
    D.lanes.forEach((l, at) => {
      const titled = D.lanes.length > 1,
        head = titled && (l.l.length || l.own);
      for (
        let r = Math.max(first, laneTop[at]);
        size >= legible && l.l.length && r < Math.min(last, laneTop[at] + laneRows[at]);
        r++
      ) {
        ink.fillStyle = colour.ink;
        const x = (head ? 20 : 10) + (l.in ? 10 : 0);
        ink.fillText(clipText(l.l[r - laneTop[at]] || "", gutter - 10 - x), x, y(r));
      }
      const a = top() + (laneTop[at] - (head ? 1 : 0)) * view.rowH - view.y,
        h = (laneRows[at] + (head ? 1 : 0)) * view.rowH;
      if (!(titled || !l.own) || !l.title || a > end || a + h < top() || (l.l.length && !titled)) {
        if (!titled && l.own && view.packed) caption(l.title + ", packed", end);
        return;
      }
      if (h < 9) return;
      ink.font = font(l.in && !head ? Math.min(11.5, size) : 11.5, l.in && !head ? "" : "600");
      widths.clear();
      ink.fillStyle = colour.ink;
      ink.fillText(
        clipText(l.title, gutter - (l.in ? 30 : 20)),
        l.in ? 20 : 10,
        Math.min(Math.max(a, top()) + Math.max(9, Math.min(view.rowH, 24, h) / 2), a + h - 6) + 0.5,
      );
      ink.font = font(size);
      widths.clear();
    });
    ink.restore();
  }
  function caption(text, end) {
    ink.font = font(11.5, "600");
    widths.clear();
    ink.fillStyle = colour.ink;
    ink.fillText(clipText(text, gutter - 20), 11, Math.min(top() + 16, end - 8));
    ink.font = font(11);
    ink.fillStyle = colour.muted;
    ink.fillText(rows + " rows", 11, Math.min(top() + 33, end - 8));
  }
)page";

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
