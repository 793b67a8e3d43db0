//! Bổ sung hồ sơ: the answer to a request for papers or corrections, complete or not taken.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::answers::Sealed;
use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Fault, Rules, Target, submit, supplement};
use crate::db::Tx;
use crate::documents;
use crate::dossiers::{self, Dossier, Event, Step, SupplementItem, SupplementRequest};
use crate::kernel::{Actor, DossierId, Timestamp};

/// What was checked outside, as at filing.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The version whose answers were checked: another one in the table is refused.
    pub version: i32,
    /// The answers with their indexes.
    pub answers: Sealed,
    /// Codes of the papers that these answers make necessary.
    pub papers: Vec<String>,
    /// What the whole form lacks.
    pub faults: Vec<Fault>,
}

/// An answer to the open request. New papers and answers were saved before.
#[derive(Clone, Debug, Default)]
pub struct SupplementAnswer {
    pub note: Option<String>,
    /// `None` only until the answers were checked: such an answer is not taken.
    pub checked: Option<Checked>,
}

/// An answer is taken: [`Step::Supplement`] where the applicant says that everything asked for is there,
/// [`Step::RecordSupplement`] where a clerk takes the missing papers in at the counter, scanned or noted as lying in
/// the folder.
///
/// # Errors
/// Faults at `/data/…` where the form is not complete as at filing or an answer asked for was neither mended nor
/// explained in a note, at `/documents/…` for papers that did not come, at `/note` where nothing came at all; or as
/// every act.
pub fn answer(
    tx: &mut Tx<'_>,
    who: &Actor,
    (step, id, cmd): (Step, DossierId, &SupplementAnswer),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let note = supplement::optional_words("/note", cmd.note.as_deref())?;
    let Some(checked) = &cmd.checked else { return Err(ActError::OtherRules) };
    let target = Target { id, version: Some(checked.version) };
    let mut desk = Desk::open(tx, who, rules, target, step, now)?;
    let came = came(&mut desk)?;
    let mut faults = checked.faults.clone();
    faults.extend(submit::missing_papers(&mut desk, &checked.papers)?);
    for fault in came.unanswered(rules, &desk.dossier, note.is_some()) {
        if !faults.iter().any(|f| f.pointer == fault.pointer) {
            faults.push(fault);
        }
    }
    if !faults.is_empty() {
        return Err(ActError::Invalid(faults));
    }
    dossiers::set_data(desk.tx.conn(), id, &checked.answers.data)?;
    desk.dossier.data = checked.answers.data.clone();
    dossiers::index_identities(desk.tx.conn(), id, &checked.answers.identities)?;
    dossiers::index_fields(desk.tx.conn(), id, &checked.answers.searchable)?;
    dossiers::close_supplement(desk.tx.conn(), id, "answered", note.as_deref(), now)?;
    let fees = super::fees::reassess(&mut desk)?;
    let mut changes = came.changes();
    fees.note(&mut changes);
    let done = desk.finish(note, changes, true)?;
    telling::tell(tx, rules, &done.dossier, Tell::SupplementReceived, now)?;
    fees.tell(tx, rules, &done, now)?;
    Ok(done)
}

/// What was asked for and what came since.
struct Came {
    asked: Vec<SupplementItem>,
    /// Names of the files of each paper before the request, and of those that came since.
    papers: BTreeMap<String, (Vec<String>, Vec<String>)>,
    /// Answers mended since: pointer, and what it was and is (identity numbers masked).
    answers: Map<String, Value>,
}

/// The key of files that belong to no required paper.
const OTHER: &str = "other";

fn came(desk: &mut Desk<'_, '_>) -> Result<Came, ActError> {
    let id = desk.dossier.id;
    let requests = dossiers::supplements_of(desk.tx.conn(), id)?;
    let request = requests.into_iter().rfind(SupplementRequest::is_open);
    let request = request.ok_or_else(|| {
        ActError::rule(
            "not-asked",
            ("Không có yêu cầu bổ sung nào đang chờ.", "No request for papers waits for an answer."),
        )
    })?;
    let mut papers: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for file in documents::of_dossier(desk.tx.conn(), id)? {
        let sides = papers.entry(file.paper_code.unwrap_or_else(|| OTHER.to_owned())).or_default();
        if file.supplement_id == Some(request.id) { sides.1.push(file.file_name) } else { sides.0.push(file.file_name) }
    }
    // What lies in the folder counts, scanned or not.
    for paper in dossiers::received_of(desk.tx.conn(), id)? {
        if paper.received_at >= request.created_at {
            let words = format!("bản giấy ({} bản chính, {} bản sao)", paper.originals, paper.copies);
            papers.entry(paper.paper_code).or_default().1.push(words);
        }
    }
    let answers = mended_since(&dossiers::events_of(desk.tx.conn(), id)?);
    Ok(Came { asked: request.items(), papers, answers })
}

/// The answers mended since the last request: by pointer, what each was at first and is now.
pub fn mended_since(events: &[Event]) -> Map<String, Value> {
    let since = events.iter().rposition(|e| e.act == Step::RequestSupplement.as_str()).map_or(0, |at| at + 1);
    let mut answers = Map::new();
    for event in events.iter().skip(since).filter(|e| e.act == Step::Amend.as_str()) {
        for (field, sides) in event.changes.as_object().into_iter().flatten() {
            let first = answers.get(field).and_then(|known: &Value| known.get("before")).cloned();
            let before = first.unwrap_or_else(|| sides.get("before").cloned().unwrap_or_default());
            answers.insert(field.clone(), json!({"before": before, "after": sides.get("after")}));
        }
    }
    answers
}

/// Whether the answer at a pointer, or one below or around it, is among those mended.
pub fn is_among(mended: &Map<String, Value>, pointer: &str) -> bool {
    let pointer = data_pointer(pointer);
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    mended.keys().any(|field| within(field, &pointer) || within(&pointer, field))
}

impl Came {
    fn paper_came(&self, code: &str) -> bool {
        self.papers.get(code).is_some_and(|(_, new)| !new.is_empty())
    }

    fn anything_came(&self) -> bool {
        !self.answers.is_empty() || self.papers.values().any(|(_, new)| !new.is_empty())
    }

    /// A fault for everything asked for and not answered. An answer that is right as it stands is explained in a note;
    /// a paper must come.
    fn unanswered(&self, rules: &Rules, dossier: &Dossier, explained: bool) -> Vec<Fault> {
        let mut faults = Vec::new();
        for item in &self.asked {
            match (item.document.as_deref(), item.pointer.as_deref()) {
                (Some(code), _) if !self.paper_came(code) => {
                    let (vi, en) = supplement::paper_names(code, rules, dossier);
                    let message = (
                        format!("Chưa có giấy tờ được yêu cầu bổ sung: {vi}."),
                        format!("This paper was asked for and is not there: {en}."),
                    );
                    faults.push(Fault::required(&format!("/documents/{code}"), message));
                }
                (None, Some(pointer)) if !explained && !is_among(&self.answers, pointer) => {
                    let message = (
                        "Nội dung này được yêu cầu sửa mà chưa sửa; nếu đã đúng, hãy ghi rõ ở phần ghi chú.",
                        "This was to be mended and has not been; if it is right as it stands, say so in the note.",
                    );
                    faults.push(Fault::new(data_pointer(pointer), "unanswered", message));
                }
                (None, None) if !explained && !self.anything_came() => {
                    faults.push(Fault::required(
                        "/note",
                        (
                            "Hãy gửi nội dung được yêu cầu, hoặc ghi rõ ở phần ghi chú.",
                            "Send what was asked for, or explain in the note.",
                        ),
                    ));
                }
                _ => {}
            }
        }
        faults
    }

    /// What the answer changed, in the form of events.
    fn changes(self) -> Value {
        let mut changes = self.answers;
        for (code, (old, new)) in self.papers {
            if !new.is_empty() {
                let after: Vec<String> = old.iter().cloned().chain(new).collect();
                changes.insert(format!("/documents/{code}"), json!({"before": old, "after": after}));
            }
        }
        Value::Object(changes)
    }
}

/// Officers name answers from the form's root or from the dossier's: `/child/name` and `/data/child/name` are one.
fn data_pointer(pointer: &str) -> String {
    let inner = pointer.strip_prefix("/data").filter(|rest| rest.is_empty() || rest.starts_with('/'));
    format!("/data{}", inner.unwrap_or(pointer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(fields: &[&str], papers: &[(&str, usize)]) -> Came {
        Came {
            asked: Vec::new(),
            papers: papers
                .iter()
                .map(|(c, n)| ((*c).to_owned(), (vec!["cũ".into()], vec!["mới".into(); *n])))
                .collect(),
            answers: fields.iter().map(|f| ((*f).to_owned(), json!({"before": "a", "after": "b"}))).collect(),
        }
    }

    #[test]
    fn an_answer_counts_at_its_place_below_and_around() {
        let came = came(&["/data/tre/noi_sinh/commune", "/data/me"], &[]);
        for (pointer, mended) in [
            ("/tre/noi_sinh", true),
            ("/data/tre", true),
            ("/tre/noi_sinh/commune", true),
            ("/me/ho_ten", true),
            ("/tre/noi", false),
            ("/cha", false),
        ] {
            assert_eq!(is_among(&came.answers, pointer), mended, "{pointer}");
        }
    }

    #[test]
    fn only_what_came_is_a_change() {
        let came = came(&["/data/me"], &[("giay_bao_tu", 1), ("khac", 0)]);
        assert!(came.paper_came("giay_bao_tu") && !came.paper_came("khac") && !came.paper_came("nothing"));
        assert_eq!(
            came.changes(),
            json!({"/data/me": {"before": "a", "after": "b"},
                "/documents/giay_bao_tu": {"before": ["cũ"], "after": ["cũ", "mới"]}})
        );
    }
}
