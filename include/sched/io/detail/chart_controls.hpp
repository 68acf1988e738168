// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_CHART_CONTROLS_HPP
#define SCHED_IO_DETAIL_CHART_CONTROLS_HPP

/// \file
/// Last part of the script of a chart page: tooltip, selection, search, input, paper and start. Texts are written as
/// text nodes only. For other scripts (and tests) the page has `window.schedChart`.

namespace sched {
inline namespace v0 {
namespace detail {

inline constexpr const char* page_script_controls = R"page(
  // ---- fields, tooltip, selection ----------------------------------------------------------------------------------
  function make(tag, text, className) {
    const e = document.createElement(tag);
    if (text !== undefined) e.textContent = text;
    if (className) e.className = className;
    return e;
  }
  const linkText = ([i, name]) => label(i) + (name ? " (" + name + ")" : "");
  function some(list) {
    const most = 8;
    return (
      list.slice(0, most).map(linkText).join(", ") +
      (list.length > most ? " and " + (list.length - most) + " more" : "")
    );
  }
  function fieldsOf(i, withLinks) {
    const out = [];
    const put = (name, value) => {
      if (value !== null && value !== undefined && value !== "") out.push([name, String(value)]);
    };
    const show = {
      text: (v) => v,
      number: (v) => v,
      instant: (v) => (v === null ? v : instantText(v)),
      duration: (v) => (v === null ? v : spanText(v)),
    };
    if (D.lanes.length > 1) put("Lane", D.lanes[lane[i]].title);
    const number = columns.find((c) => c.name === "Number");
    if (number) put("Number", number.at(i));
    if (multi) put("Kind", D.classes[kind[i]] || "");
    put("Start", instantText(S[i]));
    put("Finish", finishText(i));
    if (pauses.has(i) || !columns.some((c) => c.name === "Work")) put("Duration", spanText(W[i]));
    for (const c of columns) if (c.name !== "Number" && c.name !== "Why") put(c.name, show[c.kind](c.at(i)));
    if (due.has(i)) put("Due", lastText(due.get(i)));
    if (dead.has(i)) put("Deadline", lastText(dead.get(i)));
    if (flag[i] & 2) {
      const limit = Math.min(due.has(i) ? due.get(i) : Infinity, dead.has(i) ? dead.get(i) : Infinity);
      if (limit < F[i]) put("Late by", spanText(F[i] - limit));
    }
    if (withLinks) {
      if (before.has(i)) put("Predecessors", some(before.get(i)));
      if (after.has(i)) put("Successors", some(after.get(i)));
    }
    const why = columns.find((c) => c.name === "Why");
    if (why) put("Why", why.at(i));
    return out;
  }
  function describe(parent, i, withLinks) {
    parent.append(make("h2", label(i)));
    const badges = make("div", undefined, "badges");
    const badge = (text, name) => {
      const b = make("span", text, "badge");
      b.style.background = "var(--" + name + ")";
      badges.append(b);
    };
    if (flag[i] & 1) badge(D.critical[0], "crit");
    if (flag[i] & 2) badge("late", "late");
    if (W[i] === 0) badge("milestone", "k7");
    if (badges.children.length) parent.append(badges);
    const list = make("dl", undefined, "fields");
    for (const [name, value] of fieldsOf(i, withLinks)) list.append(make("dt", name), make("dd", value));
    parent.append(list);
  }
  const tip = $("tip");
  function placeTip(x, y) {
    tip.hidden = false;
    const r = tip.getBoundingClientRect();
    tip.style.left = Math.max(6, x + 16 + r.width > innerWidth - 6 ? x - r.width - 12 : x + 16) + "px";
    tip.style.top = Math.max(6, Math.min(y + 18, innerHeight - r.height - 6)) + "px";
  }
  function hover(i, x, y) {
    if (i !== hovered) {
      hovered = i;
      tip.textContent = "";
      if (i >= 0) describe(tip, i, true);
    }
    canvas.classList.toggle("over", i >= 0);
    if (i >= 0) placeTip(x, y);
    else tip.hidden = true;
  }
  function hoverPanel(p, t, x, y) {
    tip.textContent = "";
    tip.append(make("h2", p.title));
    const list = make("dl", undefined, "fields");
    list.append(make("dt", "Time"), make("dd", instantText(Math.floor(t))));
    for (const c of p.curves) {
      const v = valueAt(c, t);
      list.append(make("dt", c.name), make("dd", v === null ? "\u2013" : shortNumber(v)));
    }
    tip.append(list);
    hovered = -1;
    placeTip(x, y);
  }
  function select(i, reveal) {
    selected = i;
    const aside = $("details"),
      was = aside.hidden;
    aside.textContent = "";
    aside.hidden = i < 0;
    if (i >= 0) {
      const close = make("button", "\u00d7", "close");
      close.setAttribute("aria-label", "Clear the selection");
      close.onclick = () => {
        select(-1);
        canvas.focus();
      };
      const head = make("div", undefined, "row"),
        text = make("div");
      describe(text, i, false);
      const [h2, ...rest] = text.childNodes;
      head.append(h2, close);
      aside.append(head, ...rest);
      for (const [title, list] of [
        ["Predecessors", before.get(i)],
        ["Successors", after.get(i)],
      ]) {
        if (!list) continue;
        aside.append(make("h3", title));
        const links = make("div", undefined, "links");
        for (const l of list.slice(0, 200)) {
          const b = make("button", linkText(l));
          b.onclick = () => select(l[0], true);
          links.append(b);
        }
        aside.append(links);
      }
      $("live").textContent =
        label(i) +
        ", " +
        fieldsOf(i, true)
          .map((f) => f.join(" "))
          .join(", ") +
        (flag[i] & 1 ? ", " + D.critical[0] : "");
    }
    if (was !== aside.hidden) resize();
    if (reveal && i >= 0) show(i);
    refresh();
  }
  function show(i) {
    if (!shown(i)) return;
    const b = blocksOf(i)[0],
      q = box(b),
      left = gutter + 30,
      right = gutter + plotWidth() - 30;
    if (q.x + q.w < left || q.x > right || (q.x < gutter && q.w < plotWidth()))
      view.t = (S[i] + F[i]) / 2 - plotWidth() / view.k / 2;
    const y = blockTop[b] * view.rowH;
    if (y < view.y || y + view.rowH > view.y + rowsHeight()) view.y = y - rowsHeight() / 2;
    refresh();
  }
  function hit(x, y) {
    if (y < top() || y > top() + rowsHeight()) return -1;
    if (x < gutter) {
      const i = rowBar[Math.floor((y - top() + view.y) / view.rowH)];
      return i === undefined ? -1 : i;
    }
    let best = -1,
      near = 5;
    for (const b of byStart) {
      const i = blockBar[b];
      if (blockTop[b] < 0) continue;
      const q = box(b);
      if (q.x > x + 8) break;
      if (y < q.y - 1.5 || y > q.y + q.h + 1.5) continue;
      const reach = W[i] === 0 ? Math.min(7, q.h / 2) : 0;
      const d = x < q.x - reach ? q.x - reach - x : x > q.x + q.w + reach ? x - q.x - q.w - reach : 0;
      if (d < near || d === 0) {
        near = d;
        best = i;
      }
    }
    return best;
  }

  // ---- search ------------------------------------------------------------------------------------------------------
  function search() {
    const wanted = $("search").value.trim().toLowerCase();
    let count = 0;
    matches = null;
    if (wanted) {
      matches = new Uint8Array(N);
      const texts = columns.filter((c) => c.kind === "text" || c.kind === "number");
      for (let i = 0; i < N; i++)
        if (
          label(i).toLowerCase().includes(wanted) ||
          texts.some((c) => {
            const v = c.at(i);
            return v !== null && String(v).toLowerCase().includes(wanted);
          })
        ) {
          matches[i] = 1;
          count++;
        }
    }
    $("found").textContent = wanted ? count + " of " + N : "";
    for (const id of ["previous", "next"]) $(id).disabled = !count;
    if (filtered) arrange();
    refresh();
  }
  function step(direction, of) {
    const order = byStart
      .filter((b) => b < N && shown(b) && of(b))
      .sort((a, b) => blockTop[a] - blockTop[b] || S[a] - S[b]);
    if (!order.length) return;
    const at = order.indexOf(selected);
    select(
      order[at < 0 ? (direction > 0 ? 0 : order.length - 1) : (at + direction + order.length) % order.length],
      true,
    );
  }
  function press(id, on) {
    $(id).setAttribute("aria-pressed", String(on));
  }
  function setPacked(on) {
    view.packed = on;
    press("packed", on);
    arrange();
    pleasantRows();
    if (selected >= 0) show(selected);
    refresh();
  }
  function setChain(on) {
    view.chain = on;
    press("chain", on);
    refresh();
  }
  function setCurves(on) {
    view.curves = on;
    press("curves", on);
    refresh();
  }
  function setTheme(name) {
    document.documentElement.dataset.theme = name;
    $("theme").textContent = name === "dark" ? "Light" : "Dark";
    readColours();
    refresh();
  }
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", (e) => setTheme(e.matches ? "dark" : "light"));

  // ---- input -------------------------------------------------------------------------------------------------------
  const position = (e) => {
    const r = canvas.getBoundingClientRect();
    return { x: e.clientX - r.left, y: e.clientY - r.top };
  };
  const touches = new Map();
  let drag = null;
  canvas.addEventListener(
    "wheel",
    (e) => {
      e.preventDefault();
      const p = position(e),
        unit = e.deltaMode === 1 ? 16 : e.deltaMode === 2 ? 200 : 1,
        dx = e.deltaX * unit,
        dy = e.deltaY * unit;
      if (p.y > top() + rowsHeight() && p.x < gutter) view.panelY += dy;
      else if (e.altKey) return zoomRows(Math.exp(-dy * 0.002), p.y);
      else if (e.shiftKey) view.y += dy || dx;
      else if (p.x < gutter) view.y += dy;
      else if (Math.abs(dx) > Math.abs(dy)) view.t += dx / view.k;
      else return zoom(Math.exp(-dy * 0.0022), p.x);
      refresh();
    },
    { passive: false },
  );
  canvas.addEventListener("pointerdown", (e) => {
    if (e.button) return;
    const p = position(e);
    touches.set(e.pointerId, p);
    canvas.setPointerCapture(e.pointerId);
    if (touches.size === 2) {
      const [a, b] = [...touches.values()];
      drag = { pinch: true, distance: Math.hypot(a.x - b.x, a.y - b.y), k: view.k, t: timeAt((a.x + b.x) / 2) };
    } else {
      drag = {
        x: p.x,
        y: p.y,
        t: view.t,
        top: view.y,
        panel: view.panelY,
        moved: false,
        over: p.y < OVERVIEW,
        low: p.y > top() + rowsHeight(),
        split: onSplit(p) ? panelsShown() : -1,
      };
      if (drag.over) moveOverview(p.x);
    }
  });
  const onSplit = (p) => view.curves && panels.length > 0 && Math.abs(p.y - top() - rowsHeight()) < 4;
  function moveOverview(x) {
    view.t = overTime(x) - plotWidth() / view.k / 2;
    refresh();
  }
  canvas.addEventListener("pointermove", (e) => {
    const p = (pointer = position(e));
    canvas.classList.toggle("split", drag ? drag.split >= 0 : onSplit(p));
    if (touches.has(e.pointerId)) touches.set(e.pointerId, p);
    if (drag && drag.pinch && touches.size === 2) {
      const [a, b] = [...touches.values()];
      view.k = (drag.k * Math.hypot(a.x - b.x, a.y - b.y)) / Math.max(1, drag.distance);
      clampView();
      view.t = drag.t - ((a.x + b.x) / 2 - gutter) / view.k;
    } else if (drag && drag.over) {
      moveOverview(p.x);
    } else if (drag && drag.split >= 0) {
      drag.moved = true;
      view.split = drag.split - (p.y - drag.y);
    } else if (drag && !drag.pinch) {
      if (!drag.moved && Math.hypot(p.x - drag.x, p.y - drag.y) > 4) {
        drag.moved = true;
        canvas.classList.add("drag");
        hover(-1);
      }
      if (drag.moved) {
        view.t = drag.t - (p.x - drag.x) / view.k;
        if (drag.low) view.panelY = drag.panel - (p.y - drag.y);
        else view.y = drag.top - (p.y - drag.y);
      }
    } else if (p.y > top() + rowsHeight() && p.x > gutter) {
      const panel = panels[Math.floor((p.y - top() - rowsHeight() - 6 + view.panelY) / panelHeight())];
      if (panel) {
        canvas.classList.remove("over");
        hoverPanel(panel, timeAt(p.x), e.clientX, e.clientY);
      } else hover(-1);
    } else {
      hover(hit(p.x, p.y), e.clientX, e.clientY);
    }
    refresh();
  });
  function release(e) {
    touches.delete(e.pointerId);
    canvas.classList.remove("drag");
    if (drag && !drag.pinch && !drag.moved && !drag.over && e.type === "pointerup")
      select(hit(drag.x, drag.y), drag.x < gutter);
    if (!touches.size) drag = null;
  }
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => {
    pointer = null;
    hover(-1);
    refresh();
  });
  canvas.addEventListener("dblclick", (e) => {
    if (hit(position(e).x, position(e).y) < 0) fitAll();
  });
  bar.addEventListener("scroll", () => {
    if (Math.abs(bar.scrollTop - view.y) > 1) {
      view.y = bar.scrollTop;
      refresh();
    }
  });
  const keys = {
    "+": () => zoom(1.4),
    "=": () => zoom(1.4),
    "-": () => zoom(1 / 1.4),
    "\u2212": () => zoom(1 / 1.4),
    0: fitAll,
    f: fitAll,
    "[": () => zoomRows(1 / 1.25),
    "]": () => zoomRows(1.25),
    ArrowLeft: () => {
      view.t -= plotWidth() / view.k / 8;
      refresh();
    },
    ArrowRight: () => {
      view.t += plotWidth() / view.k / 8;
      refresh();
    },
    ArrowDown: () => step(1, () => true),
    ArrowUp: () => step(-1, () => true),
    PageDown: () => {
      view.y += rowsHeight() * 0.9;
      refresh();
    },
    PageUp: () => {
      view.y -= rowsHeight() * 0.9;
      refresh();
    },
    Home: () => {
      view.t = -T1;
      view.y = 0;
      refresh();
    },
    End: () => {
      view.t = T1;
      view.y = 1e12;
      refresh();
    },
    Enter: () => {
      if (selected >= 0) show(selected);
    },
    Escape: () => ($("figures").hidden ? select(-1) : showFigures(false)),
    p: () => {
      const l = before.get(selected);
      if (l) select(l[0][0], true);
    },
    s: () => {
      const l = after.get(selected);
      if (l) select(l[0][0], true);
    },
    l: () => setPacked(!view.packed),
    c: () => anyCritical && setChain(!view.chain),
    r: () => panels.length && setCurves(!view.curves),
    d: () => D.figures.length && showFigures($("figures").hidden),
    t: () => $("theme").click(),
    "/": () => $("search").focus(),
    "?": () => $("keys").showModal(),
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || $("keys").open) return;
    const field = e.target.closest("input, button, summary, a");
    if (field && (field.tagName === "INPUT" || e.key === "Enter" || e.key === " ")) {
      if (e.key === "Escape" && field.tagName === "INPUT") {
        field.value = "";
        search();
        canvas.focus();
      }
      if (e.key === "Enter" && field.id === "search") step(e.shiftKey ? -1 : 1, (i) => matches && matches[i]);
      return;
    }
    const act = keys[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (!act) return;
    e.preventDefault();
    act();
  });
  const click = (id, f) => {
    $(id).onclick = f;
  };
  click("in", () => zoom(1.5));
  click("out", () => zoom(1 / 1.5));
  click("fit", fitAll);
  click("thinner", () => zoomRows(1 / 1.3));
  click("thicker", () => zoomRows(1.3));
  click("packed", () => setPacked(!view.packed));
  click("chain", () => setChain(!view.chain));
  click("curves", () => setCurves(!view.curves));
  click("shown", () => showFigures($("figures").hidden));
  click("theme", () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
  click("help", () => $("keys").showModal());
  click("next", () => step(1, (i) => matches && matches[i]));
  click("previous", () => step(-1, (i) => matches && matches[i]));
  click("filter", () => {
    filtered = !filtered;
    press("filter", filtered);
    arrange();
    view.y = 0;
    refresh();
  });
  $("search").addEventListener("input", search);

  // ---- paper -------------------------------------------------------------------------------------------------------
  let kept = null;
  const sheets = [];
  /// The chart in slices of rows, one a sheet, the curves under the last.
  addEventListener("beforeprint", () => {
    if (kept) return;
    kept = { theme: document.documentElement.dataset.theme, view: { ...view }, width, height };
    paper = true;
    pointer = null;
    hover(-1);
    setTheme("light");
    width = 1000;
    view.split = -1;
    arrange();
    fitTime();
    const room = 1080 - top(),
      most = 100;
    view.rowH = Math.min(
      Math.max(13, Math.min(20, (room - panelsTotal()) / Math.max(1, rows))),
      (most * room) / Math.max(1, rows),
    );
    const perSheet = Math.max(1, Math.floor(room / view.rowH));
    for (let row = 0, last = false; !last; row += perSheet) {
      const left = Math.max(0, rows - row),
        curves = kept.view.curves;
      view.curves = curves;
      last = left * view.rowH + panelsTotal() <= room + 1 || (!curves && left <= perSheet);
      view.curves = curves && last;
      height = Math.ceil(top() + Math.max(20, Math.min(left, perSheet) * view.rowH) + panelsTotal());
      view.y = row * view.rowH;
      view.panelY = 0;
      setSize(2);
      draw();
      const sheet = make("canvas", undefined, "sheet");
      sheet.width = canvas.width;
      sheet.height = canvas.height;
      sheet.getContext("2d").drawImage(canvas, 0, 0);
      sheets.push(sheet);
      $("plot").append(sheet);
      if (sheets.length > 2 * most) break;
    }
  });
  addEventListener("afterprint", () => {
    if (!kept) return;
    for (const sheet of sheets.splice(0)) sheet.remove();
    const { theme, width: w, height: h } = kept;
    Object.assign(view, kept.view);
    kept = null;
    paper = false;
    width = w;
    height = h;
    setTheme(theme);
    arrange();
    resize();
  });

  // ---- start -------------------------------------------------------------------------------------------------------
  $("title").textContent = D.title;
  for (const [name, value, hint] of D.facts) {
    const pair = make("div");
    if (hint) pair.title = hint;
    pair.append(make("dt", name), make("dd", value));
    $("facts").append(pair);
  }
  for (const [title, items] of D.notes) {
    const fold = make("details");
    fold.append(make("summary", title + ": " + items.length), make("p", items.join(", ")));
    fold.addEventListener("toggle", resize);
    $("notes").append(fold);
  }
  function legend(text, shapes, hint) {
    const entry = make("span", undefined),
      ns = "http://www.w3.org/2000/svg",
      icon = document.createElementNS(ns, "svg");
    icon.setAttribute("width", 22);
    icon.setAttribute("height", 12);
    icon.setAttribute("aria-hidden", "true");
    for (const [tag, values] of shapes) {
      const e = document.createElementNS(ns, tag);
      for (const name in values)
        if (name === "fill" || name === "stroke") e.style[name] = values[name];
        else e.setAttribute(name, values[name]);
      icon.append(e);
    }
    entry.append(icon, make("span", text));
    if (hint) entry.title = hint;
    $("legend").append(entry);
  }
  const block = (name, more) => [
    "rect",
    { x: 0, y: 1, width: 22, height: 10, rx: 2.5, fill: "var(--" + name + ")", ...more },
  ];
  D.classes.slice(0, 16).forEach((name, k) => legend(name, [block("k" + (k % 8))]));
  if (anyCritical)
    legend(
      D.critical[0],
      [multi ? block("bg", { x: 1, width: 20, stroke: "var(--crit)", "stroke-width": 2 }) : block("crit")],
      D.critical[1],
    );
  if (W.some((w) => w === 0)) legend("milestone", [["path", { d: "M11 0l6 6l-6 6l-6-6z", fill: "var(--k0)" }]]);
  if (pauses.size) legend("paused", [block("k0", { opacity: 0.38 })]);
  if (anyLate) legend("late", [["path", { d: "M5 11h12l-6-11z", fill: "var(--late)" }]]);
  if (due.size)
    legend("due date", [
      ["path", { d: "M11 3v9", stroke: "var(--muted)", "stroke-width": 1.5, "stroke-dasharray": "2 2" }],
      ["path", { d: "M7 0h8l-4 4z", fill: "var(--muted)" }],
    ]);
  if (dead.size)
    legend("deadline", [
      ["path", { d: "M11 3v9", stroke: "var(--late)", "stroke-width": 2 }],
      ["path", { d: "M7 0h8l-4 4z", fill: "var(--late)" }],
    ]);
  if (panels.some((p) => p.shaded.length) || D.lanes.some((l) => l.z.length))
    legend(D.shaded, [block("shade", { rx: 0 })]);
  if (panels.some((p) => p.curves.some((c) => c.kind === "limit")))
    legend("capacity", [
      ["path", { d: "M0 6h22", stroke: "var(--limit)", "stroke-width": 1.5, "stroke-dasharray": "5 3" }],
    ]);
  $("search").placeholder = "Find a " + D.noun + "  ( / )";
  $("search").setAttribute("aria-label", "Find a " + D.noun);
  canvas.setAttribute(
    "aria-label",
    D.title +
      ": chart of " +
      N +
      " " +
      D.noun +
      "s. Arrow keys select, plus and minus zoom, question mark lists all keys.",
  );
  $("chain").textContent = D.critical[0].charAt(0).toUpperCase() + D.critical[0].slice(1);
  $("chain").title = (D.critical[1] || "Only what is critical") + " (C)";
  $("chain").hidden = !anyCritical;
  $("curves").textContent = D.curves;
  $("curves").hidden = !panels.length;
  $("shown").textContent = D.figureNoun;
  $("shown").hidden = !D.figures.length;
  D.figures.forEach(addFigure);
  $("packed").hidden = !D.lanes.some((l) => l.own);
  for (const id of ["previous", "next"]) $(id).disabled = true;
  setTheme(dark.matches ? "dark" : "light");
  view.packed = D.lanes.some((l) => l.own) && N > 600;
  press("packed", view.packed);
  resize();
  arrange();
  fitTime();
  pleasantRows();
  new ResizeObserver(resize).observe($("plot"));
  refresh();
  window.schedChart = {
    count: N,
    draw,
    labelOf: label,
    select: (i) => select(i, true),
    rectOf: (i) => {
      const q = box(blocksOf(i)[0]);
      return { x: q.x, y: q.y, w: q.w, h: q.h };
    },
    state: () => ({
      ...view,
      rows,
      drawn,
      selected,
      hovered,
      theme: document.documentElement.dataset.theme,
      figures: !$("figures").hidden,
      matches: matches ? matches.reduce((a, b) => a + b, 0) : null,
    }),
  };
})();
)page";

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
