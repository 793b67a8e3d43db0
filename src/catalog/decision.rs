//! How the system decides a dossier of an automatic procedure by itself: rules as data on the revision.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Predicate;
use super::revision::Text;

/// The rules of a case. They are judged over the checked answers; law that changes makes a new revision.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    #[serde(default)]
    pub rules: Vec<DecisionRule>,
    /// What the result says where no rule speaks against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<Text>,
}

/// One rule: it speaks where `when` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionRule {
    /// Stable code, for the event log.
    pub code: String,
    /// JSON Schema over the form's data.
    pub when: Predicate,
    pub then: Consequence,
    /// Goes on the paper of a refusal, or tells the officer what to look at.
    pub reason: Text,
}

/// What a rule that speaks leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// The dossier fails it: refused, with the reason.
    Refuse,
    /// A machine can't tell: an officer decides.
    Officer,
}

/// What the rules say of some answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement<'a> {
    Granted,
    /// Every rule that was failed.
    Refused(Vec<&'a DecisionRule>),
    /// Every rule that asks for an officer.
    Undecided(Vec<&'a DecisionRule>),
}

impl Decision {
    /// Judges checked answers (identity numbers opened). A failed rule is certain and goes before a doubt; a rule that
    /// can't be evaluated is a doubt, never a yes (publishing refuses such rules).
    pub fn judge(&self, data: &Value) -> Judgement<'_> {
        let (mut refused, mut doubtful) = (Vec::new(), Vec::new());
        for rule in &self.rules {
            match (rule.when.judge(data), rule.then) {
                (Some(false), _) => {}
                (Some(true), Consequence::Refuse) => refused.push(rule),
                (Some(true), Consequence::Officer) | (None, _) => doubtful.push(rule),
            }
        }
        match (refused.is_empty(), doubtful.is_empty()) {
            (false, _) => Judgement::Refused(refused),
            (true, false) => Judgement::Undecided(doubtful),
            (true, true) => Judgement::Granted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(code: &str, when: Value, then: Consequence) -> DecisionRule {
        DecisionRule { code: code.into(), when: when.into(), then, reason: Text::vi(code) }
    }

    #[test]
    fn a_failed_rule_goes_before_a_doubt_and_a_broken_rule_is_a_doubt() {
        let over = |n: i32| json!({"properties": {"kg": {"minimum": n}}, "required": ["kg"]});
        let mut decision = Decision {
            rules: vec![
                rule("big", over(100), Consequence::Officer),
                rule("huge", over(1000), Consequence::Refuse),
                rule("giant", over(2000), Consequence::Refuse),
            ],
            granted: None,
        };
        let codes = |rules: &[&DecisionRule]| rules.iter().map(|r| r.code.clone()).collect::<Vec<_>>();
        assert_eq!(decision.judge(&json!({"kg": 5})), Judgement::Granted);
        match decision.judge(&json!({"kg": 500})) {
            Judgement::Undecided(rules) => assert_eq!(codes(&rules), ["big"]),
            other => panic!("{other:?}"),
        }
        match decision.judge(&json!({"kg": 5000})) {
            Judgement::Refused(rules) => assert_eq!(codes(&rules), ["huge", "giant"]),
            other => panic!("{other:?}"),
        }
        decision.rules = vec![rule("broken", json!({"type": 5}), Consequence::Refuse)];
        assert!(matches!(decision.judge(&json!({})), Judgement::Undecided(_)));
    }
}
