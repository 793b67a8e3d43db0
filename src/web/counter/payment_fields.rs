//! The fields of the acts about money: what is asked for with the notice it rests on, and what was paid.

use serde_json::{Map, Value, json};

use super::fields::Options;
use crate::dossiers::Step;
use crate::templating::pages::parts::Choice;
use crate::templating::pages::workspace::{ActField, ActFold};
use crate::web::Visit;
use crate::web::account::register::read_date;
use crate::web::finance::typed_amount;
use crate::web::form::Fields;

/// How many amounts the page's form takes at once; programs may send more.
const ROWS: usize = 5;
/// Kinds of amounts that have words of their own.
const KINDS: [&str; 6] = ["phi", "le_phi", "land_use_fee", "registration_charge", "personal_income_tax", "khac"];
/// The texts of a notice by the names of its members.
const NOTICE: [&str; 3] = ["number", "issuer", "account"];
const NOTICE_DAYS: [&str; 2] = ["issued_on", "due_on"];

/// The name of a field in a row of amounts; the first row's has no number.
fn in_row(name: &str, row: usize) -> String {
    if row == 0 { name.to_owned() } else { format!("{name}_{}", row + 1) }
}

fn line_fields(visit: &Visit, row: usize) -> Vec<ActField> {
    let act = Step::RequestPayment.as_str();
    let field = |widget: &str, name: &str| {
        let label = visit.text(&format!("do-field-{name}"), &[]);
        let label = match row {
            0 => label,
            n => visit.text("do-field-nth", &[("label", label.into()), ("n", (n + 1).to_string().into())]),
        };
        let field = ActField::new(act, widget, &in_row(name, row), label);
        if row == 0 { field } else { field.optional() }
    };
    let kinds = KINDS.map(|kind| Choice::new(kind, visit.text(&format!("do-line_kind-{kind}"), &[])));
    vec![
        field("select", "line_kind").options(kinds.to_vec()),
        ActField { maxlength: Some(250), ..field("text", "line_name") },
        field("money", "line_amount"),
    ]
}

/// The first amount.
pub(super) fn first_line(visit: &Visit) -> Vec<ActField> {
    line_fields(visit, 0)
}

/// The notice, and further amounts: folded away until they are needed.
pub(super) fn folds(visit: &Visit) -> Vec<ActFold> {
    let act = Step::RequestPayment.as_str();
    let field = |widget: &str, name: &str| {
        let label = visit.text(&format!("do-field-notice_{name}"), &[]);
        ActField::new(act, widget, &format!("notice_{name}"), label).optional()
    };
    let help = |key: &str| Some(visit.text(key, &[]));
    let who =
        ["here", "elsewhere"].map(|who| Choice::new(who, visit.text(&format!("do-notice_collected_by-{who}"), &[])));
    let notice = vec![
        ActField { maxlength: Some(60), ..field("text", "number") },
        field("date", "issued_on"),
        ActField { maxlength: Some(200), ..field("text", "issuer") },
        field("date", "due_on"),
        field("radio", "collected_by").options(who.to_vec()),
        ActField { maxlength: Some(200), help: help("do-field-notice_account-help"), ..field("text", "account") },
    ];
    let lines = (1..ROWS).flat_map(|row| line_fields(visit, row)).collect();
    vec![
        ActFold { label: visit.text("do-fold-notice", &[]), fields: notice, open: false },
        ActFold { label: visit.text("do-fold-lines", &[]), fields: lines, open: false },
    ]
}

/// How money came. What is paid elsewhere is proved by the payer's paper.
pub(super) fn record(visit: &Visit, options: &Options) -> Vec<ActField> {
    let act = Step::RecordPayment.as_str();
    let field =
        |widget: &str, name: &str| ActField::new(act, widget, name, visit.text(&format!("do-field-{name}"), &[]));
    let ours: &[&str] = if options.owed_here || !options.owed_elsewhere { &["cash", "pos"] } else { &[] };
    let theirs: &[&str] = if options.owed_elsewhere { &["treasury"] } else { &[] };
    let ways: Vec<&str> = ours.iter().chain(theirs).copied().collect();
    let choices = ways.iter().map(|way| Choice::new(*way, visit.text(&format!("do-method-{way}"), &[])));
    let first = ways.first().copied().unwrap_or_default().to_owned();
    let mut fields = vec![ActField { value: Some(first), ..field("radio", "method").options(choices.collect()) }];
    if options.owed_elsewhere {
        let required = ours.is_empty();
        let help = Some(visit.text("do-field-paper_number-help", &[]));
        fields.push(ActField { required, help, maxlength: Some(60), ..field("text", "paper_number") });
        fields.push(ActField { required, ..field("date", "paper_paid_on") });
        fields.push(ActField { required, ..field("money", "paper_amount_vnd") });
        if options.elsewhere.len() > 1 {
            // A slip for everything is the rule, one for each tax the exception.
            let values = options.elsewhere.iter().map(|line| line.value.clone()).collect();
            let lines = field("checkboxes", "paper_lines").options(options.elsewhere.clone());
            fields.push(ActField { values, ..lines });
        }
    }
    fields
}

/// Why a fee is waived. What another agency collects is let go by that agency's paper only.
pub(super) fn waive(visit: &Visit, options: &Options, words: [ActField; 2]) -> Vec<ActField> {
    let act = Step::WaiveFee.as_str();
    let [reason, proof] = words;
    let mut fields = vec![reason];
    if options.owed_here || !options.owed_elsewhere {
        fields.push(proof.optional());
    }
    if options.owed_elsewhere {
        let required = !options.owed_here;
        let label = |name: &str| visit.text(&format!("do-field-let_go_{name}"), &[]);
        let help = Some(visit.text("do-field-let_go_number-help", &[]));
        let number = ActField::new(act, "text", "paper_number", label("number"));
        fields.push(ActField { required, help, maxlength: Some(60), ..number });
        fields.push(ActField { required, ..ActField::new(act, "date", "paper_issued_on", label("issued_on")) });
    }
    fields
}

/// The field that a fault in the body of these acts belongs to.
pub(super) fn name_of(path: &str) -> Option<String> {
    if path == "lines" {
        return Some("line_name".to_owned());
    }
    if let Some((row, member)) = path.strip_prefix("lines/").and_then(|rest| rest.split_once('/')) {
        let name = if member == "amount_vnd" { "line_amount".to_owned() } else { format!("line_{member}") };
        return row.parse().ok().map(|row| in_row(&name, row));
    }
    let (of, member) = path.split_once('/')?;
    matches!(of, "notice" | "paper").then(|| format!("{of}_{member}"))
}

/// What was typed of the amounts and the notice.
pub(super) fn requested(typed: &Fields, body: &mut Map<String, Value>) {
    let is_typed =
        |row: &usize| ["line_name", "line_amount"].iter().any(|name| !typed.get(&in_row(name, *row)).is_empty());
    // What lies between is told to be missing, never passed over.
    let last = (0..ROWS).rev().find(is_typed).unwrap_or(0);
    body.insert("lines".to_owned(), (0..=last).map(|row| line(typed, row)).collect());
    let mut notice = Map::new();
    for name in NOTICE.iter().chain(&["collected_by"]) {
        let value = typed.get(&format!("notice_{name}"));
        if !value.is_empty() {
            notice.insert((*name).to_owned(), json!(value));
        }
    }
    for name in NOTICE_DAYS {
        put_day(&mut notice, name, typed.get(&format!("notice_{name}")));
    }
    if !notice.is_empty() {
        body.insert("notice".to_owned(), Value::Object(notice));
    }
}

/// What was typed of a payment.
pub(super) fn recorded(typed: &Fields, body: &mut Map<String, Value>) {
    let way = typed.get("method");
    if !way.is_empty() {
        body.insert("method".to_owned(), json!(way));
    }
    if way == "treasury" {
        let mut paper = Map::from_iter([("number".to_owned(), json!(typed.get("paper_number")))]);
        put_day(&mut paper, "paid_on", typed.get("paper_paid_on"));
        if let Some(amount) = typed_amount(typed.get("paper_amount_vnd")) {
            paper.insert("amount_vnd".to_owned(), json!(amount));
        }
        body.insert("paper".to_owned(), Value::Object(paper));
        let lines: Vec<&str> = typed.all("paper_lines").collect();
        if !lines.is_empty() {
            body.insert("lines".to_owned(), json!(lines));
        }
    }
}

/// What was typed of a waiver beside its reason and proof.
pub(super) fn waived(typed: &Fields, body: &mut Map<String, Value>) {
    let (number, issued_on) = (typed.get("paper_number"), typed.get("paper_issued_on"));
    if !number.is_empty() || !issued_on.is_empty() {
        let mut paper = Map::from_iter([("number".to_owned(), json!(number))]);
        put_day(&mut paper, "issued_on", issued_on);
        body.insert("paper".to_owned(), Value::Object(paper));
    }
}

/// A day; what is none goes on as typed and is refused by its place.
fn put_day(body: &mut Map<String, Value>, name: &str, typed: &str) {
    if !typed.is_empty() {
        body.insert(name.to_owned(), json!(read_date(typed).map_or_else(|| typed.to_owned(), |d| d.to_string())));
    }
}

fn line(typed: &Fields, row: usize) -> Value {
    let get = |name: &str| typed.get(&in_row(name, row));
    let amount = match get("line_amount") {
        "" => json!(0),
        // What is no amount goes on as typed and is refused by its place.
        typed => typed_amount(typed).map_or_else(|| json!(typed), |amount| json!(amount)),
    };
    json!({"kind": get("line_kind"), "name": get("line_name"), "amount_vnd": amount})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Fields {
        serde_json::from_value(json!(pairs)).unwrap()
    }

    #[test]
    fn rows_and_notice_say_what_the_api_would() {
        let mut body = Map::new();
        let pairs = [
            ("line_kind", "land_use_fee"),
            ("line_name", "Tiền sử dụng đất"),
            ("line_amount", "1.500.000 đ"),
            ("line_kind_3", "khac"),
            ("line_name_3", "Khác"),
            ("line_amount_3", "2000"),
            ("notice_number", "125"),
            ("notice_due_on", "16/12/2026"),
            ("notice_issued_on", "mai"),
        ];
        requested(&typed(&pairs), &mut body);
        let lines = body["lines"].as_array().unwrap();
        assert_eq!(lines.len(), 3, "the empty second row is told");
        assert_eq!((&lines[0]["amount_vnd"], &lines[2]["amount_vnd"]), (&json!(1_500_000), &json!(2000)));
        for wrong in ["1.500.000,00", "-50.000", "12,5 triệu", "1234567890123456"] {
            let mut body = Map::new();
            requested(&typed(&[("line_name", "Phí"), ("line_amount", wrong)]), &mut body);
            assert_eq!(body["lines"][0]["amount_vnd"], json!(wrong), "never read as another amount");
        }
        assert_eq!(body["notice"], json!({"number": "125", "due_on": "2026-12-16", "issued_on": "mai"}));
        let mut plain = Map::new();
        requested(&typed(&[("line_name", "Phí")]), &mut plain);
        assert!(plain.get("notice").is_none() && plain["lines"].as_array().unwrap().len() == 1);
        let mut paid = Map::new();
        recorded(&typed(&[("method", "treasury"), ("paper_number", "7"), ("paper_paid_on", "20/11/2026")]), &mut paid);
        assert_eq!(
            Value::Object(paid),
            json!({"method": "treasury", "paper": {"number": "7", "paid_on": "2026-11-20"}})
        );
        let mut plain = Map::new();
        waived(&typed(&[("reason", "Hộ nghèo"), ("paper_number", ""), ("paper_issued_on", "")]), &mut plain);
        assert!(plain.is_empty(), "{plain:?}");
        let mut let_go = Map::new();
        waived(&typed(&[("paper_number", "12/QĐ"), ("paper_issued_on", "20/11/2026")]), &mut let_go);
        assert_eq!(let_go["paper"], json!({"number": "12/QĐ", "issued_on": "2026-11-20"}));
    }

    #[test]
    fn faults_find_their_rows() {
        assert_eq!(name_of("lines/0/kind").as_deref(), Some("line_kind"));
        assert_eq!(name_of("lines/2/amount_vnd").as_deref(), Some("line_amount_3"));
        assert_eq!(name_of("notice/due_on").as_deref(), Some("notice_due_on"));
        assert_eq!(name_of("paper/number").as_deref(), Some("paper_number"));
        assert_eq!(name_of("receiver/name"), None);
    }
}
