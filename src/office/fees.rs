//! The fees of a dossier: assessed at filing, again after a supplement that changes them.

use jiff::civil::Date;
use serde_json::Value;

use super::{ActError, Desk, Rules, exemptions};
use crate::catalog;
use crate::catalog::fees::{FeeLine, Occasion, assess};
use crate::dossiers::Dossier;
use crate::kernel::{Lang, Vnd, local_date};
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

/// Assesses anew after the answers changed: lines that nobody has paid are replaced; of a line that was paid, only what
/// is owed on top of it is added. Exemptions that are claimed now are written down, those decided stay decided. Money to give back is left to the refund of a later issue and stays visible as paid.
pub(super) fn reassess(desk: &mut Desk<'_, '_>) -> Result<(), ActError> {
    let day = local_date(desk.dossier.submitted_at.unwrap_or(desk.now));
    let assessed = assessed(desk.rules, (&desk.dossier, &desk.dossier.data), day);
    let wanted = payments::due_lines(desk.dossier.id, &assessed, desk.now);
    // What an officer asked for by a payment request has a code that no rule has, and stays.
    let case = desk.rules.case(&desk.dossier);
    let codes: Vec<&str> = case.iter().flat_map(|case| &case.fees).map(|rule| rule.code.as_str()).collect();
    payments::remove_due(desk.tx.conn(), desk.dossier.id, &codes)?;
    let kept = payments::lines_of(desk.tx.conn(), desk.dossier.id)?;
    let mut rows = Vec::new();
    for line in wanted {
        let settled: Vnd = kept.iter().filter(|k| k.code == line.code).map(FeeLineRow::amount).sum();
        let rest = line.amount().0.saturating_sub(settled.0);
        if rest > 0 {
            rows.push(FeeLineRow::due(
                desk.dossier.id,
                (&line.code, &line.kind, &line.name),
                Vnd(rest),
                (&line.due_stage, line.rule.clone()),
                desk.now,
            ));
        }
    }
    payments::insert_lines(desk.tx.conn(), &rows)?;
    exemptions::take(desk, &assessed)
}
