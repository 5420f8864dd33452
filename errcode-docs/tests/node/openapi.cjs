// In the response of each status, exactly one arm of the schema is valid for each example, and for each JSON:API body
// with several violations.
const { readFileSync } = require("node:fs");
const assert = require("node:assert/strict");
const Ajv = require(`${process.argv[2]}/ajv/dist/2020`).default;

const document = JSON.parse(readFileSync("openapi.json", "utf8"));
const ajv = new Ajv({ strict: true, formats: { "date-time": true } });
ajv.addVocabulary(["openapi", "info", "servers", "paths", "components"]);
ajv.addSchema(document, "openapi");
const pointer = (parts) => parts.map((it) => it.replaceAll("~", "~0").replaceAll("/", "~1")).join("/");

function arms(path, schema, body) {
  const valid = (...tail) => ajv.validate(`openapi#/${pointer([...path, ...tail])}`, body);
  assert.ok(valid(), `${path}: ${ajv.errorsText()} in ${JSON.stringify(body)}`);
  return schema.oneOf ? schema.oneOf.filter((_, index) => valid("oneOf", String(index))).length : 1;
}

let count = 0;
for (const [name, response] of Object.entries(document.components.responses)) {
  for (const [type, content] of Object.entries(response.content)) {
    const path = ["components", "responses", name, "content", type, "schema"];
    for (const [code, { value }] of Object.entries(content.examples)) {
      assert.equal(arms(path, content.schema, value), 1, `${code} as ${type}`);
      count += 1;
    }
  }
}
const several = JSON.parse(readFileSync("json-api.json", "utf8"));
for (const body of several) {
  const path = ["components", "responses", "Error422", "content", "application/vnd.api+json", "schema"];
  assert.equal(arms(path, document.components.responses.Error422.content["application/vnd.api+json"].schema, body), 1);
}
console.log(`${count} examples, ${several.length} of several violations`);
