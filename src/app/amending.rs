//! Changing a dossier of a session after it was filed: checked as a whole, so that it stays complete.

use super::App;
use super::filing::{Opened, Save, clean_delivery};
use crate::forms;
use crate::kernel::{Actor, Timestamp};
use crate::office::amend::{self, Amend};
use crate::office::{ActError, Target};

impl App {
    /// Saves changes to a filed dossier. Without any change nothing is recorded.
    ///
    /// # Errors
    /// Every fault of answers and papers, and as [`amend::amend`].
    pub(super) async fn amend(
        &self,
        who: &Actor,
        opened: Opened,
        save: Save,
        now: Timestamp,
    ) -> Result<Opened, ActError> {
        if save.exemptions.is_some_and(|chosen| chosen != opened.dossier.flags.exemptions) {
            let message = (
                "Hồ sơ đã nộp: không đổi được đề nghị miễn phí, lệ phí nữa.",
                "The dossier is filed: what exemptions it claims can't be changed any more.",
            );
            return Err(ActError::invalid("/exemptions", "filed", message));
        }
        let mut data = opened.data.clone();
        if let Some(patch) = &save.patch {
            forms::apply_merge_patch(&mut data, patch);
        }
        let target = Target { id: opened.dossier.id, version: save.version.or(Some(opened.dossier.version)) };
        let (app, check) = (self.clone(), opened.clone());
        let (data, papers, answers) = self
            .db
            .read(move |conn| {
                let (data, papers) = app.complete(conn, &check, &data, now)?;
                let sealed = app.seal(&check.form, &data)?;
                Ok::<_, ActError>((data, papers, sealed))
            })
            .await?;
        let differs = |key: &&str| data.get(*key) != opened.data.get(*key);
        let sections: Vec<String> =
            opened.form.sections().map(|(key, _)| key).filter(differs).map(str::to_owned).collect();
        let delivery = save.delivery.map(clean_delivery).transpose()?;
        let delivery = delivery.filter(|wanted| *wanted != opened.dossier.delivery);
        if sections.is_empty() && delivery.is_none() {
            return Ok(opened);
        }
        let cmd = Amend { target, answers, papers, delivery, sections };
        let (who, rules) = (who.clone(), opened.rules.clone());
        let done = self.db.write(move |tx| amend::amend(tx, &who, &cmd, &rules, now)).await?;
        Ok(Opened { dossier: done.dossier, data, ..opened })
    }
}
