//! Nghĩa vụ tài chính: what an applicant has to pay before the dossier goes on, mostly by a notice of another agency (the
//! tax office's «Thông báo nộp tiền» for land). What that agency or the State Treasury collects is not ours to take: we
//! pass the notice on, and record the payer's paper («Giấy nộp tiền vào ngân sách nhà nước») when it is brought.
//!
//! Nothing lapses when the last day passes: paying taxes late costs interest, it does not end the applicant's right to
//! the result. The work list marks such a dossier, and an officer may stop it (`stop`) where the law of its field says so.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use serde_json::json;

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Fault, Rules, Target, papers, permission, supplement};
use crate::db::{self, Conn, Tx};
use crate::dossiers::{Dossier, State, Step};
use crate::kernel::{Actor, DocumentId, DossierId, Timestamp, Vnd, local_date, text};
use crate::notifications::PayElsewhere;
use crate::payments::{self, CollectedBy, FeeLineRow, Obligation};

/// A line of a payment request.
#[derive(Clone, Debug)]
pub struct RequestedFee {
    /// `phi`, `le_phi`, `land_use_fee`, `registration_charge`, `personal_income_tax` or another fixed word.
    pub kind: String,
    pub name: String,
    pub amount: Vnd,
}

/// The notice that a request rests on, as it was typed; what is missing is told all at once.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Notice {
    pub number: String,
    pub issued_on: Option<Date>,
    /// The agency that issued it.
    pub issuer: String,
    /// The last day to pay.
    pub due_on: Option<Date>,
    pub collected_by: Option<CollectedBy>,
    /// Account, bank or Treasury office that the money goes to.
    pub account: Option<String>,
}

/// A request for payment.
#[derive(Clone, Debug)]
pub struct RequestPayment {
    pub target: Target,
    pub lines: Vec<RequestedFee>,
    pub reason: String,
    pub notice: Option<Notice>,
}

/// The most that one line may come to: a typing slip of many zeros is refused.
const MAX_LINE: i64 = 1_000_000_000_000;
/// The longest name of what is to be paid.
const LONGEST_LINE: usize = 250;
/// The longest number of a notice or of a payer's paper.
pub(super) const LONGEST_NUMBER: usize = 60;
/// The longest name of an agency, and the longest account in words.
const LONGEST_NAME: usize = 200;
/// Years that a notice may lie back, or its last day ahead: beyond them a year was mistyped.
pub(super) const YEARS: i64 = 5;

/// Asks the applicant to settle a financial obligation; the clock stands still until it is settled. The act makes the
/// paper «Thông báo thực hiện nghĩa vụ tài chính».
///
/// # Errors
/// Faults in the reason, the lines or the notice, or as every act.
pub fn request_payment(
    tx: &mut Tx<'_>,
    who: &Actor,
    cmd: &RequestPayment,
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let mut faults = line_faults(&cmd.lines);
    let reason = taken(supplement::reason(&cmd.reason), &mut faults)?;
    let today = local_date(now);
    let notice = cmd.notice.as_ref().map(|notice| checked(notice, (cmd.target.id, today, now)));
    let notice = taken(notice.transpose(), &mut faults)?;
    let (Some(reason), Some(notice), true) = (reason, notice, faults.is_empty()) else {
        return Err(ActError::Invalid(faults));
    };
    let desk = Desk::open(tx, who, rules, cmd.target, Step::RequestPayment, now)?;
    if let Some(notice) = &notice {
        payments::insert_obligation(desk.tx.conn(), notice)?;
    }
    let rows: Vec<FeeLineRow> = (1..)
        .zip(&cmd.lines)
        .map(|(i, line)| {
            let code = format!("{}-{i}", line.kind);
            let rule = json!({payments::REQUESTED_BY: who.account()});
            let name = text::line(&line.name);
            let what = (code.as_str(), line.kind.as_str(), name.as_str());
            let row = FeeLineRow::due(desk.dossier.id, what, line.amount, ("later", rule), now);
            notice.iter().fold(row, FeeLineRow::by_notice)
        })
        .collect();
    payments::insert_lines(desk.tx.conn(), &rows)?;
    let amount: Vnd = rows.iter().map(FeeLineRow::amount).sum();
    let words: Vec<String> = rows.iter().map(|r| format!("{}: {}", r.name, r.amount())).collect();
    let mut changes = json!({"amount_vnd": amount, "lines": words});
    if let Some(notice) = &notice {
        changes["notice"] = json!({
            "number": notice.number, "issued_on": notice.issued_on(), "issuer": notice.issuer, "due_on": notice.due_on(),
            "collected_by": CollectedBy::of(notice.is_elsewhere()), "account": notice.account,
        });
    }
    let done = desk.finish(Some(reason.clone()), changes, true)?;
    papers::obligation(tx, who, rules, (&done, &rows, &reason, notice.as_ref()), now)?;
    let elsewhere = notice.as_ref().filter(|n| n.is_elsewhere()).map(where_to);
    let due_on = notice.as_ref().map(Obligation::due_on);
    let lines = rows.iter().map(|row| (row.name.clone(), row.amount())).collect();
    telling::tell(tx, rules, &done.dossier, Tell::PaymentDue { amount, lines, due_on, elsewhere }, now)?;
    Ok(done)
}

/// What was checked, or nothing where it had faults: they are told together.
fn taken<T>(checked: Result<T, ActError>, faults: &mut Vec<Fault>) -> Result<Option<T>, ActError> {
    match checked {
        Ok(value) => Ok(Some(value)),
        Err(ActError::Invalid(found)) => {
            faults.extend(found);
            Ok(None)
        }
        Err(e) => Err(e),
    }
}

/// Where the applicant pays what we do not collect.
fn where_to(notice: &Obligation) -> PayElsewhere {
    PayElsewhere { number: notice.number.clone(), issuer: notice.issuer.clone(), account: notice.account.clone() }
}

fn line_faults(lines: &[RequestedFee]) -> Vec<Fault> {
    let mut faults = Vec::new();
    if lines.is_empty() || lines.len() > 20 {
        faults.push(Fault::required(
            "/lines",
            ("Hãy nêu từ 1 đến 20 khoản phải nộp.", "Name from 1 to 20 amounts to be paid."),
        ));
    }
    for (i, line) in lines.iter().enumerate() {
        let name = text::line(&line.name);
        if name.is_empty() || name.chars().count() > LONGEST_LINE {
            faults.push(Fault::required(
                &format!("/lines/{i}/name"),
                ("Hãy ghi tên khoản nộp (tối đa 250 ký tự).", "Name what is to be paid (at most 250 characters)."),
            ));
        }
        if !(1..=MAX_LINE).contains(&line.amount.0) {
            let words = match line.amount.0 {
                ..=0 => ("Số tiền phải lớn hơn 0.", "The amount must be more than 0."),
                _ => (
                    "Số tiền một khoản tối đa 1.000.000.000.000 đ; hãy kiểm tra lại.",
                    "One amount comes to at most 1.000.000.000.000 đ; look at it again.",
                ),
            };
            faults.push(Fault::new(format!("/lines/{i}/amount_vnd"), "range", words));
        }
        if line.kind.is_empty()
            || line.kind.len() > 40
            || !line.kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        {
            faults.push(Fault::new(
                format!("/lines/{i}/kind"),
                "pattern",
                ("Loại khoản nộp không hợp lệ.", "There is no such kind of fee."),
            ));
        }
    }
    faults
}

/// One line of text, or the fault at its place.
pub(super) fn short(
    text: &str,
    (pointer, longest): (&str, usize),
    (vi, en): (&str, &str),
    faults: &mut Vec<Fault>,
) -> String {
    let clean = text::line(text);
    if clean.is_empty() {
        faults.push(Fault::required(pointer, (vi, en)));
    } else if clean.chars().count() > longest {
        let words = (format!("Tối đa {longest} ký tự."), format!("At most {longest} characters."));
        faults.push(Fault::new(pointer, "too_long", words));
    }
    clean
}

/// The notice, kept only when its numbers and days make sense.
fn checked(notice: &Notice, (dossier, today, now): (DossierId, Date, Timestamp)) -> Result<Obligation, ActError> {
    let mut faults = Vec::new();
    let number = ("Hãy ghi số của thông báo.", "Give the notice's number.");
    let number = short(&notice.number, ("/notice/number", LONGEST_NUMBER), number, &mut faults);
    let issuer = ("Hãy ghi cơ quan ra thông báo.", "Name the agency that issued the notice.");
    let issuer = short(&notice.issuer, ("/notice/issuer", LONGEST_NAME), issuer, &mut faults);
    let account = notice.account.as_deref().map(str::trim).filter(|account| !account.is_empty());
    let account = account.map(|text| short(text, ("/notice/account", LONGEST_NAME), ("", ""), &mut faults));
    let span: Span = YEARS.years();
    let (first, last) = (today.saturating_sub(span), today.saturating_add(span));
    let mut day =
        |pointer: &str, day: Option<Date>, missing: (&str, &str), (from, until): (Date, Date), why: (&str, &str)| {
            match day {
                None => faults.push(Fault::required(pointer, missing)),
                Some(day) if day < from || day > until => faults.push(Fault::new(pointer, "range", why)),
                Some(_) => {}
            }
        };
    day(
        "/notice/issued_on",
        notice.issued_on,
        ("Hãy ghi ngày của thông báo.", "Give the notice's day."),
        (first, today),
        (
            "Ngày thông báo không thể ở sau hôm nay hoặc quá xa trước đây.",
            "The notice's day is in the future or too long ago.",
        ),
    );
    day(
        "/notice/due_on",
        notice.due_on,
        ("Hãy ghi hạn nộp.", "Give the last day to pay."),
        (today, last),
        ("Hạn nộp không thể ở trước hôm nay hoặc quá xa.", "The last day to pay has passed or is too far ahead."),
    );
    if notice.collected_by.is_none() {
        let words = ("Hãy chọn nơi thu.", "Choose who collects the money.");
        faults.push(Fault::required("/notice/collected_by", words));
    }
    match (notice.issued_on, notice.due_on, notice.collected_by) {
        (Some(issued_on), Some(due_on), Some(collected_by)) if faults.is_empty() => {
            Ok(Obligation::new(dossier, (number, issuer, account), (issued_on, due_on), collected_by, now))
        }
        _ => Err(ActError::Invalid(faults)),
    }
}

/// Refuses to take here what is collected elsewhere.
pub(super) fn collected_elsewhere() -> ActError {
    ActError::rule(
        "collected-elsewhere",
        (
            "Khoản này nộp tại ngân hàng hoặc Kho bạc Nhà nước theo thông báo, không nộp qua Cổng hay tại quầy.",
            "This is paid at a bank or the State Treasury by the notice, not through the portal or at the counter.",
        ),
    )
}

/// The notice that a dossier waits for: something is owed by it. Of a dossier with its notices and fees.
pub fn awaited<'a>(dossier: &Dossier, notices: &'a [Obligation], fees: &[FeeLineRow]) -> Option<&'a Obligation> {
    let waits = matches!(dossier.state(), Some(State::PaymentRequested { .. }));
    notices.iter().rev().find(|notice| waits && notice.owed(fees).0 > 0)
}

/// The notice of a dossier whose scan may be attached by `who` now.
///
/// # Errors
/// [`ActError::Forbidden`] for who may not ask for payment, the rule `no-notice`, or as every act.
pub fn awaits_scan(conn: &mut Conn, who: &Actor, (dossier, rules): (&Dossier, &Rules)) -> Result<Obligation, ActError> {
    if !permission::may(who, Step::RequestPayment, dossier, &rules.revision.field.code) {
        return Err(ActError::Forbidden);
    }
    let notices = payments::obligations_of(conn, dossier.id)?;
    let fees = payments::lines_of(conn, dossier.id)?;
    awaited(dossier, &notices, &fees).cloned().ok_or_else(|| {
        let words = ("Hồ sơ không có thông báo nào đang chờ nộp.", "No notice of this dossier waits to be paid.");
        ActError::rule("no-notice", words)
    })
}

/// Takes a dossier to attach the scan of the notice that it waits for, before the scan itself is looked at: of two that
/// come at once the second sees the first. Answers that notice.
///
/// # Errors
/// As [`awaits_scan`], or as every act.
pub fn open_to_scan<'a, 'c>(
    tx: &'a mut Tx<'c>,
    who: &'a Actor,
    target: Target,
    rules: &'a Rules,
    now: Timestamp,
) -> Result<(Desk<'a, 'c>, Obligation), ActError> {
    // An act that leaves the status as it is, recorded as part of the request.
    let mut desk = Desk::open(tx, who, rules, target, Step::Message, now)?;
    let notice = awaits_scan(desk.tx.conn(), who, (&desk.dossier, rules))?;
    desk.step = Step::RequestPayment;
    Ok((desk, notice))
}

/// Records that the scan of a notice was attached.
///
/// # Errors
/// A failure of the database.
pub fn scan_attached(desk: Desk<'_, '_>, notice: &Obligation, scan: DocumentId) -> Result<Done, ActError> {
    payments::set_obligation_scan(desk.tx.conn(), notice.id, scan)?;
    desk.finish(None, json!({"scan": scan}), true)
}

/// Reminds the applicant once that the last day to pay is near.
///
/// # Errors
/// The rule `not-due` where there is nothing to remind of (any more), or a failure of the database.
pub fn remind(tx: &mut Tx<'_>, id: DossierId, rules: &Rules, now: Timestamp) -> Result<(), ActError> {
    let dossier = crate::dossiers::lock(tx.conn(), id)?;
    let lines = payments::lines_of(tx.conn(), id)?;
    let today = local_date(now);
    let waits = matches!(dossier.state(), Some(State::PaymentRequested { .. }));
    let open = payments::obligations_of(tx.conn(), id)?
        .into_iter()
        .filter(|n| waits && n.reminded_at.is_none() && n.due_on() >= today && n.unpaid(&lines).0 > 0)
        .min_by_key(Obligation::due_on);
    let not_due = || ActError::rule("not-due", ("Không có khoản nào cần nhắc.", "There is nothing to remind of."));
    let notice = open.ok_or_else(not_due)?;
    if !payments::mark_reminded(tx.conn(), notice.id, now)? {
        return Err(not_due());
    }
    let elsewhere = Some(&notice).filter(|n| n.is_elsewhere()).map(where_to);
    let what = Tell::PaymentReminder { amount: notice.unpaid(&lines), due_on: notice.due_on(), elsewhere };
    telling::tell(tx, rules, &dossier, what, now)
}

/// Dossiers to remind of their last day to pay, so many days ahead: of those beyond `after` so many.
///
/// # Errors
/// A failure of the database.
pub fn to_remind(
    conn: &mut Conn,
    (now, days): (Timestamp, u8),
    (after, limit): (Option<DossierId>, i64),
) -> Result<Vec<DossierId>, db::Error> {
    let today = local_date(now);
    payments::to_remind(conn, (today, today.saturating_add(i64::from(days).days())), (after, limit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn notice() -> Notice {
        Notice {
            number: " 125/TB-CCT ".into(),
            issued_on: Some(date(2026, 11, 16)),
            issuer: "Chi cục Thuế khu vực".into(),
            due_on: Some(date(2026, 12, 16)),
            collected_by: Some(CollectedBy::Elsewhere),
            account: Some(" ".into()),
        }
    }

    fn check(notice: &Notice) -> Result<Obligation, Vec<String>> {
        let now = "2026-11-18T09:00:00+07:00".parse().unwrap();
        checked(notice, (DossierId::new(), local_date(now), now)).map_err(|e| match e {
            ActError::Invalid(faults) => {
                assert!(faults.iter().all(|f| !f.message.is_empty() && f.en.is_some()), "{faults:?}");
                faults.into_iter().map(|f| f.pointer).collect()
            }
            e => panic!("{e}"),
        })
    }

    #[test]
    fn a_notice_is_kept_clean_and_what_is_wrong_is_told_at_its_place() {
        let kept = check(&notice()).unwrap();
        assert_eq!((kept.number.as_str(), &kept.account), ("125/TB-CCT", &None));
        assert!(kept.is_elsewhere());
        let today = Notice { due_on: Some(date(2026, 11, 18)), issued_on: Some(date(2026, 11, 18)), ..notice() };
        assert!(check(&today).is_ok(), "issued and due today");
        let nothing =
            ["/notice/number", "/notice/issuer", "/notice/issued_on", "/notice/due_on", "/notice/collected_by"];
        assert_eq!(check(&Notice::default()).unwrap_err(), nothing);
        for (wrong, pointer) in [
            (Notice { due_on: Some(date(2026, 11, 17)), ..notice() }, "/notice/due_on"),
            (Notice { due_on: Some(date(2062, 1, 1)), ..notice() }, "/notice/due_on"),
            (Notice { issued_on: Some(date(2026, 11, 19)), ..notice() }, "/notice/issued_on"),
            (Notice { issued_on: Some(date(1926, 11, 16)), ..notice() }, "/notice/issued_on"),
            (Notice { number: "1".repeat(61), ..notice() }, "/notice/number"),
            (Notice { issuer: "Ủ".repeat(201), ..notice() }, "/notice/issuer"),
            (Notice { account: Some("9".repeat(201)), ..notice() }, "/notice/account"),
        ] {
            assert_eq!(check(&wrong).unwrap_err(), [pointer], "{wrong:?}");
        }
    }
}
