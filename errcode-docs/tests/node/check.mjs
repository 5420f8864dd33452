// The fixtures of all body formats decode to the same error.
import { readdirSync, readFileSync } from "node:fs";
import assert from "node:assert/strict";
import { decodeError, decodeResponse, isKnown, UNKNOWN_CODE, CODES } from "./errors.js";
import { explain } from "./use.js";

let count = 0;
for (const file of readdirSync("fixtures/envelope")) {
  const code = file.replace(".json", "").replace("~", ":");
  const decoded = ["envelope", "problem", "json-api"].map((form) => {
    const body = JSON.parse(readFileSync(`fixtures/${form}/${file}`, "utf8"));
    const error = decodeError(body);
    assert.equal(error.code, code, `${form} ${file}`);
    assert.equal(error.wireCode, code);
    assert.equal(error.status, CODES[code].status);
    assert.equal(typeof error.message, "string");
    assert.ok(isKnown(code));
    assert.ok(error.requestId && error.traceId && error.timestamp, `${form} ${file}`);
    explain(error);
    count += 1;
    return {
      code: error.code,
      message: error.message,
      details: error.details,
      retryable: error.retryable,
      retryAfter: error.retryAfter,
      docs: error.docs,
      requestId: error.requestId,
    };
  });
  assert.deepEqual(decoded[1], decoded[0]);
  assert.deepEqual(decoded[2], decoded[0]);
}
const standIn = decodeError({ success: false, error: { code: "E2202", message: "m", retryable: false } });
assert.deepEqual([standIn.code, standIn.details], ["E2202", {}]);
// A newer service: an unknown code, or other types.
const unknown = decodeError({
  success: false,
  error: { code: "E7777", message: "m", retryable: true, details: { a: 1 } },
});
assert.deepEqual(
  [unknown.code, unknown.wireCode, unknown.details.a, unknown.retryable],
  [UNKNOWN_CODE, "E7777", 1, true],
);
const retyped = decodeError({
  success: false,
  error: { code: "E2201", message: "m", retryable: false, details: { id: 17 } },
});
assert.deepEqual([retyped.code, retyped.wireCode], [UNKNOWN_CODE, "E2201"]);
assert.equal(
  decodeError({ success: false, error: { code: "constructor", message: "m" } }).code,
  UNKNOWN_CODE,
);
// A delay that no timer can wait for, and an empty header.
const delayed = (delay) =>
  decodeError(
    { success: false, error: { code: "E2201", message: "m", retryable: true, retry_after: delay } },
    { code: "" },
  );
for (const [delay, seconds] of [[3, 3], ["3", 3], [0, 0], [-3], [Infinity], [1e9], ["9".repeat(400)], [null]]) {
  assert.equal(delayed(delay).retryAfter, seconds, String(delay));
}
assert.equal(delayed(3).wireCode, "E2201");
// Several violations, and values that are not errors.
const violations = decodeError(
  {
    errors: [
      {
        status: "422",
        code: "X1",
        title: "t",
        detail: "d",
        source: { pointer: "/a" },
        meta: { retryable: false },
      },
    ],
  },
  { code: "E2202" },
);
assert.deepEqual(
  [violations.wireCode, violations.violations[0].pointer, violations.violations[0].code],
  ["E2202", "/a", "X1"],
);
for (const body of [
  null,
  1,
  "x",
  [],
  {},
  { success: true },
  { errors: [] },
  { error: "x" },
  { success: false, error: {} },
]) {
  assert.equal(decodeError(body), undefined);
}
const response = {
  ok: false,
  status: 502,
  headers: { get: () => null },
  json: () => Promise.reject(new Error("no JSON")),
};
assert.equal(await decodeResponse(response), undefined);
console.log(`decoded ${count} bodies`);
