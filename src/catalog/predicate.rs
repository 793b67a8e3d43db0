//! Conditions of the catalogue: JSON Schemas over a form's data, compiled once.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A condition over the answers. It is stored as its schema; copies share what was compiled, because compiling takes a
/// hundred times as long as asking.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "Value", into = "Value")]
pub struct Predicate(Arc<Inner>);

struct Inner {
    schema: Value,
    compiled: OnceLock<Option<jsonschema::Validator>>,
}

impl Predicate {
    /// The JSON Schema that answers must match.
    pub fn schema(&self) -> &Value {
        &self.0.schema
    }

    /// Whether the answers match; `None` when the schema is none (publishing refuses those).
    pub fn judge(&self, data: &Value) -> Option<bool> {
        let compiled = self.0.compiled.get_or_init(|| jsonschema::validator_for(&self.0.schema).ok());
        compiled.as_ref().map(|validator| validator.is_valid(data))
    }

    /// Whether the answers match; a schema that is none never holds.
    pub fn holds(&self, data: &Value) -> bool {
        self.judge(data) == Some(true)
    }
}

impl From<Value> for Predicate {
    fn from(schema: Value) -> Self {
        Self(Arc::new(Inner { schema, compiled: OnceLock::new() }))
    }
}

impl From<Predicate> for Value {
    fn from(predicate: Predicate) -> Self {
        predicate.0.schema.clone()
    }
}

impl PartialEq for Predicate {
    fn eq(&self, other: &Self) -> bool {
        self.0.schema == other.0.schema
    }
}

impl fmt::Debug for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Predicate").field(&self.0.schema).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_is_stored_as_its_schema_and_judges_by_it() {
        let schema = json!({"properties": {"kg": {"minimum": 10}}, "required": ["kg"]});
        let heavy: Predicate = serde_json::from_value(schema.clone()).expect("any value is read");
        assert_eq!(serde_json::to_value(&heavy).expect("it is written"), schema);
        assert!(heavy.holds(&json!({"kg": 12})));
        assert!(!heavy.clone().holds(&json!({"kg": 9})));
        assert_eq!(heavy, Predicate::from(schema));
    }

    #[test]
    fn what_is_no_schema_says_nothing_and_never_holds() {
        let broken = Predicate::from(json!({"type": 7}));
        assert_eq!(broken.judge(&json!({})), None);
        assert!(!broken.holds(&json!({})));
    }
}
