//! `/can-bo/tai-chinh/hoan-tien`: money that goes back.

use std::collections::BTreeMap;

use actix_web::web::{Path, Query};

use super::{Part, Place, Refusal, SHOWN, agencies, fact, looked_at, missing, tabs};
use crate::accounts::people;
use crate::app::Decide;
use crate::db::{self, Conn};
use crate::dossiers::{self, Dossier, Step};
use crate::kernel::{AccountId, Actor, AgencyId, DossierId, RefundId, Timestamp, Vnd};
use crate::office::refunds::PayOut;
use crate::office::{money_back, permission};
use crate::payments::{self, FeeLineRow, RefundRow, RefundState, RefundWay};
use crate::templating::FlashKind;
use crate::templating::pages::finance::{RefundItem, RefundList, RefundPage, TooMuch};
use crate::templating::pages::parts::{Answer, FeeLine, FormError, Input};
use crate::web::form::{Fields, Posted};
use crate::web::portal::words::moment;
use crate::web::{Error, Result, Visit};

const HERE: &str = "/can-bo/tai-chinh/hoan-tien";

/// `GET /can-bo/tai-chinh/hoan-tien`
pub async fn list(visit: Visit, place: Query<Place>) -> Result {
    let (agencies, request) = (agencies(&visit)?, place.request());
    let (who, is_first) = (visit.actor.clone(), place.rest().is_none());
    let read = move |c: &mut Conn| {
        let refunds = payments::refunds_in(c, agencies.as_deref(), &request)?;
        let waiting = if is_first { waiting(c, &who, agencies.as_deref())? } else { Vec::new() };
        Ok::<_, db::Error>((items(c, &refunds.items)?, waiting, refunds))
    };
    let (rows, waiting, refunds) = visit.app.db.read(read).await?;
    if place.is_past(&refunds) {
        return visit.see_other(HERE);
    }
    let (tabs, paging) = (tabs(&visit, Part::Refunds).await?, place.paging(HERE, &refunds));
    visit.page(&RefundList { tabs, waiting, rows, paging })
}

/// Dossiers of which too much was paid, or whose money belongs to no fee, and nobody has asked for its return.
fn waiting(
    conn: &mut Conn,
    who: &Actor,
    agencies: Option<&[AgencyId]>,
) -> std::result::Result<Vec<TooMuch>, db::Error> {
    let lines = payments::paid_over(conn, agencies, SHOWN)?;
    let over = money_back::too_much(conn, &lines)?.into_iter();
    let over = over.map(|(line, amount)| (line.dossier_id, amount, line.paid_at.unwrap_or(line.created_at)));
    let left = payments::left_over(conn, agencies, SHOWN)?;
    let loose = money_back::left_over(conn, &left)?.into_iter();
    let loose = loose.map(|(payment, amount)| (payment.dossier_id, amount, payment.occurred_at));
    let mut rows: Vec<(DossierId, TooMuch)> = Vec::new();
    for (id, amount, paid_at) in over.chain(loose) {
        if let Some((_, row)) = rows.iter_mut().find(|(dossier, _)| *dossier == id) {
            row.amount = Vnd(row.amount.0 + amount.0);
            row.paid_at = row.paid_at.min(paid_at);
            continue;
        }
        let dossier = dossiers::by_id(conn, id)?;
        let may = permission::may_move_money(who, Step::AskRefund, Some(dossier.agency_id));
        let row = TooMuch {
            href: may.then(|| format!("/can-bo/ho-so/{}/hoan-phi", dossier.name())),
            dossier: dossier.name(),
            amount,
            paid_at,
        };
        rows.push((id, row));
    }
    rows.sort_by_key(|(_, row)| row.paid_at);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// Refunds with the names that belong to them.
pub(super) fn items(conn: &mut Conn, rows: &[RefundRow]) -> std::result::Result<Vec<RefundItem>, db::Error> {
    let askers: Vec<AccountId> = rows.iter().map(|r| r.asked_by).collect();
    let names: BTreeMap<AccountId, String> =
        people::by_ids(conn, &askers)?.into_iter().map(|a| (a.id, a.full_name)).collect();
    let mut items = Vec::new();
    for row in rows {
        let dossier = row.dossier_id.map(|id| dossiers::by_id(conn, id)).transpose()?;
        items.push(RefundItem {
            href: format!("/can-bo/tai-chinh/hoan-tien/{}", row.id),
            dossier: dossier.map(|d| d.name()),
            amount: row.amount(),
            way: row.way().as_str().to_owned(),
            state: row.state().as_str().to_owned(),
            asked_by: names.get(&row.asked_by).cloned().unwrap_or_default(),
            asked_at: row.asked_at,
            reason: row.reason.clone(),
        });
    }
    Ok(items)
}

/// A refund with what the page names.
struct Known {
    row: RefundRow,
    item: RefundItem,
    decided_by: Option<String>,
    lines: Vec<FeeLine>,
    dossier: Option<Dossier>,
}

async fn known(visit: &Visit, id: &str) -> Result<Known> {
    let id: RefundId = id.parse().map_err(|_| Error::not_found())?;
    let read = move |c: &mut Conn| {
        let row = payments::refund(c, id)?;
        let item = items(c, std::slice::from_ref(&row))?.pop().ok_or(db::Error::NotFound)?;
        let decided_by = row.decided_by.map(|id| people::by_id(c, id)).transpose()?.map(|a| a.full_name);
        let shares = payments::refund_lines(c, id)?;
        let all: Vec<FeeLineRow> = row.dossier_id.map(|id| payments::lines_of(c, id)).transpose()?.unwrap_or_default();
        let name = |fee| all.iter().find(|l| l.id == fee).map_or_else(String::new, |l| l.name.clone());
        let line = |(fee, amount)| FeeLine { name: name(fee), amount, note: None, state: None };
        let dossier = row.dossier_id.map(|id| dossiers::by_id(c, id)).transpose()?;
        Ok::<_, db::Error>(Known { lines: shares.into_iter().map(line).collect(), row, item, decided_by, dossier })
    };
    let known = visit.app.db.read(read).await.map_err(missing)?;
    let is_seen = agencies(visit)?.is_none_or(|agencies| agencies.contains(&known.row.agency_id));
    if !is_seen {
        return Err(Error::not_found());
    }
    let of = (Some(known.row.agency_id), known.row.reference.as_deref());
    let what = format!("Xem đề nghị hoàn tiền: {}", known.row.amount());
    looked_at(visit, known.dossier.as_ref(), (of, what)).await?;
    Ok(known)
}

/// `GET /can-bo/tai-chinh/hoan-tien/{id}`
pub async fn show(visit: Visit, id: Path<String>) -> Result {
    let known = known(&visit, &id).await?;
    visit.page(&page(&visit, &known))
}

fn page(visit: &Visit, known: &Known) -> RefundPage {
    let row = &known.row;
    let may = |step| permission::may_move_money(&visit.actor, step, Some(row.agency_id));
    let is_own = visit.actor.account() == Some(row.asked_by);
    let is_asked = row.state() == RefundState::Asked;
    RefundPage {
        item: known.item.clone(),
        facts: facts(visit, known),
        lines: known.lines.clone(),
        can_approve: is_asked && !is_own && may(Step::ApproveRefund),
        is_own: is_asked && is_own,
        can_decline: is_asked && (is_own || may(Step::ApproveRefund)),
        can_pay_out: row.state() == RefundState::Approved && row.way().is_by_hand() && may(Step::Refunded),
        can_conclude: row.state() == RefundState::Unsure && !is_own && may(Step::ApproveRefund),
        action: format!("/can-bo/tai-chinh/hoan-tien/{}", row.id),
        reason: Input::default(),
        receiver: Input::default(),
        voucher: Input::default(),
        signed_error: None,
        errors: Vec::new(),
        refused: false,
    }
}

fn facts(visit: &Visit, known: &Known) -> Vec<Answer> {
    let row = &known.row;
    let at = |t: Timestamp| moment(t, visit.lang);
    let item = &known.item;
    let mut facts = vec![
        fact(visit, "money-fact-dossier", item.dossier.clone().unwrap_or_else(|| "–".to_owned())),
        fact(visit, "money-reason", row.reason.clone()),
        fact(visit, "refund-way", visit.text(&format!("refund-way-{}", item.way), &[])),
        fact(visit, "refund-asked-by", item.asked_by.clone()),
        fact(visit, "refund-asked-at", at(row.asked_at)),
    ];
    let tries = (row.tries > 0).then(|| row.tries.to_string());
    let further = [
        ("refund-decided-by", known.decided_by.clone()),
        ("refund-decided-at", row.decided_at.map(at)),
        ("refund-decision", row.decision_note.clone()),
        ("money-fact-transaction", row.gateway_txn.clone()),
        ("refund-request", row.request.clone().filter(|_| row.way() == RefundWay::Gateway)),
        ("refund-tries", tries),
        ("refund-code", row.last_code.clone()),
        ("refund-receiver", row.receiver.clone()),
        ("refund-voucher", row.voucher.clone()),
        ("refund-ended-at", row.ended_at.map(at)),
    ];
    facts.extend(further.into_iter().filter_map(|(key, value)| Some(fact(visit, key, value?))));
    facts
}

/// `POST /can-bo/tai-chinh/hoan-tien/{id}`
pub async fn decide(visit: Visit, id: Path<String>, Posted(typed): Posted<Fields>) -> Result {
    let known = known(&visit, &id).await?;
    let here = format!("/can-bo/tai-chinh/hoan-tien/{}", known.row.id);
    let reason = typed.get("reason").to_owned();
    let how = typed.get("how").to_owned();
    let decide = match how.as_str() {
        "approve" => Decide::Approve,
        "decline" => Decide::Decline { reason },
        "done" | "not_done" => Decide::Conclude { is_done: how == "done", reason },
        "pay_out" => Decide::PayOut(PayOut {
            refund: known.row.id,
            receiver: typed.get("receiver").to_owned(),
            voucher: typed.get("voucher").to_owned(),
            is_signed: typed.has("signed"),
        }),
        _ => {
            let errors = vec![FormError { href: None, text: visit.text("money-choose", &[]) }];
            return visit.page_again(&RefundPage { errors, ..page(&visit, &known) });
        }
    };
    match visit.app.decide_refund(&visit.actor, known.row.id, decide).await {
        Ok(()) => {
            visit.say(FlashKind::Success, &format!("refund-did-{how}"), &[]);
            visit.see_other(&here)
        }
        Err(e) => {
            let mut refusal = Refusal::of(&visit, e)?;
            let reason = refusal.input("reason", typed.get("reason"));
            if how == "decline" {
                // The form further down has a field of its own.
                for error in refusal.errors.iter_mut().filter(|e| e.href.as_deref() == Some("#reason")) {
                    error.href = Some("#decline-reason".to_owned());
                }
            }
            let page = RefundPage {
                reason,
                receiver: refusal.input("receiver", typed.get("receiver")),
                voucher: refusal.input("voucher", typed.get("voucher")),
                signed_error: refusal.at("signed"),
                refused: refusal.refused,
                errors: refusal.errors,
                ..page(&visit, &known)
            };
            visit.page_with(refusal.status, &page)
        }
    }
}
