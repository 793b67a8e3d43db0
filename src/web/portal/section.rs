//! `/ho-so/{id}/to-khai/{section}`: the declaration, one page a section, with rows and automatic saving.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde_json::{Value, json};

use super::mending::Mending;
use super::refused::not_now;
use super::{address, amends, lists, open_to_change, summary, today, version};
use crate::app::UnitLists;
use crate::app::filing::{Opened, Save};
use crate::dossiers::State;
use crate::forms::{
    Answers, CheckMode, FieldError, Posted as PostedAnswers, Source, ViewInput, apply_merge_patch, merge,
};
use crate::kernel::clock::local;
use crate::kernel::{Lang, Timestamp};
use crate::office::ActError;
use crate::templating::FlashKind;
use crate::templating::pages::filing::SectionPage;
use crate::templating::pages::parts::{FormError, Link};
use crate::web::form::{Fields, Posted};
use crate::web::{Error, Result, Visit};

/// `GET /ho-so/{id}/to-khai/{section}`
pub async fn show(visit: Visit, at: Path<(String, String)>) -> Result {
    let (name, section) = at.into_inner();
    let Some(opened) = open_to_change(&visit, &name).await? else { return visit.see_other(&format!("/ho-so/{name}")) };
    if !opened.form.sections().any(|(key, _)| key == section) {
        return Err(Error::not_found());
    }
    if !is_open(&visit, &opened, &section).await? {
        return closed(&visit, &opened);
    }
    let lists = lists(&visit).await?;
    // From the check page: show what is missing at once.
    let wanted = visit.query.split('&').any(|pair| pair == "kiem-tra=1");
    let ctx = opened.ctx(today(&visit), &lists);
    let suggested = opened.form.suggest(&section, &opened.data, &ctx).filter(|_| is_draft(&opened));
    let data = suggested.as_ref().map_or(&opened.data, |s| &s.data);
    let errors = match wanted {
        true => opened.form.check_section(&section, data, CheckMode::Complete, &ctx).err().unwrap_or_default(),
        false => Vec::new(),
    };
    let sources = suggested.as_ref().map(|s| &s.sources);
    visit.page(&page_of(&visit, &opened, (&section, data, &errors, sources), &lists)?)
}

/// `POST /ho-so/{id}/to-khai/{section}`. `_go`: `next`, `later` or `autosave`.
pub async fn save(visit: Visit, at: Path<(String, String)>, Posted(fields): Posted<Fields>) -> Result {
    let (name, section) = at.into_inner();
    let go = fields.get("_go").to_owned();
    let Some(opened) = open_to_change(&visit, &name).await? else {
        return if go == "autosave" { Err(Error::conflict("not-allowed")) } else { not_now(&visit, &name).await };
    };
    let pairs: Vec<(String, String)> = fields
        .iter()
        .filter(|(n, _)| !matches!(*n, "version" | "seen" | "_go"))
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .collect();
    if !opened.form.sections().any(|(key, _)| key == section) {
        return Err(Error::not_found());
    }
    if !is_open(&visit, &opened, &section).await? {
        return if go == "autosave" { Err(Error::conflict("not-allowed")) } else { closed(&visit, &opened) };
    }
    let posted = opened.form.parse_post(&section, &pairs);
    let mut typed = opened.data.clone();
    apply_merge_patch(&mut typed, &posted.patch);
    let lists = lists(&visit).await?;
    if amends(&visit, &opened)? {
        if go == "autosave" {
            // What was filed changes only as a whole, by the person's own pressing of the button.
            return Err(Error::conflict("not-allowed"));
        }
        return amend(&visit, &opened, (&section, &typed), (&posted, &lists, version(fields.get("version")))).await;
    }
    // A page that saves itself while somebody types is not finished with.
    let done = (go != "autosave" && !posted.stay).then(|| section.clone());
    let kept = keep(&visit, &opened, &posted, (&section, fields.get("seen"), done)).await?;
    let Kept { saved, merged, seen, left } = kept;
    if go == "autosave" {
        let at = clock(saved.dossier.updated_at);
        let answer = json!({"saved_at": at, "version": saved.dossier.version, "seen": seen});
        return Ok(HttpResponse::Ok().json(answer));
    }
    // What somebody else wrote meanwhile, and this page never showed, is shown now.
    merge::with_others(&mut typed, &saved.data, &left);
    if posted.stay {
        return visit.page(&page(&visit, &saved, (&section, &typed, &posted.errors), &lists)?);
    }
    let errors = faults(&visit, &opened, (&section, &typed), (&posted, &lists));
    if go == "later" && posted.errors.is_empty() {
        if !merged {
            visit.say(FlashKind::Success, "flash-saved", &[]);
        }
        return visit.see_other(&back(&saved));
    }
    if !errors.is_empty() {
        return visit.page_again(&page(&visit, &saved, (&section, &typed, &errors), &lists)?);
    }
    let keys = saved.form.visible_sections(&saved.data);
    let next = keys.iter().position(|key| *key == section).and_then(|at| keys.get(at + 1));
    match next {
        Some(key) if is_draft(&saved) => visit.see_other(&format!("{}/to-khai/{key}", address(&saved))),
        _ => visit.see_other(&back(&saved)),
    }
}

/// Changes a section of a filed dossier: all of it is checked, and nothing is kept where anything is wrong.
async fn amend(
    visit: &Visit,
    opened: &Opened,
    (section, typed): (&str, &Value),
    (posted, lists, version): (&PostedAnswers, &UnitLists, Option<i32>),
) -> Result {
    let again = |errors: &[FieldError], others: Vec<FormError>| {
        let mut page = page(visit, opened, (section, typed, errors), lists)?;
        page.errors.extend(others);
        visit.page_again(&page)
    };
    if posted.stay {
        return visit.page(&page(visit, opened, (section, typed, &posted.errors), lists)?);
    }
    let errors = faults(visit, opened, (section, typed), (posted, lists));
    if !errors.is_empty() {
        return again(&errors, Vec::new());
    }
    let save = Save { patch: Some(posted.storable(&opened.form)), version, ..Save::default() };
    match visit.app.save_dossier(&visit.actor, &opened.dossier.id.to_string(), save).await {
        Ok(saved) => {
            visit.say(FlashKind::Success, "flash-amended", &[]);
            visit.see_other(&address(&saved))
        }
        // In other sections, or papers that the new answers need.
        Err(ActError::Invalid(found)) => {
            let href =
                |pointer: &str| pointer.starts_with("/documents/").then(|| format!("{}/giay-to", address(opened)));
            again(
                &[],
                found
                    .into_iter()
                    .map(|f| FormError { href: href(&f.pointer), text: f.says(visit.lang).to_owned() })
                    .collect(),
            )
        }
        Err(e) => Err(e.into()),
    }
}

/// Whether a section may be changed: of a filed dossier only what a request for a supplement opens.
async fn is_open(visit: &Visit, opened: &Opened, section: &str) -> Result<bool> {
    if !matches!(opened.dossier.state(), Some(State::SupplementRequested { .. })) {
        return Ok(true);
    }
    Ok(Mending::read(visit, opened).await?.is_some_and(|mending| mending.opens(opened, section)))
}

/// Back to what is asked for, saying that this was not.
fn closed(visit: &Visit, opened: &Opened) -> Result {
    visit.say(FlashKind::Info, "flash-not-asked", &[]);
    visit.see_other(&back(opened))
}

fn is_draft(opened: &Opened) -> bool {
    opened.dossier.state() == Some(State::Draft)
}

/// Where the pages of the form lead back to.
fn back(opened: &Opened) -> String {
    match opened.dossier.state() {
        Some(State::SupplementRequested { .. }) => format!("{}/bo-sung", address(opened)),
        _ => address(opened),
    }
}

/// `HH:mm` in Vietnam.
fn clock(at: Timestamp) -> String {
    let t = local(at);
    format!("{:02}:{:02}", t.hour(), t.minute())
}

/// What is wrong with a page: what could not be read first, then what the form's rules say.
fn faults(
    visit: &Visit,
    opened: &Opened,
    (section, data): (&str, &Value),
    (posted, lists): (&PostedAnswers, &UnitLists),
) -> Vec<FieldError> {
    let ctx = opened.ctx(today(visit), lists);
    let found = opened.form.check_section(section, data, CheckMode::Complete, &ctx).err().unwrap_or_default();
    let mut errors = posted.errors.clone();
    errors.extend(found.into_iter().filter(|e| !posted.errors.iter().any(|p| p.pointer == e.pointer)));
    errors
}

/// The saved answers of a section as a page had them before it, for the page to send back: by it is known which answers
/// the person changed, and which are only as old as the page.
fn seen(saved: &Value, section: &str) -> String {
    saved.get(section).unwrap_or(&Value::Null).to_string()
}

/// What came of keeping a posted page.
struct Kept {
    saved: Opened,
    /// Somebody else had changed the section meanwhile, and the person is told.
    merged: bool,
    /// What the page has before it now, as [`seen`].
    seen: String,
    /// Answers that somebody else changed and this page did not: they stand as the other left them.
    left: Vec<String>,
}

/// Saves what can be saved of a posted page: everything but what a draft can't hold. Of a page that was opened before
/// somebody (or another device) saved, only what the person changed on it is taken: an answer that it never showed is
/// not blank because the page is. Where both changed the same answer, the later one stands and the person is told.
async fn keep(
    visit: &Visit,
    opened: &Opened,
    posted: &PostedAnswers,
    (section, shown, done): (&str, &str, Option<String>),
) -> Result<Kept> {
    let id = opened.dossier.id.to_string();
    let shown: Option<Value> = serde_json::from_str(shown).ok();
    let mut patch = posted.storable(&opened.form);
    let (mut current, mut merged, mut left) = (opened.clone(), false, Vec::new());
    for _ in 0..4 {
        let now = current.data.get(section).cloned().unwrap_or(Value::Null);
        let base = shown.as_ref().unwrap_or(&now);
        let said = said(visit, &current, (section, base, &patch)).await?;
        let mut wanted = patch.clone();
        left = merge::leave_to_others(&mut wanted, (section, base), (&said, &now));
        merged |= *base != now && said != now;
        let version = Some(current.dossier.version);
        let save = Save { patch: Some(wanted), version, been_through: done.clone(), ..Save::default() };
        match visit.app.save_dossier(&visit.actor, &id, save).await {
            Ok(saved) => {
                if merged {
                    visit.say(FlashKind::Info, "flash-merged", &[]);
                }
                let seen = merge::before_the_page((&saved.data, section), base, &left);
                return Ok(Kept { seen, saved, merged, left });
            }
            Err(ActError::Stale { .. }) => current = visit.app.open_dossier(&visit.actor, &id).await?,
            Err(ActError::Invalid(faults)) => {
                let before = patch.clone();
                for fault in &faults {
                    forget(&mut patch, fault.pointer.strip_prefix("/data").unwrap_or(&fault.pointer));
                }
                if patch == before {
                    break;
                }
            }
            Err(e) => return Err(e.into()),
        }
    }
    let seen = shown.map_or_else(|| seen(&current.data, section), |shown| shown.to_string());
    Ok(Kept { saved: current, merged, seen, left })
}

/// The section as the posted page says it, in the spelling that answers are kept in.
async fn said(visit: &Visit, current: &Opened, (section, base, patch): (&str, &Value, &Value)) -> Result<Value> {
    let lists = lists(visit).await?;
    let mut whole = current.data.clone();
    if let Value::Object(sections) = &mut whole {
        sections.insert(section.to_owned(), base.clone());
    }
    apply_merge_patch(&mut whole, patch);
    let kept = current.form.check(&whole, CheckMode::Draft, &current.ctx(today(visit), &lists));
    let whole = kept.map(Answers::into_data).unwrap_or(whole);
    Ok(whole.get(section).cloned().unwrap_or(Value::Null))
}

/// Takes a value out of a patch.
fn forget(patch: &mut Value, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    match patch.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.remove(key);
        }
        Some(Value::Array(rows)) => {
            if let Some(row) = key.parse::<usize>().ok().filter(|i| *i < rows.len()) {
                rows.remove(row);
            }
        }
        // Below something that is no object: the fault is of what stands there.
        _ => {
            if !parent.is_empty() {
                forget(patch, parent);
            }
        }
    }
}

fn page(
    visit: &Visit,
    opened: &Opened,
    (section, data, errors): (&str, &Value, &[FieldError]),
    lists: &UnitLists,
) -> Result<SectionPage> {
    page_of(visit, opened, (section, data, errors, None), lists)
}

/// What a page shows: its key, the answers, the faults, and where suggested answers come from.
type Shown<'a> = (&'a str, &'a Value, &'a [FieldError], Option<&'a BTreeMap<String, Source>>);

fn page_of(
    visit: &Visit,
    opened: &Opened,
    (section, data, errors, sources): Shown<'_>,
    lists: &UnitLists,
) -> Result<SectionPage> {
    let ctx = opened.ctx(today(visit), lists);
    let input = ViewInput { data, errors, lang: visit.lang, ctx, sources, section: Some(section) };
    let view = opened.form.view(&input).sections.into_iter().next().ok_or_else(Error::not_found)?;
    let keys = opened.form.visible_sections(data);
    let place = keys.iter().position(|key| *key == section);
    let base = address(opened);
    let title_of = |key: &str, lang: Lang| {
        opened.form.sections().find(|(k, _)| *k == key).map(|(_, t)| t.get(lang).to_owned()).unwrap_or_default()
    };
    let prev = place.and_then(|at| at.checked_sub(1)).and_then(|at| keys.get(at)).filter(|_| is_draft(opened));
    let action = format!("{base}/to-khai/{section}");
    Ok(SectionPage {
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        back: back(opened),
        // Filed answers change only as a whole.
        autosave: if amends(visit, opened)? { String::new() } else { action.clone() },
        action,
        version: i64::from(opened.dossier.version),
        seen: seen(&opened.data, section),
        number: place.map_or(1, |at| at + 1),
        of: keys.len(),
        title: view.title.clone(),
        errors: summary(visit, errors),
        saved_at: Some(clock(opened.dossier.updated_at)),
        prev: prev.map(|key| Link::new(title_of(key, visit.lang), format!("{base}/to-khai/{key}"))),
        form: serde_json::to_value(&view).map_err(Error::internal)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faulty_value_leaves_the_patch() {
        let mut patch = json!({"a": {"b": 1, "rows": [{"x": 1}, {"x": 2}]}});
        forget(&mut patch, "/a/b");
        forget(&mut patch, "/a/rows/1/x");
        assert_eq!(patch, json!({"a": {"rows": [{"x": 1}, {}]}}));
        forget(&mut patch, "/a/rows/0");
        assert_eq!(patch, json!({"a": {"rows": [{}]}}));
        forget(&mut patch, "/a/rows/deep/er");
        forget(&mut patch, "");
        assert_eq!(patch, json!({"a": {"rows": [{}]}}));
    }
}
