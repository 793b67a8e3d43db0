//! `/can-bo/tai-chinh/chot-quy`: closing one's own day at the till.

use std::collections::BTreeMap;

use actix_web::web::Query;

use super::{Part, Refusal, SHOWN, agencies, tabs, typed_amount};
use crate::accounts::{self, Agency, people};
use crate::db::{self, Conn};
use crate::dossiers::Step;
use crate::kernel::{AccountId, AgencyId, Vnd, local_date};
use crate::office::closings::{self, Close};
use crate::office::permission::may_move_money;
use crate::payments::{self, Closing};
use crate::templating::FlashKind;
use crate::templating::pages::finance::Tab;
use crate::templating::pages::money::{ClosingPage, ClosingRow, OpenDay};
use crate::templating::pages::parts::{FormError, Input};
use crate::web::account::register::encoded;
use crate::web::form::{Fields, Posted};
use crate::web::portal::words::day;
use crate::web::{Error, Result, Visit};

const HERE: &str = "/can-bo/tai-chinh/chot-quy";

/// Which till is meant; the first where none is named.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    agency: String,
}

/// The agencies whose tills the officer keeps; none for who only looks on.
fn tills(visit: &Visit) -> Result<Vec<AgencyId>> {
    let takes = |agency: &AgencyId| may_move_money(&visit.actor, Step::RecordPayment, Some(*agency));
    let mut own: Vec<AgencyId> = Vec::new();
    for agency in visit.officer()?.assignments.iter().map(|right| right.agency).filter(takes) {
        if !own.contains(&agency) {
            own.push(agency);
        }
    }
    Ok(own)
}

/// The address of a till.
fn address(code: &str) -> String {
    format!("{HERE}?agency={}", encoded(code))
}

/// `GET /can-bo/tai-chinh/chot-quy`
pub async fn show(visit: Visit, asked: Query<Asked>) -> Result {
    let page = page(&visit, &asked.agency, None).await?;
    visit.page(&page)
}

async fn page(visit: &Visit, code: &str, typed: Option<(&Fields, Refusal)>) -> Result<ClosingPage> {
    let (seen, own, who, now) = (agencies(visit)?, tills(visit)?, visit.actor.clone(), visit.now());
    let tills = visit.app.db.read(move |c| known(c, &own)).await?;
    let chosen = tills.iter().find(|agency| agency.code == code).or(tills.first().filter(|_| code.is_empty()));
    if chosen.is_none() && !code.is_empty() {
        return Err(Error::forbidden());
    }
    let own = chosen.map(|agency| agency.id);
    let today = local_date(now);
    let read = move |c: &mut Conn| {
        let rows = payments::closings(c, seen.as_deref(), SHOWN)?;
        let places: Vec<AgencyId> = rows.iter().map(|r| r.agency_id).collect();
        let places: BTreeMap<AgencyId, String> =
            accounts::agencies::by_ids(c, &places)?.into_iter().map(|a| (a.id, a.code)).collect();
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
        Ok::<_, db::Error>((rows, names, places, open))
    };
    let (rows, names, places, open) = visit.app.db.read(read).await?;
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
        agency: places.get(&closing.agency_id).cloned().unwrap_or_default(),
        officer: names.get(&closing.officer_id).cloned().unwrap_or_default(),
        opening: closing.opening(),
        taken: closing.till().taken,
        paid_out: closing.till().paid_out,
        counted: closing.counted(),
        difference: closing.difference(),
        reason: closing.reason.clone(),
    };
    let till = |agency: &Agency| Tab {
        label: agency.name.clone(),
        href: address(&agency.code),
        current: chosen.is_some_and(|chosen| chosen.id == agency.id),
        count: None,
    };
    Ok(ClosingPage {
        tabs: tabs(visit, Part::Closing).await?,
        tills: if tills.len() > 1 { tills.iter().map(till).collect() } else { Vec::new() },
        agency: chosen.map(|agency| agency.code.clone()).unwrap_or_default(),
        open,
        rows: rows.iter().map(row).collect(),
        refused: refusal.as_ref().is_some_and(|r| r.refused),
        errors: refusal.map(|r| r.errors).unwrap_or_default(),
    })
}

/// Agencies in the order of the rights.
fn known(conn: &mut Conn, ids: &[AgencyId]) -> std::result::Result<Vec<Agency>, db::Error> {
    let mut found = accounts::agencies::by_ids(conn, ids)?;
    found.sort_by_key(|agency| ids.iter().position(|id| *id == agency.id));
    Ok(found)
}

/// `POST /can-bo/tai-chinh/chot-quy`
pub async fn close(visit: Visit, Posted(typed): Posted<Fields>) -> Result {
    let code = typed.get("agency").to_owned();
    let named = code.clone();
    let found = visit.app.db.read(move |c| accounts::agencies::by_code(c, &named)).await?;
    let agency = found.ok_or_else(Error::not_found)?.id;
    let amount = |name: &str| typed_amount(typed.get(name));
    let wrong = |name: &str| FormError::at(name, visit.text("refund-amount-wrong", &[]));
    let errors: Vec<FormError> =
        ["opening", "counted"].into_iter().filter(|name| amount(name).is_none()).map(wrong).collect();
    if !errors.is_empty() {
        let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
        let page = page(&visit, &code, Some((&typed, Refusal { errors, refused: false, status }))).await?;
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
            let several = tills(&visit)?.len() > 1;
            visit.see_other(&if several { address(&code) } else { HERE.to_owned() })
        }
        Err(e) => {
            let refusal = Refusal::of(&visit, e)?;
            let status = refusal.status;
            let page = page(&visit, &code, Some((&typed, refusal))).await?;
            visit.page_with(status, &page)
        }
    }
}
