//! Which papers a dossier needs, computed from the answers.

use std::borrow::Cow;

use serde_json::Value;

use super::Predicate;
use super::revision::{Case, Circumstance, How, RequiredPaper};

/// What surrounds a filing and is not part of the declaration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Somebody files for the owner on the strength of an authorisation.
    pub by_delegate: bool,
    /// Register data could not be got; papers that they would replace are asked for.
    pub data_unavailable: bool,
}

/// How much a paper is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Must be attached to submit online.
    Required,
    /// May be attached.
    Optional,
    /// Is shown at the counter or when the officer asks; an upload is accepted.
    Show,
    /// Its condition does not hold for these answers.
    NotNeeded,
}

/// One paper and how much it is needed.
#[derive(Clone, Debug, PartialEq)]
pub struct PaperNeed<'a> {
    pub paper: Cow<'a, RequiredPaper>,
    pub need: Need,
}

/// When a paper is needed, as a catalogue says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed<'a> {
    /// When this holds; «khi» or «when» taken off.
    When(&'a str),
    /// Words that stand for themselves: «nếu có», or the heading of a group of papers.
    Said(&'a str),
}

/// Reads what a catalogue says of when a paper is needed. `bare`: whether words without «khi» are a circumstance, as they
/// are in our own catalogue («trẻ bị bỏ rơi»); national records have headings there («Giấy tờ phải nộp»).
pub fn needed(condition: &str, bare: bool) -> Needed<'_> {
    let text = condition.trim();
    let after = |word: &str| {
        let start = text.get(..word.len())?;
        (start.to_lowercase() == word).then(|| text.get(word.len()..)).flatten()
    };
    if after("nếu ").or_else(|| after("if ")).is_some() {
        return Needed::Said(text);
    }
    let openings = ["chỉ cần khi ", "chỉ khi ", "khi ", "only when ", "only if ", "when "];
    match openings.into_iter().find_map(after) {
        Some(rest) => Needed::When(rest.trim_start()),
        None if bare => Needed::When(text),
        None => Needed::Said(text),
    }
}

/// Whether a condition (a JSON Schema over the form's data) holds. No condition always holds;
/// one that is no valid schema never does (import refuses those).
pub fn holds(condition: Option<&Predicate>, data: &Value) -> bool {
    condition.is_none_or(|predicate| predicate.holds(data))
}

/// All papers of a case with how much each is needed, in the case's order.
pub fn documents_required<'a>(case: &'a Case, data: &Value, around: Circumstances) -> Vec<PaperNeed<'a>> {
    let of = |paper| PaperNeed { paper: Cow::Borrowed(paper), need: need(paper, data, around) };
    case.documents.iter().map(of).collect()
}

/// Codes of papers that must be attached and are not among `attached`.
pub fn missing<'a>(case: &'a Case, data: &Value, around: Circumstances, attached: &[&str]) -> Vec<&'a str> {
    let needed = case.documents.iter().filter(|paper| need(paper, data, around) == Need::Required);
    needed.map(|paper| paper.code.as_str()).filter(|code| !attached.contains(code)).collect()
}

fn need(paper: &RequiredPaper, data: &Value, around: Circumstances) -> Need {
    let in_place = match paper.circumstance {
        None => true,
        Some(Circumstance::ByDelegate) => around.by_delegate,
        Some(Circumstance::DataUnavailable) => around.data_unavailable,
    };
    if !in_place || !holds(paper.condition.as_ref(), data) {
        return Need::NotNeeded;
    }
    match paper.how {
        How::Show => Need::Show,
        How::Attach if paper.required || paper.condition.is_some() || paper.circumstance.is_some() => Need::Required,
        How::Attach => Need::Optional,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::revision::{SupplementRules, Text};
    use crate::catalog::workflow::Workflow;
    use serde_json::json;

    fn paper(code: &str, how: How, required: bool) -> RequiredPaper {
        RequiredPaper {
            code: code.into(),
            name: Text::vi(code),
            how,
            required,
            condition: None,
            circumstance: None,
            condition_text: None,
            originals: 1,
            copies: 0,
            replaced_by_data: None,
        }
    }

    #[test]
    fn a_heading_is_no_condition() {
        assert_eq!(needed("Giấy tờ phải nộp", false), Needed::Said("Giấy tờ phải nộp"));
        assert_eq!(needed("trẻ bị bỏ rơi", true), Needed::When("trẻ bị bỏ rơi"));
        for (text, bare) in [("Khi ủy quyền", false), ("chỉ cần khi ủy quyền", true), (" CHỈ KHI ủy quyền", false)]
        {
            assert_eq!(needed(text, bare), Needed::When("ủy quyền"), "{text}");
        }
        assert_eq!(needed("Nếu có", true), Needed::Said("Nếu có"));
        assert_eq!(needed("Only when filed by another", true), Needed::When("filed by another"));
        assert_eq!(needed("đ", false), Needed::Said("đ"));
    }

    #[test]
    fn papers_follow_answers_and_circumstances() {
        let abandoned = json!({"properties": {"kind": {"const": "abandoned"}}, "required": ["kind"]});
        let case = Case {
            code: Case::DEFAULT.into(),
            name: Text::default(),
            form: None,
            documents: vec![
                paper("birth", How::Attach, true),
                RequiredPaper { condition: Some(abandoned.into()), ..paper("record", How::Attach, true) },
                RequiredPaper { circumstance: Some(Circumstance::ByDelegate), ..paper("mandate", How::Attach, true) },
                paper("identity", How::Show, false),
                paper("extra", How::Attach, false),
            ],
            fees: vec![],
            processing_time: vec![],
            part_limits: vec![],
            workflow: Workflow::default(),
            results: vec![],
            supplement: SupplementRules::default(),
            confirm_draft: false,
            decision: None,
        };
        let needs = |data: Value, around| -> Vec<Need> {
            documents_required(&case, &data, around).iter().map(|p| p.need).collect()
        };
        let alone = Circumstances::default();
        let plain = needs(json!({"kind": "plain"}), alone);
        assert_eq!(plain, [Need::Required, Need::NotNeeded, Need::NotNeeded, Need::Show, Need::Optional]);
        let delegate = Circumstances { by_delegate: true, ..alone };
        let found = needs(json!({"kind": "abandoned"}), delegate);
        assert_eq!(found, [Need::Required, Need::Required, Need::Required, Need::Show, Need::Optional]);
        assert_eq!(missing(&case, &json!({"kind": "abandoned"}), delegate, &["birth"]), ["record", "mandate"]);
        assert!(missing(&case, &json!({}), alone, &["birth"]).is_empty());
    }

    #[test]
    fn a_broken_condition_never_holds() {
        assert!(!holds(Some(&json!({"type": 5}).into()), &json!({})));
        assert!(holds(None, &json!({})));
    }
}
