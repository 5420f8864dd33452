// Prints how many lines of the file `lines` each query of the file `queries` matches, read by Kibana's parser.
const { readFileSync } = require('fs');
const { fromKueryExpression } = require('@cybernetex/kbn-es-query');

const flat = (value, name = '') =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, inner]) => flat(inner, name ? `${name}.${key}` : key))
    : [[name, value]];

const compare = {
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
};

function matches(node, line) {
  const [first, ...rest] = node.arguments;
  switch (node.function) {
    case 'and':
      return node.arguments.every((inner) => matches(inner, line));
    case 'or':
      return node.arguments.some((inner) => matches(inner, line));
    case 'not':
      return !matches(first, line);
    case 'exists':
      return line.has(first.value);
    case 'is':
      return rest[0].type === 'wildcard' ? line.has(first.value) : line.get(first.value) === rest[0].value;
    case 'range':
      return line.has(first.value) && rest.every(({ name, value }) => compare[name](line.get(first.value), value.value));
    default:
      throw new Error(`unknown function ${node.function}`);
  }
}

const lines = readFileSync('lines', 'utf8').trim().split('\n').map((line) => new Map(flat(JSON.parse(line))));
const queries = JSON.parse(readFileSync('queries', 'utf8')).map((query) => fromKueryExpression(query));
console.log(JSON.stringify(queries.map((query) => lines.filter((line) => matches(query, line)).length)));
