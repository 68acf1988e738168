jobs (incl. supersource/sink ): 1
RESOURCES
- renewable : 0 R
- nonrenewable : 0 N
- doubly constrained : 0 D
PRECEDENCE RELATIONS:
jobnr.
1 1 0
REQUESTS/DURATIONS
jobnr.
1 1 7
RESOURCE AVAILABILITIES