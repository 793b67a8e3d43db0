//! What was paid to the State Treasury for a dossier, by the payer's paper, and what the agency that asked for it lets go,
//! by a paper of its own. None of it is money of ours.

use jiff::Span;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::json;

use super::obligations::{LONGEST_NUMBER, YEARS, short};
use super::payment::{awaits_fee, nothing_owed, settle_noted};
use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Fault, Rules, Target, supplement};
use crate::db::{self, Tx};
use crate::dossiers::{self, Step};
use crate::kernel::{Actor, AgencyId, FeeId, Timestamp, Vnd, local_date};
use crate::payments::{self, FeeLineRow, Obligation, TreasuryPayment};

/// What a payer's paper proves: money that went to the State Treasury.
#[derive(Clone, Debug)]
pub struct RecordTreasury {
    pub target: Target,
    /// Number of the payer's paper.
    pub number: String,
    /// Its day.
    pub paid_on: Option<Date>,
    /// What it says was paid for these fees: a slip for one of several taxes settles no other.
    pub amount: Option<Vnd>,
    /// The fees that were paid; all that are owed elsewhere when empty.
    pub lines: Vec<FeeId>,
}

/// Records what was paid to the State Treasury. It is no money of ours: no till takes it and no receipt is issued; when
/// nothing is owed any more, what waited for it goes on.
///
/// # Errors
/// Faults in the paper, the rules `nothing-owed`, `collected-here` and `paper-used` (a slip serves one dossier), or as every
/// act.
pub fn record_treasury(
    tx: &mut Tx<'_>,
    who: &Actor,
    cmd: &RecordTreasury,
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let desk = Desk::open(tx, who, rules, cmd.target, Step::RecordPayment, now)?;
    let dossier = desk.dossier.id;
    let lines = payments::lines_of(desk.tx.conn(), dossier)?;
    let chosen = meant(&lines, &cmd.lines)?;
    let notices = payments::obligations_of(desk.tx.conn(), dossier)?;
    let of_these = notices.iter().filter(|n| chosen.iter().any(|l| l.notice_id == Some(n.id)));
    let since = of_these.map(Obligation::issued_on).max();
    let amount: Vnd = chosen.iter().map(FeeLineRow::amount).sum();
    let (number, paid_on) = paper_of(cmd, (since, local_date(now)), amount)?;
    let waited = awaits_fee(desk.tx.conn(), &desk.dossier)?;
    let payment = TreasuryPayment::new(dossier, (number, paid_on), amount, who.account(), now);
    let payment = keep(desk.tx, payment, desk.dossier.agency_id)?;
    let ids: Vec<FeeId> = chosen.iter().map(|l| l.id).collect();
    if payments::mark_paid_elsewhere(desk.tx.conn(), &ids, payment.id, now)? != ids.len() {
        return Err(nothing_owed());
    }
    let codes: Vec<&str> = chosen.iter().map(|l| l.code.as_str()).collect();
    let changes = json!({
        "treasury_payment": payment.id, "method": "treasury", "amount_vnd": amount, "lines": codes,
        "paper": {"number": payment.number, "paid_on": paid_on},
    });
    let paper =
        format!("Giấy nộp tiền vào ngân sách nhà nước số {} ngày {}", payment.number, paid_on.strftime("%d/%m/%Y"));
    let done = settle_noted(desk, waited, Some(paper), changes)?;
    let told = Tell::TreasuryRecorded { amount, number: payment.number, paid_on };
    telling::tell(tx, rules, &done.dossier, told, now)?;
    Ok(done)
}

/// Keeps a payment; the same paper once more for the same dossier is the same payment, which now covers further fees.
fn keep(tx: &mut Tx<'_>, payment: TreasuryPayment, agency: AgencyId) -> Result<TreasuryPayment, ActError> {
    let paper = (payment.number.clone(), payment.paid_on());
    let used = |code: Option<&str>| paper_used((&paper.0, paper.1), code);
    if let Some(known) = payments::same_paper(tx.conn(), &payment)? {
        if known.dossier_id != payment.dossier_id {
            let other = dossiers::by_id(tx.conn(), known.dossier_id)?;
            return Err(used(other.code.as_deref().filter(|_| other.agency_id == agency)));
        }
        payments::add_to_treasury_payment(tx.conn(), known.id, payment.amount())?;
        return Ok(known);
    }
    payments::insert_treasury_payment(tx.conn(), &payment).map_err(|e| match e {
        db::Error::Unique(_) => used(None),
        e => ActError::Db(e),
    })?;
    Ok(payment)
}

/// The fees owed elsewhere that are meant.
fn meant(lines: &[FeeLineRow], ids: &[FeeId]) -> Result<Vec<FeeLineRow>, ActError> {
    let is_meant = |line: &&FeeLineRow| ids.is_empty() || ids.contains(&line.id);
    let chosen: Vec<FeeLineRow> = lines.iter().filter(|l| l.is_owed_elsewhere()).filter(is_meant).cloned().collect();
    let ours = lines
        .iter()
        .filter(|l| l.is_owed_here())
        .any(|l| if ids.is_empty() { chosen.is_empty() } else { ids.contains(&l.id) });
    if ours {
        return Err(ActError::rule(
            "collected-here",
            (
                "Khoản này do cơ quan thu: hãy ghi nhận tiền mặt hoặc thẻ, kèm biên lai.",
                "This is collected here: record cash or a card, with a receipt.",
            ),
        ));
    }
    if chosen.is_empty() || (!ids.is_empty() && chosen.len() != ids.len()) {
        return Err(nothing_owed());
    }
    Ok(chosen)
}

/// Number and day of the payer's paper, whose amount must be that of the fees. Nobody pays before the notice is issued, or
/// tomorrow.
fn paper_of(
    cmd: &RecordTreasury,
    (since, today): (Option<Date>, Date),
    amount: Vnd,
) -> Result<(String, Date), ActError> {
    let mut faults: Vec<Fault> = amount_fault(cmd.amount, amount).into_iter().collect();
    let missing = ("Hãy ghi số giấy nộp tiền.", "Give the number of the payer's paper.");
    let number = short(&cmd.number, ("/paper/number", LONGEST_NUMBER), missing, &mut faults);
    match cmd.paid_on {
        None => {
            let words = ("Hãy ghi ngày của giấy nộp tiền.", "Give the day of the payer's paper.");
            faults.push(Fault::required("/paper/paid_on", words));
        }
        Some(day) if day > today => {
            let words = ("Ngày nộp không thể ở sau hôm nay.", "The day of the payment is in the future.");
            faults.push(Fault::new("/paper/paid_on", "range", words));
        }
        Some(day) if since.is_some_and(|since| day < since) => {
            let words = ("Ngày nộp ở trước ngày của thông báo.", "The day of the payment lies before the notice's.");
            faults.push(Fault::new("/paper/paid_on", "range", words));
        }
        Some(day) if faults.is_empty() => return Ok((number, day)),
        Some(_) => {}
    }
    Err(ActError::Invalid(faults))
}

/// What is wrong with the amount on the payer's paper, beside what the chosen fees come to.
fn amount_fault(said: Option<Vnd>, fees: Vnd) -> Option<Fault> {
    match said {
        Some(said) if said == fees => None,
        Some(said) => {
            let message = (
                format!(
                    "Giấy nộp tiền ghi {said}, các khoản được chọn cộng lại là {fees}: hãy chọn đúng khoản mà giấy này nộp."
                ),
                format!("The slip says {said}, the chosen fees come to {fees}: choose the fees that this slip pays."),
            );
            Some(Fault::new("/paper/amount_vnd", "mismatch", message))
        }
        None => {
            let words = ("Hãy ghi số tiền trên giấy nộp tiền, bằng chữ số.", "Give the amount on the slip, in digits.");
            Some(Fault::required("/paper/amount_vnd", words))
        }
    }
}

/// The paper by which the agency of a notice takes it back: an exemption, a new notice in its place, or the notice itself
/// where it was mistyped here.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct TakenBack {
    pub number: String,
    pub issued_on: Option<Date>,
}

/// Lets go what is owed elsewhere, because the agency that asked for it did: by its paper, which is named. What is owed to
/// us stays; `payment::waive_fee` is for that.
///
/// # Errors
/// Faults in the reason or the paper, the rule `nothing-owed` where nothing is owed elsewhere, or as every act.
pub fn let_go(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason, paper): (Target, &str, &TakenBack),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let (number, issued_on) = checked(paper, local_date(now))?;
    let desk = Desk::open(tx, who, rules, target, Step::WaiveFee, now)?;
    let lines = payments::lines_of(desk.tx.conn(), desk.dossier.id)?;
    let chosen: Vec<FeeLineRow> = lines.into_iter().filter(FeeLineRow::is_owed_elsewhere).collect();
    if chosen.is_empty() {
        return Err(nothing_owed());
    }
    let waited = awaits_fee(desk.tx.conn(), &desk.dossier)?;
    let ids: Vec<FeeId> = chosen.iter().map(|l| l.id).collect();
    let why = format!("{reason} (văn bản số {number} ngày {})", issued_on.strftime("%d/%m/%Y"));
    payments::mark_waived(desk.tx.conn(), &ids, who.account(), &why)?;
    let amount: Vnd = chosen.iter().map(FeeLineRow::amount).sum();
    let codes: Vec<&str> = chosen.iter().map(|l| l.code.as_str()).collect();
    let changes = json!({
        "waived_vnd": amount, "reason": reason, "lines": codes, "paper": {"number": number, "issued_on": issued_on},
    });
    settle_noted(desk, waited, Some(why), changes)
}

/// Number and day of the agency's paper.
fn checked(paper: &TakenBack, today: Date) -> Result<(String, Date), ActError> {
    let mut faults = Vec::new();
    let missing = ("Hãy ghi số văn bản của cơ quan ra thông báo.", "Give the number of the issuing agency's paper.");
    let number = short(&paper.number, ("/paper/number", LONGEST_NUMBER), missing, &mut faults);
    let span: Span = YEARS.years();
    match paper.issued_on {
        None => {
            let words = ("Hãy ghi ngày của văn bản.", "Give the day of the paper.");
            faults.push(Fault::required("/paper/issued_on", words));
        }
        Some(day) if day > today || day < today.saturating_sub(span) => {
            let words = (
                "Ngày văn bản không thể ở sau hôm nay hoặc quá xa trước đây.",
                "The day of the paper is in the future or too long ago.",
            );
            faults.push(Fault::new("/paper/issued_on", "range", words));
        }
        Some(day) if faults.is_empty() => return Ok((number, day)),
        Some(_) => {}
    }
    Err(ActError::Invalid(faults))
}

/// Refuses to waive here what another agency collects.
pub(super) fn not_ours_to_waive() -> ActError {
    ActError::rule(
        "not-ours-to-waive",
        (
            "Khoản này nộp vào Kho bạc Nhà nước theo thông báo của cơ quan khác nên không miễn tại đây được. Nếu cơ quan ra \
             thông báo đã miễn, hủy hoặc thay thông báo, hãy ghi số và ngày văn bản của cơ quan đó.",
            "This is paid to the State Treasury by another agency's notice and can't be waived here. If the agency that \
             issued the notice has waived, cancelled or replaced it, give the number and day of that agency's paper.",
        ),
    )
}

/// Refuses a payer's paper that stands in another dossier; its code is told where that is of the same agency.
fn paper_used((number, paid_on): (&str, Date), code: Option<&str>) -> ActError {
    let day = paid_on.strftime("%d/%m/%Y");
    let (where_vi, where_en) = match code {
        Some(code) => (format!("hồ sơ {code}"), format!("dossier {code}")),
        None => ("một hồ sơ khác".to_owned(), "another dossier".to_owned()),
    };
    ActError::rule(
        "paper-used",
        (
            format!(
                "Giấy nộp tiền số {number} ngày {day} đã được ghi nhận cho {where_vi}; mỗi giấy chỉ dùng cho một hồ sơ. Nếu đây \
                 là giấy khác trùng số, hãy ghi mã ngân hàng hoặc Kho bạc trước số."
            ),
            format!(
                "Payment slip no. {number} of {day} is recorded for {where_en} already; a slip serves one dossier. If this \
                 is another slip with the same number, write the code of the bank or Treasury office before the number."
            ),
        ),
    )
}
