//! JSON pointers (RFC 6901), the dotted names of HTML fields, and merge patches (RFC 7396).

use serde_json::{Map, Value};

/// A pointer with one more step.
pub(super) fn join(pointer: &str, key: &str) -> String {
    let mut out = String::with_capacity(pointer.len() + key.len() + 1);
    out.push_str(pointer);
    out.push('/');
    for c in key.chars() {
        match c {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            c => out.push(c),
        }
    }
    out
}

/// The steps of a pointer.
pub(super) fn steps(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
}

/// The pointer of the object or list that holds this one.
pub(super) fn parent(pointer: &str) -> &str {
    pointer.rfind('/').and_then(|at| pointer.get(..at)).unwrap_or("")
}

/// The last step of a pointer.
pub(super) fn last(pointer: &str) -> &str {
    pointer.rfind('/').and_then(|at| pointer.get(at + 1..)).unwrap_or("")
}

/// `/a/b/0/c` as the name of an HTML field: `a.b.0.c`. Keys of forms hold neither dots nor slashes.
pub(super) fn name(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

/// Whether `pointer` is `ancestor` or lies below it.
pub(super) fn within(pointer: &str, ancestor: &str) -> bool {
    pointer.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Puts a value at a pointer, making the objects on the way; lists are never made or lengthened.
pub(super) fn put(root: &mut Value, pointer: &str, value: Value) {
    let mut at = root;
    let mut steps = steps(pointer).peekable();
    while let Some(step) = steps.next() {
        if at.is_null() {
            *at = Value::Object(Map::new());
        }
        let next = match at {
            Value::Object(map) => map.entry(step).or_insert(Value::Null),
            Value::Array(rows) => match step.parse::<usize>().ok().and_then(|i| rows.get_mut(i)) {
                Some(row) => row,
                None => return,
            },
            _ => return,
        };
        if steps.peek().is_none() {
            *next = value;
            return;
        }
        at = next;
    }
}

/// Takes away what is at a pointer; a row of a list becomes null, so that the other rows keep their places.
pub(super) fn remove(root: &mut Value, pointer: &str) -> bool {
    match root.pointer_mut(parent(pointer)) {
        Some(Value::Object(map)) => {
            let key = last(pointer).replace("~1", "/").replace("~0", "~");
            map.remove(&key).is_some()
        }
        _ => false,
    }
}

/// The concrete pointers of a template such as `/s/list/*/field`, one for each row there is.
pub(super) fn expand(template: &str, data: &Value) -> Vec<String> {
    let Some(star) = template.find("/*") else { return vec![template.to_owned()] };
    let (head, tail) = template.split_at(star);
    let tail = &tail[2..];
    let rows = data.pointer(head).and_then(Value::as_array).map_or(0, Vec::len);
    (0..rows).flat_map(|i| expand(&format!("{head}/{i}{tail}"), data)).collect()
}

/// Resolves a reference of a field: `/section/field` from the root, `field` beside the field that refers.
pub(super) fn refer(from: &str, to: &str) -> String {
    if to.starts_with('/') { to.to_owned() } else { join(parent(from), to) }
}

/// Applies a merge patch (RFC 7396): null takes away, objects merge, everything else (lists too) replaces.
pub fn apply_merge_patch(target: &mut Value, patch: &Value) {
    merge(target, patch, 0);
}

fn merge(target: &mut Value, patch: &Value, depth: usize) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if depth > 64 {
        return;
    }
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(map) = target else { return };
    for (key, change) in changes {
        if change.is_null() {
            map.remove(key);
        } else {
            merge(map.entry(key.clone()).or_insert(Value::Null), change, depth + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn merges_as_rfc_7396_says() {
        let cases = [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":{"b":"c"}}), json!({"a":{"b":"d","c":null}}), json!({"a":{"b":"d"}})),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a":"b"}), json!(["c"]), json!(["c"])),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!([1, 2]), json!({"a":"b","c":null}), json!({"a":"b"})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
        ];
        for (mut target, patch, expected) in cases {
            apply_merge_patch(&mut target, &patch);
            assert_eq!(target, expected);
        }
    }

    #[test]
    fn puts_removes_and_expands() {
        let mut data = json!({"s": {"list": [{"a": 1}, {}]}});
        put(&mut data, "/s/list/1/a", json!(2));
        put(&mut data, "/s/list/7/a", json!(3));
        put(&mut data, "/t/b", json!(true));
        assert_eq!(data, json!({"s": {"list": [{"a": 1}, {"a": 2}]}, "t": {"b": true}}));
        assert_eq!(expand("/s/list/*/a", &data), ["/s/list/0/a", "/s/list/1/a"]);
        assert!(remove(&mut data, "/s/list/0/a"));
        assert!(!remove(&mut data, "/s/list/0/a"));
        assert!(within("/a/b", "/a") && !within("/ab", "/a"));
    }
}
