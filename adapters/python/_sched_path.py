# SPDX-License-Identifier: BSL-1.0
# The standard library has a module `sched`, and comes first on the path; this folder, which holds nothing but our package,
# must come before it. Imported by sched_path.pth when the interpreter starts.
import os
import sys

_home = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_sched_home")
if _home not in sys.path:
    sys.path.insert(0, _home)
