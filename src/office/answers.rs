//! Identity numbers among the answers are sealed where they are stored, and found again by their blind index.

use serde_json::{Value, json};

use crate::forms::Form;
use crate::kernel::crypto::{CryptoError, Keys};

/// The key of the object that stands for a sealed text. No form has a field of this name.
const SEALED: &str = "$sealed";
/// Where the sealing holds: a text moved to another place does not open.
const PLACE: &str = "dossiers.data";

/// Answers ready to be stored.
#[derive(Clone, Debug, Default)]
pub struct Sealed {
    pub data: Value,
    /// Pointer and blind index of every identity number.
    pub identities: Vec<(String, String)>,
    /// Field and value of every answer that the revision marks as searchable.
    pub searchable: Vec<(String, String)>,
}

impl Sealed {
    /// The blind indexes of the identity numbers.
    pub fn indexes(&self) -> Vec<String> {
        self.identities.iter().map(|(_, index)| index.clone()).collect()
    }
}

/// Seals the identity numbers of `data`.
///
/// # Errors
/// Only where the cipher itself fails.
pub fn seal(form: &Form, keys: &Keys, data: &Value) -> Result<Sealed, CryptoError> {
    let mut sealed = Sealed { data: data.clone(), identities: Vec::new(), searchable: form.searchable(data) };
    for (pointer, number) in form.identity_pointers(data) {
        if let Some(slot) = sealed.data.pointer_mut(&pointer) {
            *slot = json!({ SEALED: keys.seal_text(PLACE, &number)? });
            sealed.identities.push((pointer, crate::accounts::number_index(keys, &number)));
        }
    }
    Ok(sealed)
}

/// Stored answers with a mark in place of every sealed text: enough to see what was given, without the key.
pub fn shown_as_given(stored: &Value) -> Value {
    match stored {
        Value::Object(map) if map.len() == 1 && map.contains_key(SEALED) => json!("•"),
        Value::Object(map) => Value::Object(map.iter().map(|(k, v)| (k.clone(), shown_as_given(v))).collect()),
        Value::Array(rows) => Value::Array(rows.iter().map(shown_as_given).collect()),
        other => other.clone(),
    }
}

/// Opens every sealed text in stored answers. What can't be opened (a lost key) stays hidden, shown as empty.
pub fn open(keys: &Keys, stored: &Value) -> Value {
    match stored {
        Value::Object(map) => match map.get(SEALED).and_then(Value::as_str) {
            Some(text) if map.len() == 1 => keys.open_text(PLACE, text).map_or(Value::Null, Value::String),
            _ => Value::Object(map.iter().map(|(k, v)| (k.clone(), open(keys, v))).collect()),
        },
        Value::Array(rows) => Value::Array(rows.iter().map(|v| open(keys, v)).collect()),
        other => other.clone(),
    }
}
