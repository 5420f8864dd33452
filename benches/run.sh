#!/bin/sh
# Instructions (callgrind) and allocations per operation, each from the difference of two loop lengths, so that set-up
# cancels. `less` is without the work of the case that it names; a peer's `ratio` is that to ours in the same run.
#   sh run.sh             run time
#   sh run.sh rt          only the cases of one program (rt, resilience)
#   sh run.sh compile     compile time (python3, callgrind, perf or user CPU seconds): see compile.py
set -eu
cd "$(dirname "$0")"
if [ "${1:-}" = compile ]; then shift; exec python3 compile.py "$@"; fi
programs=${1:-rt resilience}
release=${CARGO_TARGET_DIR:-target}/release
instructions() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 | sed -n 's/.*Collected : //p'; }
measure() {
  "$1" list | while IFS='|' read -r case less against; do
    low=$(instructions "$1" "$case" 1000); high=$(instructions "$1" "$case" 3000)
    echo "$case|$less|$against|$low|$high|$("$1" "$case" 1000)|$("$1" "$case" 3000)"
  done
}
table() {
  awk -F'|' '
    BEGIN { printf "%-50s %14s %14s %8s  %s\n", "case", "instructions", "allocations", "ratio", "less" }
    {
      whole[$1] = ($5 - $4) / 2000; allocated[$1] = ($7 - $6) / 2000
      net[$1] = whole[$1] - whole[$2]
      ratio = $3 == "" ? "" : sprintf("%.2f", net[$1] / net[$3])
      name = ($3 == "" ? "" : "  peer: ") $1
      printf "%-50s %14d %14.1f %8s  %s\n", name, net[$1], allocated[$1] - allocated[$2], ratio, $2
    }'
}
for program in $programs; do
  cargo build --release --quiet -p "$program"
  measure "$release/$program" | table
done
case $programs in *resilience*) "$release/resilience" threads ;; esac
