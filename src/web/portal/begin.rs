//! `/nop-ho-so/{code}`: which case, which agency, for whom.

use actix_web::web::Path;
use serde_json::Value;

use super::account;
use crate::accounts::{Agency, agencies};
use crate::app::filing::{Represented, Start};
use crate::catalog::Revision;
use crate::db;
use crate::dossiers::{self, Intake, Status};
use crate::kernel::national::{Party, PartyKind, has_unknown_place};
use crate::kernel::{Actor, AgencyId, PageRequest, names};
use crate::office::ActError;
use crate::templating::pages::filing::Begin;
use crate::templating::pages::parts::{Choice, FormError, Input, Link};
use crate::web::form::{Fields, Posted};
use crate::web::{Error, Result, Visit};

/// What the page is made from.
struct Ground {
    revision: std::sync::Arc<Revision>,
    agencies: Vec<Agency>,
    /// The commune where the person lives, if the account says so.
    home: Option<String>,
    /// Drafts of this procedure: address and last change.
    drafts: Vec<Link>,
}

/// `GET /nop-ho-so/{code}`
pub async fn show(visit: Visit, code: Path<String>) -> Result {
    let ground = ground(&visit, &code).await?;
    visit.page(&page(&visit, &ground, &Fields::default(), &[]))
}

/// `POST /nop-ho-so/{code}`
pub async fn submit(visit: Visit, code: Path<String>, Posted(fields): Posted<Fields>) -> Result {
    let ground = ground(&visit, &code).await?;
    let mut faults: Vec<(&str, String)> = Vec::new();
    if ground.agencies.iter().all(|a| a.code != fields.get("agency_code")) {
        faults.push(("agency", visit.text("begin-choose-agency", &[])));
    }
    let case = Some(fields.get("case")).filter(|c| !c.is_empty()).map(str::to_owned);
    let several = cases(&visit, &ground.revision).len() > 1;
    if several && case.as_deref().is_none_or(|c| ground.revision.case(Some(c)).is_none()) {
        faults.push(("case", visit.text("begin-choose-case", &[])));
    }
    let on_behalf_of = match fields.get("behalf") {
        "other" => other_person(&visit, &fields, &mut faults),
        _ => None,
    };
    if !faults.is_empty() {
        return visit.page_again(&page(&visit, &ground, &fields, &faults));
    }
    let start = Start {
        procedure_code: ground.revision.code.clone(),
        agency_code: fields.get("agency_code").to_owned(),
        case: case.or_else(|| only_case(&ground.revision)),
        data: None,
        on_behalf_of,
        intake: Intake::SelfRemote,
        applicant: None,
    };
    match visit.app.begin_dossier(&visit.actor, start).await {
        Ok(opened) => visit.see_other(&format!("/ho-so/{}", opened.dossier.id)),
        Err(ActError::Invalid(found)) => {
            let told: Vec<(&str, String)> =
                found.iter().map(|f| (field_of(&f.pointer), f.says(visit.lang).to_owned())).collect();
            visit.page_again(&page(&visit, &ground, &fields, &told))
        }
        Err(e) => Err(e.into()),
    }
}

fn field_of(pointer: &str) -> &'static str {
    match pointer {
        "/case" => "case",
        _ => "agency",
    }
}

/// The only case that has a form, where a person has nothing to choose.
fn only_case(revision: &Revision) -> Option<String> {
    let mut with_form = revision.cases.iter().filter(|case| case.form.is_some());
    match (with_form.next(), with_form.next()) {
        (Some(only), None) => Some(only.code.clone()),
        _ => None,
    }
}

/// Whom the person files for; faults are added where something is wrong.
pub(in crate::web) fn other_person(
    visit: &Visit,
    fields: &Fields,
    faults: &mut Vec<(&'static str, String)>,
) -> Option<Represented> {
    let party = Party::guess(fields.get("owner_identity"));
    let name = owner_name(fields.get("owner_name"), party.as_ref());
    if name.is_none() {
        faults.push(("owner_name", visit.text("begin-owner-name", &[])));
    }
    if party.is_none() {
        faults.push(("owner_identity", visit.text(identity_fault(fields.get("owner_identity")), &[])));
    }
    Some(Represented { name: name?, party: party? })
}

/// The words for a number that is nobody's.
pub(in crate::web) fn identity_fault(typed: &str) -> &'static str {
    if has_unknown_place(typed) { "wrong-identity_number-place" } else { "begin-owner-identity" }
}

/// The longest name of an organisation.
const LONGEST_NAME: usize = 250;

/// The owner's name: a person's by the rules for names, an organisation's as a line of text.
pub(in crate::web) fn owner_name(typed: &str, party: Option<&Party>) -> Option<String> {
    if party.is_none_or(|p| p.kind() != PartyKind::OrgTax) {
        return names::check(typed).ok();
    }
    let name = crate::kernel::text::line(typed);
    let fits = name.chars().any(char::is_alphabetic) && name.chars().count() <= LONGEST_NAME && !name.contains('<');
    fits.then_some(name)
}

async fn ground(visit: &Visit, code: &str) -> Result<Ground> {
    let (app, code, account) = (visit.app.clone(), code.to_owned(), account(visit)?);
    let draft_words = visit.text("begin-draft-of", &[("date", "{date}".into())]);
    let published = app.catalogue.published(&app.db, &code).await?.ok_or_else(Error::not_found)?;
    let snapshot = app.catalogue.snapshot(&app.db).await?;
    let ids: Vec<AgencyId> = snapshot.agencies_for(&code).iter().map(|agency| agency.id).collect();
    let revision = published.content.clone();
    let read = move |conn: &mut db::Conn| {
        let mut agencies = agencies::by_ids(conn, &ids)?;
        agencies.sort_by(|a, b| a.code.cmp(&b.code));
        let home = crate::accounts::people::by_id(conn, account)?
            .address
            .and_then(|a| a.get("commune").and_then(Value::as_str).map(str::to_owned));
        let mine = dossiers::of_account(conn, account, &PageRequest::new(Some(100), None))?;
        let drafts = mine
            .items
            .into_iter()
            .filter(|line| line.status == Status::Draft && line.procedure_code == code)
            .map(|line| {
                let day = super::words::day(crate::kernel::local_date(line.updated_at));
                Link::new(draft_words.replace("{date}", &day), format!("/ho-so/{}", line.id))
            })
            .collect();
        Ok::<_, db::Error>(Ground { revision, agencies, home, drafts })
    };
    Ok(visit.app.db.read(read).await?)
}

fn cases(visit: &Visit, revision: &Revision) -> Vec<Choice> {
    revision
        .cases
        .iter()
        .filter(|case| case.form.is_some())
        .map(|case| Choice::new(&case.code, case.name.get(visit.lang)))
        .collect()
}

fn page(visit: &Visit, ground: &Ground, fields: &Fields, faults: &[(&str, String)]) -> Begin {
    let input = |name: &str, key: &str, default: &str| {
        let typed = if fields.has(name) { fields.get(name) } else { default };
        let error = faults.iter().find(|(k, _)| *k == key).map(|(_, text)| text.clone());
        Input { value: typed.to_owned(), error }
    };
    let revision = &ground.revision;
    let cases = cases(visit, revision);
    let first_case = if cases.len() == 1 { cases.first().map_or("", |c| c.value.as_str()) } else { "" };
    let near = ground.agencies.iter().find(|a| a.commune_code.is_some() && a.commune_code == ground.home);
    let first = near.or_else(|| ground.agencies.first()).map_or("", |a| a.code.as_str());
    Begin {
        procedure: Link::new(revision.name.get(visit.lang), format!("/thu-tuc/{}", revision.code)),
        action: format!("/nop-ho-so/{}", revision.code),
        errors: faults.iter().map(|(field, text)| FormError::at(field, text.clone())).collect(),
        case: input("case", "case", first_case),
        cases: if cases.len() > 1 { cases.clone() } else { Vec::new() },
        agencies: ground.agencies.iter().map(|a| Choice::new(&a.code, &a.name)).collect(),
        agency: input("agency_code", "agency", first),
        behalf: input("behalf", "behalf", "self"),
        owner_name: input("owner_name", "owner_name", ""),
        owner_identity: input("owner_identity", "owner_identity", ""),
        drafts: ground.drafts.clone(),
        notes: notes(visit, revision),
    }
}

/// Why it can't be filed by this person now. A draft may be begun all the same.
fn notes(visit: &Visit, revision: &Revision) -> Vec<String> {
    let mut notes = Vec::new();
    if !revision.has_form() {
        notes.push(visit.text("begin-no-form", &[]));
    }
    if let Actor::Citizen { identity_level, .. } = &visit.actor
        && *identity_level < revision.identity_level
    {
        notes.push(visit.text("error-identity-level", &[]));
    }
    if let Err(closed) = revision.window_at(visit.now()) {
        notes.push(match closed.next {
            Some(next) => visit.text(
                "begin-opens",
                &[
                    ("name", next.name.get(visit.lang).into()),
                    ("when", super::words::moment(next.opens_at, visit.lang).into()),
                ],
            ),
            None => visit.text("error-filing-closed", &[]),
        });
    }
    notes
}
