//! Conditions as the enrichment writes them, turned into JSON Schema and into JSON Forms rules.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::catalog::Predicate;

/// A condition over the answers. Fields are named `section.field`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Condition {
    /// The field is filled in and matches a JSON Schema.
    Field {
        at: String,
        is: Value,
    },
    All {
        all: Vec<Condition>,
    },
    Any {
        any: Vec<Condition>,
    },
    Not {
        not: Box<Condition>,
    },
}

impl Condition {
    /// The field `section.field` has this value.
    pub fn equals(at: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::Field { at: at.into(), is: json!({ "const": value.into() }) }
    }

    /// As a JSON Schema over all the answers; a field that is not filled in does not match.
    pub fn schema(&self) -> Value {
        match self {
            Self::Field { at, is } => at.rsplit('.').fold(
                is.clone(),
                |inner, key| json!({ "type": "object", "properties": { key: inner }, "required": [key] }),
            ),
            Self::All { all } => json!({ "allOf": all.iter().map(Self::schema).collect::<Vec<_>>() }),
            Self::Any { any } => json!({ "anyOf": any.iter().map(Self::schema).collect::<Vec<_>>() }),
            Self::Not { not } => json!({ "not": not.schema() }),
        }
    }

    /// The same, ready to be asked.
    pub fn predicate(&self) -> Predicate {
        self.schema().into()
    }

    /// As the condition of a JSON Forms rule.
    pub fn rule(&self) -> Value {
        match self {
            Self::Field { at, is } => json!({ "scope": scope(at), "schema": is }),
            Self::All { all } => json!({ "type": "AND", "conditions": all.iter().map(Self::rule).collect::<Vec<_>>() }),
            Self::Any { any } => json!({ "type": "OR", "conditions": any.iter().map(Self::rule).collect::<Vec<_>>() }),
            Self::Not { not } => match not.as_ref() {
                Self::Field { at, is } => json!({ "scope": scope(at), "schema": { "not": is } }),
                Self::All { all } => Self::Any { any: all.iter().map(Self::negated).collect() }.rule(),
                Self::Any { any } => Self::All { all: any.iter().map(Self::negated).collect() }.rule(),
                Self::Not { not } => not.rule(),
            },
        }
    }

    /// The opposite.
    pub fn negated(&self) -> Self {
        Self::Not { not: Box::new(self.clone()) }
    }

    /// The fields it looks at.
    pub fn fields(&self) -> Vec<&str> {
        match self {
            Self::Field { at, .. } => vec![at],
            Self::All { all: list } | Self::Any { any: list } => list.iter().flat_map(Self::fields).collect(),
            Self::Not { not } => not.fields(),
        }
    }
}

/// The JSON Forms scope of `section.field`.
pub fn scope(at: &str) -> String {
    at.split('.').fold(String::from("#"), |scope, key| scope + "/properties/" + key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: Value) -> Condition {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn conditions_become_schemas_that_say_the_same() {
        let kind = json!({"at": "child.kind", "is": {"const": "a"}});
        let named = json!({"at": "me.name", "is": {"minLength": 1}});
        let condition = read(json!({"all": [{"not": kind}, {"not": named}]}));
        let schema = jsonschema::validator_for(&condition.schema()).unwrap();
        assert!(schema.is_valid(&json!({})));
        assert!(schema.is_valid(&json!({"child": {"kind": "b"}})));
        assert!(!schema.is_valid(&json!({"child": {"kind": "a"}})));
        assert!(!schema.is_valid(&json!({"me": {"name": "X"}})));
        assert_eq!(condition.fields(), ["child.kind", "me.name"]);
    }

    #[test]
    fn rules_are_json_forms() {
        let condition = read(json!({"at": "child.kind", "is": {"const": "a"}}));
        assert_eq!(condition.rule(), json!({"scope": "#/properties/child/properties/kind", "schema": {"const": "a"}}));
        let neither =
            read(json!({"not": {"any": [{"at": "a.b", "is": {"const": 1}}, {"at": "a.c", "is": {"const": 2}}]}}));
        assert_eq!(
            neither.rule(),
            json!({"type": "AND", "conditions": [
                {"scope": "#/properties/a/properties/b", "schema": {"not": {"const": 1}}},
                {"scope": "#/properties/a/properties/c", "schema": {"not": {"const": 2}}},
            ]})
        );
    }
}
