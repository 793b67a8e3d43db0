//! `/can-bo/tai-chinh/chot-quy`: closing one's own day at the till.

use std::collections::BTreeMap;

use super::{Part, Refusal, SHOWN, agencies, tabs, typed_amount};
use crate::accounts::people;
use crate::db::{self, Conn};
use crate::dossiers::Step;
use crate::kernel::{AccountId, AgencyId, Vnd, local_date};
use crate::office::closings::{self, Close};
use crate::office::permission::{may_move_money, roles_of};
use crate::payments::{self, Closing};
use crate::templating::FlashKind;
use crate::templating::pages::money::{ClosingPage, ClosingRow, OpenDay};
use crate::templating::pages::parts::{FormError, Input};
use crate::web::form::{Fields, Posted};
use crate::web::portal::words::day;
use crate::web::{Error, Result, Visit};

const HERE: &str = "/can-bo/tai-chinh/chot-quy";

/// The agency whose till the officer keeps; none for who only looks on.
fn agency(visit: &Visit) -> Result<Option<AgencyId>> {
    let takes = roles_of(Step::RecordPayment);
    let own = visit.officer()?.assignments.iter().find(|a| takes.contains(&a.role)).map(|a| a.agency);
    Ok(own.filter(|agency| may_move_money(&visit.actor, Step::RecordPayment, Some(*agency))))
}

/// `GET /can-bo/tai-chinh/chot-quy`
pub async fn show(visit: Visit) -> Result {
    let page = page(&visit, None).await?;
    visit.page(&page)
}

async fn page(visit: &Visit, typed: Option<(&Fields, Refusal)>) -> Result<ClosingPage> {
    let (seen, own, who, now) = (agencies(visit)?, agency(visit)?, visit.actor.clone(), visit.now());
    let today = local_date(now);
    let read = move |c: &mut Conn| {
        let rows = payments::closings(c, seen.as_deref(), SHOWN)?;
        let officers: Vec<AccountId> = rows.iter().map(|r| r.officer_id).collect();
        let names: BTreeMap<AccountId, String> =
            people::by_ids(c, &officers)?.into_iter().map(|a| (a.id, a.full_name)).collect();
        let mut open = None;
        if let (Some(agency), Some(officer)) = (own, who.account()) {
            let key = (agency, officer, today);
            if payments::closing(c, key)?.is_none() {
                open = Some((closings::till(c, &who, (agency, today))?, payments::last_counted(c, key)?));
            }
        }
        Ok::<_, db::Error>((rows, names, open))
    };
    let (rows, names, open) = visit.app.db.read(read).await?;
    let (fields, refusal) = match typed {
        Some((fields, refusal)) => (Some(fields), Some(refusal)),
        None => (None, None),
    };
    let input = |name: &str, usual: String| match (fields, &refusal) {
        (Some(fields), Some(refusal)) => refusal.input(name, fields.get(name)),
        _ => Input::of(usual),
    };
    let open = open.map(|(till, last)| OpenDay {
        day: day(today),
        taken: till.taken,
        paid_out: till.paid_out,
        card: till.card,
        opening: input("opening", last.unwrap_or_default().0.to_string()),
        counted: input("counted", String::new()),
        reason: input("reason", String::new()),
    });
    let row = |closing: &Closing| ClosingRow {
        day: day(closing.day()),
        officer: names.get(&closing.officer_id).cloned().unwrap_or_default(),
        opening: closing.opening(),
        taken: closing.till().taken,
        paid_out: closing.till().paid_out,
        counted: closing.counted(),
        difference: closing.difference(),
        reason: closing.reason.clone(),
    };
    Ok(ClosingPage {
        tabs: tabs(visit, Part::Closing).await?,
        open,
        rows: rows.iter().map(row).collect(),
        refused: refusal.as_ref().is_some_and(|r| r.refused),
        errors: refusal.map(|r| r.errors).unwrap_or_default(),
    })
}

/// `POST /can-bo/tai-chinh/chot-quy`
pub async fn close(visit: Visit, Posted(typed): Posted<Fields>) -> Result {
    let Some(agency) = agency(&visit)? else { return Err(Error::forbidden()) };
    let amount = |name: &str| typed_amount(typed.get(name));
    let wrong = |name: &str| FormError::at(name, visit.text("refund-amount-wrong", &[]));
    let errors: Vec<FormError> =
        ["opening", "counted"].into_iter().filter(|name| amount(name).is_none()).map(wrong).collect();
    if !errors.is_empty() {
        let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
        let page = page(&visit, Some((&typed, Refusal { errors, refused: false, status }))).await?;
        return visit.page_again(&page);
    }
    let cmd = Close {
        agency,
        day: local_date(visit.now()),
        opening: amount("opening").unwrap_or_default(),
        counted: amount("counted").unwrap_or_default(),
        reason: typed.get("reason").to_owned(),
    };
    let (who, now) = (visit.actor.clone(), visit.now());
    match visit.app.db.write(move |tx| closings::close(tx, &who, &cmd, now)).await {
        Ok(closing) => {
            let said = if closing.difference() == Vnd(0) { "closing-done" } else { "closing-done-differs" };
            visit.say(FlashKind::Success, said, &[]);
            visit.see_other(HERE)
        }
        Err(e) => {
            let refusal = Refusal::of(&visit, e)?;
            let status = refusal.status;
            let page = page(&visit, Some((&typed, refusal))).await?;
            visit.page_with(status, &page)
        }
    }
}
