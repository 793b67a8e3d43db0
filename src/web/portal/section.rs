//! `/ho-so/{id}/to-khai/{section}`: the declaration, one page a section, with rows and automatic saving.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde_json::{Value, json};

use super::{address, amends, lists, open_to_change, summary, today, version};
use crate::app::UnitLists;
use crate::app::filing::{Opened, Save};
use crate::dossiers::State;
use crate::forms::{CheckMode, FieldError, Posted as PostedAnswers, Source, ViewInput, apply_merge_patch};
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
        return if go == "autosave" {
            Err(Error::conflict("not-allowed"))
        } else {
            visit.see_other(&format!("/ho-so/{name}"))
        };
    };
    let pairs: Vec<(String, String)> = fields
        .iter()
        .filter(|(n, _)| !matches!(*n, "version" | "seen" | "_go"))
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .collect();
    if !opened.form.sections().any(|(key, _)| key == section) {
        return Err(Error::not_found());
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
    let looked_at = LookedAt { section: &section, version: version(fields.get("version")), seen: fields.get("seen") };
    let (saved, merged) = keep(&visit, &opened, &posted, (looked_at, done)).await?;
    if go == "autosave" {
        let (at, seen) = (clock(saved.dossier.updated_at), seen(&visit, &saved.data, &section));
        let answer = json!({"saved_at": at, "version": saved.dossier.version, "seen": seen});
        return Ok(HttpResponse::Ok().json(answer));
    }
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

/// What a page had before it when it was sent.
struct LookedAt<'a> {
    section: &'a str,
    version: Option<i32>,
    /// [`seen`] of the answers that it showed.
    seen: &'a str,
}

/// A mark of the saved answers of a section: a page sends it back, and by it is known whether somebody else changed
/// them meanwhile. The draft's version alone says too much: it moves with every other section and with each saving of
/// the page itself.
fn seen(visit: &Visit, saved: &Value, section: &str) -> String {
    let answers = saved.get(section).unwrap_or(&Value::Null).to_string();
    visit.app.keys.tag("section-seen", answers.as_bytes())
}

/// Whether the answers of a section were changed by another page than the one that sends `patch` now.
async fn changed_elsewhere(visit: &Visit, id: &str, (at, patch): (&LookedAt<'_>, &Value)) -> Result<bool> {
    let newest = visit.app.open_dossier(&visit.actor, id).await?.data;
    let mut after = newest.clone();
    apply_merge_patch(&mut after, patch);
    // Sent twice, or saved by itself a moment ago: what stands there is what the person sends.
    let is_same = after.get(at.section) == newest.get(at.section);
    Ok(!is_same && seen(visit, &newest, at.section) != at.seen)
}

/// Saves what can be saved of a posted page: everything but what a draft can't hold. A page that was opened before
/// somebody (or another device) saved is merged section by section; the person is told where their section was
/// changed elsewhere, and so is the caller.
async fn keep(
    visit: &Visit,
    opened: &Opened,
    posted: &PostedAnswers,
    (at, done): (LookedAt<'_>, Option<String>),
) -> Result<(Opened, bool)> {
    let id = opened.dossier.id.to_string();
    let mut patch = posted.storable(&opened.form);
    let (mut version, mut merged) = (at.version, false);
    for _ in 0..4 {
        let save = Save { patch: Some(patch.clone()), version, been_through: done.clone(), ..Save::default() };
        match visit.app.save_dossier(&visit.actor, &id, save).await {
            Ok(saved) => return Ok((saved, merged)),
            Err(ActError::Stale { .. }) => {
                if version.take().is_some() && changed_elsewhere(visit, &id, (&at, &patch)).await? {
                    visit.say(FlashKind::Info, "flash-merged", &[]);
                    merged = true;
                }
            }
            Err(ActError::Invalid(faults)) => {
                let before = patch.clone();
                for fault in &faults {
                    forget(&mut patch, fault.pointer.strip_prefix("/data").unwrap_or(&fault.pointer));
                }
                if patch == before {
                    return Ok((opened.clone(), merged));
                }
            }
            Err(e) => return Err(e.into()),
        }
    }
    Ok((opened.clone(), merged))
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
        seen: seen(visit, &opened.data, section),
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
