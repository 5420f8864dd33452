#!/bin/sh
# Instructions (callgrind) and allocations per operation, each from the difference of two loop lengths, so that
# set-up cancels. sh run.sh          run time sh run.sh compile  compile time: errcode and thiserror with
# hand-written matches (python3, perf or user CPU seconds)
set -eu
cd "$(dirname "$0")"
if [ "${1:-}" = compile ]; then shift; exec python3 compile.py "$@"; fi
cargo build --release --quiet -p rt -p resilience
release=${CARGO_TARGET_DIR:-target}/release
instructions() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 | sed -n 's/.*Collected : //p'; }
printf '%-52s %12s %12s\n' case instructions allocations
for bench in rt resilience; do
  bench=$release/$bench
  "$bench" list | while read -r case; do
    low=$(instructions "$bench" "$case" 1000); high=$(instructions "$bench" "$case" 3000)
    a=$("$bench" "$case" 1000); b=$("$bench" "$case" 3000)
    printf '%-52s %12s %12s\n' "$case" $(( (high - low) / 2000 )) "$(awk "BEGIN { print ($b - $a) / 2000 }")"
  done
done
"$release/resilience" threads
