//! A schema that describes examples.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Returns a JSON Schema that is valid for these values: their types and members. A member that all have is required.
/// Further members are allowed, since examples do not show all that there may be.
///
/// Documents describe a service's own [`BodyFormat`](crate::wire::BodyFormat) by it.
///
/// ```
/// use errcode_core::wire::example_schema;
/// use serde_json::json;
///
/// let bodies = [json!({"errcode": 2001, "errmsg": "no"}), json!({"errcode": 2002, "errmsg": "no", "wait": 3})];
/// assert_eq!(
///     example_schema(&bodies.iter().collect::<Vec<_>>()),
///     json!({
///         "type": "object",
///         "properties": {
///             "errcode": {"type": "integer"}, "errmsg": {"type": "string"}, "wait": {"type": "integer"}
///         },
///         "required": ["errcode", "errmsg"]
///     })
/// );
/// ```
#[must_use]
pub fn example_schema(values: &[&Value]) -> Value {
    let types: BTreeSet<&str> = values.iter().map(|value| type_of(value)).collect();
    let types: Vec<&str> = types.iter().copied().filter(|ty| !is_within(ty, &types)).collect();
    let mut schema = Map::new();
    match types.as_slice() {
        [] => return json!({}),
        [one] => schema.insert("type".to_owned(), json!(one)),
        several => schema.insert("type".to_owned(), json!(several)),
    };
    let objects: Vec<_> = values.iter().filter_map(|value| value.as_object()).collect();
    if !objects.is_empty() {
        schema.extend(members(&objects));
    }
    let items: Vec<&Value> = values.iter().filter_map(|value| value.as_array()).flatten().collect();
    if !items.is_empty() {
        schema.insert("items".to_owned(), example_schema(&items));
    }
    Value::Object(schema)
}

/// Returns `properties` and `required`.
fn members(objects: &[&Map<String, Value>]) -> Map<String, Value> {
    let names: BTreeSet<&String> = objects.iter().flat_map(|object| object.keys()).collect();
    let property = |name: &&String| {
        let values: Vec<&Value> = objects.iter().filter_map(|object| object.get(*name)).collect();
        ((*name).clone(), example_schema(&values))
    };
    let properties: Map<String, Value> = names.iter().map(property).collect();
    let in_all = |name: &&&String| objects.iter().all(|object| object.contains_key(**name));
    let required: Vec<&String> = names.iter().filter(in_all).copied().collect();
    let mut members = Map::new();
    members.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        members.insert("required".to_owned(), json!(required));
    }
    members
}

/// Returns the type of a value in JSON Schema.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Returns whether another type includes this one.
fn is_within(ty: &str, types: &BTreeSet<&str>) -> bool {
    ty == "integer" && types.contains("number")
}

#[cfg(test)]
mod tests {
    use super::example_schema;
    use serde_json::json;

    #[test]
    fn a_schema_allows_each_example() {
        for (values, expected) in [
            (vec![], json!({})),
            (vec![json!("a"), json!(null)], json!({ "type": ["null", "string"] })),
            (vec![json!(1), json!(1.5)], json!({ "type": "number" })),
            (vec![json!([])], json!({ "type": "array" })),
            (
                vec![json!({ "a": [{ "b": 1 }, {}] }), json!({})],
                json!({
                    "type": "object",
                    "properties": { "a": { "type": "array", "items": {
                        "type": "object", "properties": { "b": { "type": "integer" } }
                    } } }
                }),
            ),
        ] {
            assert_eq!(example_schema(&values.iter().collect::<Vec<_>>()), expected);
        }
    }
}
