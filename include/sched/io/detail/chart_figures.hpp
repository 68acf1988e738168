// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_CHART_FIGURES_HPP
#define SCHED_IO_DETAIL_CHART_FIGURES_HPP

/// \file
/// Part of the script of a chart page: figures off the time axis, tables with boxes or bars beside their rows.

namespace sched {
inline namespace v0 {
namespace detail {

inline constexpr const char* page_script_figures = R"page(
  // ---- figures -----------------------------------------------------------------------------------------------------
  const PICTURE = 360,
    MARGIN = 14;
  const grouped = (v) => String(v).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
  function plainNumber(v) {
    const a = Math.abs(v);
    if (Number.isInteger(v)) return a < 1e15 ? grouped(v) : String(v);
    if (a >= 1000) return grouped(Math.round(v));
    return a >= 100 ? v.toFixed(1) : a >= 1 ? v.toFixed(2) : String(Number(v.toPrecision(3)));
  }
  /// Lengths of time as people say them.
  function humanSpan(v) {
    if (!spt) return plainNumber(v) + (D.axis.unit ? " " + D.axis.unit : "");
    const s = v * spt,
      a = Math.abs(s),
      [unit, name] = a < 100 ? [1, "s"] : a < 6000 ? [60, "min"] : a < 172800 ? [3600, "h"] : [86400, "d"],
      n = s / unit;
    return (Math.abs(n) >= 1000 ? plainNumber(Math.round(n)) : String(Number(n.toFixed(1)))) + " " + name;
  }
  /// The same for round places of an axis.
  function tickSpan(v) {
    if (!spt) return plainNumber(v);
    const s = v * spt,
      [unit, name] = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]].find(([u]) => Math.abs(s) >= u * 0.999) || [1, "s"];
    return v === 0 ? "0" : plainNumber(Number((s / unit).toFixed(2))) + " " + name;
  }
  function figureText(v, kind) {
    if (v === null || v === undefined) return "\u2013";
    if (kind === "span") return humanSpan(v);
    return kind === "percent" ? (v * 100).toFixed(2) + " %" : plainNumber(v);
  }
  /// Where values stand in the picture: linear, or logarithmic above `knee` when they spread far.
  function figureScale(values, kind, spread) {
    const all = values.filter((v) => v !== null && v !== undefined),
      least = Math.min(...all, 0),
      most = Math.max(...all, 0) || (least < 0 ? 0 : 1),
      width = most - least,
      middle = all.slice().sort((a, b) => a - b)[all.length >> 1] || 0,
      log = least === 0 && (spread || most > 10 * Math.max(middle, most * 1e-9)),
      second = kind === "span" && spt ? 1 / spt : 1,
      knee = kind === "span" && spt ? Math.min(60 * second, most) : spread ? 1 : most / 1000,
      at = (v) => (log ? Math.log1p(v / knee) / Math.log1p(most / knee) : (v - least) / width),
      x = (v) => MARGIN + at(v) * (PICTURE - 2 * MARGIN),
      ticks = [];
    if (log) {
      const round =
        kind === "span" && spt
          ? [60, 600, 3600, 36000, 86400, 864000, 8640000, 86400000].map((v) => v * second)
          : Array.from({ length: 24 }, (_, k) => 10 ** (k - 6));
      for (const v of [0, ...round.filter((v) => v >= knee * 0.99 && v <= most)]) {
        const last = ticks[ticks.length - 1];
        if (last === undefined || x(v) - x(last) > 40) ticks.push(v);
      }
    } else {
      const unit =
        kind === "span" && spt
          ? [86400, 3600, 60, 1].map((v) => v * second).find((v) => width >= 2 * v) || second
          : kind === "percent"
            ? 0.01
            : 1;
      const step = (niceNumber((width / unit) * 1000, 4) * unit) / 1000;
      for (let k = Math.ceil(least / step - 1e-6); k * step <= most + width * 1e-6; k++) ticks.push(k * step);
    }
    return { x, ticks, log };
  }
  function shape(parent, tag, values) {
    const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const name in values)
      if (name === "fill" || name === "stroke") e.style[name] = values[name];
      else e.setAttribute(name, values[name]);
    parent.append(e);
    return e;
  }
  function picture(high) {
    const s = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    s.setAttribute("width", PICTURE);
    s.setAttribute("height", high);
    return s;
  }
  function addFigure(f) {
    const boxes = f.boxes.length > 0,
      table = make("table"),
      head = make("thead"),
      body = make("tbody"),
      titles = make("tr"),
      buttons = [];
    let drawn = f.drawn,
      sorted = -1,
      down = false;
    const corner = make("th", f.noun);
    corner.scope = "col";
    const axis = make("th");
    titles.append(corner, axis);
    f.cols.forEach((c, k) => {
      const th = make("th"),
        b = make("button", c.n);
      th.scope = "col";
      if (c.hint) b.title = c.hint;
      b.onclick = () => {
        down = sorted === k ? !down : c.dir > 0;
        sorted = k;
        if (!boxes) drawn = k;
        fillRows();
      };
      buttons.push(b);
      th.append(b);
      titles.append(th);
    });
    head.append(titles);
    table.append(head, body);
    function tell(i, e) {
      tip.textContent = "";
      tip.append(make("h2", f.rows[i]));
      const list = make("dl", undefined, "fields");
      for (const c of f.cols) {
        const known = c.lo.length && c.lo[i] !== null && c.hi[i] !== null;
        list.append(
          make("dt", c.n),
          make(
            "dd",
            figureText(c.v[i], c.k) +
              (known ? "  (" + figureText(c.lo[i], c.k) + " \u2026 " + figureText(c.hi[i], c.k) + ")" : ""),
          ),
        );
      }
      if (boxes)
        ["10 %", "25 %", "50 %", "75 %", "90 %"].forEach((name, k) =>
          list.append(make("dt", name), make("dd", figureText(f.boxes[i][k], "span"))),
        );
      tip.append(list);
      hovered = -1;
      placeTip(e.clientX, e.clientY);
    }
    function fillRows() {
      const order = f.rows.map((_, i) => i);
      if (sorted >= 0) {
        const v = f.cols[sorted].v;
        order.sort((a, b) => (v[a] - v[b]) * (down ? -1 : 1) || a - b);
      }
      buttons.forEach((b, k) => b.setAttribute("aria-pressed", String(boxes ? k === sorted : k === drawn)));
      const c = f.cols[drawn],
        kind = boxes ? "span" : c.k,
        scale = boxes ? figureScale(f.boxes.flat(), kind, true) : figureScale([...c.v, ...c.hi], kind, false),
        best = f.cols.map((one) => {
          const known = one.v.filter((v) => v !== null);
          return one.dir && new Set(known).size > 1 ? (one.dir < 0 ? Math.min(...known) : Math.max(...known)) : null;
        });
      axis.textContent = "";
      const top = picture(34);
      shape(top, "text", { x: MARGIN, y: 12 }).textContent =
        (boxes ? f.picture : c.n + (c.lo.length ? ", with interval" : "")) + (scale.log ? ", logarithmic" : "");
      for (const v of scale.ticks)
        shape(top, "text", { x: scale.x(v), y: 28, "text-anchor": "middle" }).textContent =
          kind === "percent"
            ? plainNumber(Number((v * 100).toFixed(1))) + " %"
            : kind === "span"
              ? tickSpan(v)
              : plainNumber(Number(v.toPrecision(6)));
      axis.append(top);
      body.textContent = "";
      for (const i of order) {
        const row = make("tr"),
          name = make("th", f.rows[i]);
        name.scope = "row";
        const cell = make("td"),
          s = picture(20),
          colour = "var(--k" + (f.kinds.length ? f.kinds[i] % 8 : 0) + ")";
        for (const v of scale.ticks)
          shape(s, "path", { d: "M" + scale.x(v).toFixed(1) + " 0v20", stroke: "var(--line)" });
        if (boxes) {
          const [a, q, m, t, b] = f.boxes[i].map((v) => scale.x(v).toFixed(1));
          shape(s, "path", { d: "M" + a + " 10H" + q + "M" + t + " 10H" + b, stroke: "var(--ink)" });
          shape(s, "path", { d: "M" + a + " 6v8M" + b + " 6v8", stroke: "var(--ink)" });
          shape(s, "rect", { x: q, y: 4, width: Math.max(1, t - q), height: 12, fill: colour });
          shape(s, "path", { d: "M" + m + " 3v14", stroke: "var(--ink)", "stroke-width": 2 });
        } else if (c.v[i] !== null) {
          const [from, to] = [scale.x(Math.min(0, c.v[i])), scale.x(Math.max(0, c.v[i]))];
          shape(s, "rect", {
            x: from.toFixed(1),
            y: 4,
            width: Math.max(1, to - from).toFixed(1),
            height: 12,
            rx: 2,
            fill: colour,
          });
          if (c.lo.length && c.lo[i] !== null && c.hi[i] !== null) {
            const a = scale.x(c.lo[i]).toFixed(1),
              b = scale.x(c.hi[i]).toFixed(1);
            shape(s, "path", {
              d: "M" + a + " 10H" + b + "M" + a + " 5v10M" + b + " 5v10",
              stroke: "var(--ink)",
              "stroke-width": 1.5,
            });
          }
        }
        cell.append(s);
        row.append(name, cell);
        f.cols.forEach((one, k) =>
          row.append(make("td", figureText(one.v[i], one.k), one.v[i] === best[k] && best[k] !== null ? "best" : "")),
        );
        row.addEventListener("pointermove", (e) => tell(i, e));
        row.addEventListener("pointerleave", () => {
          tip.hidden = true;
        });
        body.append(row);
      }
    }
    fillRows();
    const wide = make("div", undefined, "wide");
    wide.append(table);
    $("figures").append(make("h2", f.t), make("p", f.note), wide);
  }
  function showFigures(on) {
    $("figures").hidden = !on;
    press("shown", on);
    tip.hidden = true;
  }
)page";

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
