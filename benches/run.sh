#!/bin/sh
# Instructions (callgrind) and allocations per operation, each from the difference of two loop lengths, so that set-up
# cancels. `less` is without the work of the case that it names; a peer's `ratio` is that to ours in the same run.
#   sh run.sh             run time
#   sh run.sh rt          only the cases of one program (rt, resilience)
#   sh run.sh load        CPU time of a request that fails, on a real connection, with its line in the log (wrk)
#   sh run.sh compile     compile time (python3, callgrind, perf or user CPU seconds): see compile.py
set -eu
cd "$(dirname "$0")"
if [ "${1:-}" = compile ]; then shift; exec python3 compile.py "$@"; fi
programs=${1:-rt resilience}
release=${CARGO_TARGET_DIR:-target}/release

# CPU time of the server in microseconds a request, the median of five rounds in turn: the machine's speed changes.
round() {
  : >"$scratch/address"
  "$release/rt" serve "$1" >/dev/null 2>"$scratch/address" & server=$!
  until [ -s "$scratch/address" ]; do :; done
  requests=$(wrk -t1 -c16 -d4s "http://$(cat "$scratch/address")/fail" | sed -n 's/ requests in .*//p')
  ticks=$(awk '{ print $14 + $15 }' "/proc/$server/stat")
  kill "$server"
  echo "$1 $ticks $requests"
}
load() {
  for _ in 1 2 3 4 5; do for name in $("$release/rt" servers); do round "$name"; done; done |
    awk -v hertz="$(getconf CLK_TCK)" '{ print $1, $2 / hertz * 1000000 / $3 }' | sort -k1,1 -k2,2n | awk '
      { if ($1 != name) { name = $1; rows = 0 } if (++rows == 3) cost[name] = $2 }
      END { for (name in cost) printf "%-12s %6.2f us %6.2fx\n", name, cost[name], cost[name] / cost["by-hand"] }'
}
if [ "$programs" = load ]; then
  cargo build --release --quiet -p rt
  scratch=$(mktemp -d); trap 'rm -rf "$scratch"' EXIT
  load
  exit
fi

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
