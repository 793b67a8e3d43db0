//! What must hold before a revision is published, whoever wrote it.

use std::collections::BTreeSet;

use super::exemptions::PROOF;
use super::fees::{Amount, FeeRule};
use super::revision::{Case, FormDef, Level, Revision, Signature};
use crate::forms::{Ctx, Form, LoadError};

/// Everything that is wrong, in Vietnamese, for the administrator; empty when it may be published.
pub fn faults(revision: &Revision) -> Vec<String> {
    let mut out = Vec::new();
    if !is_code(&revision.code) {
        out.push(format!("mã thủ tục «{}» phải có dạng 1.001193", revision.code));
    }
    if revision.name.is_empty() {
        out.push("thiếu tên thủ tục".to_owned());
    }
    if revision.field.code.is_empty() || revision.field.name.is_empty() {
        out.push("thiếu lĩnh vực".to_owned());
    }
    if revision.level == Level::Partial && revision.partial_reason.as_ref().is_none_or(|r| r.is_empty()) {
        out.push("thủ tục một phần phải công bố lý do chưa toàn trình".to_owned());
    }
    if revision.agency_levels.is_empty() && revision.has_form() {
        out.push("thiếu cấp thực hiện".to_owned());
    }
    if !(1..=2).contains(&revision.identity_level) {
        out.push("mức định danh phải là 1 hoặc 2".to_owned());
    }
    if revision.effective_from.zip(revision.effective_to).is_some_and(|(from, to)| to < from) {
        out.push("ngày hết hiệu lực trước ngày hiệu lực".to_owned());
    }
    for window in &revision.filing_windows {
        if window.closes_at <= window.opens_at {
            out.push(format!("đợt «{}» đóng trước khi mở", window.code));
        }
    }
    repeated("đợt", revision.filing_windows.iter().map(|w| w.code.as_str()), &mut out);
    repeated("trường hợp", revision.cases.iter().map(|c| c.code.as_str()), &mut out);
    if revision.cases.is_empty() {
        out.push("thủ tục không có trường hợp nào".to_owned());
    }
    for case in &revision.cases {
        case_faults(case, &mut out);
        decision_faults(case, revision.automatic, &mut out);
    }
    out
}

/// `d.dddddd`, as national and local codes have it.
fn is_code(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 8 && bytes.iter().enumerate().all(|(i, b)| if i == 1 { *b == b'.' } else { b.is_ascii_digit() })
}

fn repeated<'a>(what: &str, codes: impl Iterator<Item = &'a str>, out: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for code in codes {
        if code.is_empty() {
            out.push(format!("{what} không có mã"));
        } else if !seen.insert(code) {
            out.push(format!("mã {what} «{code}» bị lặp"));
        }
    }
}

fn case_faults(case: &Case, out: &mut Vec<String>) {
    let mut tell = |fault: String| out.push(format!("trường hợp «{}»: {fault}", case.code));
    let mut repeats = Vec::new();
    let papers = case.papers_and_proofs();
    repeated("giấy tờ", papers.iter().map(|d| d.code.as_str()), &mut repeats);
    repeated("phí", case.fees.iter().map(|f| f.code.as_str()), &mut repeats);
    repeated("kết quả", case.results.iter().map(|r| r.code.as_str()), &mut repeats);
    repeats.into_iter().for_each(&mut tell);
    for paper in &case.documents {
        if let Some(fault) = paper.condition.as_ref().and_then(|c| schema_fault(c.schema())) {
            tell(format!("điều kiện của giấy tờ «{}»: {fault}", paper.code));
        }
    }
    for fee in &case.fees {
        fee_faults(fee, case, &mut tell);
    }
    exemption_faults(case, &mut tell);
    for edge in &case.workflow.edges {
        if let Some(fault) = edge.condition.as_ref().and_then(|c| schema_fault(c.schema())) {
            tell(format!("điều kiện của bước «{}»: {fault}", edge.from));
        }
    }
    let Some(form) = &case.form else { return };
    case.workflow.faults().into_iter().for_each(|fault| tell(format!("quy trình: {fault}")));
    if case.results.is_empty() {
        tell("không có kết quả".to_owned());
    }
    if case.processing_time.is_empty() {
        tell("không có thời hạn giải quyết".to_owned());
    }
    form_faults(form).into_iter().for_each(|fault| tell(format!("biểu mẫu: {fault}")));
    for result in &case.results {
        let Some(fields) = &result.form else { continue };
        form_faults(fields).into_iter().for_each(|fault| tell(format!("kết quả «{}»: {fault}", result.code)));
        for (to, from) in &result.prefill {
            if property(fields, to).is_none() {
                tell(format!("kết quả «{}» không có trường {to}", result.code));
            }
            if property(form, from).is_none() {
                tell(format!("kết quả «{}» lấy từ trường {from} không có", result.code));
            }
        }
    }
}

/// An automatic procedure says how the system decides; its results bear the agency's seal only, since no person signs.
fn decision_faults(case: &Case, automatic: bool, out: &mut Vec<String>) {
    let mut tell = |fault: String| out.push(format!("trường hợp «{}»: {fault}", case.code));
    let Some(decision) = &case.decision else {
        if automatic && case.form.is_some() {
            tell("thủ tục tự động thiếu quy tắc quyết định".to_owned());
        }
        return;
    };
    if !automatic {
        tell("chỉ thủ tục tự động mới có quy tắc quyết định".to_owned());
    }
    for rule in &decision.rules {
        if let Some(fault) = schema_fault(rule.when.schema()) {
            tell(format!("quy tắc «{}»: {fault}", rule.code));
        }
        if rule.reason.is_empty() {
            tell(format!("quy tắc «{}» không có lý do", rule.code));
        }
    }
    for result in case.results.iter().filter(|r| r.signatures.contains(&Signature::Approver)) {
        tell(format!("kết quả «{}» của thủ tục tự động chỉ được đóng dấu của cơ quan", result.code));
    }
    let mut repeats = Vec::new();
    repeated("quy tắc", decision.rules.iter().map(|r| r.code.as_str()), &mut repeats);
    repeats.into_iter().for_each(tell);
}

/// A claim names an exemption by its code, whatever the fee, and its proof is a paper of the dossier: one code means one
/// thing, and no listed paper takes a proof's name.
pub(super) fn exemption_faults(case: &Case, tell: &mut impl FnMut(String)) {
    let mut repeats = Vec::new();
    for fee in &case.fees {
        let what = format!("diện miễn của phí «{}»", fee.code);
        repeated(&what, fee.exemptions.iter().map(|e| e.code.as_str()), &mut repeats);
    }
    repeats.into_iter().for_each(&mut *tell);
    let mut told = BTreeSet::new();
    for exemption in case.exemptions() {
        let differs = case
            .exemption(&exemption.code)
            .is_some_and(|first| (&first.proof, &first.condition) != (&exemption.proof, &exemption.condition));
        if differs && told.insert(&exemption.code) {
            tell(format!(
                "diện miễn «{}» có giấy tờ chứng minh hoặc điều kiện khác nhau giữa các khoản phí",
                exemption.code
            ));
        }
    }
    for paper in case.documents.iter().filter(|paper| paper.code.starts_with(PROOF)) {
        tell(format!("mã giấy tờ «{}»: «{PROOF}…» dành cho giấy tờ chứng minh diện miễn", paper.code));
    }
}

fn fee_faults(fee: &FeeRule, case: &Case, tell: &mut impl FnMut(String)) {
    let conditions = fee.condition.iter().chain(fee.exemptions.iter().filter_map(|e| e.condition.as_ref()));
    for fault in conditions.filter_map(|c| schema_fault(c.schema())) {
        tell(format!("điều kiện của phí «{}»: {fault}", fee.code));
    }
    let (amounts, pointers): (Vec<i64>, Vec<String>) = match &fee.amount {
        Amount::Fixed { amount } => (vec![amount.0], vec![]),
        Amount::PerUnit { amount, quantity } => (vec![amount.0], vec![quantity.clone()]),
        Amount::Persons { amount, persons, .. } => (vec![amount.0], vec![persons.clone()]),
        Amount::Pages { rows, pages, copies, first, further, cap, .. } => (
            vec![first.0, further.0, cap.0],
            vec![rows.clone(), format!("{rows}/0/{pages}"), format!("{rows}/0/{copies}")],
        ),
        Amount::Council { rates } => (rates.iter().map(|r| r.amount.0).collect(), vec![]),
    };
    if amounts.iter().any(|amount| *amount < 0) {
        tell(format!("phí «{}» âm", fee.code));
    }
    for pointer in pointers {
        if case.form.as_ref().is_none_or(|form| property(form, &pointer).is_none()) {
            tell(format!("phí «{}» tính theo trường {pointer} không có", fee.code));
        }
    }
}

/// Why a condition is no JSON Schema.
fn schema_fault(schema: &serde_json::Value) -> Option<String> {
    jsonschema::draft202012::new(schema).err().map(|e| e.to_string())
}

/// The property of a form's schema that a data pointer leads to.
pub fn property<'a>(form: &'a FormDef, pointer: &str) -> Option<&'a serde_json::Value> {
    pointer.split('/').skip(1).try_fold(&form.schema, |at, key| match at.get("items") {
        // A row by its number, or every row.
        Some(items) if key == "*" || key.bytes().all(|b| b.is_ascii_digit()) => Some(items),
        _ => at.get("properties")?.get(key),
    })
}

/// What keeps a form from loading, and examples that are not valid.
fn form_faults(form: &FormDef) -> Vec<String> {
    // A day so late that no example speaks of the future; the real day is asked for at each filing.
    let day = jiff::civil::date(2199, 1, 1);
    let checked = compile(form).and_then(|form| form.self_test(&Ctx::any_units(day)));
    match checked {
        Ok(()) => Vec::new(),
        Err(error) => error.faults.iter().map(ToString::to_string).collect(),
    }
}

/// The compiled form.
///
/// # Errors
/// Every fault of the form.
pub fn compile(form: &FormDef) -> Result<Form, LoadError> {
    Form::load(&serde_json::json!({ "version": form.version, "schema": form.schema, "uischema": form.uischema }))
}
