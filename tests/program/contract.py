#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What scripts may rely on when they call the program: contract.py PROGRAM [unittest arguments]."""

import csv
import gzip
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

PROGRAM = ""

COLUMNS = "instance,solver,rule,status,makespan,lower_bound,critical_path,schedules,seconds".split(",")
BENCH_COLUMNS = "name,items,repeat,min_seconds,median_seconds,items_per_second,allocations_per_call".split(",")
RULES = ("lft lst mts mis grpw grpw* mslk mslk-dynamic mslk-resource est eft spt lpt grd wrup fcfs wcs acs irsm rsm "
         "atc edd cr wspt random").split()
PARALLEL_ONLY = {"wcs", "acs", "irsm", "rsm"}

# A maximal lag: an arc of negative weight from task 2 back to task 1.
WITH_MAXIMAL_LAG = """2 1 0 0
0 1 1 1 [0]
1 1 1 2 [3]
2 1 2 1 3 [-5] [2]
3 1 0
0 1 0 0
1 1 3 1
2 1 2 1
3 1 0 0
1
"""
# Task 1 needs 5 of 2 units.
OVERSIZED = """1 1 0 0
0 1 1 1 [0]
1 1 1 2 [3]
2 1 0
0 1 0 0
1 1 3 5
2 1 0 0
2
"""


class Result:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout.decode(), done.stderr.decode()

    @property
    def rows(self):
        return list(csv.DictReader(io.StringIO(self.out)))

    @property
    def header(self):
        return self.out.splitlines()[0].split(",")


class ProgramTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def sched(self, *arguments, code=0, stdin=b""):
        done = subprocess.run([PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, cwd=self.folder,
                              timeout=300, check=False)
        result = Result(done)
        self.assertEqual(result.code, code, f"{arguments}\n{result.out}\n{result.err}")
        return result

    def file(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return name

    def generate(self, name, *options):
        self.sched("generate", "project", *options, "--out", name)
        return name

    def project(self, *arguments, code=0):
        return self.sched("project", *arguments, "--format", "csv", code=code)

    def names(self):
        return sorted(p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*") if p.is_file())


class ExitStatus(ProgramTest):
    def test_done_is_0(self):
        r = self.project(self.generate("a.sm"))
        self.assertEqual(r.err, "")
        self.assertEqual([row["status"] for row in r.rows], ["feasible"])

    def test_no_solution_within_the_rules_is_1_and_the_reason_is_told(self):
        r = self.project(self.file("big.sch", OVERSIZED), code=1)
        self.assertRegex(r.err, r"\Asched: big\.sch: infeasible: .+\n\Z")
        self.assertEqual(r.rows[0]["status"], "infeasible")
        self.assertEqual(r.rows[0]["makespan"], "")

    def test_a_deadline_that_cannot_be_kept_is_1(self):
        text = json.loads(self.sched("generate", "project", "--kind", "json", "--tasks", "5", "--deadlines", "1").out)
        for task in text["tasks"]:
            if "deadline" in task:
                task["deadline"] = 1
        r = self.project(self.file("late.json", json.dumps(text)), code=1)
        self.assertIn(r.rows[0]["status"], ("infeasible", "deadline_missed"))
        self.assertRegex(r.err, r"\Asched: late\.json: (infeasible|deadline_missed): .+\n\Z")

    def test_a_maximal_lag_is_unsupported_and_1(self):
        r = self.project(self.file("lag.sch", WITH_MAXIMAL_LAG), code=1)
        self.assertRegex(r.err, r"\Asched: lag\.sch: unsupported: maximal lag .+\n\Z")
        self.assertEqual(r.rows[0]["status"], "unsupported")

    def test_search_chooses_modes_better_than_any_policy_of_them(self):
        self.generate("modes.mm", "--tasks", "40", "--min-modes", "3", "--max-modes", "3", "--nonrenewables", "2")
        makespan = {m: int(self.project("modes.mm", "--solver", "search", "--schedules", "1000", "--modes", m).rows[0]["makespan"])
                    for m in ("earliest-finish", "shortest", "least-work")}
        self.assertLess(makespan["earliest-finish"], 0.95 * min(makespan["shortest"], makespan["least-work"]))

    def test_search_decides_projects_with_maximal_lags(self):
        row = self.project(self.file("lag.sch", WITH_MAXIMAL_LAG), "--solver", "search", "--bound").rows[0]
        self.assertEqual([row[k] for k in ("status", "makespan", "lower_bound")], ["optimal", "5", "5"])
        tight = WITH_MAXIMAL_LAG.replace("[-5]", "[-2]")
        r = self.project(self.file("tight.sch", tight), "--solver", "search", code=1)
        self.assertEqual(r.rows[0]["status"], "infeasible")
        self.assertRegex(r.err, r"\Asched: tight\.sch: infeasible: .+\n\Z")

    def test_malformed_input_is_2_with_file_line_and_reason(self):
        self.generate("good.sm")
        text = (self.folder / "good.sm").read_text().splitlines(keepends=True)
        line = next(i for i, l in enumerate(text) if l.startswith("REQUESTS")) + 5
        text[line] = text[line].replace("1", "x", 1)
        self.file("bad.sm", "".join(text))
        self.file("garbage.rcp", "some words\n")
        self.file("half.json", '{"tasks": [')
        for name in ("bad.sm", "garbage.rcp", "half.json"):
            r = self.project(name, code=2)
            self.assertRegex(r.err, rf"\Asched: {re.escape(name)}:\d+: [^\n]+\n\Z")
            self.assertEqual(r.rows, [])
        self.assertIn(f"bad.sm:{line + 1}:", self.project("bad.sm", code=2).err)

    def test_an_empty_file_is_malformed(self):
        for name in ("e.sm", "e.mm", "e.rcp", "e.sch", "e.json"):
            r = self.project(self.file(name, ""), code=2)
            self.assertRegex(r.err, rf"\Asched: {re.escape(name)}:\d+: [^\n]+\n\Z")

    def test_an_unknown_kind_of_input_is_malformed_and_the_kinds_are_told(self):
        r = self.project(self.file("a.txt", "1 2 3\n"), code=2)
        for kind in (".sm", ".mm", ".rcp", ".sch", ".json"):
            self.assertIn(kind, r.err)

    def test_a_missing_file_is_3(self):
        r = self.project("none.sm", code=3)
        self.assertRegex(r.err, r"\Asched: none\.sm: cannot open: .+\n\Z")

    def test_a_folder_as_input_is_3(self):
        (self.folder / "folder.sm").mkdir()
        self.assertIn("sched: folder.sm: ", self.project("folder.sm", code=3).err)

    def test_the_worst_input_decides_and_all_are_processed_in_order(self):
        self.generate("a.sm")
        self.generate("z.json", "--seed", "2")
        self.file("big.sch", OVERSIZED)
        self.file("bad.rcp", "x\n")
        r = self.project("z.json", "big.sch", "a.sm", code=1)
        self.assertEqual([row["instance"] for row in r.rows], ["z", "big", "a"])
        r = self.project("big.sch", "bad.rcp", "z.json", "a.sm", code=2)
        self.assertEqual([row["instance"] for row in r.rows], ["big", "z", "a"])
        r = self.project("none.sm", "bad.rcp", "big.sch", "a.sm", "bad.rcp", code=3)
        self.assertEqual([row["instance"] for row in r.rows], ["big", "a"])
        self.assertEqual([line.split(":")[1].strip() for line in r.err.splitlines()],
                         ["none.sm", "bad.rcp", "big.sch", "bad.rcp"])

    def test_usage_errors_are_2_on_stderr_and_print_nothing_else(self):
        self.generate("a.sm")
        for arguments in ([], ["nothing"], ["project"], ["project", "a.sm", "--nothing"],
                          ["project", "a.sm", "--threads", "0"], ["project", "a.sm", "--threads", "x"],
                          ["project", "a.sm", "--seed", "-1"], ["project", "a.sm", "--seed", "1.5"],
                          ["project", "a.sm", "--schedules", "2.5"],
                          ["project", "a.sm", "--schedules", "0"],
                          ["project", "a.sm", "--time-limit", "-1"], ["project", "a.sm", "--format", "xml"],
                          ["project", "a.sm", "--solver", "magic"], ["project", "a.sm", "--direction", "up"],
                          ["project", "a.sm", "--direction", "bidirectional", "--solver", "parallel"],
                          ["project", "a.sm", "--direction", "backward", "--schedules", "9"],
                          ["project", "a.sm", "--rule", "wcs", "--solver", "serial"],
                          ["project", "a.sm", "--rule", "wcs", "--solver", "rollout", "--scheme", "serial"],
                          ["project", "a.sm", "--solver", "rollout", "--direction", "backward"],
                          ["project", "a.sm", "--solver", "rollout", "--width", "0"],
                          ["project", "a.sm", "--solver", "beam", "--beam", "0"],
                          ["project", "a.sm", "--solver", "beam", "--direction", "backward"],
                          ["project", "a.sm", "--solver", "beam", "--horizon", "3", "--objective", "tardiness"],
                          ["project", "a.sm", "--rule", "wcs", "--solver", "beam", "--scheme", "serial"],
                          ["project", "a.sm", "--solver", "rollout", "--horizon", "3", "--objective", "tardiness"],
                          ["project", "a.sm", "--out-format", "csv"],
                          ["generate"], ["generate", "nothing"], ["bench"], ["bench", "nothing"], ["list", "x"]):
            r = self.sched(*arguments, code=2)
            self.assertEqual(r.out, "", arguments)
            self.assertRegex(r.err, r"\Asched: .+\n", arguments)

    def test_empty_standard_input_is_not_waited_for(self):
        self.sched("project", code=2, stdin=b"")
        self.project("/dev/stdin", code=2)

    def test_output_that_cannot_be_written_is_3(self):
        if not pathlib.Path("/dev/full").exists():
            self.skipTest("no /dev/full")
        self.generate("a.sm")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "project", "a.sm"], stdout=full, stderr=subprocess.PIPE, cwd=self.folder,
                                  timeout=60, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"sched: ", done.stderr)


class Tables(ProgramTest):
    def test_the_columns_are_those_of_the_contract(self):
        r = self.project(self.generate("a.sm"))
        self.assertEqual(r.header, COLUMNS)
        row = r.rows[0]
        self.assertEqual((row["instance"], row["solver"], row["rule"], row["lower_bound"], row["schedules"]),
                         ("a", "parallel", "lft", "", "1"))
        self.assertGreaterEqual(int(row["makespan"]), int(row["critical_path"]))

    def test_real_numbers_are_printed_in_their_shortest_round_trip_form(self):
        self.generate("a.sm", "--tasks", "120")
        for row in self.project("a.sm", "--rule", "all").rows:
            value = float(row["seconds"])
            self.assertGreater(value, 0)
            self.assertLessEqual(len(row["seconds"].replace(".", "").lstrip("0").split("e")[0]), 17)
            self.assertEqual(float(repr(value)), value)
            digits = re.sub(r"e.*|\.|^0\.0*", "", row["seconds"]).strip("0")
            self.assertEqual(len(digits), len(re.sub(r"e.*|\.|^0\.0*", "", repr(value)).strip("0")), row["seconds"])

    def test_csv_is_the_default_where_there_is_no_terminal(self):
        self.generate("a.sm")
        self.assertEqual(self.sched("project", "a.sm").header, COLUMNS)

    def test_json_has_the_same_content(self):
        self.generate("a.sm")
        r = self.sched("project", "a.sm", "--rule", "all", "--bound", "--format", "json")
        rows = json.loads(r.out)
        expected = self.project("a.sm", "--rule", "all", "--bound").rows
        self.assertEqual(len(rows), len(expected))
        for got, want in zip(rows, expected):
            self.assertEqual(list(got), COLUMNS)
            for key in COLUMNS[:-1]:
                self.assertEqual(str(got[key]), want[key])
        empty = json.loads(self.sched("project", "a.sm", "--format", "json").out)[0]
        self.assertIsNone(empty["lower_bound"])

    def test_a_table_is_aligned(self):
        self.generate("a.sm")
        lines = self.sched("project", "a.sm", "--rule", "all", "--format", "table").out.splitlines()
        self.assertEqual(lines[0].split(), COLUMNS)
        self.assertEqual(len(lines), 1 + len(RULES))
        end = lines[0].index("makespan") + len("makespan")
        for line in lines[1:]:
            self.assertTrue(line[end - 1].isdigit() and line[end] == " ", line)

    def test_names_with_commas_and_quotes_are_quoted(self):
        self.generate("plain.sm")
        (self.folder / "plain.sm").rename(self.folder / 'a,"b".sm')
        self.assertEqual(self.project('a,"b".sm').rows[0]["instance"], 'a,"b"')

    def test_progress_shows_done_total_best_rate_and_time_left_on_stderr_only(self):
        self.generate("a.sm")
        r = self.project("a.sm", "a.sm", "--schedules", "50", "--progress")
        self.assertEqual(len(r.rows), 2)
        self.assertRegex(r.err, r"2/2  best \d+  [0-9.e+]+/s  0 s left")
        self.assertEqual(self.project("a.sm", "--no-progress").err, "")
        self.assertEqual(self.project("a.sm").err, "")


class Documents(ProgramTest):
    def test_each_kind_of_document_is_written(self):
        self.generate("a.sm", "--tasks", "12", "--renewables", "3")
        kinds = ("csv", "json", "html", "svg", "dot")
        self.project("a.sm", *(x for k in kinds for x in ("--out", f"new/o.{k}")))
        text = {k: (self.folder / "new" / f"o.{k}").read_text() for k in kinds}
        rows = list(csv.reader(io.StringIO(text["csv"])))
        self.assertEqual(rows[0][:4], ["task", "mode", "start", "finish"])
        self.assertEqual(len(rows[0]), 4 + 3)
        self.assertEqual([int(r[0]) for r in rows[1:]], list(range(1, 15)))  # dummies included
        self.assertEqual(rows[1][2:], ["0", "0", "0", "0", "0"])
        self.assertEqual(max(int(r[3]) for r in rows[1:]), int(self.project("a.sm").rows[0]["makespan"]))
        json.loads(text["json"])
        xml.etree.ElementTree.fromstring(text["svg"])
        self.assertTrue(text["html"].lstrip().lower().startswith("<!doctype html>"))
        self.assertNotRegex(text["html"], r"(src|href)=\"https?:")
        self.assertRegex(text["dot"], r"\A\s*digraph")

    def test_the_schedule_document_keeps_precedence_and_capacity(self):
        self.generate("a.json", "--tasks", "40")
        project = json.loads((self.folder / "a.json").read_text())
        self.project("a.json", "--out", "o.csv")
        rows = list(csv.DictReader(io.StringIO((self.folder / "o.csv").read_text())))
        self.assertEqual(len(rows), len(project["tasks"]))
        capacities = [r["capacity"] for r in project["resources"]]
        names = list(rows[0])[4:]
        for t in sorted({int(r["start"]) for r in rows}):
            for k, name in enumerate(names):
                used = sum(int(r[name] or 0) for r in rows if int(r["start"]) <= t < int(r["finish"]))
                self.assertLessEqual(used, capacities[k])

    def test_the_extension_of_a_document_may_be_in_any_case(self):
        self.project(self.generate("a.sm"), "--out", "O.SVG")
        xml.etree.ElementTree.fromstring((self.folder / "O.SVG").read_text())

    def test_an_unknown_extension_is_a_usage_error_that_lists_the_kinds(self):
        self.generate("a.sm")
        for name in ("o.png", "o", "o.csv.gz"):
            err = self.project("a.sm", "--out", name, code=2).err
            for kind in ("csv", "json", "html", "svg", "dot"):
                self.assertIn(kind, err)
        self.project("a.sm", "--out-dir", "d", "--out-format", "png", code=2)
        self.assertEqual(self.names(), ["a.sm"])

    def test_out_takes_one_input(self):
        self.generate("a.sm")
        self.generate("b.sm")
        self.assertIn("--out-dir", self.project("a.sm", "b.sm", "--out", "o.csv", code=2).err)

    def test_out_dir_writes_one_document_per_input(self):
        self.generate("in/a.sm")
        self.generate("b.rcp")
        self.project("in/a.sm", "b.rcp", "--out-dir", "d/e", "--out-format", "svg")
        self.project("in/a.sm", "b.rcp", "--out-dir", "d")
        self.assertEqual([n for n in self.names() if n.startswith("d/")],
                         ["d/a.csv", "d/b.csv", "d/e/a.svg", "d/e/b.svg"])

    def test_two_inputs_never_write_the_same_document(self):
        self.generate("a.sm")
        self.generate("a.rcp")
        r = self.project("a.sm", "a.rcp", "--out-dir", "d", code=2)
        self.assertIn("d/a.csv", r.err)
        self.assertFalse((self.folder / "d").exists())

    def test_a_document_stays_when_there_is_no_new_one(self):
        self.file("o.csv", "kept")
        self.project(self.file("big.sch", OVERSIZED), "--out", "o.csv", code=1)
        self.project(self.file("bad.sm", "x"), "--out", "o.csv", code=2)
        self.assertEqual((self.folder / "o.csv").read_text(), "kept")
        self.assertEqual(self.names(), ["bad.sm", "big.sch", "o.csv"])  # nothing half-written beside it

    def test_a_document_is_replaced_at_once_and_no_temporary_file_stays(self):
        self.file("o.csv", "old")
        self.project(self.generate("a.sm"), "--out", "o.csv")
        self.assertTrue((self.folder / "o.csv").read_text().startswith("task,mode,"))
        self.assertEqual(self.names(), ["a.sm", "o.csv"])

    def test_a_document_that_cannot_be_written_is_3_and_the_others_are_written(self):
        self.generate("a.sm")
        self.file("file", "")
        (self.folder / "o.svg").mkdir()
        r = self.project("a.sm", "--out", "file/o.csv", "--out", "o.svg", "--out", "good.csv", code=3)
        self.assertEqual(len(r.rows), 1)
        self.assertEqual(len(r.err.splitlines()), 2)
        self.assertEqual(self.names(), ["a.sm", "file", "good.csv"])


class Inputs(ProgramTest):
    def test_every_written_kind_is_read_back_as_the_same_problem(self):
        for kind in ("sm", "rcp", "json"):
            self.generate(f"a.{kind}", "--tasks", "30", "--seed", "5")
        rows = self.project("a.sm", "a.rcp", "a.json").rows
        self.assertEqual(len({(r["makespan"], r["critical_path"]) for r in rows}), 1)
        for kind in ("mm", "json"):
            self.generate(f"m.{kind}", "--max-modes", "3", "--nonrenewables", "2", "--seed", "5")
        rows = self.project("m.mm", "m.json").rows
        self.assertEqual(len({(r["makespan"], r["critical_path"]) for r in rows}), 1)

    def test_packed_files_are_read_as_they_are(self):
        self.generate("a.sm")
        text = (self.folder / "a.sm").read_bytes()
        (self.folder / "p.sm.gz").write_bytes(gzip.compress(text))
        (self.folder / "Q.SM.GZ").write_bytes(gzip.compress(text))
        rows = self.project("a.sm", "p.sm.gz", "Q.SM.GZ").rows
        self.assertEqual([r["instance"] for r in rows], ["a", "p", "Q"])
        self.assertEqual(len({r["makespan"] for r in rows}), 1)
        (self.folder / "cut.sm.gz").write_bytes(gzip.compress(text)[:200])
        self.assertIn("sched: cut.sm.gz", self.project("cut.sm.gz", code=2).err)

    def test_the_case_of_an_extension_does_not_matter(self):
        self.generate("a.sm")
        (self.folder / "a.sm").rename(self.folder / "A.SM")
        self.project("A.SM")
        without = WITH_MAXIMAL_LAG.replace("2 1 2 1 3 [-5] [2]", "2 1 1 3 [2]")
        self.project(self.file("X.SCH", without))


class Options(ProgramTest):
    def setUp(self):
        super().setUp()
        self.generate("a.sm", "--tasks", "60", "--seed", "3", "--resource-strength", "0.2")

    def test_all_rules_give_one_row_each(self):
        self.assertEqual([r["rule"] for r in self.project("a.sm", "--rule", "all").rows], RULES)
        self.assertEqual([r["rule"] for r in self.project("a.sm", "--rule", "all", "--solver", "serial").rows],
                         [r for r in RULES if r not in PARALLEL_ONLY])

    def test_the_document_of_all_rules_is_that_of_the_best(self):
        rows = self.project("a.sm", "--rule", "all", "--out", "o.csv").rows
        document = list(csv.DictReader(io.StringIO((self.folder / "o.csv").read_text())))
        self.assertEqual(max(int(r["finish"]) for r in document), min(int(r["makespan"]) for r in rows))

    def test_long_names_of_rules_are_accepted_and_abbreviations_are_printed(self):
        for r in self.sched("list", "--format", "csv").rows:
            if r["question"] != "priority":
                continue
            row = self.project("a.sm", "--rule", r["long_name"]).rows[0]
            short = self.project("a.sm", "--rule", r["name"]).rows[0]
            self.assertEqual((row["rule"], row["makespan"]), (r["name"], short["makespan"]))

    def test_an_unknown_rule_is_2_and_the_rules_are_listed(self):
        r = self.project("a.sm", "--rule", "nope", code=2)
        for name in ("nope", *RULES):
            self.assertIn(name, r.err)
        self.assertEqual(r.out, "")

    def test_net_present_value_says_that_its_cash_flows_are_generated(self):
        for solver in ("parallel", "search"):
            r = self.project("a.sm", "--objective", "npv", "--solver", solver)
            self.assertIn("the file has no cash flows: generated, -50 to 100 a task, seed 1", r.err)
        value = lambda *o: float(self.project("a.sm", "--objective", "npv", *o).err.split("net present value ")[1].split()[0])
        self.assertGreaterEqual(value("--solver", "search"), value("--solver", "serial"))
        self.assertNotEqual(value("--seed", 2), value())
        self.assertNotEqual(value("--discount", 0.1), value())
        self.project("a.sm", "--objective", "nvp", code=2)

    def test_a_trace_of_a_search_is_a_page(self):
        self.project("a.sm", "--solver", "search", "--trace", self.folder / "trace.html")
        with open(self.folder / "trace.html", encoding="utf-8") as f:
            page = f.read()
        for wanted in ("lower bound", "Improvements", "Schedules spent"):
            self.assertIn(wanted, page)
        self.project("a.sm", "--trace", self.folder / "trace.html", code=2)
        self.project("a.sm", "--solver", "search", "--trace", self.folder / "trace.svg", code=2)

    def test_schedules_are_counted(self):
        count = lambda *options: int(self.project("a.sm", *options).rows[0]["schedules"])
        self.assertEqual(count(), 1)
        self.assertEqual(count("--justify"), 3)
        self.assertEqual(count("--solver", "serial", "--direction", "bidirectional"), 2)
        self.assertEqual(count("--solver", "serial", "--direction", "backward"), 1)

    def test_the_budget_of_schedules_is_kept(self):
        for n in (2, 3, 10, 101):
            for options in ([], ["--justify"], ["--solver", "serial"], ["--solver", "serial", "--justify"]):
                row = self.project("a.sm", "--schedules", n, *options).rows[0]
                if row["status"] == "optimal":
                    self.assertLessEqual(int(row["schedules"]), n)
                else:
                    self.assertEqual(int(row["schedules"]), n, options)

    def test_more_schedules_and_justification_are_never_worse(self):
        one = int(self.project("a.sm").rows[0]["makespan"])
        self.assertLessEqual(int(self.project("a.sm", "--justify").rows[0]["makespan"]), one)
        few = int(self.project("a.sm", "--schedules", 20).rows[0]["makespan"])
        self.assertLessEqual(int(self.project("a.sm", "--schedules", 200).rows[0]["makespan"]), few)

    def test_a_rollout_is_never_worse_than_its_base_and_counts_its_schedules(self):
        makespan = lambda row: int(row["makespan"])
        for scheme in ("serial", "parallel"):
            for options in ([], ["--justify"], ["--horizon", 10], ["--wait"], ["--objective", "levelling"]):
                base = [x for x in options if x not in ("--horizon", 10, "--wait")]
                one = self.project("a.sm", "--solver", scheme, *base).rows[0]
                row = self.project("a.sm", "--solver", "rollout", "--scheme", scheme, *options).rows[0]
                self.assertEqual((row["instance"], row["solver"], row["rule"]), ("a", "rollout", "lft"))
                self.assertGreater(int(row["schedules"]), 10)
                if "--objective" not in options:
                    self.assertLessEqual(makespan(row), makespan(one))
        self.assertLess(makespan(self.project("a.sm", "--solver", "rollout", "--width", 8).rows[0]),
                        makespan(self.project("a.sm").rows[0]))

    def test_a_rollout_keeps_its_budget_and_any_number_of_threads_gives_the_same(self):
        for n in (1, 5, 60):
            row = self.project("a.sm", "--solver", "rollout", "--schedules", n).rows[0]
            self.assertLessEqual(int(row["schedules"]), n)
        self.assertEqual(self.without_seconds("a.sm", "--solver", "rollout", "--justify"),
                         self.without_seconds("a.sm", "--solver", "rollout", "--justify", "--threads", 3))

    def test_a_beam_of_one_is_rollout_and_a_wider_one_keeps_its_budget(self):
        makespan = lambda row: int(row["makespan"])
        for scheme in ("serial", "parallel"):
            base = self.project("a.sm", "--solver", scheme).rows[0]
            ahead = self.project("a.sm", "--solver", "rollout", "--scheme", scheme).rows[0]
            one = self.project("a.sm", "--solver", "beam", "--beam", 1, "--scheme", scheme).rows[0]
            self.assertEqual((one["solver"], one["rule"], one["makespan"]), ("beam", "lft", ahead["makespan"]))
            self.assertLess(int(one["schedules"]), int(ahead["schedules"]))
            for options in ([], ["--justify"], ["--horizon", 10], ["--wait"], ["--beam", 3, "--width", 2]):
                row = self.project("a.sm", "--solver", "beam", "--scheme", scheme, *options).rows[0]
                self.assertLessEqual(makespan(row), makespan(base))
                self.assertGreater(int(row["schedules"]), 10)
            for n in (1, 5, 60):
                row = self.project("a.sm", "--solver", "beam", "--schedules", n, "--scheme", scheme).rows[0]
                self.assertEqual(int(row["schedules"]), n)
        self.assertEqual(self.without_seconds("a.sm", "--solver", "beam", "--objective", "levelling"),
                         self.without_seconds("a.sm", "--solver", "beam", "--objective", "levelling", "--threads", 3))

    def test_a_search_keeps_its_budget_and_proves_what_it_can(self):
        for n in (1, 2, 7, 400):
            row = self.project("a.sm", "--solver", "search", "--schedules", n, "--bound").rows[0]
            self.assertLessEqual(int(row["schedules"]), n)
            self.assertLessEqual(int(row["lower_bound"]), int(row["makespan"]))
            if row["status"] != "optimal":
                self.assertEqual(int(row["schedules"]), n)
                self.assertLess(int(row["lower_bound"]), int(row["makespan"]))
            else:
                self.assertEqual(row["lower_bound"], row["makespan"])
        sampled = int(self.project("a.sm", "--schedules", 400, "--justify").rows[0]["makespan"])
        self.assertLessEqual(int(self.project("a.sm", "--solver", "search", "--schedules", 400).rows[0]["makespan"]), sampled)
        self.project("a.sm", "--solver", "search", "--rule", "all", code=2)
        self.project("a.sm", "--solver", "search", "--direction", "backward", code=2)

    def test_a_search_gives_the_same_with_any_number_of_threads(self):
        one = self.without_seconds("a.sm", "--solver", "search", "--schedules", 3000, "--islands", 3)
        self.assertEqual(one, self.without_seconds("a.sm", "--solver", "search", "--schedules", 3000, "--islands", 3,
                                                   "--threads", 3))

    def test_a_search_without_a_budget_ends_with_its_time(self):
        row = self.project("a.sm", "--solver", "search", "--time-limit", 3).rows[0]
        self.assertIn(row["status"], ("optimal", "feasible"))
        row = self.project("a.sm", "--solver", "search", "--objective", "levelling", "--schedules", 300).rows[0]
        self.assertLessEqual(int(row["schedules"]), 300)

    def test_a_rollout_takes_every_rule_that_its_scheme_takes(self):
        rules = lambda *options: [r["rule"] for r in self.project("a.sm", "--solver", "rollout", "--rule", "all",
                                                                  "--width", 2, "--horizon", 3, *options).rows]
        self.assertEqual(rules(), RULES)
        self.assertEqual(rules("--scheme", "serial"), [r for r in RULES if r not in PARALLEL_ONLY])

    def without_seconds(self, *arguments):
        return [{k: v for k, v in r.items() if k != "seconds"} for r in self.project(*arguments).rows]

    def test_the_seed_decides(self):
        def run(seed):
            self.project("a.sm", "--schedules", 20, "--seed", seed, "--out", "o.csv")
            return (self.folder / "o.csv").read_bytes()
        self.assertEqual(run(7), run(7))
        self.assertGreater(len({run(seed) for seed in range(1, 6)}), 1)
        self.assertEqual(self.without_seconds("a.sm", "--rule", "random"),
                         self.without_seconds("a.sm", "--rule", "random", "--seed", 1))

    def test_threads_do_not_change_the_result(self):
        files = [self.generate(f"t{k}.sm", "--tasks", 5 + 20 * (9 - k), "--seed", k) for k in range(9)]
        options = [*files, "none.sm", "--schedules", 30, "--out-dir", "d"]
        one = self.project(*options, code=3)
        documents = {f: (self.folder / f).read_bytes() for f in self.names() if f.startswith("d/")}
        four = self.project(*options, "--threads", 4, code=3)
        strip = lambda r: [{k: v for k, v in row.items() if k != "seconds"} for row in r.rows]
        self.assertEqual(strip(one), strip(four))
        self.assertEqual(one.err, four.err)
        self.assertEqual(documents, {f: (self.folder / f).read_bytes() for f in self.names() if f.startswith("d/")})
        self.assertEqual(len(documents), 9)

    def test_a_time_limit_ends_a_long_run_with_the_best_so_far(self):
        row = self.project("a.sm", "--schedules", 10**12, "--time-limit", 1).rows[0]
        self.assertIn(row["status"], ("feasible", "optimal"))
        self.assertLess(int(row["schedules"]), 10**12)
        self.assertGreater(int(row["makespan"]), 0)

    def test_the_bound_is_never_above_the_makespan_and_proves_optima(self):
        optima = 0
        for seed in range(1, 11):
            strength = "1" if seed % 2 else "0.1"
            self.generate("b.sm", "--seed", seed, "--resource-strength", strength)
            row = self.project("b.sm", "--bound").rows[0]
            self.assertLessEqual(int(row["critical_path"]), int(row["lower_bound"]))
            self.assertLessEqual(int(row["lower_bound"]), int(row["makespan"]))
            self.assertEqual(row["status"] == "optimal", row["lower_bound"] == row["makespan"])
            optima += row["status"] == "optimal"
        self.assertGreater(optima, 0)

    def test_a_bound_on_the_makespan_proves_nothing_of_another_objective(self):
        self.generate("free.sm", "--resource-strength", "1")
        self.assertEqual(self.project("free.sm", "--bound").rows[0]["status"], "optimal")
        self.assertEqual(self.project("free.sm", "--bound", "--objective", "levelling").rows[0]["status"], "feasible")

    def test_objectives_are_accepted(self):
        for objective in ("makespan", "tardiness", "tardy-count", "levelling"):
            self.project("a.sm", "--objective", objective, "--schedules", 5)

    def test_validation_can_be_left_out_and_changes_nothing_else(self):
        self.assertEqual(self.without_seconds("a.sm", "--no-validate"), self.without_seconds("a.sm", "--validate"))


ROADMAP_COLUMNS = "case,status,tasks,end,seconds".split(",")
# Two people, a holiday, one task that waits; the second expects what is right in compatible modes, but for one date.
HOUSE = {"format": "sched-roadmap", "version": 1, "name": "house", "now": "2025-01-01",
         "people": [{"name": "alice", "closed": [["2025-01-04", "2025-01-05"]]}, {"name": "bob"}],
         "tasks": [{"id": "dig", "effort": "5d", "resources": "alice"},
                   {"id": "pour", "effort": "1w", "requires": ["dig + 2d"], "resources": "alice|bob"},
                   {"id": "open", "effort": "0d", "requires": ["pour"], "end_before": "2025-01-10"}]}
CASE = {"case": "pair", "now": "2025-01-01",
        "tasks": [{"id": "a", "duration": 5, "resources": ["r"]},
                  {"id": "b", "duration": 3, "resources": ["r"], "deps": [["a", 0]]}],
        "expected": [{"algorithm": "parallel-sgs", "mode": "any",
                      "tasks": [["a", "2025-01-01", "2025-01-06", ["r"]], ["b", "2025-01-07", "2025-01-10", ["r"]]]},
                     {"algorithm": "parallel-sgs", "mode": "ceil", "strategy": "atc",
                      "tasks": [["a", "2025-01-01", "2025-01-06", ["r"]], ["b", "2025-01-07", "2025-01-10", ["r"]]],
                      "deadlines": {}, "priorities": {"a": 50, "b": 50}},
                     {"algorithm": "critical-path", "mode": "ceil",
                      "tasks": [["a", "2025-01-01", "2025-01-06", ["r"]], ["b", "2025-01-07", "2025-01-11", ["r"]]]}]}


class Roadmap(ProgramTest):
    def roadmap(self, *arguments, code=0):
        return self.sched("roadmap", *arguments, code=code)

    def house(self, path="house.json", **changes):
        return self.file(path, json.dumps({**HOUSE, **changes}))

    def cases(self, *cases, name="cases.jsonl"):
        return self.file(name, "".join(json.dumps(c) + "\n" for c in cases))

    def test_csv_has_one_row_per_roadmap(self):
        self.house()
        self.cases(CASE, {**CASE, "case": "again"})
        r = self.roadmap("house.json", "cases.jsonl")
        self.assertEqual(r.header, ROADMAP_COLUMNS)
        self.assertEqual([[row[c] for c in ROADMAP_COLUMNS[:4]] for row in r.rows],
                         [["house", "complete", "3", "2025-01-19"], ["pair", "complete", "2", "2025-01-09"],
                          ["again", "complete", "2", "2025-01-09"]])
        self.assertEqual(r.err, "")
        table = self.roadmap("house.json", "--format", "table").out.splitlines()
        self.assertEqual(table[0].split(), ROADMAP_COLUMNS)

    def test_json_is_one_line_per_roadmap_with_tasks_by_id(self):
        self.house()
        self.cases(CASE)
        lines = self.roadmap("house.json", "cases.jsonl", "--format", "json").out.splitlines()
        first, second = map(json.loads, lines)
        self.assertEqual(list(first), ["case", "status", "tasks", "seconds"])
        self.assertEqual(first["tasks"], [["dig", "2025-01-01", "2025-01-10", ["alice"]],
                                          ["open", "2025-01-19", "2025-01-19", []],
                                          ["pour", "2025-01-12", "2025-01-19", ["alice"]]])
        self.assertEqual(second["tasks"][1], ["b", "2025-01-06", "2025-01-09", ["r"]])

    def test_packed_input_and_single_documents_are_read(self):
        text = json.dumps(CASE, indent=1)
        (self.folder / "c.json.gz").write_bytes(gzip.compress(text.encode()))
        self.file("two.json", text + text)
        self.assertEqual([r["case"] for r in self.roadmap("c.json.gz", "two.json").rows], ["pair"] * 3)

    def test_algorithms_modes_and_strategies_are_chosen(self):
        self.cases(CASE)
        ends = {m: self.roadmap("cases.jsonl", "--mode", m).rows[0]["end"]
                for m in ("native", "compatible-floor", "compatible_ceil")}
        self.assertEqual(ends, {"native": "2025-01-09", "compatible-floor": "2025-01-10", "compatible_ceil": "2025-01-10"})
        for a in ("parallel-sgs", "bounded-rollout", "critical-path"):
            for m in ends:
                for s in ("weighted", "priority-first", "cr-first", "atc"):
                    self.roadmap("cases.jsonl", "--algorithm", a, "--mode", m, "--strategy", s)

    def test_options_of_native_mode_are_accepted(self):
        self.house()
        for options in (["--placement", "now"], ["--placement", "reserve"], ["--lookahead", "full"],
                        ["--lookahead", "urgent"], ["--guard", "none"], ["--guard", "objective"], ["--horizon", 0],
                        ["--backward-pass", "simple"], ["--no-inherit"], ["--ticks-per-day", 24], ["--tail", 1],
                        ["--min-first-chunk", 2], ["--shared-allocation"], ["--no-joint-work"],
                        ["--unlimited-unassigned"], ["--compare-resources"], ["--record-all"], ["--no-validate"]):
            self.assertEqual(self.roadmap("house.json", "--algorithm", "bounded-rollout", *options).rows[0]["status"],
                             "complete", options)

    def test_expect_counts_what_agrees_and_lists_what_differs(self):
        self.cases(CASE)
        r = self.roadmap("cases.jsonl", "--mode", "compatible-floor", "--expect")
        self.assertEqual(r.err, "1 agree, 0 differ\n")
        self.assertEqual(len(r.rows), 1)
        r = self.roadmap("cases.jsonl", "--mode", "compatible-ceil", "--expect")
        self.assertEqual(r.err, "2 agree, 0 differ\n")
        r = self.roadmap("cases.jsonl", "--mode", "compatible-ceil", "--strategy", "atc", "--expect")
        self.assertEqual(r.err, "1 agree, 0 differ\n")
        for mode in ("compatible-ceil", "compatible-floor"):  # the target rule has one flavour
            r = self.roadmap("cases.jsonl", "--mode", mode, "--algorithm", "critical-path", "--expect", code=1)
            self.assertEqual(r.err.splitlines(),
                             [f"sched: cases.jsonl:1: pair (critical-path, {mode}, weighted): "
                              "task b: end 2025-01-10 instead of 2025-01-11", "0 agree, 1 differ"])

    def test_nothing_is_expected_of_native_mode_unless_marked(self):
        self.cases(CASE)
        r = self.roadmap("cases.jsonl", "--expect")
        self.assertEqual(r.err.splitlines()[-1], "0 agree, 0 differ")
        self.assertIn("native", r.err.splitlines()[0])
        native = {"algorithm": "parallel-sgs", "mode": "native",
                  "tasks": [["a", "2025-01-01", "2025-01-06", ["r"]], ["b", "2025-01-06", "2025-01-09", ["r"]]]}
        self.cases({**CASE, "expected": [native]})
        self.assertEqual(self.roadmap("cases.jsonl", "--expect").err, "1 agree, 0 differ\n")

    def test_statuses_that_are_expected_are_no_failure(self):
        failing = {"case": "f", "now": "2025-01-01", "tasks": [{"id": "a", "duration": 1}],
                   "expected": [{"algorithm": "parallel-sgs", "mode": "any", "status": "unplaceable", "failed": ["a"]}]}
        magic = {"case": "m", "now": "2025-01-01", "config": {"strategy": "magic"}, "tasks": [],
                 "expected": [{"algorithm": "parallel-sgs", "mode": "any", "status": "unknown-strategy"}]}
        self.cases(failing, magic)
        r = self.roadmap("cases.jsonl", "--mode", "compatible-floor", "--expect")
        self.assertEqual(r.err, "2 agree, 0 differ\n")
        self.assertEqual([row["status"] for row in r.rows], ["unplaceable", "unknown-strategy"])

    def test_what_cannot_be_planned_is_1_and_named(self):
        circle = {**CASE, "case": "ring", "tasks": [{"id": "a", "duration": 1, "deps": [["b", 0]]},
                                                    {"id": "b", "duration": 1, "deps": [["a", 0]]}]}
        nobody = {**CASE, "case": "nobody", "tasks": [{"id": "a", "duration": 1}, {"id": "m", "duration": 0}]}
        self.cases(circle, nobody, CASE)
        r = self.roadmap("cases.jsonl", "--format", "json", code=1)
        self.assertRegex(r.err, r"\Asched: cases\.jsonl: ring: cycle: [ab] waits for [ab]\n"
                                r"sched: cases\.jsonl: nobody: unplaceable: a\n\Z")
        rows = [json.loads(l) for l in r.out.splitlines()]
        self.assertEqual([row["status"] for row in rows], ["cycle", "unplaceable", "complete"])
        self.assertEqual(rows[1]["failed"], ["a"])
        self.assertEqual(rows[1]["tasks"], [["m", "2025-01-01", "2025-01-01", []]])

    def test_malformed_input_is_2_with_file_line_and_reason(self):
        self.cases(CASE)
        bad = json.dumps(HOUSE, indent=1).replace('"5d"', '"5x"')
        line = next(i for i, l in enumerate(bad.splitlines(), 1) if "5x" in l)
        self.file("bad.json", bad)
        r = self.roadmap("bad.json", "cases.jsonl", code=2)
        self.assertEqual(r.err, f"sched: bad.json:{line}: /tasks/0/effort: effort '5x', character 2: "
                                "expected d, w or m\n")
        self.assertEqual([row["case"] for row in r.rows], ["pair"])
        self.file("half.jsonl", json.dumps(CASE) + "\n{\"now\":\n")
        self.assertRegex(self.roadmap("half.jsonl", code=2).err, r"\Asched: half\.jsonl:2: [^\n]+\n\Z")
        self.file("empty.json", " \n")
        self.assertEqual(self.roadmap("empty.json", code=2).err, "sched: empty.json:1: no roadmap\n")
        twice = {**CASE, "tasks": CASE["tasks"] + CASE["tasks"][:1]}
        self.cases(CASE, twice)
        self.assertRegex(self.roadmap("cases.jsonl", code=2).err, r"\Asched: cases\.jsonl:2: task .a. is defined twice\n\Z")
        self.roadmap("cases.jsonl", "--mode", "compatible-floor")
        self.cases({**CASE, "config": {"strategy": "magic"}})
        r = self.roadmap("cases.jsonl", code=2)
        self.assertEqual(r.rows[0]["status"], "unknown-strategy")
        self.assertRegex(r.err, r"\Asched: cases\.jsonl:1: unknown strategy 'magic', expected one of weighted, [^\n]+\n\Z")
        self.roadmap("cases.jsonl", "--strategy", "atc")
        self.roadmap("none.json", code=3)

    def test_people_are_read_leniently_in_compatible_modes(self):
        self.house(tasks=[{"id": "dig", "effort": "XL", "timeframe": "soon"}])
        self.roadmap("house.json", code=2)
        self.assertEqual(self.roadmap("house.json", "--mode", "compatible-floor").rows[0]["end"], "2025-01-08")

    def test_each_kind_of_document_is_written(self):
        self.house()
        self.roadmap("house.json", *(x for k in ("csv", "json", "html", "svg") for x in ("--out", f"new/o.{k}")))
        text = {k: (self.folder / "new" / f"o.{k}").read_text() for k in ("csv", "json", "html", "svg")}
        rows = list(csv.DictReader(io.StringIO(text["csv"])))
        self.assertEqual(list(rows[0]), ["task_id", "task_name", "priority", "deadline", "completion_date"])
        self.assertEqual([r["completion_date"] for r in rows], ["2025-01-10", "2025-01-19", "2025-01-19"])
        result = json.loads(text["json"])
        self.assertEqual(result["status"], "complete")
        self.assertEqual([t["own_late_days"] for t in result["tasks"] if t["id"] == "open"], [8])
        self.assertTrue(all(t["why"]["text"] for t in result["tasks"]))
        xml.etree.ElementTree.fromstring(text["svg"])
        self.assertTrue(text["html"].lstrip().lower().startswith("<!doctype html>"))

    def test_generated_roadmaps_are_the_published_ones(self):
        lines = self.sched("generate", "roadmap", "--published", "0", "--cases", "3").out.splitlines()
        cases = [json.loads(line) for line in lines]
        self.assertEqual([c["case"] for c in cases], ["R000", "R001", "R002"])
        self.assertEqual([len(c["tasks"]) for c in cases], [8, 15, 22])
        self.assertEqual(cases[0]["tasks"][0], {"id": "t00000", "duration": 8, "resources": ["r002"],
                                                "end_before": "2025-03-24", "priority": 50})
        self.sched("generate", "roadmap", "--published", "1", "--fractional", "--out", "f.json")
        self.assertEqual(json.loads((self.folder / "f.json").read_text())["case"], "F001")
        self.assertEqual(self.roadmap("f.json", "--mode", "compatible-floor").rows[0]["status"], "complete")
        same = [self.sched("generate", "roadmap", "--tasks", "40", "--seed", "5").out for _ in range(2)]
        self.assertEqual(*same)
        self.assertEqual(json.loads(same[0])["case"], "random-40-5")
        self.sched("generate", "roadmap", "--published", "1", "--tasks", "9", code=2)

    def test_bench_times_planning(self):
        r = self.sched("bench", "roadmap", "--tasks", "30,60", "--repeat", "2", "--warmup", "0", "--format", "csv")
        self.assertEqual(len(r.rows), 12)
        self.assertEqual(r.rows[0]["name"], "parallel-sgs-native-30")
        self.assertEqual({row["items"] for row in r.rows}, {"30", "60"})
        r = self.sched("bench", "roadmap", "--tasks", "30", "--algorithm", "bounded-rollout", "--mode", "compatible-floor",
                       "--strategy", "atc", "--repeat", "1", "--format", "csv")
        self.assertEqual([row["name"] for row in r.rows], ["bounded-rollout-compatible-floor-30"])

    def test_out_dir_writes_one_document_per_roadmap(self):
        self.house("a.json")
        self.cases(CASE, {**CASE, "case": "x/y"})
        self.roadmap("a.json", "cases.jsonl", "--out-dir", "d", "--out-format", "json")
        self.assertEqual([n for n in self.names() if n.startswith("d/")],
                         ["d/a.json", "d/cases-pair.json", "d/cases-x_y.json"])
        self.cases(CASE, CASE)
        self.assertIn("would both be written", self.roadmap("cases.jsonl", "--out-dir", "e", code=2).err)

    def test_a_plan_is_locked_and_planned_on(self):
        self.house()
        self.roadmap("house.json", "--write-lock", "l.json")
        lock = json.loads((self.folder / "l.json").read_text())
        self.assertEqual(lock["version"], 2)
        self.assertEqual(lock["locks"]["pour"], {"start_date": "2025-01-12", "end_date": "2025-01-18",
                                                 "resources": ["alice:1.0"], "was_fixed": False,
                                                 "resources_were_computed": True})
        lock["locks"]["gone"] = lock["locks"].pop("dig")
        self.file("l.json", json.dumps(lock))
        self.house("more.json", tasks=[{"id": "new", "effort": "2w", "resources": "alice", "priority": 99}] + HOUSE["tasks"])
        r = self.roadmap("more.json", "--lock", "l.json", "--format", "json")
        self.assertEqual(r.err, "sched: warning: l.json: lock of 'gone': no task has this id\n")
        tasks = {t[0]: t[1:] for t in json.loads(r.out)["tasks"]}
        self.assertEqual(tasks["pour"], ["2025-01-12", "2025-01-19", ["alice"]])
        self.assertEqual(tasks["new"], ["2025-01-10", "2025-01-31", ["alice"]])
        self.file("l.json", '{"version": 1}')
        self.assertEqual(self.roadmap("more.json", "--lock", "l.json", code=2).err,
                         "sched: l.json:1: /version: version 1 of lock files is not known, only 2\n")
        self.roadmap("more.json", "--lock", "none.json", code=3)

    def test_scenarios_are_compared(self):
        self.house("a.json", name="now")
        self.house("b.json", name="plan b", closed=["2025-01-02"])
        self.roadmap("a.json", "b.json", "--compare", "c.csv")
        rows = list(csv.DictReader(io.StringIO((self.folder / "c.csv").read_text())))
        self.assertEqual(list(rows[0]), ["task_id", "task_name", "now", "plan b", "plan b_delta_days"])
        self.assertEqual([r["plan b_delta_days"] for r in rows], ["+1", "+1", "+1"])

    def test_threads_change_nothing(self):
        self.cases(*({**CASE, "case": str(k)} for k in range(20)))
        one, many = ([row[:4] for row in csv.reader(io.StringIO(self.roadmap("cases.jsonl", "--threads", n).out))]
                     for n in (1, 3))
        self.assertEqual(one, many)

    def test_usage_errors_are_2(self):
        self.house()
        for arguments in (["roadmap"], ["roadmap", "house.json", "--mode", "exact"],
                          ["roadmap", "house.json", "--algorithm", "cp"], ["roadmap", "house.json", "--strategy", "x"],
                          ["roadmap", "house.json", "--ticks-per-day", "0"], ["roadmap", "house.json", "--out", "o.dot"],
                          ["roadmap", "house.json", "--out-format", "csv"],
                          ["roadmap", "house.json", "house.json", "--out", "o.csv"],
                          ["roadmap", "house.json", "house.json", "--write-lock", "l.json"],
                          ["roadmap", "house.json", "--expect", "--out", "o.csv"],
                          ["roadmap", "house.json", "--placement", "soon"]):
            r = self.sched(*arguments, code=2)
            self.assertEqual(r.out, "", arguments)
            self.assertRegex(r.err, r"\Asched: .+\n", arguments)


class Help(ProgramTest):
    def test_the_version_is_printed(self):
        self.assertRegex(self.sched("--version").out, r"\Asched \d+\.\d+\.\d+\n\Z")

    def test_every_command_is_listed(self):
        out = self.sched("--help").out
        for command in ("project", "roadmap", "backfill", "generate", "bench", "list", "demo"):
            self.assertRegex(out, rf"\n  {command} ")

    def test_every_option_says_what_it_is_by_default(self):
        for command in ("project", "roadmap", "backfill", "market", "demo", "list", "generate project", "generate roadmap",
                        "generate trace", "generate market", "bench market", "bench sgs", "bench rollout", "bench timeline", "bench roadmap",
                        "bench backfill"):
            out = self.sched(*command.split(), "--help").out
            options = re.split(r"\n  (?=-)", "\n" + out.split("\nOptions:\n", 1)[1].split("\n\n")[0])[1:]
            self.assertGreater(len(options), 1)
            for option in options:
                if not option.startswith("-h,--help"):
                    self.assertIn("default", option, command)

    def test_the_options_of_the_contract_are_there(self):
        out = self.sched("project", "--help").out
        for option in ("format out out-dir out-format seed threads time-limit validate no-validate progress "
                       "no-progress solver direction rule justify schedules bound objective").split():
            self.assertRegex(out, rf"--{option}\b")

    def test_the_list_is_complete(self):
        rows = self.sched("list", "--format", "csv").rows
        names = {}
        for r in rows:
            names.setdefault(r["question"], []).append(r["name"])
            self.assertTrue(r["name"] and r["long_name"] and r["what"], r)
        self.assertEqual(names["priority"], RULES)
        for question, wanted in {"solver": "serial parallel rollout beam search backfill", "direction": "forward backward bidirectional",
                                 "mode": "earliest-finish shortest least-work",
                                 "evaluator": "makespan tardiness tardy-count levelling",
                                 "roadmap algorithm": "parallel-sgs bounded-rollout critical-path",
                                 "roadmap strategy": "weighted priority-first cr-first atc",
                                 "roadmap placement": "wait now reserve",
                                 "timeline": "dense step tree"}.items():
            self.assertEqual(set(names[question]), set(wanted.split()))
        self.assertEqual(len(json.loads(self.sched("list", "--format", "json").out)), len(rows))


class Generate(ProgramTest):
    def test_the_same_seed_gives_the_same_bytes(self):
        for kind in ("sm", "rcp", "json"):
            read = lambda *options: self.sched("generate", "project", "--kind", kind, *options).out
            self.assertEqual(read("--seed", 9), read("--seed", 9))
            self.assertEqual(read(), read("--seed", 1))
            self.assertNotEqual(read("--seed", 9), read("--seed", 10))
            self.generate(f"a.{kind}", "--seed", 9)
            self.assertEqual((self.folder / f"a.{kind}").read_text(), read("--seed", 9))

    def test_sizes_are_kept(self):
        self.generate("a.json", "--tasks", 17, "--renewables", 3, "--no-dummies")
        project = json.loads((self.folder / "a.json").read_text())
        self.assertEqual((len(project["tasks"]), len(project["resources"])), (17, 3))

    def test_every_feature_is_generated_and_solved(self):
        features = [["--lags", 0.5], ["--releases", 0.5], ["--due-dates", 0.5], ["--max-weight", 5], ["--closed", 1],
                    ["--stretching", 1], ["--shrinking", 1], ["--shuffled"], ["--sources", 6, "--sinks", 6],
                    ["--max-modes", 3], ["--no-dummies"]]
        for k, options in enumerate(features):
            self.project(self.generate(f"f{k}.json", *options), "--no-progress")

    def test_invalid_options_are_2_with_the_reason(self):
        for options in (["--tasks", 0], ["--tasks", "x"], ["--resource-factor", 2], ["--resource-strength", -1],
                        ["--min-duration", 9, "--max-duration", 3], ["--min-demand", 5, "--max-demand", 1],
                        ["--lags", 1.5], ["--kind", "doc"], ["--out", "a.doc"], ["--out", "a.sm.gz"], ["--out", "a"],
                        ["--kind", "sm", "--out", "a.sm"], ["--seed", -1], ["--renewables", -1], ["--max-modes", -1],
                        ["--min-modes", 3, "--max-modes", 2], ["--seed", "x"],
                        ["--lags", 1, "--kind", "sm"], ["--max-modes", 3, "--kind", "rcp", "--min-modes", 3]):
            r = self.sched("generate", "project", *options, code=2)
            self.assertEqual(r.out, "", options)
            self.assertRegex(r.err, r"\Asched: .{10,}\n", options)
        self.assertEqual(self.names(), [])

    def test_a_file_that_cannot_be_written_is_3(self):
        self.file("file", "")
        self.sched("generate", "project", "--out", "file/a.sm", code=3)


class Bench(ProgramTest):
    def check(self, rows, repeat):
        self.assertTrue(rows)
        for r in rows:
            self.assertEqual(list(r), BENCH_COLUMNS)
            self.assertEqual(int(r["repeat"]), repeat)
            self.assertGreater(int(r["items"]), 0)
            self.assertLessEqual(float(r["min_seconds"]), float(r["median_seconds"]))
            self.assertGreater(float(r["items_per_second"]), 0)
            self.assertGreaterEqual(float(r["allocations_per_call"]), 0)

    def test_timelines(self):
        rows = self.sched("bench", "timeline", "--sizes", "16,50", "--repeat", 3, "--warmup", 1).rows
        self.check(rows, 3)
        self.assertEqual([r["name"] for r in rows], ["step-16", "tree-16", "step-50", "tree-50"])
        self.assertEqual({float(r["allocations_per_call"]) for r in rows}, {0})

    def test_schedule_generation(self):
        self.generate("a.sm")
        rows = self.sched("bench", "sgs", "a.sm", "--repeat", 2, "--warmup", 1, "--format", "csv").rows
        self.check(rows, 2)
        self.assertTrue({"serial-portable-input", "serial-steps-input", "parallel-input", "serial-scheme-input",
                         "parallel-scheme-input"} <= {r["name"] for r in rows})
        for r in rows:
            if "scheme" not in r["name"]:
                self.assertEqual(float(r["allocations_per_call"]), 0, r["name"])

    def test_look_ahead_beside_its_base(self):
        rows = self.sched("bench", "rollout", "--sizes", "10,20", "--repeat", 2, "--warmup", 1, "--width", 2,
                          "--format", "csv").rows
        self.check(rows, 2)
        self.assertEqual([r["name"] for r in rows], [scheme + what + size for size in ("10", "20")
                                                     for scheme in ("serial", "parallel") for what in ("-", "-rollout-")])
        self.assertEqual([int(r["items"]) for r in rows], 4 * [12 * 12] + 4 * [12 * 22])  # 12 projects with two dummies
        self.generate("a.sm")
        rows = self.sched("bench", "rollout", "a.sm", "--scheme", "parallel", "--horizon", 5, "--justify", "--threads", 2,
                          "--repeat", 1, "--format", "csv").rows
        self.assertEqual([r["name"] for r in rows], ["parallel-input", "parallel-rollout-input"])
        for options in (["--width", 0], ["--horizon", 0], ["--threads", 0], ["--scheme", "x"], [self.file("bad.sm", "x")]):
            self.assertEqual(self.sched("bench", "rollout", *options, code=2).out, "", options)
        self.sched("bench", "rollout", "none.sm", code=3)

    def test_formats_and_bad_inputs(self):
        out = json.loads(self.sched("bench", "timeline", "--sizes", "5", "--repeat", 1, "--format", "json").out)
        self.assertEqual(list(out[0]), BENCH_COLUMNS)
        self.sched("bench", "sgs", "none.sm", code=3)
        self.sched("bench", "sgs", self.file("bad.sm", "x"), code=2)
        self.sched("bench", "timeline", "--repeat", 0, code=2)


TRACE_COLUMNS = ("trace,order,reserve,jobs,avg_wait,avg_bounded_slowdown,max_wait,utilization,makespan,decisions,"
                 "seconds").split(",")
# A worked example: id, submit, processors, estimate, run time on 8 processors, and the starts under four policies.
WORKED = [(1, 2, 1, 29, 15), (2, 16, 4, 19, 17), (3, 19, 6, 11, 10), (4, 20, 8, 25, 17), (5, 21, 2, 24, 8),
          (6, 21, 2, 28, 13), (7, 21, 3, 11, 11), (8, 24, 3, 2, 2)]
WORKED_STARTS = {("fcfs", "none"): [2, 16, 33, 43, 60, 60, 60, 68], ("fcfs", "easy"): [2, 16, 33, 43, 21, 29, 60, 60],
                 ("sjbf", "easy"): [2, 16, 33, 54, 21, 31, 43, 29],
                 ("fcfs", "conservative"): [2, 16, 33, 43, 21, 60, 60, 29]}


def swf(jobs, processors=8):
    header = f"; Version: 2.2\n; MaxProcs: {processors}\n" if processors else ""
    return header + "".join(f"{i} {a} -1 {r} {p} -1 -1 {p} {e} -1 1 1 1 -1 -1 -1 -1 -1\n" for i, a, p, e, r in jobs)


class Backfill(ProgramTest):
    def backfill(self, *arguments, code=0):
        return self.sched("backfill", *arguments, "--format", "csv", code=code)

    def worked(self, name="w.swf", **options):
        return self.file(name, swf(WORKED, **options))

    def test_the_columns_are_those_of_the_contract(self):
        r = self.backfill(self.worked())
        self.assertEqual(r.header, TRACE_COLUMNS)
        self.assertEqual(r.err, "")
        row = r.rows[0]
        self.assertEqual([row[k] for k in ("trace", "order", "reserve", "jobs", "max_wait", "makespan")],
                         ["w", "fcfs", "easy", "8", "39", "69"])
        self.assertEqual(float(row["avg_wait"]), 120 / 8)
        self.assertEqual(row["decisions"], "16")

    def test_the_document_holds_every_start(self):
        self.worked()
        for (order, reserve), starts in WORKED_STARTS.items():
            self.backfill("w.swf", "--order", order, "--reserve", reserve, "--out", "o.csv")
            rows = list(csv.DictReader(io.StringIO((self.folder / "o.csv").read_text())))
            self.assertEqual(list(rows[0]), "job,submit,start,end,procs,wait,bounded_slowdown".split(","))
            self.assertEqual([int(r["start"]) for r in rows], starts, (order, reserve))
            for r, (i, a, p, _, run) in zip(rows, WORKED):
                start = int(r["start"])
                self.assertEqual((int(r["job"]), int(r["submit"]), int(r["end"]), int(r["procs"]), int(r["wait"])),
                                 (i, a, start + run, p, start - a))
                self.assertEqual(float(r["bounded_slowdown"]), max(1, (start - a + run) / max(run, 10)))

    def test_every_combination_of_policies_runs(self):
        self.worked()
        still, moving = "fcfs sjf ljf sjbf saf smallest largest f1".split(), "lxf wfp3 unicep multifactor fairshare".split()
        for reserve in "none easy conservative rebuilt slack 0 3".split():
            promised = reserve in ("conservative", "slack")
            orders = still if promised else still + moving
            for estimate in ("user", "perfect", "double", "predict"):
                common = ("--reserve", reserve, "--estimate", estimate)
                r = self.backfill("w.swf", "--order", ",".join(orders), *common)
                self.assertEqual([row["order"] for row in r.rows], orders)
                for order in moving if promised else ():
                    self.assertEqual(self.backfill("w.swf", "--order", order, *common, code=2).rows, [])
        self.backfill("w.swf", "--events", "batch", "--reserve", "conservative", "--no-compress")

    def test_a_conservative_sweep_can_be_spread_over_events(self):
        self.worked()
        whole = self.starts("--reserve", "conservative")
        self.assertEqual(self.starts("--reserve", "conservative", "--looks", "1000"), whole)
        self.starts("--reserve", "conservative", "--looks", "1")  # the validator accepts it
        self.backfill("w.swf", "--reserve", "conservative", "--looks", "-1", code=2)

    def starts(self, *options):
        self.backfill("w.swf", *options, "--out", "s.csv")
        return [int(r["start"]) for r in csv.DictReader(io.StringIO((self.folder / "s.csv").read_text()))]

    def test_all_runs_every_policy_that_has_a_meaning_one_row_each(self):
        self.worked()
        names = lambda question: [r["name"] for r in self.sched("list", "--format", "csv").rows
                                  if r["question"] == question and r["name"] not in ("K", "by-priority")]
        orders, reserves = names("order of jobs"), names("reservation")
        for threads in (1, 4):
            rows = self.backfill("w.swf", "--order", "all", "--reserve", "all", "--threads", threads).rows
            pairs = [(r["order"], r["reserve"]) for r in rows]
            moving = {"lxf", "wfp3", "unicep", "multifactor", "fairshare"}
            self.assertEqual(pairs, [(o, r) for o in orders for r in reserves
                                     if not (o in moving and r in ("conservative", "slack"))])
            table = [[v for k, v in r.items() if k != "seconds"] for r in rows]
            if threads == 1:
                first = table
        self.assertEqual(table, first)
        self.assertEqual([r["reserve"] for r in self.backfill("w.swf", "--reserve", "all").rows], reserves)

    def test_lists_run_in_their_order_and_what_has_no_meaning_is_refused(self):
        self.worked()
        rows = self.backfill("w.swf", "--order", "wfp3,fcfs", "--reserve", "easy,2,selective:1.5").rows
        self.assertEqual([(r["order"], r["reserve"]) for r in rows],
                         [(o, r) for o in ("wfp3", "fcfs") for r in ("easy", "2", "selective:1.5")])
        err = self.backfill("w.swf", "--order", "fcfs,wfp3", "--reserve", "easy,conservative", code=2).err
        self.assertIn("conservative", err)
        self.assertIn("wfp3", err)

    def test_parameters_of_reservations(self):
        self.worked()
        easy = self.starts("--reserve", "easy")
        self.assertEqual(self.starts("--reserve", "relaxed:0"), easy)
        self.assertEqual(self.starts("--reserve", "selective:1"), self.starts("--reserve", "rebuilt"))
        self.assertEqual(self.starts("--reserve", "filler"), self.starts("--reserve", "0"))
        for name, standard in (("selective", "2"), ("relaxed", "0.5"), ("look-ahead", "50"), ("slack", "0.5")):
            self.assertEqual(self.starts("--reserve", name), self.starts("--reserve", f"{name}:{standard}"))
        for bad in ("selective:", "selective:x", "relaxed:-1", "look-ahead:1.5", "easy:1", "selective:nan", "relaxed:inf",
                    "easy,", "", "K"):
            self.assertEqual(self.backfill("w.swf", "--reserve", bad, code=2).out, "", bad)

    def test_a_policy_that_fails_is_told_and_the_others_go_on(self):
        self.file("big.swf", swf(WORKED, processors=100000))
        r = self.backfill("big.swf", "--reserve", "easy,look-ahead,none", code=1)
        self.assertEqual([row["reserve"] for row in r.rows], ["easy", "none"])
        self.assertRegex(r.err, r"\Asched: big\.swf: fcfs, look-ahead: [^\n]+ GB [^\n]+\n\Z")

    def trace(self, jobs=400):
        self.sched("generate", "trace", "--jobs", jobs, "--processors", 32, "--load", 0.9, "--estimate-factor", 3,
                   "--users", 5, "--seed", 2, "--out", "t.swf")

    def test_windows_add_columns_with_intervals_and_change_no_other(self):
        self.trace()
        plain = self.backfill("t.swf", "--order", "fcfs,sjbf", "--reserve", "easy,none")
        self.assertEqual(plain.header, TRACE_COLUMNS)
        options = ["--order", "fcfs,sjbf", "--reserve", "easy,none", "--windows", 12, "--window-jobs", 100]
        r = self.backfill("t.swf", *options)
        extra = [m + w for m in ("avg_wait", "avg_bounded_slowdown")
                 for w in ("_mean", "_low", "_high", "_difference", "_difference_low", "_difference_high")]
        self.assertEqual(r.header, TRACE_COLUMNS + extra)
        for a, b in zip(plain.rows, r.rows):
            for key in TRACE_COLUMNS[:-1]:
                self.assertEqual(a[key], b[key])
        for row in r.rows:
            self.assertLessEqual(float(row["avg_wait_low"]), float(row["avg_wait_mean"]))
            self.assertLessEqual(float(row["avg_wait_mean"]), float(row["avg_wait_high"]))
        self.assertEqual({r.rows[0][c] for c in extra if "difference" in c}, {"0"})
        self.assertGreater(float(r.rows[1]["avg_wait_difference_low"]), 0)  # without backfilling: worse, surely
        same = lambda x: [[v for k, v in row.items() if k != "seconds"] for row in x.rows]
        self.assertEqual(same(self.backfill("t.swf", *options, "--threads", 3)), same(r))
        self.assertNotEqual(same(self.backfill("t.swf", *options, "--seed", 2)), same(r))
        self.assertNotEqual(same(self.backfill("t.swf", *options, "--interval", "bootstrap")), same(r))
        wide = self.backfill("t.swf", *options, "--confidence", "0.999").rows[1]
        self.assertLess(float(wide["avg_wait_low"]), float(r.rows[1]["avg_wait_low"]))
        one = self.backfill("t.swf", "--windows", 1, "--window-jobs", 100).rows[0]
        self.assertEqual((one["avg_wait_low"], one["avg_wait_high"]), ("", ""))

    def test_windows_that_leave_no_choice_are_refused(self):
        self.worked()
        r = self.backfill("w.swf", "--windows", 3, "--window-jobs", 8, code=2)
        self.assertRegex(r.err, r"\Asched: w\.swf:1: 8 jobs leave no choice[^\n]+\n\Z")
        for bad in (["--windows", "-1"], ["--window-jobs", "0"], ["--confidence", "1"], ["--confidence", "0"],
                    ["--interval", "x"], ["--windows", "2.5"]):
            self.assertEqual(self.backfill("w.swf", *bad, code=2).out, "", bad)

    def test_the_json_document_is_complete(self):
        self.trace(60)
        rows = self.backfill("t.swf", "--order", "fcfs,wfp3", "--windows", 4, "--window-jobs", 20, "--out", "o.json").rows
        document = json.loads((self.folder / "o.json").read_text())
        self.assertEqual((document["format"], document["version"]), ("sched-backfill", 1))
        self.assertEqual(document["trace"]["processors"], 32)
        self.assertEqual(document["trace"]["jobs"], 60)
        self.assertEqual(len(document["windows"]["first_jobs"]), 4)
        self.assertEqual([r["order"] for r in document["runs"]], ["fcfs", "wfp3"])
        for run, row in zip(document["runs"], rows):
            for key in ("avg_wait", "avg_bounded_slowdown", "utilization", "max_wait", "makespan"):
                self.assertEqual(run["metrics"][key], float(row[key]))
            self.assertEqual(run["windows"]["avg_wait"]["low"], float(row["avg_wait_low"]))
            self.assertEqual(sum(size["jobs"] for size in run["sizes"]), 60)
            jobs = [dict(zip(run["columns"], j)) for j in run["jobs"]]
            self.assertEqual(len(jobs), 60)
            self.assertAlmostEqual(sum(j["wait"] for j in jobs) / 60, float(row["avg_wait"]))
            for j in jobs:
                self.assertEqual(j["start"] - j["eligible"], j["wait"])
                self.assertGreaterEqual(j["start"], j["submit"])

    def test_several_policies_share_a_csv_document(self):
        self.worked()
        self.backfill("w.swf", "--order", "fcfs,sjbf", "--out", "o.csv")
        rows = list(csv.DictReader(io.StringIO((self.folder / "o.csv").read_text())))
        self.assertEqual(list(rows[0])[:3], ["order", "reserve", "job"])
        self.assertEqual([int(r["start"]) for r in rows],
                         WORKED_STARTS["fcfs", "easy"] + WORKED_STARTS["sjbf", "easy"])

    def test_dependencies_are_replayed_when_asked_for(self):
        lines = swf(WORKED[:3]).splitlines()
        lines[-1] = "3 19 -1 10 6 -1 -1 6 11 -1 1 1 1 -1 -1 -1 1 7"  # 7 seconds after the end of job 1
        self.file("w.swf", "\n".join(lines) + "\n")
        self.assertEqual(self.starts(), [2, 16, 33])
        self.assertEqual(self.starts("--prepare", "clean"), [2, 16, 33])  # 17 + 7 = 24, then room at 33
        lines[-1] = "3 19 -1 10 6 -1 -1 6 11 -1 1 1 1 -1 -1 -1 2 30"
        self.file("w.swf", "\n".join(lines) + "\n")
        self.assertEqual(self.starts("--prepare", "clean"), [2, 16, 63])
        self.assertEqual(self.starts("--prepare", "replay"), [2, 16, 33])
        row = self.backfill("w.swf", "--prepare", "clean").rows[0]
        self.assertEqual(row["max_wait"], "0")  # it could not start before
        lines[-1] = "3 19 -1 10 6 -1 -1 6 11 -1 1 1 1 -1 -1 -1 9 0"
        self.file("w.swf", "\n".join(lines) + "\n")
        self.assertIn("ignored", self.backfill("w.swf", "--prepare", "clean").err)

    def test_skip_bad_is_short_for_bad_lines_skip(self):
        self.file("bad.swf", swf(WORKED[:2]) + "3 x\n")
        self.backfill("bad.swf", code=2)
        self.assertEqual(self.backfill("bad.swf", "--skip-bad").rows[0]["jobs"], "2")

    def test_progress_is_shown_on_stderr_only(self):
        self.trace(400)
        r = self.backfill("t.swf", "--reserve", "all", "--windows", 3, "--window-jobs", 100, "--progress")
        self.assertIn("1/1  best ", r.err)
        self.assertEqual(self.backfill("t.swf").err, "")

    def test_a_time_limit_leaves_what_was_done(self):
        self.trace(20000)
        r = self.backfill("t.swf", "--reserve", "slack", "--time-limit", "0.05", code=1)
        self.assertRegex(r.err, r"\Asched: t\.swf: stopped: ")

    def test_depth_1_is_easy(self):
        self.worked()
        read = lambda *options: [v for k, v in self.backfill("w.swf", *options).rows[0].items()
                                 if k not in ("reserve", "seconds")]
        self.assertEqual(read("--reserve", "1"), read("--reserve", "easy"))

    def test_packed_traces_several_inputs_and_folders(self):
        (self.folder / "p.swf.gz").write_bytes(gzip.compress(swf(WORKED).encode()))
        self.worked()
        for threads in (1, 3):
            r = self.backfill("w.swf", "p.swf.gz", "--out-dir", "d", "--threads", threads)
            self.assertEqual([row["trace"] for row in r.rows], ["w", "p"])
            self.assertEqual((self.folder / "d/w.csv").read_text(), (self.folder / "d/p.csv").read_text())
        self.backfill("w.swf", "p.swf.gz", "--out", "o.csv", code=2)

    def test_the_size_of_the_machine(self):
        self.worked(processors=0)
        r = self.backfill("w.swf", code=2)
        self.assertRegex(r.err, r"\Asched: w\.swf:1: .+--procs\n\Z")
        self.assertEqual(self.backfill("w.swf", "--procs", 8).rows[0]["max_wait"], "39")
        for bad in ("0", "-3", "x"):
            self.backfill("w.swf", "--procs", bad, code=2)

    def test_jobs_above_the_machine_are_listed_clipped_or_dropped(self):
        self.worked()
        r = self.backfill("w.swf", "--procs", 5, code=2)
        self.assertRegex(r.err, r"\Asched: w\.swf:\d+: .+job 3, 4\n\Z")
        self.assertEqual(self.backfill("w.swf", "--procs", 5, "--oversized", "clip").rows[0]["jobs"], "8")
        self.assertEqual(self.backfill("w.swf", "--procs", 5, "--oversized", "drop").rows[0]["jobs"], "6")

    def test_malformed_traces_are_2_with_file_line_and_reason_and_the_others_go_on(self):
        self.worked()
        self.file("bad.swf", swf(WORKED[:2]) + "3 x\n")
        r = self.backfill("bad.swf", "w.swf", "none.swf", code=3)
        self.assertEqual([row["trace"] for row in r.rows], ["w"])
        self.assertRegex(r.err, r"\Asched: bad\.swf:5: job 3: submit time [^\n]+\nsched: none\.swf: cannot open: .+\n\Z")
        r = self.backfill("bad.swf", "--bad-lines", "skip")
        self.assertEqual(r.rows[0]["jobs"], "2")
        self.assertIn("line 5", r.err)

    def test_an_empty_trace_is_told_and_no_error(self):
        r = self.backfill(self.file("e.swf", "; MaxProcs: 4\n"), "--out", "o.csv", "--out", "o.html")
        self.assertEqual(r.rows[0]["jobs"], "0")
        self.assertEqual(r.err, "sched: e.swf: empty: no jobs\n")

    def test_the_page_is_self_contained(self):
        self.backfill(self.worked(), "--out", "o.html", "--out", "o.svg")
        page = (self.folder / "o.html").read_text()
        self.assertNotRegex(page, r"(src|href)=\"https?:")
        self.assertIn("Waiting jobs", page)
        self.assertIn("Waits by size of the job", page)
        self.assertNotIn('"Policies"', page)
        self.backfill("w.swf", "--order", "fcfs,sjf", "--out", "o.html")
        self.assertIn('"Policies"', (self.folder / "o.html").read_text())
        xml.etree.ElementTree.fromstring((self.folder / "o.svg").read_text())
        self.backfill("w.swf", "--out", "o.dot", code=2)

    def test_usage_errors(self):
        self.worked()
        for arguments in ([], ["w.swf", "--order", "x"], ["w.swf", "--order", "nobody"],
                          ["w.swf", "--reserve", "x"], ["w.swf", "--reserve", "-1"], ["w.swf", "--estimate", "x"],
                          ["w.swf", "--events", "x"], ["w.swf", "--out-format", "csv"]):
            self.assertEqual(self.sched("backfill", *arguments, code=2).out, "", arguments)

    def test_validation_changes_nothing_else(self):
        self.worked()
        read = lambda *options: {k: v for k, v in self.backfill("w.swf", *options).rows[0].items() if k != "seconds"}
        self.assertEqual(read(), read("--no-validate"))

    def test_bench(self):
        self.worked()
        rows = self.sched("bench", "backfill", "w.swf", "--repeat", 2, "--warmup", 1, "--format", "csv").rows
        self.assertEqual([r["name"] for r in rows], ["fcfs-w", "easy-w", "easy-sjbf-w", "conservative-w"])
        self.assertEqual({r["items"] for r in rows}, {"8"})
        rows = self.sched("bench", "backfill", "--sizes", "50", "--repeat", 1, "--format", "csv").rows
        self.assertEqual(rows[-1]["name"], "conservative-50")
        self.sched("bench", "backfill", "none.swf", code=3)


PLACE_COLUMNS = ("workload,policy,order,requested,placed,gpu_allocated,gpu_total,allocation_ratio,fragmentation_ratio,"
                 "seconds").split(",")
NODES = "sn,cpu_milli,memory_mib,gpu,model\nn1,64000,1000,8,A\nn2,64000,1000,4,A\nn3,32000,1000,0,\n"
PODS = ("name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\na,1000,10,4,1000,\nb,1000,10,1,500,A\n"
        "c,1000,10,1,600,\nd,1000,10,8,1000,\ne,1000,10,0,0,\n")


class Place(ProgramTest):
    def place(self, *arguments, code=0):
        return self.sched("place", "--nodes", "nodes.csv", *arguments, "--format", "csv", code=code)

    def setUp(self):
        super().setUp()
        self.file("nodes.csv", NODES)
        self.file("pods.csv", PODS)

    def test_the_columns_are_those_of_the_contract(self):
        r = self.place("pods.csv")
        self.assertEqual((r.header, r.err), (PLACE_COLUMNS, ""))
        row = r.rows[0]
        self.assertEqual([row[k] for k in PLACE_COLUMNS[:7]], ["pods", "best-fit", "file", "5", "4", "5100", "12000"])
        self.assertEqual(float(row["allocation_ratio"]), 5100 / 12000)

    def test_pages_and_figures_show_who_has_which_gpus(self):
        self.place("pods.csv", "--out", "o.html", "--out", "o.svg")
        page, figure = (self.folder / "o.html").read_text(), (self.folder / "o.svg").read_text()
        chart = json.loads(re.search(r'id="chart-data">(.*?)</script>', page, re.S).group(1))
        self.assertEqual((chart["title"], chart["n"], chart["axis"]["name"]), ("pods, best-fit", 4, "arrival"))
        self.assertEqual([n[0] for n in chart["notes"]], ["Without a place"])
        self.assertEqual(figure.count('class="bar'), 4)

    def test_the_document_says_where_each_pod_went(self):
        self.place("pods.csv", "--out", "o.csv")
        self.assertEqual((self.folder / "o.csv").read_text(), "pod,node,gpus\na,n2,0-1-2-3\nb,n1,0\nc,n1,1\nd,,\ne,n3,\n")
        self.place("--policy", "bfd", "pods.csv", "--out-dir", "out")
        self.assertEqual((self.folder / "out/pods.csv").read_text().splitlines()[1], "d,n1,0-1-2-3-4-5-6-7")

    def test_tasks_of_a_job_go_together_and_elastic_jobs_have_what_is_left(self):
        head = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,count,least\n"
        self.file("pods.csv", head + "a,1000,10,2,1000,,2,\nb,1000,10,2,1000,,9,1\nc,1000,10,4,1000,,3,\nd,1000,10,1,1000,,1,\n")
        row = self.place("pods.csv", "--out", "o.csv").rows[0]
        self.assertEqual([row[k] for k in ("requested", "placed", "gpu_allocated")], ["4", "3", "11000"])
        place = dict(line.split(",", 1) for line in (self.folder / "o.csv").read_text().splitlines()[1:])
        self.assertEqual(place["c"], ",")  # three tasks of 4 GPUs are more than there is beside a: nobody starts alone
        gpus = {name: sum(len(part.split("-")) for part in text.split(",")[1].split(";")) for name, text in place.items()
                if name != "c"}
        self.assertEqual(gpus, {"a": 4, "b": 6, "d": 1})  # b began with one task and has two more: 12 GPUs less 4 and 1
        for bad in ("0,", "2,3", "x,"):
            self.file("bad.csv", head + "a,1000,10,2,1000,," + bad + "\n")
            self.assertRegex(self.place("bad.csv", code=2).err, r"\Asched: bad\.csv:2: .{5,}\n\Z")

    def test_every_policy_is_listed_and_places_everything_that_fits(self):
        names = [r["name"] for r in self.sched("list", "--format", "csv").rows if r["question"] == "placement"]
        self.assertLessEqual({"first-fit", "best-fit", "worst-fit", "bfd", "dot-product", "fgd", "random"}, set(names))
        rows = self.place("pods.csv", "--policy", ",".join(names)).rows
        self.assertEqual([r["policy"] for r in rows], names)
        for r in rows:
            self.assertTrue(int(r["placed"]) >= 4 or int(r["gpu_allocated"]) == 12000, r)

    def test_the_fraction_ends_the_requests_and_the_seed_shuffles(self):
        self.assertEqual(self.place("pods.csv", "--fraction", 0.4).rows[0]["requested"], "3")
        r = self.place("pods.csv", "--fraction", 3, "--fill", "--order", "shuffle", "--seed", 4).rows[0]
        self.assertGreater(int(r["requested"]), 5)
        plain = lambda seed: self.place("pods.csv", "--order", "shuffle", "--seed", seed, "--out", "o.csv") and \
            (self.folder / "o.csv").read_text()
        self.assertEqual(plain(3), plain(3))
        self.assertGreater(len({plain(k) for k in range(8)}), 1)

    def test_packed_lists_and_several_inputs_in_their_order(self):
        (self.folder / "z.csv.gz").write_bytes(gzip.compress(PODS.encode()))
        one = self.place("z.csv.gz", "pods.csv", "--threads", 2).rows
        self.assertEqual([r["workload"] for r in one], ["z", "pods"])
        self.assertEqual({r["gpu_allocated"] for r in one}, {"5100"})

    def test_malformed_lists_are_2_with_file_line_and_reason_and_the_others_go_on(self):
        self.file("bad.csv", PODS.replace("500", "x"))
        r = self.place("bad.csv", "pods.csv", code=2)
        self.assertRegex(r.err, r"\Asched: bad\.csv:3: .{5,}\n\Z")
        self.assertEqual([row["workload"] for row in r.rows], ["pods"])
        self.place("none.csv", code=3)
        self.file("nodes.csv", "sn,cpu_milli\nx,-1\n")
        self.assertRegex(self.place("pods.csv", code=2).err, r"\Asched: nodes\.csv:\d+: ")

    def test_usage_errors(self):
        for options in (["--policy", "x"], ["--order", "x"], ["--fraction", -1], ["--fill"], ["--out", "a.dot"],
                        ["--policy", "fgd,best-fit", "--out", "a.csv"], ["--typical", 0]):
            self.assertEqual(self.place("pods.csv", *options, code=2).out, "", options)
        self.sched("place", "pods.csv", code=2)

    def script(self, name, *directives):
        return self.file(name, "#!/bin/bash\n" + "".join(f"#SBATCH {d}\n" for d in directives) + "srun x\n")

    def test_scripts_are_one_workload_in_their_order(self):
        self.script("a.sh", "-J train -N 2 --gres=gpu:4", "-c 8")
        self.script("b.sbatch", "-J sweep --array=1-3 --gpus=1")
        self.script("c.slurm", "-J wide --gres=gpu:A:16")
        r = self.place("a.sh", "pods.csv", "b.sbatch", "c.slurm", "--out-dir", "out")
        self.assertEqual((r.header, r.err), (PLACE_COLUMNS, ""))
        self.assertEqual([row["workload"] for row in r.rows], ["scripts", "pods"])
        self.assertEqual([r.rows[0][k] for k in PLACE_COLUMNS[1:7]], ["best-fit", "file", "5", "4", "11000", "12000"])
        self.assertEqual((self.folder / "out/scripts.csv").read_text(),
                         "pod,node,gpus\ntrain,n1;n2,0-1-2-3;0-1-2-3\nsweep_1,n1,4\nsweep_2,n1,5\nsweep_3,n1,6\nwide,,\n")
        one = self.place("a.sh", "--out", "o.csv", "--policy", "fgd")
        self.assertEqual((one.rows[0]["workload"], one.rows[0]["placed"]), ("a", "1"))
        self.assertEqual((self.folder / "o.csv").read_text().splitlines()[1], "train,n1;n2,0-1-2-3;0-1-2-3")

    def test_squeue_shows_who_runs_where_and_who_waits_for_what(self):
        self.script("a.sh", "-J train -N 2 --gres=gpu:4 -c 8 -p gpu -t 2:00:00")
        self.script("b.sh", "-J sweep --array=1-2%1 --gpus=1 -d afterok:1")
        self.script("c.sh", "-J held -H")
        self.script("d.sh", "-J late --begin=now+1hour")
        self.script("e.sh", "-J many --array=1-2%1")
        self.script("f.sh", "-J wide --gres=gpu:16")
        files = [f"{k}.sh" for k in "abcdef"]
        r = self.place(*files, "--squeue")
        self.assertEqual(r.out, """\
             JOBID PARTITION     NAME     USER ST       TIME  NODES NODELIST(REASON)
                 1       gpu    train slurm_us  R       0:00      2 n[1-2]
               2_1              sweep slurm_us PD       0:00      1 (Dependency)
               2_2              sweep slurm_us PD       0:00      1 (Dependency)
                 4               held slurm_us PD       0:00      1 (JobHeldUser)
                 5               late slurm_us PD       0:00      1 (BeginTime)
               6_1               many slurm_us  R       0:00      1 n3
               6_2               many slurm_us PD       0:00      1 (JobArrayTaskLimit)
                 8               wide slurm_us PD       0:00      1 (Resources)
""")
        r = self.place(*files, "--squeue=%i|%T|%e|%R", "--now", "2026-03-04T08:00:00")
        self.assertEqual(r.out.splitlines()[:2], ["JOBID|STATE|END_TIME|NODELIST(REASON)",
                                                  "1|RUNNING|2026-03-04T10:00:00|n[1-2]"])
        r = self.place("c.sh", "--squeue=reference")
        self.assertEqual(r.out, "JOBID      USER       STATE      GPUS\n1          slurm_user PENDING    0\n")
        self.place(*files, "--out", "o.html")
        self.assertIn("late (BeginTime)", (self.folder / "o.html").read_text())
        self.assertEqual(self.place("pods.csv", "--squeue=%i %j %R").out.splitlines()[1:5],
                         ["1 a n2", "2 b n1", "3 c n1", "4 d (Resources)"])
        for options in (["--squeue=%Z"], ["--squeue=%"], ["--squeue", "--policy", "fgd,bfd"], ["--now", "soon"]):
            self.assertEqual(self.place("c.sh", *options, code=2).out, "", options)
        self.assertIn("letters are", self.place("c.sh", "--squeue=%Z", code=2).err)

    def test_malformed_scripts_are_2_with_file_line_and_reason_and_the_others_go_on(self):
        self.script("a.sh", "-J a --mem=4Q", "--nodes=4-2")
        self.script("b.sh", "-J b", "--gres=gpu:t4")
        self.script("c.sh", "-J c --mail-type=END", "--qos=high", "--mail-user=me")
        r = self.place("a.sh", "b.sh", "c.sh", "none.sh", "pods.csv", "--squeue=%i|%j", code=3)
        self.assertEqual(r.out, "JOBID|NAME\n1|c\nJOBID|NAME\n1|a\n2|b\n3|c\n4|d\n5|e\n")
        lines = r.err.splitlines()
        self.assertEqual(lines[:4], [
            "sched: a.sh:2: --mem: takes a whole number with K, M, G or T: '4Q' (and 1 more)",
            "sched: b.sh: job 'b': --gres: no device of the cluster is a 't4'",
            "sched: c.sh:2: --mail-type=END: unknown, passed over (and 1 more)",
            "sched: c.sh: --qos has no counterpart here"])
        self.assertRegex(lines[4], r"\Asched: none\.sh: ")
        self.assertEqual(len(lines), 5)
        r = self.place("a.sh", code=2)
        self.assertEqual((r.header, len(r.rows)), (PLACE_COLUMNS, 0))

    def test_generated_clusters_are_placed_on(self):
        make = lambda *o: self.sched("generate", "cluster", "--nodes", 30, *o)
        self.assertEqual(make("--seed", 5).out, make("--seed", 5).out)
        self.assertNotEqual(make("--seed", 5).out, make("--seed", 6).out)
        make("--out", "nodes.csv", "--pods", "p.csv", "--load", 1.2)
        row = self.place("p.csv", "--policy", "fgd").rows[0]
        self.assertLess(int(row["placed"]), int(row["requested"]))
        self.assertGreater(float(row["allocation_ratio"]), 0.7)
        self.sched("generate", "cluster", "--out", "a.txt", code=2)
        self.sched("generate", "cluster", "--cpu-only", 0.9, "--fractional", 0.9, code=2)

    def test_bench(self):
        rows = self.sched("bench", "place", "--sizes", "20", "--repeat", 1, "--format", "csv").rows
        self.assertEqual([r["name"] for r in rows], ["first-fit-20", "best-fit-20", "best-fit-scan-20", "worst-fit-20",
                                                     "fgd-20", "decision-20"])


MARKET_COLUMNS = "case,status,price,volume,welfare,seconds".split(",")
BOOK = {"case": "two", "mechanism": "two_sided", "orders": [{"side": "sell", "volume": 10, "price": 20},
                                                             {"side": "sell", "volume": 5, "price": 45},
                                                             {"side": "buy", "volume": 10, "price": 50},
                                                             {"side": "buy", "volume": 5, "price": 40}]}


class Market(ProgramTest):
    def market(self, *arguments, code=0):
        return self.sched("market", *arguments, "--format", "csv", code=code)

    def cases(self, *cases):
        self.file("m.json", json.dumps(cases))
        return "m.json"

    def test_the_columns_are_those_of_the_contract_and_json_is_a_line_per_case(self):
        r = self.market(self.cases(BOOK))
        self.assertEqual((r.header, r.err), (MARKET_COLUMNS, ""))
        self.assertEqual([r.rows[0][k] for k in MARKET_COLUMNS[:5]], ["two", "cleared", "42.5", "10", "300"])
        line = json.loads(self.sched("market", "m.json", "--format", "json").out)
        self.assertEqual((line["case"], line["accepted"], line["price_interval"]), ("two", [10, 0, 10, 0], [40, 45]))

    def test_bids_of_the_demand_of_a_step_give_way_to_the_price(self):
        step = {"case": "rl", "mechanism": "env_step", "capacity": [10, 10], "cost": [5, 20], "action": [[0, 0], [0, 0]],
                "demand": 4, "demand_bids": [{"price": 30, "volume": 5}, {"price": 10, "volume": 8}]}
        line = json.loads(self.sched("market", self.cases(step), "--format", "json").out)
        self.assertEqual([line[k] for k in ("price", "accepted", "served")], [10, [10, 0], [5, 1]])
        del step["demand_bids"]
        line = json.loads(self.sched("market", self.cases(step), "--format", "json").out)
        self.assertEqual((line["price"], line["accepted"], "served" in line), (5, [4, 0], False))
        step["demand_bids"] = [{"price": 30}]
        self.assertRegex(self.sched("market", self.cases(step), code=2).err, r"\Asched: m\.json:1.*volume")

    def test_policies_are_overridden(self):
        self.cases(BOOK)
        self.assertEqual(self.market("m.json", "--pricing", "last_accepted_offer").rows[0]["price"], "20")
        self.assertEqual(self.market("m.json", "--k", 0).rows[0]["price"], "40")
        self.assertEqual(self.market("m.json", "--mechanism", "call_auction", "--reference", 44).rows[0]["price"], "44")
        for option in (["--pricing", "cheap"], ["--tie", "lottery"], ["--mechanism", "barter"], ["--shortage", "none"]):
            self.sched("market", "m.json", *option, code=2)

    def test_expectations_are_compared_and_counted(self):
        good = BOOK | {"expect": {"price": 42.5, "accepted": [10, None, 10, 0]}}
        r = self.market(self.cases(good), "--expect")
        self.assertTrue(r.err.endswith("1 agree, 0 differ\n"), r.err)
        r = self.market(self.cases(good, good | {"expect": {"price": 1}}), "--expect", code=1)
        self.assertIn("price: 42.5 instead of 1", r.err)
        self.assertTrue(r.err.endswith("1 agree, 1 differ\n"), r.err)

    def test_zones_are_coupled_and_proved(self):
        zones = {"case": "z", "mechanism": "zonal", "zones": ["A", "B"],
                 "orders": [{"side": "sell", "volume": 100, "price": 10, "zone": "A"},
                            {"side": "sell", "volume": 100, "price": 50, "zone": "B"},
                            {"side": "buy", "volume": 60, "price": 90, "zone": "B"}],
                 "links": [{"from": "A", "to": "B", "capacity": 20, "reverse": 20}]}
        r = self.market(self.cases(zones))
        self.assertEqual((r.rows[0]["price"], r.err), ("A=10 B=50", ""))

    def test_flows_change_no_faster_than_their_ramps(self):
        hour = [{"side": "sell", "volume": 100, "price": 20, "zone": "A"}, {"side": "sell", "volume": 100, "price": 50, "zone": "B"}]
        orders = [o | {"period": t} for t in (1, 2) for o in hour]
        orders += [{"side": "buy", "volume": 10 if t == 1 else 60, "price": 90, "zone": "B", "period": t} for t in (1, 2)]
        case = {"case": "r", "mechanism": "zonal", "periods": 2, "zones": ["A", "B"], "orders": orders,
                "links": [{"from": "A", "to": "B", "capacity": 100}], "ramps": [{"links": [0], "up": 20}],
                "expect": {"price": {"A": [20, 20], "B": [-10, 50]}, "flows": [[10], [30]], "ramp_price": [[30]]}}
        r = self.market(self.cases(case), "--expect")
        self.assertEqual((r.rows[0]["price"], r.err), ("A=[20.0,20.0] B=[-10.0,50.0]", "1 agree, 0 differ\n"))
        del case["expect"]
        case["ramps"][0] = {"zone": "A", "down": 0}
        line = json.loads(self.sched("market", self.cases(case), "--format", "json").out)
        self.assertEqual(line["flows"], [[10], [60]])
        case["ramps"][0] = {"zone": "A", "ramp_up": 0}
        self.assertRegex(self.sched("market", self.cases(case), code=2).err, r"\Asched: m\.json:1: /0/ramps/0: unknown member 'ramp_up'")
        self.file("m.json", json.dumps(case | {"ramps": [], "links": [case["links"][0] | {"ramp_up": 5}]}).replace('"links"', '\n"links"'))
        self.assertRegex(self.sched("market", "m.json", code=2).err, r"\Asched: m\.json:2: /links/0: unknown member 'ramp_up'")

    def test_complex_orders_ramp_and_leave_steps_that_survive(self):
        case = {"case": "c", "mechanism": "blocks", "periods": 2, "pricing": "last_accepted_offer",
                "orders": [{"side": side, "volume": 100, "price": price, "period": t} for t in (1, 2) for side, price in (("sell", 80), ("buy", 90))],
                "complex": [{"id": "u", "side": "sell", "kind": "minimum_income", "ramp_up": 10,
                             "steps": [{"period": 1, "volume": 20, "price": 85}, {"period": 2, "volume": 100, "price": 50}]}]}
        line = json.loads(self.sched("market", self.cases(case), "--format", "json").out)
        self.assertEqual((line["complex"], [round(a, 9) for a in line["complex_accepted"]["u"]]), ({"u": "accepted"}, [20, 30]))
        case["complex"][0] |= {"ramp_up": "inf", "fixed_term": 1e6}
        case["complex"][0]["steps"][1] |= {"survives": True}
        line = json.loads(self.sched("market", self.cases(case), "--format", "json").out)
        self.assertEqual((line["complex"], line["complex_accepted"]), ({"u": "rejected"}, {"u": [0, 100]}))
        case["complex"][0]["ramp"] = 5
        self.assertRegex(self.sched("market", self.cases(case), code=2).err, r"\Asched: m\.json:1: /0/complex/0: unknown member 'ramp'")

    def test_minimum_income_the_simple_way_and_prices_on_a_grid(self):
        case = {"case": "c", "mechanism": "blocks", "periods": 1, "method": "mic_loop",
                "orders": [{"side": "sell", "volume": 95, "price": 30}, {"side": "buy", "volume": 132, "price": 100}],
                "complex": [{"id": "p", "side": "sell", "kind": "minimum_income", "steps": [{"period": 1, "volume": 95, "price": 60.006}]}],
                "options": {"tick": 0.01}}
        line = json.loads(self.sched("market", self.cases(case), "--format", "json").out)
        self.assertEqual((line["price"], line["complex"]), ([60.01], {"p": "accepted"}))
        case["complex"][0]["fixed_term"] = 3000
        line = json.loads(self.sched("market", self.cases(case), "--format", "json").out)
        self.assertEqual((line["price"], line["complex"]), ([100], {"p": "rejected"}))
        r = self.sched("market", self.cases(case | {"method": "guess"}), code=2)
        self.assertRegex(r.err, r"\Asched: m\.json:1: /0/method: expected")
        r = self.market(self.cases(case | {"options": {"tick": -1}}), code=2)
        self.assertEqual(r.rows[0]["status"], "bad_ratio")

    def test_flexible_orders_have_windows_and_counts(self):
        case = {"case": "f", "mechanism": "blocks", "periods": 3,
                "orders": [o | {"period": t} for t, p in ((1, 50), (2, 80), (3, 70)) for o in
                           ({"side": "buy", "volume": 60, "price": 200}, {"side": "sell", "volume": 100, "price": p})],
                "flexible": [{"id": "one", "side": "sell", "price": 30, "volume": 10, "last": 2},
                             {"id": "two", "side": "sell", "price": 30, "volume": 10, "most": 2},
                             {"id": "dear", "side": "sell", "price": 90, "volume": 10, "most": 2}],
                "expect": {"flexible": {"one": 2, "two": [2, 3], "dear": []}, "volume": [60, 60, 60]}}
        self.assertEqual(self.market(self.cases(case), "--expect").err, "1 agree, 0 differ\n")
        case["flexible"][0]["most"] = 0
        self.assertRegex(self.sched("market", self.cases(case), code=2).err, r"\Asched: m\.json:1: /0/flexible/0/most: outside 1 to")

    def test_books_in_csv_are_cleared_one_by_one_packed_or_not(self):
        self.sched("generate", "market", "--hours", 3, "--orders", 50, "--out", "b.csv")
        (self.folder / "z.csv.gz").write_bytes(gzip.compress((self.folder / "b.csv").read_bytes()))
        rows = self.market("b.csv", "z.csv.gz", "--threads", 2).rows
        self.assertEqual([r["case"] for r in rows], ["1", "2", "3"] * 2)
        self.assertEqual([r["price"] for r in rows[:3]], [r["price"] for r in rows[3:]])
        self.assertEqual(self.sched("generate", "market", "--seed", 5).out, self.sched("generate", "market", "--seed", 5).out)

    def test_documents_are_drawn_and_written(self):
        self.market(self.cases(BOOK), "--out", "o.svg", "--out", "o.html", "--out", "o.csv", "--out", "o.json")
        root = xml.etree.ElementTree.fromstring((self.folder / "o.svg").read_text())
        self.assertTrue(root.tag.endswith("svg"))
        self.assertIn("42.5", (self.folder / "o.html").read_text())
        self.assertEqual((self.folder / "o.csv").read_text().splitlines()[1], "two,0,10")
        self.market("m.json", "--out", "o.dot", code=2)

    def test_malformed_input_is_2_with_file_line_and_reason_and_the_others_go_on(self):
        self.file("bad.json", '[{"case": "a",\n"mechanism": "barter"}]')
        self.file("bad.csv", "side,price,volume\nS,1,-2\n")
        self.cases(BOOK, {"case": "n", "mechanism": "one_sided", "prices": [1], "volumes": [-1], "demand": 1})
        r = self.market("bad.json", "bad.csv", "m.json", code=2)
        self.assertRegex(r.err, r"sched: bad\.json:2: .*unknown mechanism")
        self.assertRegex(r.err, r"sched: bad\.csv:2: the volume is negative")
        self.assertEqual([row["status"] for row in r.rows], ["cleared", "negative_volume"])
        self.market("none.json", code=3)

    def test_bench_market_has_its_rows(self):
        names = [r["name"] for r in self.sched("bench", "market", "--repeat", 1, "--sizes", 20, "--format", "csv").rows]
        self.assertEqual(names, ["two-sided-20", "curve-20", "one-sided-20", "order-book"])


class Demo(ProgramTest):
    def test_the_demo_writes_a_page_and_all_that_it_links(self):
        r = self.sched("demo")
        self.assertIn("makespan", r.out)
        page = (self.folder / "sched-demo" / "index.html").read_text()
        links = re.findall(r'(?:href|src)="([^"]+)"', page)
        self.assertGreaterEqual(len(set(links)), 6)
        for link in links:
            self.assertGreater((self.folder / "sched-demo" / link).stat().st_size, 0, link)
        self.assertEqual({f"sched-demo/{l}" for l in links} | {"sched-demo/index.html"}, set(self.names()))
        self.project("sched-demo/project.sm")
        self.sched("roadmap", "sched-demo/launch.json")
        plan = json.loads((self.folder / "sched-demo" / "roadmap.json").read_text())
        self.assertEqual((plan["case"], plan["status"]), ("Launch", "complete"))
        self.assertEqual(self.sched("backfill", "sched-demo/day.swf", "--format", "csv").code, 0)
        day = json.loads((self.folder / "sched-demo" / "cluster.json").read_text())
        self.assertGreater(len(day["runs"]), 2)

    def test_the_folder_can_be_chosen_and_must_be_writable(self):
        self.sched("demo", "--out-dir", "x/y", "--format", "csv")
        self.assertTrue((self.folder / "x" / "y" / "index.html").exists())
        self.file("file", "")
        self.sched("demo", "--out-dir", "file", code=3)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
