//! What the facts lack and the product adds: conditions as schemas, fee formulas, ways, results, English, examples.
//!
//! Shipped in `config/catalogue/` and embedded; `MOTCUA` settings never change it, a new release does.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::condition::Condition;
use super::facts::{Field, Section};
use super::residue::without_notes;
use crate::catalog::decision::{Consequence, Decision, DecisionRule};
use crate::catalog::fees::{Exemption, FeeRule};
use crate::catalog::revision::{
    Audience, Channel, Circumstance, FilingWindow, Level, Outcome, ProcessingTime, Signature, StepText,
    SupplementRules, Text, TimeUnit,
};
use crate::catalog::workflow::Workflow;

/// The whole enrichment.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Enrichment {
    /// Codes of procedure fields by Vietnamese name.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Notes of the facts, said in words for citizens.
    #[serde(default)]
    pub help: BTreeMap<String, Text>,
    /// Ways through an agency by name.
    #[serde(default)]
    pub workflows: BTreeMap<String, Workflow>,
    /// By procedure code.
    #[serde(default)]
    pub procedures: BTreeMap<String, Extra>,
    /// English by Vietnamese text; from `english.json`.
    #[serde(skip)]
    pub english: BTreeMap<String, String>,
}

/// What one procedure gets.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Extra {
    /// Name in the facts of a procedure that has no national code.
    pub name: Option<String>,
    pub level: Option<Level>,
    pub automatic: bool,
    pub partial_reason: Option<Text>,
    pub audience: Vec<Audience>,
    pub channels: Vec<Channel>,
    pub life_events: Vec<String>,
    pub identity_level: Option<u8>,
    /// Name of the way through the agency.
    pub workflow: Option<String>,
    pub confirm_draft: bool,
    /// How the system decides by itself.
    pub decision: Option<DecisionExtra>,
    /// A unit that says more than the facts' number («ngay trong ngày»).
    pub time: Option<TimeUnit>,
    pub insert: Vec<Insert>,
    /// `section.field` → account fact.
    pub prefill: BTreeMap<String, String>,
    /// `section` or `section.field` shown only when a condition holds.
    pub show: BTreeMap<String, Condition>,
    /// The opposite.
    pub hide: BTreeMap<String, Condition>,
    pub require: Vec<Require>,
    /// Fields that the facts require, not needed when a condition holds.
    pub optional: BTreeMap<String, Condition>,
    pub limits: Vec<Limit>,
    /// Another kind than the facts'.
    pub kinds: BTreeMap<String, String>,
    /// Keywords merged into a field's schema; a table's column is `section.table.column`.
    pub constraints: BTreeMap<String, Value>,
    pub checks: Vec<Check>,
    pub searchable: Vec<String>,
    pub papers: BTreeMap<String, PaperExtra>,
    pub fees: Vec<FeeExtra>,
    pub cases: Vec<CaseExtra>,
    pub results: Vec<ResultExtra>,
    pub supplement: Option<SupplementRules>,
    pub windows: Vec<FilingWindow>,
    pub notes: Vec<Text>,
    pub steps: Vec<StepText>,
    pub examples: Vec<Value>,
}

/// A field or section that the facts forget, or a section moved to the end.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Insert {
    Field {
        section: String,
        /// None: as the first.
        after: Option<String>,
        field: Box<Field>,
    },
    Section {
        after_section: String,
        section: Section,
    },
    Last {
        move_section: String,
    },
}

/// Fields required under a condition.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Require {
    pub when: Condition,
    pub fields: Vec<String>,
}

/// A narrower schema of a field under a condition.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub when: Condition,
    pub field: String,
    pub is: Value,
}

/// A rule over dates or over two fields (`x-check`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    pub at: String,
    pub x: Value,
}

/// When a paper is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PaperExtra {
    pub condition: Option<Condition>,
    pub circumstance: Option<Circumstance>,
}

/// The rules of an automatic decision, with conditions in the enrichment's words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionExtra {
    #[serde(default)]
    pub granted: Option<Text>,
    pub rules: Vec<DecisionRuleExtra>,
}

/// One rule of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionRuleExtra {
    pub code: String,
    pub when: Condition,
    pub then: Consequence,
    pub reason: Text,
}

impl DecisionExtra {
    /// The rules themselves.
    pub fn decision(&self) -> Decision {
        let rule = |r: &DecisionRuleExtra| DecisionRule {
            code: r.code.clone(),
            when: r.when.schema().into(),
            then: r.then,
            reason: r.reason.clone(),
        };
        Decision { rules: self.rules.iter().map(rule).collect(), granted: self.granted.clone() }
    }
}

/// A fee rule with its condition in the enrichment's words.
#[derive(Clone, Debug, Deserialize)]
pub struct FeeExtra {
    #[serde(flatten)]
    pub rule: FeeRuleWords,
    #[serde(default)]
    pub when: Option<Condition>,
    #[serde(default)]
    pub exemptions: Vec<ExemptionExtra>,
}

/// [`FeeRule`] as JSON without what [`FeeExtra`] writes otherwise.
pub type FeeRuleWords = serde_json::Map<String, Value>;

/// An exemption with its condition in the enrichment's words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExemptionExtra {
    pub code: String,
    pub name: Text,
    #[serde(default)]
    pub proof: Option<Text>,
    #[serde(default)]
    pub when: Option<Condition>,
}

impl FeeExtra {
    /// The rule itself.
    pub fn rule(&self) -> Result<FeeRule, serde_json::Error> {
        let mut rule: FeeRule = serde_json::from_value(Value::Object(self.rule.clone()))?;
        rule.condition = self.when.as_ref().map(Condition::predicate);
        rule.exemptions = self
            .exemptions
            .iter()
            .map(|e| Exemption {
                code: e.code.clone(),
                name: e.name.clone(),
                proof: e.proof.clone(),
                condition: e.when.as_ref().map(Condition::predicate),
            })
            .collect();
        Ok(rule)
    }
}

/// A case and what is its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseExtra {
    pub code: String,
    pub name: String,
    #[serde(default)]
    pub en: Option<String>,
    /// Codes of the case's papers; none: all.
    #[serde(default)]
    pub papers: Option<Vec<String>>,
    /// Papers that this case requires whatever the facts say of the procedure.
    #[serde(default)]
    pub required_papers: Vec<String>,
    #[serde(default)]
    pub processing_time: Option<ProcessingTime>,
}

/// A result and its fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultExtra {
    pub code: String,
    pub outcome: Outcome,
    pub is_document: bool,
    #[serde(default)]
    pub name: Option<Text>,
    #[serde(default)]
    pub signatures: Vec<Signature>,
    pub originals: u32,
    #[serde(default)]
    pub validity: Option<Text>,
    #[serde(default)]
    pub prefill: BTreeMap<String, String>,
    #[serde(default)]
    pub sections: Vec<Section>,
}

impl Enrichment {
    /// Reads the two files.
    pub fn parse(enrichment: &str, english: &str) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct English {
            texts: BTreeMap<String, String>,
        }
        let mut read: Self = serde_json::from_str(enrichment)?;
        read.english = serde_json::from_str::<English>(english)?.texts;
        Ok(read)
    }

    /// The shipped one; empty if it could not be read, which a test excludes.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Enrichment> = LazyLock::new(|| {
            Enrichment::parse(super::ENRICHMENT, super::ENGLISH).unwrap_or_else(|error| {
                tracing::error!(%error, "the shipped enrichment of the catalogue can't be read");
                Enrichment::default()
            })
        });
        &SHIPPED
    }

    /// The text for citizens, with its English, where there is one.
    pub fn text(&self, vi: &str) -> Text {
        Text { vi: without_notes(&spelled_out(vi)), en: self.english.get(vi).cloned() }
    }

    /// A note as help for citizens.
    pub fn help(&self, note: &str) -> Text {
        self.help.get(note).cloned().unwrap_or_else(|| self.text(note))
    }

    /// Code and extra of a procedure: by its code, else by its name.
    pub fn of<'a>(&'a self, code: Option<&str>, name: &str) -> Option<(&'a str, &'a Extra)> {
        match code {
            Some(code) => self.procedures.get_key_value(code),
            None => self.procedures.iter().find(|(_, extra)| extra.name.as_deref() == Some(name)),
        }
        .map(|(code, extra)| (code.as_str(), extra))
    }
}

/// Offices' abbreviations in full: citizens read these texts.
pub fn spelled_out(text: &str) -> String {
    const LONG: [(&str, &str); 4] = [
        ("TTPVHCC", "Trung tâm Phục vụ hành chính công"),
        ("PVHCC", "Phục vụ hành chính công"),
        ("DVCQG", "Dịch vụ công quốc gia"),
        ("DVCTT", "dịch vụ công trực tuyến"),
    ];
    LONG.iter().fold(text.to_owned(), |text, (short, long)| text.replace(short, long))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_are_spelled_out() {
        assert_eq!(
            spelled_out("nộp tại Trung tâm PVHCC hoặc qua Cổng DVCQG"),
            "nộp tại Trung tâm Phục vụ hành chính công hoặc qua Cổng Dịch vụ công quốc gia"
        );
    }

    #[test]
    fn the_shipped_enrichment_is_readable() {
        let read = Enrichment::parse(super::super::ENRICHMENT, super::super::ENGLISH).unwrap();
        assert_eq!(read.procedures.len(), 15);
        for (name, way) in &read.workflows {
            assert_eq!(way.faults(), vec![], "workflow {name}");
        }
        for (code, extra) in &read.procedures {
            for fee in &extra.fees {
                let rule = fee.rule();
                assert!(rule.is_ok(), "{code}: {rule:?}");
            }
        }
    }
}
