# SPDX-License-Identifier: BSL-1.0
"""Opens chart pages in headless Chromium and uses them: gantt_test.py PAGES_PROGRAM [--keep DIRECTORY]

PAGES_PROGRAM writes the pages. Exit 77 when there is no browser. With --keep, pages and screenshots stay there."""

import argparse
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from webdriver import Browser  # noqa: E402

ENTER, ESCAPE, DOWN, UP, LEFT, RIGHT, BACKSPACE = "\ue007", "\ue00c", "\ue015", "\ue013", "\ue012", "\ue014", "\ue003"
pages = None
keep = False


class Charts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser(size=(1400, 900))

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()

    def open(self, name):
        self.browser.mouse(("move", 1, 1))
        self.browser.load(os.path.join(pages, name))
        self.browser.settle()

    def tearDown(self):
        messages = [m["message"] for m in self.browser.log()]
        self.assertEqual(messages, [], "messages on the console")
        if keep:
            self.browser.screenshot(os.path.join(pages, self.id().split(".")[-1] + ".png"))

    def state(self):
        return self.browser.run("return schedChart.state()")

    def bar(self, index):
        """The middle of a bar in window coordinates."""
        return self.browser.run(
            "const q = schedChart.rectOf(arguments[0]), c = document.getElementById('canvas').getBoundingClientRect();"
            "return [c.left + q.x + q.w / 2, c.top + q.y + q.h / 2]", index)

    def plot(self):
        """A point in the middle of the rows."""
        return self.browser.run(
            "const c = document.getElementById('canvas').getBoundingClientRect(); return [c.left + c.width * .6, c.top + c.height * .3]")

    def text(self, selector):
        return self.browser.run("const e = document.querySelector(arguments[0]); return e && !e.hidden ? e.textContent : null", selector)

    def index(self, label):
        return self.browser.run(
            "for (let i = 0; i < schedChart.count; i++) if (schedChart.labelOf(i) === arguments[0]) return i; return -1", label)

    def click(self, identifier):
        x, y = self.browser.run("const r = document.getElementById(arguments[0]).getBoundingClientRect();"
                                "return [r.left + r.width / 2, r.top + r.height / 2]", identifier)
        self.browser.click(x, y)

    def test_header(self):
        self.open("tasks120.html")
        self.assertEqual(self.text("h1"), 'Rover <refit> & "launch"')
        facts = self.text("#facts")
        for expected in ("Instancerover", "Solverfirst fit", "Statusfeasible", "Makespan", "Lower bound", "Tasks120", "Resources4"):
            self.assertIn(expected, facts)

    def rect(self, index):
        return self.browser.run("return schedChart.rectOf(arguments[0])", index)

    def test_parts_of_gpus_lie_on_top_of_each_other(self):
        self.open("gpus.html")
        self.click("fit")
        third, half = self.rect(self.index("third")), self.rect(self.index("half"))
        self.assertAlmostEqual(third["h"] / half["h"], 0.6, delta=0.15)
        self.assertGreaterEqual(half["y"], third["y"] + third["h"] - 0.01)
        self.browser.mouse(("move", *self.bar(self.index("third"))))
        tip = self.text("#tip")
        for field in ("Lane", "n0", "GPUs", "Of each", "300 / 1000", "Ended", "done"):
            self.assertIn(field, tip)
        self.browser.mouse(("move", *self.bar(self.index("half"))))
        self.assertIn("500 / 1000", self.text("#tip"))

    def test_clusters_show_what_was_cut_short_and_what_is_down(self):
        self.open("gpus.html")
        legend = self.text("#legend")
        for entry in ("cut short", "down or draining", "capacity"):
            self.assertIn(entry, legend)
        self.assertEqual(self.text("#chain"), "Cut short")
        self.browser.run("schedChart.select(arguments[0])", self.index("gang"))
        self.browser.settle()
        details = self.text("#details")
        for field in ("cut short", "Nodes in all", "preempted"):
            self.assertIn(field, details)
        self.assertIn("Without a place: 1", self.text("#notes"))

    def test_clusters_of_a_thousand_nodes_have_a_row_each(self):
        self.open("gpus1213.html")
        self.assertLess(os.path.getsize(os.path.join(pages, "gpus1213.html")), 2_000_000)
        state = self.state()
        self.assertGreater(state["rows"], 1213)
        self.assertGreaterEqual(state["rowH"], 9)  # names can be read
        self.assertGreater(state["drawn"], 100)
        self.assertIn("arrival", self.browser.run("return JSON.parse(document.getElementById('chart-data').textContent).axis.name"))
        self.open("gpu_groups.html")
        self.assertEqual(self.state()["rows"], 76)  # racks of 16
        self.assertLess(os.path.getsize(os.path.join(pages, "gpu_groups.html")), 2_000_000)

    def test_names_are_text(self):
        self.open("tasks120.html")
        self.assertEqual(self.browser.run("return document.title"), 'Rover <refit> & "launch"')
        i = self.index("<img src=x onerror=\"document.title='broken'\"></script><script>document.title='broken'</script>")
        self.assertGreaterEqual(i, 0)
        self.browser.run("schedChart.select(arguments[0])", i)
        self.browser.settle()
        self.assertIn("<img src=x", self.text("#details h2"))
        self.browser.mouse(("move", *self.bar(i)))
        self.assertIn("<img src=x", self.text("#tip h2"))
        self.assertEqual(self.browser.run("return document.querySelectorAll('img').length"), 0)
        self.assertEqual(self.browser.run("return document.querySelectorAll('script').length"), 2)
        self.assertEqual(self.browser.run("return document.title"), 'Rover <refit> & "launch"')

    def test_hover_tells_the_fields(self):
        self.open("tasks120.html")
        self.assertIsNone(self.text("#tip"))
        self.browser.mouse(("move", *self.bar(6)))
        tip = self.text("#tip")
        self.assertIn(self.browser.run("return schedChart.labelOf(6)"), tip)
        for field in ("Number", "Start", "Finish", "2026-", "Work", "days", "Slack", "Predecessors", "Successors", "the first time with enough units"):
            self.assertIn(field, tip)
        self.assertEqual(self.state()["hovered"], 6)
        self.browser.mouse(("move", 5, 5))
        self.assertIsNone(self.text("#tip"))

    def test_hover_of_a_panel_tells_usage(self):
        self.open("tasks120.html")
        x, y = self.browser.run("const c = document.getElementById('canvas').getBoundingClientRect(); return [c.left + c.width / 2, c.bottom - 30]")
        self.browser.mouse(("move", x, y))
        tip = self.text("#tip")
        for part in ("Assembly <b>", "used", "capacity"):
            self.assertIn(part, tip)

    def test_click_selects_and_links_lead_on(self):
        self.open("tasks120.html")
        self.browser.click(*self.bar(6))
        self.assertEqual(self.state()["selected"], 6)
        details = self.text("#details")
        self.assertIn(self.browser.run("return schedChart.labelOf(6)"), details)
        self.assertIn("Predecessors", details)
        self.assertIn("Successors", details)
        name = self.browser.run("const b = document.querySelector('#details .links button'); b.click(); return b.textContent")
        self.browser.settle()
        self.assertEqual(self.browser.run("return schedChart.labelOf(schedChart.state().selected)"), name)
        self.browser.run("document.getElementById('canvas').focus()")
        self.browser.type(ESCAPE)
        self.assertEqual(self.state()["selected"], -1)
        self.assertIsNone(self.text("#details"))

    def test_zoom_by_wheel_buttons_and_keys(self):
        self.open("tasks120.html")
        fit = self.state()["k"]
        x, y = self.plot()
        time_at = "const s = schedChart.state(), q = schedChart.rectOf(0), c = document.getElementById('canvas').getBoundingClientRect();" \
                  "return s.t + (arguments[0] - c.left - (q.x - (0 - s.t) * s.k)) / s.k"
        before = self.browser.run(time_at, x)
        self.browser.wheel(x, y, -300)
        zoomed = self.state()["k"]
        self.assertGreater(zoomed, fit * 1.5)
        self.assertAlmostEqual(self.browser.run(time_at, x), before, delta=1.5 / fit)  # the time under the pointer stays
        self.browser.wheel(x, y, 200)
        self.assertLess(self.state()["k"], zoomed)
        self.click("in")
        self.assertGreater(self.state()["k"], fit)
        self.click("out")
        self.click("fit")
        self.assertAlmostEqual(self.state()["k"], fit, places=6)
        self.browser.run("document.getElementById('canvas').focus()")
        self.browser.type("+++")
        self.assertGreater(self.state()["k"], fit * 2)
        t = self.state()["t"]
        self.browser.type(RIGHT)
        self.assertGreater(self.state()["t"], t)
        self.browser.type("-0")
        self.assertAlmostEqual(self.state()["k"], fit, places=6)
        for _ in range(30):
            self.browser.wheel(x, y, -2000)
        self.assertLess(self.state()["k"], 1e4)  # not beyond some ticks
        for _ in range(5):
            self.browser.wheel(x, y, 5000)
        self.assertAlmostEqual(self.state()["k"], fit, places=6)

    def test_drag_moves(self):
        self.open("tasks120.html")
        x, y = self.plot()
        for _ in range(3):
            self.click("in")
        before = self.state()
        self.browser.mouse(("move", x, y), "down", ("move", x - 100, y - 60), ("move", x - 200, y - 60), "up")
        after = self.state()
        self.assertAlmostEqual(after["t"], before["t"] + 200 / before["k"], delta=0.5)
        self.assertAlmostEqual(after["y"], before["y"] + 60, delta=1)
        self.assertEqual(after["selected"], -1)

    def test_rows_scroll_and_change_height(self):
        self.open("tasks120.html")
        self.browser.wheel(20, 400, 200)
        self.assertGreater(self.state()["y"], 100)
        low = self.state()["rowH"]
        self.browser.run("document.getElementById('canvas').focus()")
        self.browser.type("]]")
        self.assertGreater(self.state()["rowH"], low)
        self.click("fit")
        self.assertLess(self.state()["rowH"], low)
        self.assertEqual(self.state()["drawn"], 120)

    def test_keys_select_and_follow_links(self):
        self.open("tasks120.html")
        self.browser.run("document.getElementById('canvas').focus()")
        self.browser.type(DOWN + DOWN + DOWN)
        self.assertEqual(self.state()["selected"], 2)
        self.assertIn(self.browser.run("return schedChart.labelOf(2)"), self.text("#live"))
        self.browser.type(UP)
        self.assertEqual(self.state()["selected"], 1)
        self.browser.type("s")
        successor = self.state()["selected"]
        self.assertNotEqual(successor, 1)
        self.browser.type("p")
        self.assertNotEqual(self.state()["selected"], successor)

    def test_search_and_filter(self):
        self.open("tasks120.html")
        self.browser.run("document.getElementById('canvas').focus()")
        self.browser.type("/")
        self.browser.type("GEARbox")
        count = self.state()["matches"]
        expected = self.browser.run("let n = 0; for (let i = 0; i < schedChart.count; i++) n += schedChart.labelOf(i).includes('gearbox'); return n")
        self.assertEqual(count, expected)
        self.assertGreater(count, 3)
        self.assertEqual(self.text("#found"), f"{count} of 120")
        self.browser.type(ENTER)
        self.assertIn("gearbox", self.browser.run("return schedChart.labelOf(schedChart.state().selected)"))
        self.click("filter")
        self.assertEqual(self.state()["rows"], count)
        self.click("filter")
        self.assertEqual(self.state()["rows"], 120)
        self.click("search")
        self.browser.type(BACKSPACE * 8 + "zzz")
        self.assertEqual(self.text("#found"), "0 of 120")

    def test_theme_follows_the_reader_and_the_button(self):
        self.open("tasks120.html")
        self.assertEqual(self.state()["theme"], "light")
        background = "return getComputedStyle(document.body).backgroundColor"
        light = self.browser.run(background)
        self.click("theme")
        self.assertEqual(self.state()["theme"], "dark")
        self.assertNotEqual(self.browser.run(background), light)
        self.browser.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        self.open("tasks120.html")
        self.assertEqual(self.state()["theme"], "dark")
        self.browser.devtools("Emulation.setEmulatedMedia", features=[])

    def test_packed_rows_and_curves(self):
        self.open("tasks120.html")
        self.click("packed")
        self.assertLess(self.state()["rows"], 40)
        self.click("packed")
        self.assertEqual(self.state()["rows"], 120)
        self.click("curves")
        self.assertFalse(self.state()["curves"])
        self.click("chain")
        self.assertTrue(self.state()["chain"])

    def test_divider_gives_the_curves_more_room(self):
        self.open("tasks120.html")
        before = self.state()["split"]
        x, y = self.browser.run(
            "const c = document.getElementById('canvas').getBoundingClientRect(), s = document.getElementById('scroll').getBoundingClientRect();"
            "return [c.left + c.width / 2, s.bottom]")
        self.browser.mouse(("move", x, y), "down", ("move", x, y + 40), ("move", x, y + 80), "up")
        after = self.state()
        self.assertEqual(before, -1)
        self.assertGreater(after["split"], 20)
        self.assertEqual(after["selected"], -1)
        self.assertAlmostEqual(self.browser.run("return document.getElementById('scroll').getBoundingClientRect().bottom"), y + 80, delta=2)

    def test_bars_are_painted(self):
        self.open("tasks120.html")
        self.click("fit")
        colours = self.browser.run(
            "const c = document.getElementById('canvas'), copy = document.createElement('canvas'), out = [];"
            "copy.width = c.width; copy.height = c.height;"
            "const x = copy.getContext('2d', {willReadFrequently: true}); x.drawImage(c, 0, 0);"
            "for (let i = 0; i < schedChart.count; i++) { const q = schedChart.rectOf(i); if (q.w < 6) continue;"
            "out.push([...x.getImageData(Math.round(q.x + q.w / 2), Math.floor(q.y + q.h / 2), 1, 1).data].slice(0, 3)); } return out")
        self.assertGreater(len(colours), 80)
        background = [c for c in colours if min(c) > 235]
        self.assertEqual(background, [])
        self.assertTrue(any(c[0] > 150 and c[2] < 90 for c in colours))  # critical
        self.assertTrue(any(c[2] > 150 and c[0] < 90 for c in colours))  # not critical

    def test_help_opens_and_closes(self):
        self.open("tasks120.html")
        self.browser.run("document.getElementById('canvas').focus()")
        self.browser.type("?")
        self.assertTrue(self.browser.run("return document.getElementById('keys').open"))
        self.browser.type(ENTER)
        self.assertFalse(self.browser.run("return document.getElementById('keys').open"))

    def test_prints_everything_on_light_paper(self):
        self.open("tasks120.html")
        self.click("theme")
        answer = self.browser.devtools("Page.printToPDF", printBackground=True)
        self.assertGreater(len(answer["data"]), 20000)
        self.browser.settle()
        self.assertEqual(self.browser.run("return document.querySelectorAll('.sheet').length"), 0)
        sheets = self.browser.run(
            "dispatchEvent(new Event('beforeprint')); const all = [...document.querySelectorAll('.sheet')];"
            "const s = schedChart.state(); dispatchEvent(new Event('afterprint'));"
            "return {n: all.length, theme: s.theme, inked: all.map((c) => { const d = c.getContext('2d').getImageData(0, 150, c.width, c.height - 150).data;"
            "let k = 0; for (let i = 0; i < d.length; i += 4) k += d[i] > 180 && d[i + 1] < 100 && d[i + 2] < 40; return k; })}")
        self.assertEqual(sheets["n"], 2)
        self.assertEqual(sheets["theme"], "light")
        for inked in sheets["inked"]:
            self.assertGreater(inked, 500)  # pixels of the critical chain on every sheet
        self.browser.settle()
        self.assertEqual(self.state()["theme"], "dark")
        self.assertEqual(self.state()["rows"], 120)

    def test_5000_tasks_draw_what_is_in_view(self):
        self.open("tasks5000.html")
        state = self.state()
        self.assertTrue(state["packed"])
        self.assertLessEqual(state["drawn"], 5000)
        x, y = self.plot()
        for _ in range(10):
            self.browser.wheel(x, y, -300)
        zoomed = self.state()
        self.assertGreater(zoomed["k"], state["k"] * 100)
        self.assertLess(zoomed["drawn"], 200)
        self.click("packed")
        self.assertEqual(self.state()["rows"], 5000)
        self.assertLess(self.state()["drawn"], 200)
        self.click("fit")
        self.assertLessEqual(self.state()["drawn"], 5000)
        self.assertLess(self.browser.run("return document.getElementsByTagName('*').length"), 250)
        self.browser.run("schedChart.select(2500)")
        self.browser.settle()
        self.assertEqual(self.state()["selected"], 2500)

    def test_28000_jobs(self):
        self.open("jobs.html")
        self.assertLessEqual(self.state()["drawn"], 28000)
        x, y = self.plot()
        for _ in range(12):
            self.browser.wheel(x, y, -300)
        self.assertLess(self.state()["drawn"], 400)
        self.assertGreater(self.state()["drawn"], 10)
        self.browser.mouse(("move", x, y))
        self.browser.mouse(("move", x + 3, y))
        hovered = self.state()["hovered"]
        if hovered >= 0:
            self.assertIn("job ", self.text("#tip"))
        self.assertLess(self.browser.run("return document.getElementsByTagName('*').length"), 250)

    def test_lanes_of_people(self):
        self.open("roadmap.html")
        self.assertEqual(self.state()["drawn"], 48)
        self.browser.mouse(("move", *self.bar(0)))
        tip = self.text("#tip")
        self.assertIn("Lanealice", tip)
        self.assertIn("Kind", tip)

    def test_hover_tells_why_then_and_why_they(self):
        self.open("plan.html")
        self.assertEqual(self.text("h1"), "Plan <of> two")
        self.assertIn("Look-aheads", self.text("#facts"))
        expected = {
            "low": ("Byalice", "left to high by the look-ahead until 2025-01-03", "waited for alice, held by high,",
                    "Look-ahead", "now costs"),
            "high": ("behind blocker: possible from 2025-01-03", "Work5 days", "Priority100"),
            "any": ("2 candidates", "2 days late: due 2025-01-02", "DueThu 2025-01-02"),
            "done": ("behind high + 2 days",),
        }
        for label, parts in expected.items():
            self.browser.mouse(("move", *self.bar(self.index(label))))
            self.browser.settle()
            tip = self.text("#tip")
            for part in parts:
                self.assertIn(part, tip, label)
        self.assertIn("lost: nobody fits its expression", self.browser.run("return document.body.textContent"))

    def test_plans_of_90_and_1000_tasks(self):
        for name, tasks, bars in (("plan90.html", 90, 180), ("plan1000.html", 1000, 1000)):
            self.open(name)
            self.assertGreater(self.browser.run("return schedChart.count"), bars)
            self.assertIn(f"Tasks{tasks}", self.text("#facts"))
            self.browser.mouse(("move", *self.bar(0)))
            self.browser.settle()
            self.assertIn("Why", self.text("#tip"))
        self.open("plan90.html")  # the name of a row belongs to its bar
        first = self.browser.run("return schedChart.count") - 90
        self.browser.mouse(("move", 40, self.bar(first)[1]))
        self.browser.settle()
        self.assertEqual(self.state()["hovered"], first)

    def figure(self, number):
        """Rows of a figure as texts: head, then body."""
        return self.browser.run(
            "const t = document.querySelectorAll('#figures table')[arguments[0]];"
            "return [...t.rows].map((r) => [...r.cells].map((c) => c.textContent))", number)

    def test_figures_of_a_run_of_jobs(self):
        self.open("cluster.html")
        self.assertFalse(self.state()["figures"])
        self.assertIn("Utilisation", self.text("#facts"))
        self.click("shown")
        self.assertTrue(self.state()["figures"])
        waits = self.figure(1)
        self.assertEqual([waits[0][0], waits[0][2]], ["Size", "Jobs"])
        self.assertEqual(waits[-1][0], "all jobs")
        count = lambda row: int("".join(c for c in row[2] if c.isdigit()))
        self.assertEqual(count(waits[-1]), 2500)
        self.assertEqual(sum(count(row) for row in waits[1:-1]), 2500)
        boxes = self.browser.run(
            "const t = document.querySelectorAll('#figures table')[1];"
            "return [...t.tBodies[0].rows].map((r) => r.querySelector('rect').getBoundingClientRect().width)")
        self.assertGreater(max(boxes), 20)
        self.browser.run("document.getElementById('canvas').focus()")
        self.browser.type("d")
        self.assertFalse(self.state()["figures"])
        self.browser.type("d")
        self.browser.type(ESCAPE)
        self.assertFalse(self.state()["figures"])
        inside = self.browser.run(
            "for (let i = 0; i < schedChart.count; i++) { const q = schedChart.rectOf(i);"
            "if (q.w > 4 && q.y > 80 && q.y < 300) return i; } return -1")
        self.browser.mouse(("move", *self.bar(inside)))
        for field in ("Submitted2023-11-", "Wait", "Estimate", "Processors", "User"):
            self.assertIn(field, self.text("#tip"))

    def test_policies_are_sorted_and_drawn_by_the_column_that_is_clicked(self):
        self.open("cluster.html")
        self.click("shown")
        names = lambda: [row[0] for row in self.figure(0)[1:]]
        self.assertEqual(names(), ["easy <b>", "none", "sjbf"])
        press = lambda column: self.browser.run(
            "const b = [...document.querySelectorAll('#figures thead button')].find((b) => b.textContent === arguments[0]);"
            "const r = b.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]", column)
        self.browser.click(*press("Mean bounded slowdown"))
        self.assertEqual(names()[-1], "none")
        self.browser.click(*press("Mean bounded slowdown"))
        self.assertEqual(names()[0], "none")
        bars = self.browser.run(
            "const t = document.querySelectorAll('#figures table')[0];"
            "return [...t.tBodies[0].rows].map((r) => +r.querySelector('rect').getAttribute('width'))")
        self.assertEqual(bars, sorted(bars, reverse=True))
        self.assertIn("Mean bounded slowdown", self.figure(0)[0][1])
        self.browser.run("[...document.querySelectorAll('#figures thead button')]"
                         ".find((b) => b.textContent === 'Mean wait, windows').click()")
        marks = self.browser.run("return document.querySelectorAll('#figures table')[0].tBodies[0].innerHTML.match(/stroke-width=\"1.5\"/g).length")
        self.assertEqual(marks, 3)  # an interval at every bar
        self.assertEqual(self.browser.run("return document.querySelectorAll('#figures b').length"), 0)

    def test_hover_of_a_row_tells_every_number_and_its_interval(self):
        self.open("cluster.html")
        self.click("shown")
        x, y = self.browser.run("const r = document.querySelector('#figures tbody tr').getBoundingClientRect();"
                                "return [r.left + 100, r.top + r.height / 2]")
        self.browser.mouse(("move", x, y))
        tip = self.text("#tip")
        for part in ("easy <b>", "Mean wait", "Longest wait", "\u2026", "Fairness"):
            self.assertIn(part, tip)
        self.click("theme")
        self.assertIsNone(self.text("#tip"))

    def test_empty(self):
        self.open("empty.html")
        self.assertEqual(self.state()["drawn"], 0)
        x, y = self.plot()
        self.browser.wheel(x, y, -300)
        self.browser.click(x, y)
        self.browser.run("document.getElementById('canvas').focus()")
        self.browser.type(DOWN + UP + "+-0lps" + ENTER)
        self.assertEqual(self.state()["selected"], -1)

    def test_narrow_window(self):
        self.browser.call("POST", "/window/rect", {"width": 520, "height": 800})
        try:
            self.open("tasks120.html")
            self.browser.click(*self.bar(6))
            self.assertEqual(self.state()["selected"], 6)
            self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), self.browser.run("return innerWidth"))
        finally:
            self.browser.call("POST", "/window/rect", {"width": 1400, "height": 900})

    def test_figure_loads(self):
        self.open("tasks120.svg")
        self.assertEqual(self.browser.run("return document.documentElement.tagName"), "svg")
        self.assertEqual(self.browser.run("return document.querySelectorAll('rect.bar, polygon.bar').length"), 120)


def main():
    global pages, keep
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--keep")
    parser.add_argument("only", nargs="*")
    options = parser.parse_intermixed_args()
    if not Browser.available():
        print("skipped: no chromium or no chromedriver")
        return 77
    with tempfile.TemporaryDirectory() as scratch:
        keep = options.keep is not None
        pages = options.keep or scratch
        subprocess.run([options.program, pages], check=True)
        names = ["Charts." + n for n in options.only] or None
        tests = unittest.defaultTestLoader.loadTestsFromNames(names, sys.modules[__name__]) if names else \
            unittest.defaultTestLoader.loadTestsFromTestCase(Charts)
        return 0 if unittest.TextTestRunner(verbosity=2).run(tests).wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
