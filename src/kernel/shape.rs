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
            let inner = inside(value, &name).find(|(_, without)| is_mended(without));
            let at = inner.map_or_else(String::new, |(at, _)| at);
            return Misfit { pointer: format!("{}{at}", pointer(&name)), code: "type" };
        }
    }
    Misfit { pointer: String::new(), code: "type" }
}

/// The members of a member, and of the rows of a list: where each is, and the whole without it.
fn inside<'a>(value: &'a Value, name: &'a str) -> impl Iterator<Item = (String, Value)> + 'a {
    let member = value.get(name);
    let own = member.and_then(Value::as_object).map(|map| (None, map));
    let rows = member.and_then(Value::as_array).into_iter().flatten().enumerate();
    let of_rows = rows.filter_map(|(i, row)| Some((Some(i), row.as_object()?)));
    own.into_iter().chain(of_rows).flat_map(move |(row, map)| {
        map.keys().map(move |inner| {
            let mut without = value.clone();
            let member = without.get_mut(name);
            let holder = match row {
                Some(i) => member.and_then(|list| list.get_mut(i)),
                None => member,
            };
            if let Some(map) = holder.and_then(Value::as_object_mut) {
                map.remove(inner);
            }
            let at = row.map(|i| format!("/{i}")).unwrap_or_default();
            (format!("{at}{}", pointer(inner)), without)
        })
    })
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
