//! Two pages of one section, opened at different times: each says only what was changed on it.

use serde_json::{Map, Value};

use super::pointer;

/// Takes out of a section's patch what the person did not change on the page, where somebody else did meanwhile. `base`:
/// what the page had before it; `said`: what it says, in the spelling that answers are kept in; `now`: what stands.
/// Tells the pointers that were left to others. Lists count as one answer.
pub fn leave_to_others(
    patch: &mut Value,
    (section, base): (&str, &Value),
    (said, now): (&Value, &Value),
) -> Vec<String> {
    let mut left = Vec::new();
    if let Some(Value::Object(patch)) = patch.get_mut(section) {
        leave(patch, &format!("/{section}"), (base, said, now), &mut left);
    }
    left
}

fn leave(
    patch: &mut Map<String, Value>,
    at: &str,
    (base, said, now): (&Value, &Value, &Value),
    left: &mut Vec<String>,
) {
    patch.retain(|key, value| {
        let here = pointer::join(at, key);
        let of = |whole: &Value| whole.get(key).cloned().unwrap_or(Value::Null);
        let (base, said, now) = (of(base), of(said), of(now));
        if let Value::Object(parts) = value {
            leave(parts, &here, (&base, &said, &now), left);
            return true;
        }
        let others = same(&said, &base) && !same(&now, &base);
        if others {
            left.push(here);
        }
        !others
    });
}

/// Whether two answers say the same; nothing said is the same in every spelling.
fn same(a: &Value, b: &Value) -> bool {
    let blank = |v: &Value| match v {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(rows) => rows.is_empty(),
        Value::Object(parts) => parts.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    a == b || (blank(a) && blank(b))
}

/// What a page has before it after it was saved: the saved answers, but of those left to others what it showed.
pub fn before_the_page((saved, section): (&Value, &str), base: &Value, left: &[String]) -> String {
    let mut whole = serde_json::json!({ section: saved.get(section).cloned().unwrap_or(Value::Null) });
    let shown = serde_json::json!({ section: base });
    for at in left {
        match shown.pointer(at) {
            Some(value) => pointer::put(&mut whole, at, value.clone()),
            None => {
                pointer::remove(&mut whole, at);
            }
        }
    }
    whole.get(section).unwrap_or(&Value::Null).to_string()
}

/// The answers of a page with what was left to others in them: shown again, it shows that too.
pub fn with_others(shown: &mut Value, saved: &Value, left: &[String]) {
    for at in left {
        match saved.pointer(at) {
            Some(value) => pointer::put(shown, at, value.clone()),
            None => {
                pointer::remove(shown, at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_the_person_changed_is_said() {
        let base = json!({"name": "An", "home": {"province": "46"}});
        let now = json!({"name": "An", "home": {"province": "46", "detail": "Tổ 3"}, "origin": "Huế", "rows": [1]});
        // The page never showed home's detail, the origin and the rows; the person changed the name.
        let mut patch =
            json!({"s": {"name": "Bình", "home": {"province": "46", "detail": null}, "origin": null, "rows": []}});
        let said = json!({"name": "Bình", "home": {"province": "46"}});
        let left = leave_to_others(&mut patch, ("s", &base), (&said, &now));
        assert_eq!(patch, json!({"s": {"name": "Bình", "home": {"province": "46"}}}));
        assert_eq!(left, ["/s/home/detail", "/s/origin", "/s/rows"]);
        let saved =
            json!({"s": {"name": "Bình", "home": {"province": "46", "detail": "Tổ 3"}, "origin": "Huế", "rows": [1]}});
        let seen: Value = serde_json::from_str(&before_the_page((&saved, "s"), &base, &left)).unwrap();
        assert_eq!(seen, json!({"name": "Bình", "home": {"province": "46"}}));
        let mut shown = json!({"s": {"name": "Bình"}});
        with_others(&mut shown, &saved, &left);
        assert_eq!(shown["s"]["origin"], "Huế");
    }

    #[test]
    fn what_the_person_emptied_is_empty_and_of_two_changes_the_later_stands() {
        let (base, now) = (json!({"a": "1", "b": "2"}), json!({"a": "1", "b": "3"}));
        let mut patch = json!({"s": {"a": null, "b": "4"}});
        let left = leave_to_others(&mut patch, ("s", &base), (&json!({"b": "4"}), &now));
        assert!(left.is_empty());
        assert_eq!(patch, json!({"s": {"a": null, "b": "4"}}));
    }
}
