// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_CHART_CURVES_HPP
#define SCHED_IO_DETAIL_CHART_CURVES_HPP

/// \file
/// Third part of the script of a chart page: drawing panels of curves, markers, the axis and the overview.

namespace sched {
inline namespace v0 {
namespace detail {

inline constexpr const char* page_script_curves = R"page(
  // ---- curves, axis, overview ---------------------------------------------------------------------------------------
  const valueAt = (c, t) => {
    let low = 0,
      high = c.x.length;
    while (low < high) {
      const m = (low + high) >> 1;
      if (c.x[m] <= t) low = m + 1;
      else high = m;
    }
    return low ? c.y[low - 1] : c.kind === "limit" ? null : 0;
  };
  /// The step curve in view as [pixel, value]; of the steps within a pixel the highest.
  function steps(c) {
    const left = timeAt(gutter),
      right = timeAt(width);
    const out = [[gutter, valueAt(c, left)]];
    let low = 0,
      high = c.x.length;
    while (low < high) {
      const m = (low + high) >> 1;
      if (c.x[m] <= left) low = m + 1;
      else high = m;
    }
    let px = -1,
      resume = null;
    for (let i = low; i < c.x.length && c.x[i] <= right; i++) {
      const x = X(c.x[i]),
        cell = Math.floor(x * 2);
      if (cell === px) {
        const last = out[out.length - 1];
        resume = [x, c.y[i]];
        if (c.y[i] > last[1]) last[1] = c.y[i];
        continue;
      }
      if (resume) {
        out.push(resume);
        resume = null;
      }
      px = cell;
      out.push([x, c.y[i]]);
    }
    if (resume) out.push(resume);
    out.push([width, out[out.length - 1][1]]);
    return out;
  }
  function fillSteps(points, Y, floor) {
    for (let k = 0; k + 1 < points.length; k++) {
      const x = Math.round(points[k][0]),
        v = points[k][1];
      if (v) ink.fillRect(x, Y(v), Math.max(1, Math.round(points[k + 1][0]) - x), floor - Y(v)); // whole pixels: no seams
    }
  }
  function strokeSteps(points, Y) {
    ink.beginPath();
    let on = false;
    for (let k = 0; k + 1 < points.length; k++) {
      const [x, v] = points[k];
      if (v !== null) {
        if (on) ink.lineTo(x, Y(v));
        else ink.moveTo(x, Y(v));
        ink.lineTo(points[k + 1][0], Y(v));
      }
      on = v !== null;
    }
    ink.stroke();
  }
  function drawPanels(from, ticks) {
    const H = panelsShown();
    if (!H) return;
    ink.fillStyle = colour.bg;
    ink.fillRect(0, from, width, H);
    clipTo(0, from, width, H);
    ink.strokeStyle = colour.line2;
    line(0, from + 0.5, width, from + 0.5);
    const each = panelHeight();
    panels.forEach((p, at) => {
      const y0 = from + 6 + at * each - view.panelY,
        h = each - 8,
        floor = y0 + h;
      if (y0 > from + H || floor < from) return;
      const Y = (v) => floor - (Math.max(0, v) / (p.top * 1.08)) * (h - 2);
      clipTo(gutter, Math.max(from, y0 - 3), width - gutter, each);
      shade(p.shaded, y0 - 1, h + 1);
      ink.strokeStyle = colour.line;
      for (const t of ticks) {
        const x = Math.round(X(t[0])) + 0.5;
        line(x, y0, x, floor);
      }
      const limit = p.curves.find((c) => c.kind === "limit");
      let tone = 0;
      for (const c of p.curves) {
        const points = steps(c);
        if (c.kind === "area") {
          ink.fillStyle = tone ? colour["k" + (tone % 8)] : colour.area;
          tone++;
          fillSteps(points, Y, floor);
          if (limit) {
            // what exceeds the limit
            const cuts = [...new Set(points.concat(steps(limit)).map((q) => q[0]))].sort((a, b) => a - b);
            ink.fillStyle = colour.over;
            let a = 0,
              b = 0;
            const L = steps(limit);
            for (let k = 0; k + 1 < cuts.length; k++) {
              while (a + 1 < points.length && points[a + 1][0] <= cuts[k]) a++;
              while (b + 1 < L.length && L[b + 1][0] <= cuts[k]) b++;
              const u = points[a][1],
                v = L[b][1];
              if (u !== null && v !== null && u > v + 1e-9)
                ink.fillRect(cuts[k], Y(u), Math.max(cuts[k + 1] - cuts[k], 1), Y(v) - Y(u));
            }
          }
        } else {
          ink.strokeStyle = c.kind === "limit" ? colour.limit : colour["k" + (++tone % 8)];
          ink.lineWidth = c.kind === "limit" ? 1.5 : 1.25;
          if (c.kind === "limit") ink.setLineDash([5, 3]);
          strokeSteps(points, Y);
          ink.setLineDash([]);
          ink.lineWidth = 1;
        }
      }
      ink.restore();
      ink.strokeStyle = colour.line2;
      line(gutter, Math.round(floor) + 0.5, width, Math.round(floor) + 0.5);
      ink.font = font(11.5, "600");
      widths.clear();
      ink.fillStyle = colour.ink;
      ink.fillText(clipText(p.title, gutter - 46), 11, y0 + 9);
      ink.font = font(10.5);
      ink.fillStyle = colour.muted;
      if (p.note) ink.fillText(p.note, 11, y0 + 25);
      ink.textAlign = "right";
      const scale = limit && limit.y.length ? Math.max(...limit.y.slice(0, 4096).map((v) => v || 0)) : p.top;
      ink.fillText(shortNumber(scale), gutter - 6, Math.min(Math.max(Y(scale), y0 + 5), floor - 12));
      ink.fillText("0", gutter - 6, floor - 4);
      ink.textAlign = "left";
    });
    ink.strokeStyle = colour.line2;
    line(gutter - 0.5, from, gutter - 0.5, from + H);
    if (panelsTotal() > H + 1 && !paper) {
      const h = (H * H) / panelsTotal(),
        y = from + (view.panelY / panelsTotal()) * H;
      ink.fillStyle = colour.line2;
      ink.beginPath();
      ink.roundRect(width - 9, y + 2, 5, h - 4, 2.5);
      ink.fill();
    }
    ink.restore();
  }
  const shortNumber = (v) =>
    v >= 1e6 ? +(v / 1e6).toPrecision(3) + "M" : v >= 1e4 ? +(v / 1e3).toPrecision(3) + "k" : String(+v.toPrecision(6));
  /// Peak and mean of the first area against the limit, said once beside each panel.
  for (const p of panels) {
    const area = p.curves.find((c) => c.kind === "area"),
      limit = p.curves.find((c) => c.kind === "limit");
    if (!area || !limit || !area.x.length || p.unit) {
      p.note = p.unit;
      continue;
    }
    let used = 0,
      given = 0,
      peak = 0;
    const sum = (c, f) => {
      for (let k = 0; k < c.x.length; k++) {
        const a = Math.max(0, c.x[k]),
          b = Math.min(T1, k + 1 < c.x.length ? c.x[k + 1] : T1);
        if (b > a && c.y[k] !== null) f(c.y[k], b - a);
      }
    };
    sum(area, (v, d) => {
      used += v * d;
      peak = Math.max(peak, v);
    });
    sum(limit, (v, d) => {
      given += v * d;
    });
    p.note = given > 0 ? "peak " + shortNumber(peak) + ", " + Math.round((100 * used) / given) + "\u2009% used" : "";
  }
  function drawMarks(H0) {
    clipTo(gutter, OVERVIEW, width - gutter, H0);
    for (const [t, text] of D.marks) {
      const x = Math.round(X(t)) + 0.5;
      if (x < gutter || x > width) continue;
      ink.strokeStyle = colour.ink;
      ink.setLineDash([4, 3]);
      ink.globalAlpha = 0.65;
      line(x, top(), x, H0);
      ink.setLineDash([]);
      ink.globalAlpha = 1;
      ink.font = font(10.5, "600");
      ink.fillStyle = colour.ink;
      const w = ink.measureText(text).width,
        right = x + w + 8 > width - SCROLL;
      ink.fillStyle = colour.bg;
      ink.globalAlpha = 0.85;
      ink.fillRect(right ? x - w - 7 : x + 2, top() + 3, w + 5, 14);
      ink.globalAlpha = 1;
      ink.fillStyle = colour.ink;
      ink.fillText(text, right ? x - w - 4 : x + 4, top() + 10.5);
    }
    ink.restore();
  }
  function drawAxis(ticks) {
    ink.fillStyle = colour.raised;
    ink.fillRect(0, OVERVIEW, width, AXIS);
    ink.strokeStyle = colour.line2;
    line(0, top() - 0.5, width, top() - 0.5);
    ink.font = font(11, "600");
    ink.fillStyle = colour.muted;
    ink.fillText(
      dated ? (wholeDays ? "date" : "UTC") : D.axis.name + (D.axis.unit ? ", " + D.axis.unit : ""),
      11,
      OVERVIEW + AXIS / 2 + 0.5,
    );
    clipTo(gutter, OVERVIEW, width - gutter, AXIS);
    ink.font = font(11);
    const y = dated ? OVERVIEW + 31 : OVERVIEW + 14;
    let unit = null,
      unitX = 0,
      units = [];
    for (const [t, text, above] of ticks) {
      const x = Math.round(X(t)) + 0.5;
      ink.strokeStyle = colour.line2;
      line(x, top() - 5, x, top());
      ink.fillStyle = colour.ink;
      ink.fillText(text, dated ? x + 4 : Math.max(x - ink.measureText(text).width / 2, gutter + 2), y);
      if (dated && above !== unit) {
        units.push([unit === null ? gutter : x, above]);
        unit = above;
        unitX = x;
      }
    }
    ink.font = font(11, "600");
    ink.fillStyle = colour.ink;
    units.forEach(([x, text], k) => {
      const room = (k + 1 < units.length ? units[k + 1][0] : width) - x - 8;
      if (k) {
        ink.strokeStyle = colour.line2;
        line(x, OVERVIEW + 2, x, OVERVIEW + 20);
      }
      widths.clear();
      const clipped = clipText(text, room);
      if (clipped === text) ink.fillText(text, x + 4, OVERVIEW + 12);
    });
    ink.restore();
  }
  const load = (() => {
    // bars at work over time
    const events = [];
    for (let i = 0; i < N; i++)
      if (W[i] > 0) {
        events.push([S[i], 1], [F[i], -1]);
      }
    events.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const x = [],
      y = [];
    let level = 0,
      most = 1;
    for (const [t, d] of events) {
      level += d;
      if (x.length && x[x.length - 1] === t) y[y.length - 1] = level;
      else {
        x.push(t);
        y.push(level);
      }
    }
    for (const v of y) most = Math.max(most, v);
    return { x, y, most, kind: "area" };
  })();
  const overX = (t) => gutter + ((t + T1 * 0.02) / (T1 * 1.04)) * plotWidth();
  const overTime = (x) => ((x - gutter) / plotWidth()) * T1 * 1.04 - T1 * 0.02;
  function drawOverview() {
    ink.fillStyle = colour.bg;
    ink.fillRect(0, 0, width, OVERVIEW);
    const floor = OVERVIEW - 8,
      h = floor - 5;
    ink.font = font(10.5);
    ink.fillStyle = colour.muted;
    ink.fillText("at work", 11, OVERVIEW / 2 - 6);
    ink.fillText("max " + load.most, 11, OVERVIEW / 2 + 8);
    const cells = new Float64Array(Math.ceil(plotWidth()) + 1);
    for (let k = 0; k < load.x.length; k++) {
      const a = Math.max(0, Math.floor(overX(load.x[k]) - gutter)),
        b = k + 1 < load.x.length ? overX(load.x[k + 1]) - gutter : a;
      for (let c = a; c <= Math.min(b, cells.length - 1); c++) if (load.y[k] > cells[c]) cells[c] = load.y[k];
    }
    ink.fillStyle = colour.k0;
    ink.globalAlpha = 0.55;
    cells.forEach((v, c) => {
      if (v > 0) ink.fillRect(gutter + c, floor - (v / load.most) * h, 1, (v / load.most) * h);
    });
    ink.globalAlpha = 1;
    if (anyCritical) {
      const mark = new Uint8Array(cells.length);
      for (let i = 0; i < N; i++)
        if (flag[i] & 1) mark.fill(1, Math.max(0, Math.floor(overX(S[i]) - gutter)), Math.ceil(overX(F[i]) - gutter));
      ink.fillStyle = colour.crit;
      mark.forEach((m, c) => {
        if (m) ink.fillRect(gutter + c, floor + 1, 1, 3);
      });
    }
    const a = Math.max(gutter, overX(timeAt(gutter))),
      b = Math.min(gutter + plotWidth(), overX(timeAt(gutter + plotWidth())));
    ink.fillStyle = colour.bg;
    ink.globalAlpha = 0.68;
    ink.fillRect(gutter, 0, a - gutter, OVERVIEW - 1);
    ink.fillRect(b, 0, gutter + plotWidth() - b, OVERVIEW - 1);
    ink.globalAlpha = 1;
    ink.strokeStyle = colour.accent;
    ink.strokeRect(Math.round(a) + 0.5, 1.5, Math.max(2, Math.round(b - a) - 1), OVERVIEW - 5);
    ink.strokeStyle = colour.line;
    line(0, OVERVIEW - 0.5, width, OVERVIEW - 0.5);
  }
  function drawCross(H0) {
    const x = Math.round(pointer.x) + 0.5,
      text = instantText(Math.floor(timeAt(pointer.x)));
    ink.strokeStyle = colour.accent;
    ink.globalAlpha = 0.5;
    line(x, top(), x, H0);
    ink.globalAlpha = 1;
    ink.font = font(11, "600");
    const w = ink.measureText(text).width + 12,
      left = Math.min(Math.max(x - w / 2, gutter), width - SCROLL - w);
    ink.fillStyle = colour.accent;
    ink.beginPath();
    ink.roundRect(left, top() - 20, w, 17, 4);
    ink.fill();
    ink.fillStyle = colour.bg;
    ink.fillText(text, left + 6, top() - 11);
  }
  function syncScroll(end) {
    bar.style.top = top() + "px";
    bar.style.height = end - top() + "px";
    bar.firstElementChild.style.height = rows * view.rowH + "px";
    bar.hidden = rows * view.rowH <= end - top() + 0.5;
    if (Math.abs(bar.scrollTop - view.y) > 1) bar.scrollTop = view.y;
  }
)page";

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
