//! The fees of a dossier: assessed at filing, again after a supplement that changes them.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, exemptions, money_back};
use crate::catalog;
use crate::catalog::fees::{FeeLine, Occasion, assess};
use crate::db::Tx;
use crate::dossiers::Dossier;
use crate::kernel::{FeeId, Lang, Timestamp, Vnd, local_date};
use crate::payments::difference::{Standing, settle};
use crate::payments::{self, FeeLineRow};

/// What the dossier costs with these answers, by its revision's rules on a day.
pub fn assessed(rules: &Rules, (dossier, answers): (&Dossier, &Value), day: Date) -> Vec<FeeLine> {
    let Some(case) = rules.case(dossier) else { return Vec::new() };
    assess(&case.fees, answers, &occasion(rules, dossier, day))
}

/// What a fee is called: in English by the dossier's revision, where it has a rule of that code with an English name, else
/// as it was written down when it arose, which is what it was owed under.
pub fn name_of<'a>((dossier, rules): (&Dossier, &'a Rules), line: &'a FeeLineRow, lang: Lang) -> &'a str {
    let rule = || rules.case(dossier)?.fees.iter().find(|rule| rule.code == line.code);
    match lang {
        Lang::Vi => &line.name,
        Lang::En => rule().and_then(|rule| rule.name.en.as_deref()).unwrap_or(&line.name),
    }
}

/// Whether something will be owed once the answers say how much of it.
pub fn counts_later(rules: &Rules, (dossier, answers): (&Dossier, &Value), day: Date) -> bool {
    rules
        .case(dossier)
        .is_some_and(|case| catalog::fees::counts_later(&case.fees, answers, &occasion(rules, dossier, day)))
}

pub(super) fn occasion<'a>(rules: &'a Rules, dossier: &'a Dossier, date: Date) -> Occasion<'a> {
    let province = rules.agency.province.as_deref();
    let (exemptions, refused) = (&dossier.flags.exemptions, &dossier.flags.exemptions_refused);
    Occasion { channel: dossier.intake().channel(), date, province, exemptions, refused }
}

/// What a new assessment changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Changed {
    /// Owed to us on top of what was owed before.
    more: Vnd,
    /// Everything that is owed to us now, with its lines.
    owed: Vnd,
    lines: Vec<(String, Vnd)>,
    /// Paid, and found to be too much now.
    back: Vnd,
}

impl Changed {
    /// Names it in the event of an act, where it changed anything.
    pub(super) fn note(&self, changes: &mut Value) {
        if let Some(map) = changes.as_object_mut().filter(|_| self.more.0 > 0 || self.back.0 > 0) {
            map.insert("fees".to_owned(), json!({"more_vnd": self.more, "to_return_vnd": self.back}));
        }
    }

    /// Tells the applicant.
    ///
    /// # Errors
    /// A failure of the database.
    pub(super) fn tell(self, tx: &mut Tx<'_>, rules: &Rules, done: &Done, now: Timestamp) -> Result<(), ActError> {
        if self.more.0 > 0 {
            let due = Tell::PaymentDue { amount: self.owed, lines: self.lines, due_on: None, elsewhere: None };
            telling::tell(tx, rules, &done.dossier, due, now)?;
        }
        if self.back.0 > 0 {
            telling::tell(tx, rules, &done.dossier, Tell::PaidTooMuch { amount: self.back, changed: true }, now)?;
        }
        Ok(())
    }
}

/// Assesses anew after the answers changed: lines that nobody has paid are replaced, what a payment under way is for
/// comes to less, and of a line that was paid only what is owed on top of it is added; what is too much is written down
/// on it, and goes back when an officer asks and another agrees ([`super::money_back`]). Exemptions that are claimed now are
/// written down, those decided stay decided.
///
/// # Errors
/// A failure of the database.
pub(super) fn reassess(desk: &mut Desk<'_, '_>) -> Result<Changed, ActError> {
    let id = desk.dossier.id;
    let day = local_date(desk.dossier.submitted_at.unwrap_or(desk.now));
    let assessed = assessed(desk.rules, (&desk.dossier, &desk.dossier.data), day);
    let wanted = payments::due_lines(id, &assessed, desk.now);
    let before = Sums::of(desk)?;
    // What an officer asked for by a payment request has a code that no rule has, and stays.
    let case = desk.rules.case(&desk.dossier);
    let mut codes: Vec<&str> = case.iter().flat_map(|case| &case.fees).map(|rule| rule.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    payments::remove_due(desk.tx.conn(), id, &codes)?;
    let kept = payments::lines_of(desk.tx.conn(), id)?;
    let ids: Vec<FeeId> = kept.iter().map(|line| line.id).collect();
    let going = payments::going_back_of(desk.tx.conn(), &ids)?;
    let mut rows = Vec::new();
    for code in codes {
        let lines: Vec<&FeeLineRow> = wanted.iter().filter(|line| line.code == code).collect();
        let sum: Vnd = lines.iter().map(|line| line.amount()).sum();
        let standing: Vec<Standing> = kept.iter().filter(|k| k.code == code).map(|k| standing(k, &going)).collect();
        let found = settle(sum, &standing);
        for (line, amount) in found.shrunk {
            payments::set_due_amount(desk.tx.conn(), line, amount)?;
        }
        for (line, over) in found.over {
            payments::set_over(desk.tx.conn(), line, over)?;
        }
        if let Some(line) = lines.first().filter(|_| found.rest.0 > 0) {
            rows.push(FeeLineRow::due(
                id,
                (&line.code, &line.kind, &line.name),
                found.rest,
                (&line.due_stage, line.rule.clone()),
                desk.now,
            ));
        }
    }
    payments::insert_lines(desk.tx.conn(), &rows)?;
    exemptions::take(desk, &assessed)?;
    let after = Sums::of(desk)?;
    Ok(Changed {
        more: Vnd((after.owed.0 - before.owed.0).max(0)),
        owed: after.owed,
        lines: after.lines,
        back: Vnd((after.too_much.0 - before.too_much.0).max(0)),
    })
}

/// What is owed for a dossier, and what of its money is to go back.
struct Sums {
    owed: Vnd,
    lines: Vec<(String, Vnd)>,
    too_much: Vnd,
}

impl Sums {
    fn of(desk: &mut Desk<'_, '_>) -> Result<Self, ActError> {
        let lines = payments::lines_of(desk.tx.conn(), desk.dossier.id)?;
        let too_much = money_back::too_much(desk.tx.conn(), &lines)?.into_iter().map(|(_, amount)| amount).sum();
        let owed = lines.iter().filter(|line| line.is_owed_here());
        let named = owed.map(|line| (line.name.clone(), line.amount())).collect();
        Ok(Self { owed: payments::owed_here(&lines), lines: named, too_much })
    }
}

fn standing(line: &FeeLineRow, going: &[(FeeId, Vnd)]) -> Standing {
    Standing {
        id: line.id,
        state: line.state(),
        amount: line.amount(),
        over: line.over(),
        going_back: payments::sum_of(going, line.id),
    }
}

/// When what is owed is to be paid, in a sentence (docs/decisions/0014).
pub(super) fn when_to_pay(lines: &[FeeLineRow]) -> Option<&'static str> {
    let owed = || lines.iter().filter(|line| line.state().is_owed());
    if owed().any(FeeLineRow::is_due_at_filing) {
        Some("Nộp phí, lệ phí nêu trên; hồ sơ được xem xét sau khi nộp.")
    } else if owed().any(FeeLineRow::is_due_at_acceptance) {
        Some("Nộp phí, lệ phí nêu trên khi hồ sơ được tiếp nhận, chậm nhất khi nhận kết quả.")
    } else {
        owed().next().map(|_| "Nộp phí, lệ phí nêu trên chậm nhất khi nhận kết quả.")
    }
}
