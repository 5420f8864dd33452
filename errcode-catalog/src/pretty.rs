//! JSON with one member per line, in its original order.

/// Indents JSON; returns any other text unchanged.
pub(crate) fn pretty(body: &str) -> String {
    let mut input = serde_json::Deserializer::from_str(body);
    let mut out = Vec::with_capacity(body.len() * 2);
    let mut output = serde_json::Serializer::pretty(&mut out);
    let done = serde_transcode::transcode(&mut input, &mut output).and_then(|()| input.end());
    done.ok().and_then(|()| String::from_utf8(out).ok()).unwrap_or_else(|| body.to_owned())
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn keeps_the_order() {
        let json = r#"{"b":[1,{"x":"a,\"{"}],"a":{},"c":[ ], "d" : true, "e": 1.0, "f": 12345678901234567890}"#;
        let text = r#"{
  "b": [
    1,
    {
      "x": "a,\"{"
    }
  ],
  "a": {},
  "c": [],
  "d": true,
  "e": 1.0,
  "f": 12345678901234567890
}"#;
        assert_eq!(pretty(json), text);
        for other in ["plain: {", "{} {}", ""] {
            assert_eq!(pretty(other), other);
        }
    }
}
