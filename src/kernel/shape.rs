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
    let is_mended = |other: &Value| again(other).map_or_else(|e| e.to_string() != text, |()| true);
    let members = value.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    for name in members {
        let mut without = value.clone();
        if let Some(map) = without.as_object_mut() {
            map.remove(&name);
        }
        if is_mended(&without) {
            return Misfit { pointer: within(value, &name, is_mended), code: "type" };
        }
    }
    Misfit { pointer: String::new(), code: "type" }
}

/// Where in a member at fault: one of its own members, or one of a row of its list.
fn within(value: &Value, name: &str, is_mended: impl Fn(&Value) -> bool) -> String {
    let whole = pointer(name);
    let rows = value.get(name).and_then(Value::as_array).map_or(0, Vec::len);
    // The first row with which the complaint arises.
    let row = (0..rows).find(|row| {
        let mut start = value.clone();
        if let Some(list) = start.get_mut(name).and_then(Value::as_array_mut) {
            list.truncate(row + 1);
        }
        !is_mended(&start)
    });
    let at = row.map_or_else(|| whole.clone(), |row| format!("{whole}/{row}"));
    let mut members = value.pointer(&at).and_then(Value::as_object).into_iter().flat_map(|map| map.keys());
    let inner = members.find(|inner| {
        let mut without = value.clone();
        if let Some(map) = without.pointer_mut(&at).and_then(Value::as_object_mut) {
            map.remove(*inner);
        }
        is_mended(&without)
    });
    inner.map_or(whole, |inner| format!("{at}{}", pointer(inner)))
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
        #[serde(default)]
        pet: Pet,
        #[serde(default)]
        toys: Vec<Toy>,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Toy {
        price: i64,
        kind: String,
    }

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default)]
    struct Pet {
        legs: u8,
        way: Option<Way>,
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
            (json!({"name": "a", "pet": 4}), "/pet", "type"),
            (json!({"name": "a", "pet": {"legs": "four", "way": "post"}}), "/pet/legs", "type"),
            (json!({"name": "a", "pet": {"legs": 4, "way": "air"}}), "/pet/way", "type"),
            (
                json!({"name": "a", "toys": [{"price": 1, "kind": "x"}, {"price": "1,5", "kind": "x"}]}),
                "/toys/1/price",
                "type",
            ),
            (json!({"name": "a", "toys": [{"price": 1, "kind": 2}]}), "/toys/0/kind", "type"),
            (json!({"name": "a", "toys": [7]}), "/toys", "type"),
            (json!([1]), "", "type"),
        ] {
            let misfit = read::<Body>(&body).unwrap_err();
            assert_eq!((misfit.pointer.as_str(), misfit.code), (at, code), "{body}");
        }
        let body = read::<Body>(&json!({"name": "a", "way": "post"})).unwrap();
        let whole = Body { name: "a".into(), way: Some(Way::Post), age: None, pet: Pet::default(), toys: vec![] };
        assert_eq!(body, whole);
    }
}
