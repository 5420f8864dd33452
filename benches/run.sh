#!/bin/sh
# Instructions (callgrind) and allocations per operation, each from the difference of two loop lengths, so that set-up cancels.
#   sh run.sh          run time
#   sh run.sh compile  compile time: errcode beside thiserror + hand-written matches (python3, perf or user CPU seconds)
set -eu
cd "$(dirname "$0")"
if [ "${1:-}" = compile ]; then shift; exec python3 compile.py "$@"; fi
cargo build --release --quiet -p rt
rt=${CARGO_TARGET_DIR:-target}/release/rt
instructions() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$rt" "$1" "$2" 2>&1 | sed -n 's/.*Collected : //p'; }
printf '%-52s %12s %12s\n' case instructions allocations
"$rt" list | while read -r case; do
  low=$(instructions "$case" 1000); high=$(instructions "$case" 3000)
  a=$("$rt" "$case" 1000); b=$("$rt" "$case" 3000)
  printf '%-52s %12s %12s\n' "$case" $(( (high - low) / 2000 )) "$(awk "BEGIN { print ($b - $a) / 2000 }")"
done
