// Calls the running service: `live.mjs BASE_URL CALLS`. Each call names the code that it must get, in each of the three forms.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { call, told } from "./client.js";
import { CODES, UNKNOWN_CODE } from "./errors.js";

const [base, file] = process.argv.slice(2);
const words = [];
for (const expected of JSON.parse(readFileSync(file, "utf8"))) {
  const [envelope, problem, jsonApi] = await Promise.all(
    ["application/json", "application/problem+json", "application/vnd.api+json"].map((form) => call(base, expected, form)),
  );
  for (const error of [envelope, problem, jsonApi]) {
    assert.equal(error?.code, expected.code, JSON.stringify(error));
    assert.equal(error.wireCode, expected.code);
    assert.equal(error.status, CODES[expected.code].status);
    assert.equal(error.retryable, CODES[expected.code].retryable);
    assert.match(error.requestId, /^req_[0-9A-Z]{26}$/);
    assert.match(error.traceId, /^[0-9a-f]{32}$/);
    assert.ok(!Number.isNaN(Date.parse(error.timestamp)));
  }
  // Three requests: only their ids and times differ.
  const said = ({ requestId, traceId, timestamp, ...rest }) => rest;
  assert.deepEqual(said(problem), said(envelope));
  assert.deepEqual(said(jsonApi), said(envelope));
  words.push(told(envelope));
}
const success = await call(base, { method: "GET", path: "/errors", headers: {}, body: "" }, "application/json");
assert.equal(success, undefined);
// An older client: it does not know this code yet.
delete CODES.E2001;
const newer = await call(base, JSON.parse(readFileSync(file, "utf8")).find(({ code }) => code === "E2001"), "application/json");
assert.deepEqual([newer.code, newer.wireCode, newer.details.id], [UNKNOWN_CODE, "E2001", "0"]);
words.push(told(newer));
console.log(words.join("\n"));
