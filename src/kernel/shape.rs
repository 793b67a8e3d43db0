//! JSON that must have a shape: what is wrong with it is told by its place, never in the words of the program.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

/// A member that is missing, has a name that nobody knows, or is not of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// JSON pointer; empty: the whole.
    pub pointer: String,
    /// `required`, `unknown` or `type`.
    pub code: &'static str,
}

/// Reads a value.
///
/// # Errors
/// The first member that does not fit.
pub fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Misfit> {
    T::deserialize(value).map_err(|e| misfit(&e, value, |v| T::deserialize(v).map(|_| ())))
}

/// Names the member at fault. serde tells missing and unknown names; for a wrong type the member is found by leaving
/// one out at a time and looking whether the complaint changes.
fn misfit(e: &serde_json::Error, value: &Value, again: impl Fn(&Value) -> serde_json::Result<()>) -> Misfit {
    debug_assert!(matches!(e.classify(), Category::Data));
    let text = e.to_string();
    let named = |start: &str| text.strip_prefix(start).and_then(|rest| rest.split('`').next());
    if let Some(name) = named("missing field `") {
        return Misfit { pointer: pointer(name), code: "required" };
    }
    if let Some(name) = named("unknown field `") {
        return Misfit { pointer: pointer(name), code: "unknown" };
    }
    let members = value.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    for name in members {
        let mut without = value.clone();
        if let Some(map) = without.as_object_mut() {
            map.remove(&name);
        }
        if again(&without).map_or_else(|other| other.to_string() != text, |()| true) {
            return Misfit { pointer: pointer(&name), code: "type" };
        }
    }
    Misfit { pointer: String::new(), code: "type" }
}

fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        name: String,
        way: Option<Way>,
        age: Option<u8>,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Way {
        Post,
    }

    #[test]
    fn the_member_at_fault_is_named() {
        for (body, at, code) in [
            (json!({}), "/name", "required"),
            (json!({"name": "a", "x": 1}), "/x", "unknown"),
            (json!({"name": 1}), "/name", "type"),
            (json!({"name": "a", "age": "old"}), "/age", "type"),
            (json!({"name": "a", "age": 300}), "/age", "type"),
            (json!({"name": "a", "way": ""}), "/way", "type"),
            (json!([1]), "", "type"),
        ] {
            let misfit = read::<Body>(&body).unwrap_err();
            assert_eq!((misfit.pointer.as_str(), misfit.code), (at, code), "{body}");
        }
        let body = read::<Body>(&json!({"name": "a", "way": "post"})).unwrap();
        assert_eq!(body, Body { name: "a".into(), way: Some(Way::Post), age: None });
    }
}
