//! Yêu cầu bổ sung. Its answer is in [`super::supplement_answer`].

use jiff::civil::Date;
use serde_json::json;

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Fault, Rules, Target, Words, asked_for, papers};
use crate::catalog::Text;
use crate::db::{Conn, Tx};
use crate::dossiers::{self, Dossier, Step, SupplementItem, SupplementRequest};
use crate::kernel::{Actor, Lang, Timestamp, local_date};

/// The longest reason or note.
const MAX_WORDS: usize = 2_000;

/// What an officer asks for.
#[derive(Clone, Debug)]
pub struct RequestSupplement {
    pub target: Target,
    pub reason: String,
    pub items: Vec<SupplementItem>,
    /// The last day for the answer; by default as many days as the procedure gives.
    pub due_on: Option<Date>,
}

/// Asks the applicant for papers or corrections, everything in one go (NĐ 118 Đ17.2a), and stops the clock.
///
/// After acceptance: only within the procedure's days and as often as it allows (NĐ 61/2018 Đ19.4).
///
/// # Errors
/// Faults in the request, the rules `supplement-times` and `supplement-late`, or as every act.
pub fn request_supplement(
    tx: &mut Tx<'_>,
    who: &Actor,
    cmd: RequestSupplement,
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let why = reason(&cmd.reason)?;
    let desk = Desk::open(tx, who, rules, cmd.target, Step::RequestSupplement, now)?;
    check_items(&cmd.items, &desk)?;
    let accepted = desk.was_accepted();
    within_rules(desk.tx.conn(), (&desk.dossier, rules), now)?;
    let due_on = due_on(&desk, cmd.due_on)?;
    let id = desk.dossier.id;
    let by = who.account();
    let request = SupplementRequest::open(id, by, !accepted, (why.clone(), &cmd.items, due_on), now);
    dossiers::insert_supplement(desk.tx.conn(), &request)?;
    let changes = json!({"items": cmd.items, "due_on": due_on});
    let done = desk.finish(Some(why.clone()), changes, true)?;
    papers::supplement_request(tx, who, rules, (&done, &request), now)?;
    let items = cmd.items.iter().map(|item| item_words(item, rules, &done.dossier)).collect();
    telling::tell(tx, rules, &done.dossier, Tell::SupplementRequested { reason: why, items, due_on }, now)?;
    Ok(done)
}

/// An item as people read it: what is asked for, by name (or nothing), and what to do.
fn item_words(item: &SupplementItem, rules: &Rules, dossier: &Dossier) -> Text {
    let Some(name) = asked_for::name(item, rules, dossier) else { return Text::vi(&item.note) };
    let told = |lang| format!("{}: {}", name.get(lang), item.note);
    Text::both(told(Lang::Vi), told(Lang::En))
}

/// What a paper is called in both languages; its code where the case has none of that code.
pub fn paper_names(code: &str, rules: &Rules, dossier: &Dossier) -> (String, String) {
    let name = |lang| {
        let paper = rules.case(dossier).and_then(|case| case.document(code));
        paper.map_or_else(|| code.to_owned(), |paper| paper.name.get(lang).to_owned())
    };
    (name(Lang::Vi), name(Lang::En))
}

/// The fault of a required paper that is not there.
pub fn missing_paper(code: &str, rules: &Rules, dossier: &Dossier) -> Fault {
    let (vi, en) = paper_names(code, rules, dossier);
    let message = (format!("Thiếu giấy tờ: {vi}."), format!("This paper is missing: {en}."));
    Fault::required(&format!("/documents/{code}"), message)
}

fn check_items(items: &[SupplementItem], desk: &Desk<'_, '_>) -> Result<(), ActError> {
    let mut faults = Vec::new();
    if items.is_empty() {
        faults.push(Fault::required(
            "/items",
            ("Hãy nêu ít nhất một nội dung cần bổ sung.", "Name at least one thing that is to be supplied."),
        ));
    }
    if items.len() > 50 {
        faults.push(Fault::new(
            "/items",
            "too_many",
            ("Tối đa 50 nội dung trong một lần yêu cầu.", "At most 50 things in one request."),
        ));
    }
    for (i, item) in items.iter().enumerate() {
        let note = item.note.trim();
        if note.is_empty() || note.chars().count() > MAX_WORDS {
            faults.push(Fault::required(
                &format!("/items/{i}/note"),
                (
                    "Hãy ghi rõ cần làm gì (tối đa 2.000 ký tự).",
                    "Say exactly what is to be done (at most 2,000 characters).",
                ),
            ));
        }
        let known = item
            .document
            .as_deref()
            .is_none_or(|code| desk.rules.case(&desk.dossier).is_some_and(|case| case.document(code).is_some()));
        if !known {
            faults.push(Fault::new(
                format!("/items/{i}/document"),
                "unknown",
                (
                    "Giấy tờ này không có trong thành phần hồ sơ của thủ tục.",
                    "This paper is not among those that the service asks for.",
                ),
            ));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(ActError::Invalid(faults)) }
}

/// After acceptance a request is limited in time and number.
///
/// # Errors
/// The rules `supplement-times` and `supplement-late`, or a failure of the database.
pub(super) fn within_rules(
    conn: &mut Conn,
    (dossier, rules): (&Dossier, &Rules),
    now: Timestamp,
) -> Result<(), ActError> {
    let limits = rules.case(dossier).map(|c| c.supplement);
    let Some((accepted, limits)) = dossier.accepted_at.zip(limits) else { return Ok(()) };
    let asked = dossiers::supplements_of(conn, dossier.id)?;
    let after_acceptance = asked.iter().filter(|r| !r.before_acceptance).count();
    if after_acceptance >= limits.times as usize {
        return Err(ActError::rule(
            "supplement-times",
            (
                "Sau khi tiếp nhận, hồ sơ này đã được yêu cầu bổ sung đủ số lần cho phép.",
                "Since acceptance, papers have been asked for as often as is allowed.",
            ),
        ));
    }
    let days = limits.within_working_days;
    let last = rules.calendar.add_working_days(local_date(accepted), days)?;
    if now > last {
        let message = (
            format!("Chỉ được yêu cầu bổ sung trong {days} ngày làm việc kể từ khi tiếp nhận."),
            format!("Papers may only be asked for within {days} working days of acceptance."),
        );
        return Err(ActError::rule("supplement-late", message));
    }
    Ok(())
}

fn due_on(desk: &Desk<'_, '_>, asked: Option<Date>) -> Result<Date, ActError> {
    let today = local_date(desk.now);
    if let Some(day) = asked {
        let latest = today.checked_add(jiff::Span::new().days(365)).unwrap_or(today);
        if day < today || day > latest {
            return Err(ActError::invalid(
                "/due_on",
                "range",
                (
                    "Hạn bổ sung phải từ hôm nay và trong vòng một năm.",
                    "The last day must be today or later, and within a year.",
                ),
            ));
        }
        return Ok(day);
    }
    let days = desk.rules.case(&desk.dossier).map_or(30, |c| c.supplement.answer_days);
    Ok(today.checked_add(jiff::Span::new().days(days)).unwrap_or(today))
}

/// A reason that must be given.
///
/// # Errors
/// A fault at `/reason`.
pub(super) fn reason(text: &str) -> Result<String, ActError> {
    words("/reason", text, ("Hãy ghi lý do.", "Give the reason."))
}

/// Words that must be given, cleaned.
///
/// # Errors
/// A fault at `pointer`.
pub(super) fn words(pointer: &str, text: &str, message: impl Into<Words>) -> Result<String, ActError> {
    let clean = crate::kernel::text::lines(text).trim().to_owned();
    if clean.is_empty() {
        return Err(ActError::Invalid(vec![Fault::required(pointer, message)]));
    }
    if clean.chars().count() > MAX_WORDS {
        return Err(ActError::invalid(pointer, "too_long", ("Tối đa 2.000 ký tự.", "At most 2,000 characters.")));
    }
    Ok(clean)
}

/// Words that may be missing, cleaned.
///
/// # Errors
/// A fault at `pointer` when they are too long.
pub(super) fn optional_words(pointer: &str, text: Option<&str>) -> Result<Option<String>, ActError> {
    match text.map(str::trim).filter(|t| !t.is_empty()) {
        None => Ok(None),
        Some(text) => words(pointer, text, ("", "")).map(Some),
    }
}
