//! Whether a form and its papers are complete, as filing and answering a request for papers both need; and what filling
//! in changed, as events keep it.

use serde_json::{Map, Value, json};

use super::App;
use super::filing::{Opened, faults};
use crate::catalog::papers;
use crate::db::Conn;
use crate::documents;
use crate::dossiers::Dossier;
use crate::forms::{self, CheckMode, Form};
use crate::kernel::national::mask;
use crate::kernel::{Lang, Timestamp, local_date};
use crate::office::supplement_answer::{Checked, SupplementAnswer};
use crate::office::{ActError, Fault, exemptions, supplement};

/// A form checked as a whole.
pub(super) struct Whole {
    /// The answers in their one form; as they are where there are faults.
    pub data: Value,
    pub faults: Vec<Fault>,
    /// Codes of the papers that must be attached to file online, proofs of exemptions among them.
    pub needed: Vec<String>,
}

impl App {
    /// Checks the whole form and finds the papers that its answers make necessary.
    ///
    /// # Errors
    /// [`ActError::OtherRules`] where the revision has no such case, or a failure of the database.
    pub(super) fn whole(
        &self,
        conn: &mut Conn,
        opened: &Opened,
        answers: &Value,
        now: Timestamp,
    ) -> Result<Whole, ActError> {
        let lists = self.units(conn)?;
        let ctx = opened.ctx(local_date(now), &lists);
        let (data, faults) = match opened.form.check(answers, CheckMode::Complete, &ctx) {
            Ok(checked) => (checked.into_data(), Vec::new()),
            Err(errors) => (answers.clone(), faults(&errors)),
        };
        let case = opened.rules.case(&opened.dossier).ok_or(ActError::OtherRules)?;
        let around = circumstances(&opened.dossier);
        let mut needed: Vec<String> =
            papers::missing(case, &data, around, &[]).into_iter().map(str::to_owned).collect();
        needed.extend(exemptions::papers_needed(&opened.rules, (&opened.dossier, &data), now));
        Ok(Whole { data, faults, needed })
    }

    /// Answers checked as a whole, pruned, and the codes of the papers that they make necessary.
    ///
    /// # Errors
    /// Every fault of the answers, and with them every paper that is missing.
    pub(super) fn complete(
        &self,
        conn: &mut Conn,
        opened: &Opened,
        answers: &Value,
        now: Timestamp,
    ) -> Result<(Value, Vec<String>), ActError> {
        let Whole { data, faults: mut all, needed } = self.whole(conn, opened, answers, now)?;
        if all.is_empty() {
            return Ok((data, needed));
        }
        if opened.dossier.intake().is_online() {
            let attached = documents::attached_codes(conn, opened.dossier.id)?;
            let missing = needed.iter().filter(|c| !attached.contains(c));
            all.extend(missing.map(|code| supplement::missing_paper(code, &opened.rules, &opened.dossier)));
        }
        Err(ActError::Invalid(all))
    }

    /// The answer to a request for papers, its form checked as at filing. `version`: what the person looked at.
    ///
    /// # Errors
    /// [`ActError::Stale`] when the dossier has changed since, or a failure of the database.
    pub(super) async fn checked_answer(
        &self,
        opened: &Opened,
        (version, note): (Option<i32>, Option<String>),
    ) -> Result<SupplementAnswer, ActError> {
        // What is checked is what was opened: its version is pinned in the transaction.
        let checked_version = opened.dossier.version;
        if version.is_some_and(|seen| seen != checked_version) {
            return Err(ActError::Stale { version: checked_version });
        }
        let (app, opened, now) = (self.clone(), opened.clone(), self.now());
        let read = move |conn: &mut Conn| {
            let whole = app.whole(conn, &opened, &opened.data, now)?;
            Ok::<_, ActError>(Checked {
                version: checked_version,
                answers: app.seal(&opened.form, &whole.data)?,
                papers: whole.needed,
                faults: whole.faults,
            })
        };
        let checked = self.db.read(read).await?;
        Ok(SupplementAnswer { note, checked: Some(checked) })
    }
}

/// What surrounds the filing of a dossier.
fn circumstances(dossier: &Dossier) -> papers::Circumstances {
    papers::Circumstances { by_delegate: dossier.on_behalf.is_some(), data_unavailable: false }
}

/// The answers that differ, by pointer, in words; identity numbers are masked, also inside composite answers.
pub(super) fn changes(form: &Form, (old, new): (&Value, &Value), ctx: &forms::Ctx<'_>) -> Map<String, Value> {
    let numbers: Vec<String> =
        [old, new].into_iter().flat_map(|data| form.identity_pointers(data)).map(|(_, number)| number).collect();
    let hidden = |text: &str| numbers.iter().fold(text.to_owned(), |text, number| text.replace(number, &mask(number)));
    form.changes(old, new, Lang::Vi, ctx)
        .into_iter()
        .map(|c| {
            (
                format!("/data{}", c.pointer),
                json!({"label": c.label, "before": hidden(&c.old), "after": hidden(&c.new)}),
            )
        })
        .collect()
}
