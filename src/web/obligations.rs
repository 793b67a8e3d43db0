//! Financial obligations on pages: how much until when and where, by which notice, and what was recorded as paid.

use super::Visit;
use super::portal::words::{day, money};
use super::whole::{Around, Whole};
use crate::dossiers::Dossier;
use crate::kernel::{Vnd, local_date};
use crate::office::{Rules, obligations};
use crate::payments::{FeeLineRow, Obligation, TreasuryPayment};
use crate::templating::pages::dossier::ObligationPanel;
use crate::templating::pages::parts::{Answer, AnswerGroup, Link};

/// The flag of a dossier whose last day to pay has passed.
pub(super) const OVERDUE: &str = "obligation_overdue";
/// The paper that the request makes.
const PAPER: &str = "thong-bao-nghia-vu";

/// The notice that the dossier waits for: something is owed by it.
pub(super) fn awaited<'a>(dossier: &Dossier, around: &'a Around) -> Option<&'a Obligation> {
    obligations::awaited(dossier, &around.obligations, &around.fees)
}

/// Where a notice stands: a fixed word. Of a dossier that ended without a result nothing is owed, whatever was paid.
pub(super) fn standing(dossier: &Dossier, notice: &Obligation, around: &Around) -> &'static str {
    match notice.owed(&around.fees).0 {
        0 if dossier.has_ended() && dossier.handed_over_at.is_none() => "ended",
        0 if notice.is_paid(&around.fees) => "paid",
        0 => "let_go",
        _ => "owed",
    }
}

/// Whether the last day of what the dossier waits for has passed.
pub(super) fn is_overdue(visit: &Visit, dossier: &Dossier, around: &Around) -> bool {
    let today = local_date(visit.now());
    awaited(dossier, around).is_some_and(|notice| notice.is_overdue(&around.fees, today))
}

/// Where it is paid, without account or issuer: for anybody.
pub(super) fn place(visit: &Visit, notice: &Obligation, rules: &Rules) -> String {
    let key = match (notice.is_elsewhere(), visit.app.gateways.is_empty()) {
        (true, _) => "obligation-where-elsewhere",
        (false, true) => "obligation-where-counter",
        (false, false) => "obligation-where-here",
    };
    visit.text(key, &[("agency", rules.agency.name.as_str().into())])
}

/// The last day, and that it has passed.
pub(super) fn until(visit: &Visit, notice: &Obligation, around: &Around) -> String {
    let late = notice.is_overdue(&around.fees, local_date(visit.now()));
    let key = if late { "obligation-until-late" } else { "obligation-until-day" };
    visit.text(key, &[("day", day(notice.due_on()).into())])
}

fn answer(visit: &Visit, key: &str, value: String) -> Answer {
    Answer { label: visit.text(key, &[]), value: Some(value), ..Answer::default() }
}

/// By which notice, and into which account: for the person of the dossier and for officers.
pub(super) fn details(visit: &Visit, notice: &Obligation) -> Vec<Answer> {
    let args = [
        ("number", notice.number.as_str().into()),
        ("day", day(notice.issued_on()).into()),
        ("issuer", notice.issuer.as_str().into()),
    ];
    let mut rows = vec![answer(visit, "obligation-rests", visit.text("obligation-notice", &args))];
    rows.extend(notice.account.clone().map(|account| answer(visit, "obligation-account", account)));
    rows
}

/// What was recorded as paid elsewhere for a notice.
fn recorded<'a>(notice: &Obligation, around: &'a Around) -> Vec<&'a TreasuryPayment> {
    let of_notice = |l: &&FeeLineRow| l.notice_id == Some(notice.id);
    let by: Vec<_> = around.fees.iter().filter(of_notice).filter_map(|l| l.treasury_payment_id).collect();
    around.treasury.iter().filter(|paid| by.contains(&paid.id)).collect()
}

fn rows(visit: &Visit, (dossier, rules): (&Dossier, &Rules), notice: &Obligation, around: &Around) -> Vec<Answer> {
    let settled = |key: &str| vec![answer(visit, "obligation-owed", visit.text(key, &[]))];
    let mut rows = match standing(dossier, notice, around) {
        "ended" => settled("obligation-ended"),
        "paid" => settled("obligation-settled"),
        "let_go" => settled("obligation-let-go"),
        _ => vec![
            answer(visit, "obligation-owed", money(notice.owed(&around.fees), visit.lang)),
            answer(visit, "obligation-until", until(visit, notice, around)),
            answer(visit, "obligation-where", place(visit, notice, rules)),
        ],
    };
    rows.extend(details(visit, notice));
    rows.extend(recorded(notice, around).into_iter().map(|paid| {
        let args = [
            ("amount", money(paid.amount(), visit.lang).into()),
            ("number", paid.number.as_str().into()),
            ("day", day(paid.paid_on()).into()),
        ];
        answer(visit, "obligation-recorded", visit.text("obligation-paper", &args))
    }));
    rows
}

/// The notices of a dossier for its citizen, the newest first. `base`: the dossier's address.
pub(super) fn panels(visit: &Visit, of: (&Dossier, &Rules), whole: &Whole, base: &str) -> Vec<ObligationPanel> {
    let today = local_date(visit.now());
    let around: &Around = whole;
    let newest = whole.papers.iter().rev().find(|paper| paper.kind == PAPER);
    let panel = |notice: &Obligation| {
        let open = awaited(of.0, around).is_some_and(|awaited| awaited.id == notice.id);
        let scan =
            notice.document_id.map(|id| Link::new(visit.text("obligation-scan", &[]), format!("{base}/giay-to/{id}")));
        // The paper of the newest request is at hand, older ones were replaced by it: it is that of the notice which the
        // request was made with, in one moment.
        let paper = newest.filter(|paper| paper.created_at == notice.created_at).map(|_| {
            let name = super::portal::words::paper_name(visit, PAPER);
            Link::new(name, format!("{base}/giay/{PAPER}.pdf"))
        });
        ObligationPanel {
            rows: rows(visit, of, notice, around),
            is_open: open,
            is_late: open && notice.is_overdue(&around.fees, today),
            is_elsewhere: notice.is_elsewhere(),
            papers: paper.into_iter().chain(scan).collect(),
        }
    };
    around.obligations.iter().rev().map(panel).collect()
}

/// The same for the desk.
pub(super) fn groups(visit: &Visit, of: (&Dossier, &Rules), around: &Around) -> Vec<AnswerGroup> {
    let group = |notice: &Obligation| AnswerGroup {
        title: visit.text("obligation-title", &[]),
        edit: None,
        rows: rows(visit, of, notice, around),
    };
    around.obligations.iter().rev().map(group).collect()
}

/// What is owed and can be paid here, through gateways or at the counter.
pub(super) fn owed_here(around: &Around) -> Vnd {
    crate::payments::owed_here(&around.fees)
}

/// What a dossier waits for that is not paid here, in one sentence for anybody.
pub(super) fn sentence(visit: &Visit, dossier: &Dossier, around: &Around) -> Option<String> {
    let notice = awaited(dossier, around).filter(|notice| notice.is_elsewhere())?;
    let late = notice.is_overdue(&around.fees, local_date(visit.now()));
    let key = if late { "sentence-payment-elsewhere-late" } else { "sentence-payment-elsewhere" };
    let amount = money(notice.owed(&around.fees), visit.lang);
    Some(visit.text(key, &[("amount", amount.into()), ("day", day(notice.due_on()).into())]))
}
