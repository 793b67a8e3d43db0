//! The forms of acts: what each asks, and what its fields say as the body of contract.md §6.

use serde_json::{Map, Value, json};

use super::payment_fields;
use crate::dossiers::Step;
use crate::kernel::clock;
use crate::office::Fault;
use crate::templating::pages::parts::Choice;
use crate::templating::pages::workspace::{ActField, ActFold};
use crate::web::Visit;
use crate::web::account::register::read_date;
use crate::web::form::Fields;

/// What can be chosen in the forms of one dossier.
#[derive(Default)]
pub(super) struct Options {
    pub colleagues: Vec<Choice>,
    pub agencies: Vec<Choice>,
    /// Papers and parts of the declaration: `document:{code}`, `pointer:{pointer}`, `other`.
    pub items: Vec<Choice>,
    pub next_steps: Vec<Choice>,
    /// How the applicant wants the result.
    pub delivery: &'static str,
    pub applicant: String,
    /// Papers that were not taken in, by name.
    pub lacking: Vec<String>,
    /// Exemptions that wait for a decision: code and name.
    pub exemptions: Vec<Choice>,
    /// Whether something is owed to us, and to others.
    pub owed_here: bool,
    pub owed_elsewhere: bool,
    /// What is owed elsewhere: id, and name with amount.
    pub elsewhere: Vec<Choice>,
}

/// The longest reason.
const LONGEST: u32 = 2000;

/// What an act asks only sometimes, folded away.
pub(super) fn folds_of(visit: &Visit, step: Step) -> Vec<ActFold> {
    if step == Step::RequestPayment { payment_fields::folds(visit) } else { Vec::new() }
}

/// The same with what was typed; open where that is anything, or wrong.
pub(super) fn folds_again(folds: Vec<ActFold>, step: Step, typed: &Fields, faults: &[Fault]) -> Vec<ActFold> {
    folds
        .into_iter()
        .map(|fold| {
            let fields = again(fold.fields, step, typed, faults);
            let open = fields.iter().any(|f| f.error.is_some() || f.values.iter().any(|value| !value.is_empty()));
            ActFold { fields, open, ..fold }
        })
        .collect()
}

/// The fields of an act.
pub(super) fn of(visit: &Visit, step: Step, options: &Options) -> Vec<ActField> {
    let act = step.as_str();
    let label = |name: &str| visit.text(&format!("do-field-{name}"), &[]);
    let field = |widget: &str, name: &str| ActField::new(act, widget, name, label(name));
    let words = |name: &str| ActField { maxlength: Some(LONGEST), ..field("textarea", name) };
    let choices = |name: &str, values: &[&str]| {
        let options = values.iter().map(|v| Choice::new(*v, visit.text(&format!("do-{name}-{v}"), &[]))).collect();
        field("radio", name).options(options)
    };
    match step {
        Step::Accept if !options.lacking.is_empty() => {
            let names = options.lacking.join("; ");
            let help = visit.text("counter-incomplete-papers", &[("names", names.into())]);
            let confirm = visit.text("counter-incomplete", &[]);
            vec![ActField { help: Some(help), ..ActField::new(act, "checkbox", "incomplete", confirm) }]
        }
        Step::ConfirmExemption | Step::RefuseExemption => {
            let only = options.exemptions.first().filter(|_| options.exemptions.len() == 1);
            let value = only.map(|choice| choice.value.clone());
            let which = field("radio", "exemption").options(options.exemptions.clone());
            let said = if step == Step::ConfirmExemption { words("note").optional() } else { words("reason") };
            vec![ActField { value, ..which }, said]
        }
        Step::RequestSupplement => vec![
            words("reason"),
            field("items", "items").options(options.items.clone()),
            field("date", "due_on").optional(),
        ],
        Step::RequestPayment => std::iter::once(words("reason")).chain(payment_fields::first_line(visit)).collect(),
        Step::RecordPayment => payment_fields::record(visit, options),
        Step::WaiveFee => payment_fields::waive(visit, options, [words("reason"), field("text", "proof")]),
        Step::Forward => forward_fields(options, &field, words("note")),
        Step::Assign => vec![field("select", "assignee").options(options.colleagues.clone()).optional()],
        Step::AskOpinion => vec![
            field("select", "agency").options(options.agencies.clone()),
            words("question"),
            field("date", "due_on"),
        ],
        Step::GiveOpinion | Step::Message => vec![words("text")],
        Step::Extend => vec![words("reason"), field("date", "new_due_on")],
        Step::Approve | Step::RecordSupplement => vec![words("note").optional()],
        // Optional as in contract.md §6: who is signed in has given a code already.
        Step::Sign => {
            let help = Some(visit.text("do-field-otp-help", &[]));
            vec![ActField { maxlength: Some(6), help, ..field("text", "otp") }.optional()]
        }
        Step::HandOver => vec![
            ActField {
                value: Some(options.delivery.to_owned()),
                ..choices("hand_over", &["online", "counter", "post"])
            },
            ActField { value: Some(options.applicant.clone()), ..field("text", "receiver_name") }.optional(),
            field("text", "receiver_identity").optional(),
            field("text", "receiver_relation").optional(),
            field("text", "receiver_authority").optional(),
            // A code would have to be sent first: programs that do so may say so, the page has none to send.
            choices("signed", &["hand", "fingerprint"]).optional(),
        ],
        Step::RefuseAcceptance
        | Step::ReturnBack
        | Step::Stop
        | Step::Resume
        | Step::Close
        | Step::Reject
        | Step::Correct
        | Step::RevokeResult
        | Step::DeclineWithdrawal => vec![words("reason")],
        _ => Vec::new(),
    }
}

fn forward_fields(options: &Options, field: &dyn Fn(&str, &str) -> ActField, note: ActField) -> Vec<ActField> {
    let mut fields = Vec::new();
    if options.next_steps.len() > 1 {
        fields.push(field("select", "step").options(options.next_steps.clone()).optional());
    }
    fields.push(field("select", "assignee").options(options.colleagues.clone()).optional());
    fields.push(note.optional());
    fields
}

/// The same fields with what was typed and what is wrong with it.
pub(super) fn again(fields: Vec<ActField>, step: Step, typed: &Fields, faults: &[Fault]) -> Vec<ActField> {
    fields
        .into_iter()
        .map(|field| {
            let error = faults.iter().find(|f| name_of(step, &f.pointer) == field.name).map(|f| f.message.clone());
            let values = typed.all(&field.name).map(str::to_owned).collect();
            let mut options = field.options;
            if field.widget == "items" {
                // The note beside each item.
                for option in &mut options {
                    let note = typed.get(&format!("{}.note.{}", field.name, option.value));
                    option.hint = Some(note.to_owned()).filter(|note| !note.is_empty());
                }
            }
            ActField { value: Some(typed.get(&field.name).to_owned()), values, error, options, ..field }
        })
        .collect()
}

/// The field that a fault of the body of an act belongs to.
pub(super) fn name_of(step: Step, pointer: &str) -> String {
    let path = pointer.trim_start_matches('/');
    if let Some(name) = payment_fields::name_of(path) {
        return name;
    }
    let name = match path {
        "receiver" | "receiver/name" => "receiver_name",
        "receiver/identity" => "receiver_identity",
        "receiver/relation" => "receiver_relation",
        "receiver/authority" => "receiver_authority",
        "method" if step == Step::HandOver => "hand_over",
        "new_due_at" => "new_due_on",
        _ if path.starts_with("items") => "items",
        _ => path,
    };
    name.to_owned()
}

/// What a form's fields say as the body of the act.
pub(super) fn body(step: Step, typed: &Fields) -> Value {
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    let text = |name: &str| Some(typed.get(name)).filter(|t| !t.is_empty());
    for name in ["reason", "text", "question"] {
        if typed.has(name) {
            put(name, json!(typed.get(name)));
        }
    }
    for name in ["note", "proof", "step", "assignee", "agency", "otp", "signed", "exemption"] {
        if let Some(value) = text(name) {
            put(name, json!(value));
        }
    }
    if let Some(day) = text("due_on") {
        // What is no day goes on as typed and is refused by its place.
        put("due_on", json!(read_date(day).map_or_else(|| day.to_owned(), |d| d.to_string())));
    }
    if let Some(day) = text("new_due_on") {
        let at = read_date(day).map(|day| json!(clock::from_local(day.at(17, 0, 0, 0))));
        put("new_due_at", at.unwrap_or_else(|| json!(day)));
    }
    match step {
        Step::Assign if text("assignee").is_none() => put("assignee", Value::Null),
        Step::RequestSupplement => put("items", json!(items(typed))),
        Step::RequestPayment => payment_fields::requested(typed, &mut body),
        Step::RecordPayment => payment_fields::recorded(typed, &mut body),
        Step::WaiveFee => payment_fields::waived(typed, &mut body),
        Step::HandOver => {
            if let Some(way) = text("hand_over") {
                put("method", json!(way));
            }
            if let Some(receiver) = receiver(typed) {
                put("receiver", receiver);
            }
        }
        _ => {}
    }
    Value::Object(body)
}

fn items(typed: &Fields) -> Vec<Value> {
    typed
        .all("items")
        .map(|value| {
            let note = typed.get(&format!("items.note.{value}"));
            match value.split_once(':') {
                Some(("document", code)) => json!({"document": code, "note": note}),
                Some(("pointer", pointer)) => json!({"pointer": pointer, "note": note}),
                _ => json!({"note": note}),
            }
        })
        .collect()
}

/// The one who takes a result, where it is handed over to somebody in person.
fn receiver(typed: &Fields) -> Option<Value> {
    if typed.get("hand_over") != "counter" {
        return None;
    }
    let mut receiver = json!({"name": typed.get("receiver_name")});
    for key in ["identity", "relation", "authority"] {
        let value = typed.get(&format!("receiver_{key}"));
        if let Some(map) = receiver.as_object_mut().filter(|_| !value.is_empty()) {
            map.insert(key.to_owned(), json!(value));
        }
    }
    Some(receiver)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Fields {
        serde_json::from_value(json!(pairs)).unwrap()
    }

    #[test]
    fn a_form_says_what_the_api_would() {
        let supplement = typed(&[
            ("reason", "Mờ"),
            ("items", "document:giay_chung_sinh"),
            ("items.note.document:giay_chung_sinh", "Chụp lại"),
            ("items", "pointer:/nguoi_yeu_cau"),
            ("due_on", "02/12/2026"),
        ]);
        assert_eq!(
            body(Step::RequestSupplement, &supplement),
            json!({"reason": "Mờ", "due_on": "2026-12-02", "items": [
                {"document": "giay_chung_sinh", "note": "Chụp lại"}, {"pointer": "/nguoi_yeu_cau", "note": ""}]})
        );
        let over = typed(&[("hand_over", "counter"), ("receiver_name", "An"), ("receiver_relation", "")]);
        assert_eq!(body(Step::HandOver, &over), json!({"method": "counter", "receiver": {"name": "An"}}));
        let fee = typed(&[("reason", "x"), ("line_kind", "phi"), ("line_name", "Phí"), ("line_amount", "1.500.000 đ")]);
        assert_eq!(body(Step::RequestPayment, &fee)["lines"][0]["amount_vnd"], 1_500_000);
        assert_eq!(body(Step::Assign, &typed(&[("assignee", "")])), json!({"assignee": null}));
    }

    #[test]
    fn faults_find_their_fields() {
        assert_eq!(name_of(Step::RequestSupplement, "/items/2/note"), "items");
        assert_eq!(name_of(Step::HandOver, "/receiver"), "receiver_name");
        assert_eq!(name_of(Step::HandOver, "/method"), "hand_over");
        assert_eq!(name_of(Step::RecordPayment, "/method"), "method");
        assert_eq!(name_of(Step::Stop, "/reason"), "reason");
    }
}
