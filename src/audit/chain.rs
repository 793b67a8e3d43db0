//! How one entry holds the one before.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// What the first entry of a chain follows.
pub const GENESIS: &str = "";

/// The hash of an entry: SHA-256 (hex) over the hash before it and the entry as JSON with sorted keys.
pub fn link(previous: &str, entry: &impl Serialize) -> String {
    // Through `Value` the keys are sorted, so a hash does not hang on the order of fields in the code.
    let body = serde_json::to_value(entry).map(|v| v.to_string()).unwrap_or_default();
    let mut hash = Sha256::new();
    hash.update(previous.as_bytes());
    hash.update(b"\n");
    hash.update(body.as_bytes());
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::link;

    #[test]
    fn an_entry_depends_on_its_words_and_on_the_one_before() {
        let entry = serde_json::json!({"b": 1, "a": "Y Ƀlŏ Niê"});
        let same = serde_json::json!({"a": "Y Ƀlŏ Niê", "b": 1});
        assert_eq!(link("", &entry), link("", &same));
        assert_ne!(link("", &entry), link("x", &entry));
        assert_ne!(link("", &entry), link("", &serde_json::json!({"a": "Y Ƀlŏ Niê", "b": 2})));
        assert_eq!(link("", &entry).len(), 64);
    }
}
