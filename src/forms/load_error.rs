//! What is wrong with a form that does not load.

/// One fault of a form, with its place: a pointer into the data (`/section/field`) or an element of the UI schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("{at}: {what}")]
    Shape { at: String, what: String },
    #[error("the schema is no valid JSON Schema 2020-12: {0}")]
    Schema(String),
    #[error("{pointer}: an object must have \"additionalProperties\": false")]
    OpenObject { pointer: String },
    #[error("{pointer}: key must match [A-Za-z][A-Za-z0-9_]*")]
    BadKey { pointer: String },
    #[error("{pointer}: unknown format {format:?}")]
    UnknownFormat { pointer: String, format: String },
    #[error("{pointer}: widget {widget:?} is unknown or does not suit the type")]
    UnknownWidget { pointer: String, widget: String },
    #[error("{pointer}: unknown code list {list:?}")]
    UnknownList { pointer: String, list: String },
    #[error("{pointer}: unknown x-prefill {fact:?}")]
    UnknownPrefill { pointer: String, fact: String },
    #[error("{pointer}: {keyword} names an unknown function {function:?}")]
    UnknownFunction { pointer: String, keyword: &'static str, function: String },
    #[error("{pointer}: {keyword} refers to {to:?}, which does not exist or has the wrong type")]
    UnknownReference { pointer: String, keyword: &'static str, to: String },
    #[error("{pointer}: computed fields refer to each other in a circle")]
    ComputeCircle { pointer: String },
    #[error("{pointer}: x-en.enum must have as many entries as enum")]
    EnumTranslation { pointer: String },
    #[error("{pointer}: x-id {id:?} is used twice")]
    DuplicateId { pointer: String, id: String },
    #[error("{element}: scope {scope:?} leads to no property")]
    BadScope { element: String, scope: String },
    #[error("{element}: rule: {what}")]
    BadRule { element: String, what: String },
    #[error("{pointer}: has two controls")]
    ControlTwice { pointer: String },
    #[error("{pointer}: property without a control")]
    NoControl { pointer: String },
    #[error("section key {key:?} is used twice; set options.key of the Category")]
    DuplicateSection { key: String },
    #[error("the schema has no examples")]
    NoExamples,
    #[error("example {index} is not valid: {errors}")]
    BadExample { index: usize, errors: String },
}

/// Everything that is wrong with a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// At least one.
    pub faults: Vec<Fault>,
}

impl std::error::Error for LoadError {}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}
