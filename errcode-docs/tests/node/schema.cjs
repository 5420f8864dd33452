// Each fixture matches the schema of its code and of no other. A JSON:API body of several violations may have a
// code in each, and then is of no code.
const { readdirSync, readFileSync } = require("node:fs");
const assert = require("node:assert/strict");
const Ajv = require(`${process.argv[2]}/ajv/dist/2020`).default;

const schema = JSON.parse(readFileSync("errors.schema.json", "utf8"));
const ajv = new Ajv({ strict: true, formats: { "date-time": true } });
ajv.addSchema(schema, "errors");
const isA = (definition, body) => ajv.validate(`errors#/$defs/${definition}`, body);

let count = 0;
for (const [form, ending] of [
  ["envelope", ""],
  ["problem", ".problem"],
  ["json-api", ".json-api"],
]) {
  for (const file of readdirSync(`fixtures/${form}`)) {
    const body = JSON.parse(readFileSync(`fixtures/${form}/${file}`, "utf8"));
    const code = (body.error ?? body.errors?.[0] ?? body).code;
    assert.ok(isA(code + ending, body), `${form} ${file}: ${ajv.errorsText()}`);
    assert.ok(isA(form, body) && ajv.validate("errors", body), `${form} ${file}`);
    assert.ok(!isA((code === "E2201" ? "E2202" : "E2201") + ending, body), `${form} ${file}`);
    count += 1;
  }
}
// An internal code is shown as E2202 without details.
const bare = JSON.parse(readFileSync("fixtures/envelope/E2303.json", "utf8"));
assert.ok(bare.error.code === "E2202" && bare.error.details === undefined);
const violations = JSON.parse(readFileSync("fixtures/json-api/E2302.json", "utf8"));
violations.errors.push({ ...violations.errors[0], code: "X1", source: { pointer: "/a" } });
assert.ok(isA("json-api", violations), ajv.errorsText());
assert.ok(!isA("E2302.json-api", violations), "a code of another error");
console.log(`${count} bodies are valid`);
