use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::json;

use super::super::check::exemption_faults;
use super::super::fees::{Amount, Due, FeeKind, due_at_filing};
use super::super::revision::{Channel, SupplementRules};
use super::super::workflow::Workflow;
use super::*;

const TODAY: Date = date(2026, 11, 21);

fn exemption(code: &str, proof: Option<&str>, answer: Option<&str>) -> Exemption {
    let condition = answer.map(|said| json!({"required": ["group"], "properties": {"group": {"const": said}}}).into());
    Exemption { code: code.into(), name: Text::vi(code), proof: proof.map(Text::vi), condition }
}

fn rule(code: &str, amount: i64, exemptions: Vec<Exemption>) -> FeeRule {
    FeeRule {
        code: code.into(),
        kind: FeeKind::Charge,
        name: Text::vi(code),
        amount: Amount::Fixed { amount: Vnd(amount) },
        unit: None,
        channels: vec![],
        condition: None,
        condition_text: None,
        exemptions,
        due: Due::Filing,
        effective_from: None,
        effective_to: None,
        legal_basis: None,
        note: None,
    }
}

/// «poor» is chosen, «merit» is an answer of the form, «child» is one that nothing must prove.
fn groups() -> Vec<Exemption> {
    vec![
        exemption("child", None, Some("Trẻ em")),
        exemption("merit", Some("Giấy chứng nhận người có công"), Some("Có công")),
        exemption("poor", Some("Giấy chứng nhận hộ nghèo"), None),
    ]
}

fn case(fees: Vec<FeeRule>) -> Case {
    Case {
        code: Case::DEFAULT.into(),
        name: Text::default(),
        form: None,
        documents: vec![],
        fees,
        processing_time: vec![],
        part_limits: vec![],
        workflow: Workflow::default(),
        results: vec![],
        supplement: SupplementRules::default(),
        confirm_draft: false,
        decision: None,
    }
}

fn occasion<'a>(chosen: &'a [String], refused: &'a [String]) -> Occasion<'a> {
    Occasion { channel: Channel::Online, date: TODAY, province: None, exemptions: chosen, refused }
}

fn codes(all: &[&str]) -> Vec<String> {
    all.iter().map(|code| (*code).to_owned()).collect()
}

#[test]
fn a_claim_takes_the_fee_away_until_it_is_refused() {
    let rules = [rule("le_phi", 8_000, groups())];
    let owed = |data: &Value, chosen: &[&str], refused: &[&str]| {
        let (chosen, refused) = (codes(chosen), codes(refused));
        let lines = assess(&rules, data, &occasion(&chosen, &refused));
        (due_at_filing(&lines).0, lines[0].exempt.clone())
    };
    let none = json!({});
    assert_eq!(owed(&none, &[], &[]), (8_000, None));
    assert_eq!(owed(&none, &["poor"], &[]), (0, Some("poor".into())));
    assert_eq!(owed(&none, &["poor"], &["poor"]), (8_000, None));
    assert_eq!(owed(&none, &["nobody"], &[]), (8_000, None));
    // What the form asks is claimed by its answer alone.
    assert_eq!(owed(&none, &["merit"], &[]), (8_000, None));
    let merit = json!({"group": "Có công"});
    assert_eq!(owed(&merit, &[], &[]), (0, Some("merit".into())));
    assert_eq!(owed(&merit, &[], &["merit"]), (8_000, None));
    // Another claim holds when the first is refused.
    assert_eq!(owed(&merit, &["poor"], &["merit"]), (0, Some("poor".into())));
}

#[test]
fn a_proof_is_asked_for_while_its_exemption_makes_something_free() {
    let needs = |fees: Vec<FeeRule>, data: Value, chosen: &[&str], refused: &[&str]| {
        let (case, chosen, refused) = (case(fees), codes(chosen), codes(refused));
        let found = proofs(&case, &data, &occasion(&chosen, &refused));
        let word = |need| if need == Need::Required { "required" } else { "optional" };
        found.into_iter().map(|n| format!("{} {}", n.paper.code, word(n.need))).collect::<Vec<_>>()
    };
    let fee = || vec![rule("le_phi", 8_000, groups())];
    assert_eq!(needs(fee(), json!({}), &[], &[]), [""; 0]);
    assert_eq!(needs(fee(), json!({}), &["poor"], &[]), ["exempt_poor required"]);
    assert_eq!(needs(fee(), json!({"group": "Có công"}), &[], &[]), ["exempt_merit required"]);
    assert_eq!(needs(fee(), json!({"group": "Trẻ em"}), &[], &[]), [""; 0]);
    assert_eq!(needs(fee(), json!({}), &["poor"], &["poor"]), ["exempt_poor optional"]);
    // Nothing is owed anyway: nothing has to be proven.
    assert_eq!(needs(vec![rule("le_phi", 0, groups())], json!({}), &["poor"], &[]), [""; 0]);
    // Two fees, one proof.
    let two = vec![rule("phi", 1_000, groups()), rule("le_phi", 8_000, groups())];
    assert_eq!(needs(two, json!({}), &["poor"], &[]), ["exempt_poor required"]);
}

#[test]
fn only_what_the_form_does_not_ask_can_be_chosen() {
    let offered = |amount: i64, refused: &[&str]| {
        let (rules, refused) = ([rule("le_phi", amount, groups())], codes(refused));
        choices(&rules, &json!({}), &occasion(&[], &refused)).iter().map(|e| e.code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(offered(8_000, &[]), ["poor"]);
    assert_eq!(offered(8_000, &["poor"]), [""; 0]);
    assert_eq!(offered(0, &[]), [""; 0]);
}

#[test]
fn a_proof_is_one_of_the_papers() {
    let case = case(vec![rule("phi", 1_000, groups()), rule("le_phi", 8_000, groups())]);
    let paper = case.document("exempt_poor").unwrap();
    assert_eq!((paper.name.vi.as_str(), paper.how, paper.required), ("Giấy chứng nhận hộ nghèo", How::Attach, true));
    assert!(paper.condition_text.as_ref().unwrap().vi.contains("poor"));
    assert!(case.document("exempt_child").is_none() && case.document("poor").is_none());
    let all: Vec<String> = case.papers_and_proofs().iter().map(|p| p.code.clone()).collect();
    assert_eq!(all, ["exempt_merit", "exempt_poor"]);
}

#[test]
fn one_code_means_one_thing_before_anything_is_published() {
    let faults = |case: &Case| {
        let mut found = Vec::new();
        exemption_faults(case, &mut |fault| found.push(fault));
        found
    };
    let two = |second: Vec<Exemption>| case(vec![rule("phi", 1_000, groups()), rule("le_phi", 8_000, second)]);
    assert_eq!(faults(&two(groups())), [""; 0]);
    assert_eq!(faults(&two(vec![exemption("old", None, None)])), [""; 0]);
    for other in [exemption("poor", None, None), exemption("poor", Some("Giấy chứng nhận hộ nghèo"), Some("Nghèo"))]
    {
        let found = faults(&two(vec![other]));
        assert!(found.len() == 1 && found[0].contains("«poor»") && found[0].contains("khác nhau"), "{found:?}");
    }
    let twice = two(vec![exemption("old", None, None), exemption("old", None, None), exemption("", None, None)]);
    let found = faults(&twice);
    assert!(found.len() == 2 && found[0].contains("«old» bị lặp") && found[1].contains("không có mã"), "{found:?}");
    let mut clash = two(groups());
    clash.documents = vec![clash.document("exempt_poor").unwrap().into_owned()];
    assert!(faults(&clash)[0].contains("«exempt_poor»"));
}

proptest! {
    /// Whatever is claimed and refused: a claim never makes a line dearer, a refused one never makes it cheaper, and a
    /// proof is asked for exactly where the exemption in use has one.
    #[test]
    fn claims_only_take_away(
        amount in 0_i64..1_000_000,
        group in prop::sample::select(vec!["", "Trẻ em", "Có công", "Khác"]),
        chosen in prop::collection::vec(prop::sample::select(vec!["poor", "merit", "child", "x"]), 0..3),
        refused in prop::collection::vec(prop::sample::select(vec!["poor", "merit", "child", "x"]), 0..3),
    ) {
        let (chosen, refused) = (codes(&chosen), codes(&refused));
        let data = json!({"group": group});
        let case = case(vec![rule("le_phi", amount, groups())]);
        let full = assess(&case.fees, &json!({}), &occasion(&[], &[]));
        let lines = assess(&case.fees, &data, &occasion(&chosen, &refused));
        prop_assert_eq!(lines.len(), full.len());
        let line = &lines[0];
        match &line.exempt {
            Some(code) => {
                prop_assert!(line.amount == Some(Vnd(0)) && amount > 0 && !refused.contains(code));
                let asked = proofs_needed(&case, &data, &occasion(&chosen, &refused));
                let proof = case.exemption(code).unwrap().proof_code();
                prop_assert_eq!(asked, proof.into_iter().collect::<Vec<_>>());
            }
            None => prop_assert_eq!(line.amount, full[0].amount),
        }
        let all = codes(&["poor", "merit", "child", "x"]);
        let none_holds = assess(&case.fees, &data, &occasion(&chosen, &all));
        prop_assert_eq!(none_holds[0].amount, full[0].amount);
    }
}
