//! Filing at the counter, page by page: who, which procedure, the whole declaration on one page.

use std::collections::BTreeMap;

use actix_web::web::{Path, Query};
use serde_json::Value;

use super::found::{self, Found};
use super::walkin::{self, Typed};
use crate::accounts::{AccountKind, people};
use crate::app::filing::{Opened, Save, Start, Walkin};
use crate::catalog::search::{Filters, Query as Search};
use crate::dossiers::{Delivery, DeliveryMethod, Intake, State};
use crate::forms::{CheckMode, Ctx, FieldError, Prefill, Source, ViewInput, apply_merge_patch};
use crate::kernel::{AccountId, local_date};
use crate::office::{ActError, Fault};
use crate::templating::pages::counter::{CounterForm, CounterPerson, CounterProcedure, CounterStep, steps};
use crate::templating::pages::parts::{Choice, FormError, Hidden, Input};
use crate::web::account::register::encoded;
use crate::web::api::office_filing::own_agency;
use crate::web::form::{Fields, Posted};
use crate::web::portal::begin::other_person;
use crate::web::{Error, Result, Visit};

/// Binds a sealed person to its use.
const PERSON: &str = "web.counter-person";
/// Procedures that are offered at a time.
const OFFERED: usize = 20;

/// What the first two pages are asked with.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    /// The person, sealed.
    person: String,
}

/// Who stands at the counter, between the first two pages. Travels sealed.
#[derive(serde::Serialize, serde::Deserialize)]
enum Who {
    Account(AccountId),
    Typed(Typed),
    /// An account, and what was typed besides.
    Known(AccountId, Typed),
}

/// The walk's six steps, from anywhere.
pub(super) fn walk(visit: &Visit, at: usize, draft: Option<(&Opened, &str)>) -> Result<Vec<CounterStep>> {
    let words = ["person", "procedure", "form", "papers", "fee", "print"];
    let words = words.map(|word| visit.text(&format!("walk-{word}"), &[]));
    let first = "/can-bo/tiep-nhan".to_owned();
    let links = match draft {
        // A filed dossier has no way back.
        _ if at >= 4 => Vec::new(),
        None => vec![first],
        Some((opened, name)) => {
            let who = match opened.dossier.applicant_party().account {
                Some(account) => Who::Known(account, found::of_draft(visit, opened)),
                None => Who::Typed(found::of_draft(visit, opened)),
            };
            let to = |part: &str| format!("{}/{part}", base(name));
            vec![first, procedures_of(visit, &who)?, to("to-khai"), to("giay-to")]
        }
    };
    Ok(steps(words, &links, at))
}

/// The page of procedures for a person.
fn procedures_of(visit: &Visit, who: &Who) -> Result<String> {
    let text = serde_json::to_string(who).map_err(Error::internal)?;
    let sealed = visit.app.keys.seal_text(PERSON, &text).map_err(Error::internal)?;
    Ok(format!("/can-bo/tiep-nhan/thu-tuc?person={}", encoded(&sealed)))
}

/// `GET /can-bo/tiep-nhan`
pub async fn person(visit: Visit, asked: Query<Asked>) -> Result {
    let found = found::look(&visit, asked.q.trim()).await?;
    visit.page(&person_page(&visit, &asked.q, found, &[])?)
}

fn person_page(visit: &Visit, query: &str, found: Found, faults: &[Fault]) -> Result<CounterPerson> {
    let typed = &found.typed;
    let input = |field: &str, value: &str| Input {
        value: value.to_owned(),
        error: faults.iter().find(|f| f.pointer == format!("/{field}")).map(|f| f.says(visit.lang).to_owned()),
    };
    let part = |fault: &Fault| FormError::at(fault.pointer.trim_start_matches('/'), fault.says(visit.lang));
    Ok(CounterPerson {
        steps: walk(visit, 0, None)?,
        errors: faults.iter().map(part).collect(),
        query: query.to_owned(),
        searched: !query.is_empty(),
        found: found.accounts,
        before: found.before,
        full_name: input("full_name", &typed.full_name),
        identity_number: input("identity_number", &typed.identity_number),
        date_of_birth: input("date_of_birth", &typed.date_of_birth),
        sex: input("sex", &typed.sex),
        phone: input("phone", &typed.phone),
        address: input("address", &typed.address),
        open_account: typed.open_account,
        action: "/can-bo/tiep-nhan".to_owned(),
    })
}

/// `POST /can-bo/tiep-nhan`
pub async fn choose_person(visit: Visit, Posted(fields): Posted<Fields>) -> Result {
    let who = match fields.get("account").parse::<AccountId>() {
        Ok(account) => Who::Account(account),
        Err(_) => {
            let get = |name: &str| fields.get(name).to_owned();
            let typed = Typed {
                full_name: get("full_name"),
                identity_number: get("identity_number"),
                date_of_birth: get("date_of_birth"),
                sex: get("sex"),
                phone: get("phone"),
                email: String::new(),
                address: get("address"),
                open_account: fields.has("open_account"),
            };
            if let Err(faults) = typed.read(&visit) {
                let found = Found { typed, ..Found::default() };
                return visit.page_again(&person_page(&visit, "", found, &faults)?);
            }
            Who::Typed(typed)
        }
    };
    visit.see_other(&procedures_of(&visit, &who)?)
}

/// The person that travels with the pages; `None` for a link that is not ours.
async fn opened_person(visit: &Visit, sealed: &str) -> Result<Option<Walkin>> {
    let text = visit.app.keys.open_text(PERSON, sealed).ok();
    let (id, typed) = match text.and_then(|text| serde_json::from_str::<Who>(&text).ok()) {
        None => return Ok(None),
        Some(Who::Account(id)) => (id, Typed::default()),
        Some(Who::Known(id, typed)) => (id, typed),
        Some(Who::Typed(typed)) => {
            let person = typed.read(visit).map_err(ActError::Invalid)?;
            return walkin::walkin(visit, person).await.map(Some);
        }
    };
    let account = visit.app.db.read(move |conn| people::by_id(conn, id)).await?;
    // Whoever came is a citizen or speaks for a business; the id may have been made up.
    if account.kind == AccountKind::Officer {
        return Err(Error::not_found());
    }
    super::log_person(visit, account.id).await?;
    walkin::of_account(visit, &account, &typed).map(Some)
}

/// `GET /can-bo/tiep-nhan/thu-tuc`
pub async fn procedure(visit: Visit, asked: Query<Asked>) -> Result {
    match opened_person(&visit, &asked.person).await? {
        Some(person) => visit.page(&procedure_page(&visit, (&asked, &person), &Fields::default(), Vec::new()).await?),
        None => visit.see_other("/can-bo/tiep-nhan"),
    }
}

async fn procedure_page(
    visit: &Visit,
    (asked, person): (&Asked, &Walkin),
    typed: &Fields,
    wrong: Vec<(&'static str, String)>,
) -> Result<CounterProcedure> {
    let officer = visit.officer()?;
    let snapshot = visit.app.catalogue.snapshot(&visit.app.db).await?;
    let mine: Vec<_> = officer.assignments.iter().map(|right| right.agency).collect();
    let search = Search { text: asked.q.chars().take(200).collect(), filters: Filters::default() };
    let found = snapshot.index().search(&search);
    let here = found
        .hits
        .iter()
        .map(|hit| hit.entry)
        .filter(|e| e.has_form && e.agencies.iter().any(|a| mine.contains(&a.id)));
    let mut choices = Vec::new();
    for entry in here.take(OFFERED) {
        let published = visit.app.catalogue.published(&visit.app.db, &entry.code).await?;
        let cases: Vec<_> = published.iter().flat_map(|p| &p.content.cases).filter(|c| c.form.is_some()).collect();
        let name = entry.name.get(visit.lang);
        choices.extend(cases.iter().map(|case| Choice {
            value: format!("{}/{}", entry.code, case.code),
            label: match cases.len() {
                1 => name.to_owned(),
                _ => format!("{name}: {}", case.name.get(visit.lang)),
            },
            hint: Some(entry.code.clone()),
        }));
    }
    let input = |name: &str, otherwise: &str| Input {
        value: if typed.has(name) { typed.get(name).to_owned() } else { otherwise.to_owned() },
        error: wrong.iter().find(|(field, _)| *field == name).map(|(_, text)| text.clone()),
    };
    Ok(CounterProcedure {
        steps: walk(visit, 1, None)?,
        person: person_line(person),
        query: asked.q.clone(),
        action: "/can-bo/tiep-nhan/thu-tuc".to_owned(),
        hidden: vec![Hidden { name: "person".into(), value: asked.person.clone() }],
        choices,
        choice: input("procedure", ""),
        behalf: input("behalf", "self"),
        owner_name: input("owner_name", ""),
        owner_identity: input("owner_identity", ""),
        errors: wrong.iter().map(|(field, text)| FormError::at(field, text.clone())).collect(),
    })
}

fn person_line(person: &Walkin) -> String {
    let number = person.party.masked();
    if number.is_empty() { person.name.clone() } else { format!("{} · {number}", person.name) }
}

/// `POST /can-bo/tiep-nhan/thu-tuc`: begins the draft.
pub async fn begin(visit: Visit, Posted(fields): Posted<Fields>) -> Result {
    let asked = Asked { q: String::new(), person: fields.get("person").to_owned() };
    let Some(person) = opened_person(&visit, &asked.person).await? else {
        return visit.see_other("/can-bo/tiep-nhan");
    };
    // Which procedure, and which of its cases.
    let (code, case) = fields.get("procedure").split_once('/').unwrap_or((fields.get("procedure"), ""));
    let mut wrong = Vec::new();
    let on_behalf_of = match fields.get("behalf") {
        "other" => other_person(&visit, &fields, &mut wrong),
        _ => None,
    };
    let here = (own_agency(&visit, code).await?, visit.app.catalogue.published(&visit.app.db, code).await?);
    if !matches!(here, (Some(_), Some(_))) {
        wrong.insert(0, ("procedure", visit.text("counter-choose-one", &[])));
    }
    let (Some(agency_code), Some(published), true) = (here.0, here.1, wrong.is_empty()) else {
        return visit.page_again(&procedure_page(&visit, (&asked, &person), &fields, wrong).await?);
    };
    let start = Start {
        procedure_code: code.to_owned(),
        agency_code,
        case: (published.content.cases.iter().filter(|c| c.form.is_some()))
            .find(|c| case.is_empty() || c.code == case)
            .map(|c| c.code.clone()),
        data: None,
        on_behalf_of,
        intake: Intake::Counter,
        applicant: Some(person),
    };
    let draft = visit.app.begin_dossier(&visit.actor, start).await?;
    let delivery = Delivery { method: DeliveryMethod::Counter, address: None };
    let name = draft.dossier.id.to_string();
    visit.app.save_dossier(&visit.actor, &name, Save { delivery: Some(delivery), ..Save::default() }).await?;
    visit.see_other(&format!("/can-bo/tiep-nhan/{name}/to-khai"))
}

/// The draft that the clerk is typing; `None` once it is filed.
pub(super) async fn open_draft(visit: &Visit, name: &str) -> Result<Option<Opened>> {
    let opened = visit.app.open_dossier(&visit.actor, name).await?;
    Ok((opened.dossier.state() == Some(State::Draft)).then_some(opened))
}

/// The name that a draft's pages show for its person.
pub(super) fn applicant(visit: &Visit, opened: &Opened) -> String {
    let dossier = &opened.dossier;
    // What a question for a day can't hold is still before the clerk.
    let name = match dossier.applicant.date_of_birth.filter(|born| born.day().is_none()) {
        None => dossier.applicant_name.clone(),
        Some(born) => {
            let born = visit.text("counter-born", &[("date", born.written().into())]);
            format!("{} · {born}", dossier.applicant_name)
        }
    };
    match dossier.on_behalf {
        None => name,
        Some(_) => {
            let names = [("name", &name), ("owner", &dossier.owner_name)];
            visit.text("counter-on-behalf", &names.map(|(key, name)| (key, name.as_str().into())))
        }
    }
}

/// The address of a draft's pages.
pub(super) fn base(name: &str) -> String {
    format!("/can-bo/tiep-nhan/{name}")
}

/// The pairs that belong to a section, buttons too.
pub(super) fn of_section(pairs: &[(String, String)], section: &str) -> Vec<(String, String)> {
    let of = |name: &str| {
        name.starts_with('_') && name != "_go" || name.strip_prefix(section).is_some_and(|rest| rest.starts_with('.'))
    };
    pairs.iter().filter(|(name, _)| of(name)).cloned().collect()
}

/// `GET /can-bo/tiep-nhan/{id}/to-khai`
pub async fn form(visit: Visit, name: Path<String>) -> Result {
    match open_draft(&visit, &name).await? {
        Some(opened) => {
            let suggested = suggested(&visit, &opened, &opened.data).await?;
            let shown = suggested.as_ref().map_or((&opened.data, None), |s| (&s.data, Some(&s.sources)));
            visit.page(&form_page(&visit, (&opened, &name), shown, &[]).await?)
        }
        None => visit.see_other(&format!("{}/tiep-nhan", base(&name))),
    }
}

/// `POST /can-bo/tiep-nhan/{id}/to-khai`: the whole declaration at once.
pub async fn save_form(visit: Visit, name: Path<String>, Posted(fields): Posted<Fields>) -> Result {
    let Some(opened) = open_draft(&visit, &name).await? else {
        return visit.see_other(&format!("{}/tiep-nhan", base(&name)));
    };
    let pairs: Vec<(String, String)> = fields.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let keys: Vec<String> = opened.form.sections().map(|(key, _)| key.to_owned()).collect();
    let (mut typed, mut patch) = (opened.data.clone(), serde_json::json!({}));
    let (mut errors, mut stay) = (Vec::new(), false);
    for key in keys {
        let posted = opened.form.parse_post(&key, &of_section(&pairs, &key));
        apply_merge_patch(&mut typed, &posted.patch);
        merge(&mut patch, posted.storable(&opened.form));
        errors.extend(posted.errors);
        stay |= posted.stay;
    }
    let posted = typed.clone();
    opened.form.unsay_copies((&opened.data, &posted), opened.dossier.applicant.date_of_birth, &mut patch);
    apply_merge_patch(&mut typed, &patch);
    let suggested = suggested(&visit, &opened, &typed).await?;
    if let Some(found) = &suggested {
        typed = found.data.clone();
    }
    if !stay && errors.is_empty() {
        errors = complete_faults(&visit, &opened, &typed).await?;
    }
    let saved = match visit.app.save_dossier(&visit.actor, &name, Save { patch: Some(patch), ..Save::default() }).await
    {
        Ok(saved) => saved,
        // What a draft can't hold stays on the page with its faults.
        Err(ActError::Invalid(_)) if !errors.is_empty() => opened,
        Err(e) => return Err(e.into()),
    };
    // What was just filled in from another part is looked at before it counts.
    if stay || (suggested.is_some() && errors.is_empty()) {
        let sources = suggested.map(|found| found.sources);
        return visit.page(&form_page(&visit, (&saved, &name), (&typed, sources.as_ref()), &errors).await?);
    }
    if !errors.is_empty() {
        let sources = suggested.map(|found| found.sources);
        return visit.page_again(&form_page(&visit, (&saved, &name), (&typed, sources.as_ref()), &errors).await?);
    }
    visit.see_other(&format!("{}/giay-to", base(&name)))
}

/// Patches of different sections side by side. Clearing values must stay in them, so they are not applied.
fn merge(into: &mut Value, patch: Value) {
    if let (Value::Object(into), Value::Object(patch)) = (into, patch) {
        into.extend(patch);
    }
}

async fn complete_faults(visit: &Visit, opened: &Opened, data: &Value) -> Result<Vec<FieldError>> {
    let (app, form, data, now) = (visit.app.clone(), opened.form.clone(), data.clone(), visit.now());
    let paper = !opened.dossier.intake().is_online();
    let check = move |conn: &mut crate::db::Conn| {
        let lists = app.units(conn)?;
        let ctx = Ctx::new(local_date(now), &lists).contact_optional(paper);
        Ok::<_, crate::db::Error>(form.check(&data, CheckMode::Complete, &ctx).err().unwrap_or_default())
    };
    Ok(visit.app.db.read(check).await?)
}

/// The answers with what some of them suggest for parts that nobody has answered; `None` where they suggest nothing.
async fn suggested(visit: &Visit, opened: &Opened, data: &Value) -> Result<Option<Prefill>> {
    let (app, opened, data, now) = (visit.app.clone(), opened.clone(), data.clone(), visit.now());
    let suggest = move |conn: &mut crate::db::Conn| {
        let lists = app.units(conn)?;
        Ok::<_, crate::db::Error>(opened.form.suggest_all(&data, &opened.ctx(local_date(now), &lists)))
    };
    Ok(visit.app.db.read(suggest).await?)
}

async fn form_page(
    visit: &Visit,
    (opened, name): (&Opened, &str),
    (data, sources): (&Value, Option<&BTreeMap<String, Source>>),
    errors: &[FieldError],
) -> Result<CounterForm> {
    let app = visit.app.clone();
    let lists = visit.app.db.read(move |conn| app.units(conn)).await?;
    let ctx = opened.ctx(local_date(visit.now()), &lists);
    let input = ViewInput { data, errors, lang: visit.lang, ctx, sources, section: None };
    let sections = opened.form.view(&input).sections;
    let sections: std::result::Result<Vec<Value>, _> = sections.iter().map(serde_json::to_value).collect();
    Ok(CounterForm {
        steps: walk(visit, 2, Some((opened, name)))?,
        person: applicant(visit, opened),
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        action: format!("{}/to-khai", base(name)),
        sections: sections.map_err(Error::internal)?,
        errors: crate::web::portal::summary(visit, errors),
        version: i64::from(opened.dossier.version),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_takes_its_own_fields_and_the_buttons() {
        let pair = |name: &str| (name.to_owned(), "1".to_owned());
        let all = [pair("me.ten"), pair("me_ke.ten"), pair("_add"), pair("_go"), pair("version")];
        assert_eq!(of_section(&all, "me"), [pair("me.ten"), pair("_add")]);
    }
}
