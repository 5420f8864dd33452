#!/bin/sh
# Provokes each code from E1000 to E5005 by plain HTTP requests, and prints a line for each: code, status,
# `ok` or `FAIL`. It can be run again on the same database: its names are new each time. For E5001 to E5005 it tells
# the service's upstream to fail, which is at UPSTREAM_URL; without that variable, the service is asked for it.
#
#   BASE_URL=http://127.0.0.1:3000 ./provoke.sh        or        ./provoke.sh http://127.0.0.1:3000
set -u

BASE_URL=${1:-${BASE_URL:-http://127.0.0.1:3000}}
BASE_URL=${BASE_URL%/}
if [ -z "${UPSTREAM_URL:-}" ]; then
    UPSTREAM_URL=$(curl -sS --max-time 30 "$BASE_URL/demo/upstream" | sed -n 's/^{"url":"\([^"]*\)"}$/\1/p')
fi
UPSTREAM_URL=${UPSTREAM_URL%/}
RUN="$(date +%s)-$$"
WORK=$(mktemp -d) || exit 1
trap 'rm -rf "$WORK"; upstream_does "{}"' EXIT
passed=0
failed=0

# request METHOD PATH [curl's options]: the body goes to $WORK/body, the headers to $WORK/headers, $status
# is the answer's. $token, where it is set, is sent along.
request() {
    method=$1
    path=$2
    shift 2
    if [ -n "$token" ]; then
        set -- "$@" -H "Authorization: Bearer $token"
    fi
    : >"$WORK/body"
    : >"$WORK/headers"
    status=$(curl -sS --max-time 30 -o "$WORK/body" -D "$WORK/headers" -w '%{http_code}' \
        -X "$method" "$@" "$BASE_URL$path") || status=000
}

# send METHOD PATH JSON
send() {
    request "$1" "$2" -H 'Content-Type: application/json' --data-binary "$3"
}

# Ends the run unless the request before succeeded: nothing after it would mean anything.
prepared() {
    [ "$status" = 200 ] && return
    echo "FAIL: preparing $1 was answered $status $(cat "$WORK/body")"
    exit 1
}

# The id, or the token, that the answer before gave.
id() { sed -n 's/^{"id":\([0-9]*\).*/\1/p' "$WORK/body"; }
token() { sed -n 's/.*"token":"\([0-9a-f]*\)".*/\1/p' "$WORK/body"; }

# expect CODE STATUS: what the answer before must be, in its status, its header and its body.
expect() {
    header=$(tr -d '\r' <"$WORK/headers" | sed -n 's/^[Xx]-[Ee]rror-[Cc]ode: *//p')
    if [ "$status" = "$2" ] && [ "$header" = "$1" ] && grep -q "\"code\":\"$1\"" "$WORK/body"; then
        echo "$1 $status ok"
        passed=$((passed + 1))
    else
        echo "$1 $2 FAIL: status $status, X-Error-Code '$header', body $(cat "$WORK/body")"
        failed=$((failed + 1))
    fi
}

# account ROLE [REQUESTS_PER_MINUTE]: registers a new account and leaves its token in the answer.
accounts=0
account() {
    accounts=$((accounts + 1))
    token=
    send POST /accounts "{\"name\":\"$1 $RUN-$accounts\",\"role\":\"$1\",\"requests_per_minute\":${2:-600}}"
    prepared "an account"
}

# upstream_does JSON: what the upstream does, for example '{"search":"slow"}'. The rest works.
upstream_does() {
    curl -sS --max-time 30 -o /dev/null -X PUT -H 'Content-Type: application/json' --data-binary "$1" \
        "$UPSTREAM_URL/faults" 2>/dev/null
}

# asked WHAT JSON MODES: asks for WHAT of the project while the upstream does MODES, after a question that is answered:
# a circuit breaker counts failures in a row.
asked() {
    send POST "/projects/$project/ask" '{"question":"Price per day?","degraded":false}'
    prepared "an answer"
    upstream_does "$3" || echo "the upstream does not answer at '$UPSTREAM_URL'"
    send POST "/projects/$project/$1" "$2"
    upstream_does '{}'
}

# project SUFFIX [NAME]: asks for a project whose number is this run's own.
project() {
    send POST /projects "{\"number\":\"P-$RUN-$1\",\"project_name\":\"${2:-Bridge}\",\"budget\":1000}"
}

# upload FILE NAME [curl's options]: FILE is uploaded to the project under NAME.
upload() {
    file=$1
    name=$2
    shift 2
    request POST "/projects/$project/documents" "$@" -F "file=@$file;filename=$name"
}

printf 'Price\nten\n' >"$WORK/bid.txt"
printf '{"sections": [' >"$WORK/broken.json"
dd if=/dev/zero of="$WORK/large.txt" bs=1024 count=1100 2>/dev/null
long_name=$(printf '%0300d.txt' 0)
wrong_hash=$(printf '%064d' 0)

account manager
manager=$(token)
account evaluator
evaluator=$(token)
token=$manager
project main
prepared "a project"
project=$(id)

# Common: E1000 to E1007.
project nameless "P-$RUN-nameless"
expect E1000 500
send POST /projects '{"number": '
expect E1001 400
send POST /projects "{\"number\":\"P-$RUN-null\",\"project_name\":null,\"budget\":1}"
expect E1002 422
token=
request GET /accounts/me
expect E1003 401
token=$evaluator
project forbidden
expect E1004 403
token=$manager
request GET /no/such/route
expect E1005 404
send PATCH "/projects/$project" '{"version":0,"budget":2000}'
expect E1006 409
account evaluator 3
token=$(token)
for _ in 1 2 3; do
    request GET /accounts/me
    prepared "a used-up minute"
done
request GET /accounts/me
expect E1007 429
token=$manager

# Projects: E2001 to E2004.
request GET /projects/0
expect E2001 404
project main
expect E2002 409
project archived
prepared "a second project"
archived=$(id)
send PATCH "/projects/$archived" '{"version":1,"status":"archived"}'
prepared "an archived project"
send PATCH "/projects/$archived" '{"version":2,"status":"active"}'
expect E2003 400
request POST "/projects/$project/evaluations"
prepared "an evaluation"
evaluation=$(id)
request POST "/projects/$project/evaluations"
expect E2004 409

# Documents: E3001 to E3006.
request GET /documents/0
expect E3001 404
upload "$WORK/broken.json" broken.json
prepared "a broken document"
request POST "/documents/$(id)/parse"
expect E3002 500
upload "$WORK/bid.txt" "$long_name"
expect E3003 500
upload "$WORK/bid.txt" bid.exe
expect E3004 400
upload "$WORK/large.txt" large.txt
expect E3005 413
upload "$WORK/bid.txt" bid.txt -F "sha256=$wrong_hash"
expect E3006 400

# Evaluations: E4001 to E4006.
request POST /evaluations/0/start
expect E4001 404
upload "$WORK/bid.txt" bid.txt
prepared "a document"
request POST "/documents/$(id)/parse"
prepared "a parsed document"
send POST "/projects/$project/suppliers" '{"name":"Acme"}'
prepared "a supplier"
supplier=$(id)
send POST "/evaluations/$evaluation/items" "{\"supplier_id\":$supplier,\"criterion\":\"price\",\"score\":80}"
prepared "an item"
item=$(id)
request POST "/evaluations/$evaluation/start"
prepared "a started evaluation"
request POST "/evaluations/$evaluation/start"
expect E4002 409
project other
prepared "another project"
request POST "/projects/$(id)/evaluations"
prepared "another evaluation"
other=$(id)
request POST "/evaluations/$other/start"
expect E4003 400
send POST "/evaluations/$other/items" "{\"supplier_id\":$supplier,\"criterion\":\"price\",\"score\":80}"
expect E4004 400
send POST "/evaluations/$evaluation/items/0/review" '{"score":80}'
expect E4005 404
token=$evaluator
send POST "/evaluations/$evaluation/items/$item/review" '{"score":75}'
prepared "a review"
send POST "/evaluations/$evaluation/items/$item/review" '{"score":90}'
expect E4006 400

# Questions: E5001 to E5005. Without `degraded`, each of them would be answered in another way.
token=$manager
search='{"query":"price per day","degraded":false}'
upstream_does '{}'
asked search "$search" '{"search":"broken"}'
expect E5001 500
asked index '{}' '{"index":"broken"}'
expect E5002 500
asked search "$search" '{"search":"slow"}'
expect E5003 504
asked search "$search" '{"search":"down"}'
expect E5004 503
asked ask '{"question":"Price per day?","degraded":false}' '{"large":"down"}'
expect E5005 503

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
