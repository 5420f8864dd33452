// Names with a special meaning in JavaScript are ordinary names.
import assert from "node:assert/strict";
import { decodeError, isKnown, UNKNOWN_CODE, CODES } from "./errors.js";

const decode = (code, details) =>
  decodeError(
    JSON.parse(
      `{"success":false,"error":{"code":${JSON.stringify(code)},"message":"m","details":${details}}}`,
    ),
  );

for (const code of ["X2", "__proto__"]) {
  assert.ok(isKnown(code), code);
  assert.deepEqual(Object.keys(CODES[code].details), ["__proto__"], code);
  const right = decode(code, '{"__proto__":1}');
  assert.equal(right.code, code);
  assert.equal(Object.getOwnPropertyDescriptor(right.details, "__proto__").value, 1);
  for (const details of ['{"__proto__":"1"}', "{}"]) {
    assert.equal(decode(code, details).code, UNKNOWN_CODE, `${code} ${details}`);
  }
}
assert.equal(Object.getPrototypeOf(CODES), Object.prototype);
assert.ok(!isKnown("toString"));
console.log("names are names");
