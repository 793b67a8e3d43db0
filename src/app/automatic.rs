//! What surrounds an automatic decision: judging the rules, setting and signing the result, before the one transaction
//! of [`automatic::settle`].

use serde_json::Value;

use super::App;
use super::acting::SigningError;
use super::filing::Opened;
use crate::catalog::Outcome;
use crate::catalog::decision::Judgement;
use crate::dossiers::Dossier;
use crate::kernel::{Actor, Timestamp};
use crate::office::automatic::{self, Answer, Verdict};
use crate::office::sign::positions;
use crate::office::submit::Submit;
use crate::office::{ActError, submit};

impl App {
    /// Files a draft of an automatic procedure whose answers were checked, and settles it.
    ///
    /// # Errors
    /// As [`automatic::settle`].
    pub(super) async fn settle(
        &self,
        who: &Actor,
        opened: &Opened,
        (cmd, data): (Submit, Value),
        now: Timestamp,
    ) -> Result<Dossier, ActError> {
        // Nothing is signed for a dossier that can't be filed; the transaction checks again.
        submit::may_be_filed(who, &opened.dossier, &opened.rules, now)?;
        let (id, needed) = (opened.dossier.id, cmd.papers.clone());
        let there = self.db.read(move |c| crate::documents::attached_codes(c, id)).await?;
        let complete = needed.iter().all(|code| there.contains(code));
        let verdict = if complete { self.verdict(opened, (&cmd, data), now).await } else { undecided(Vec::new()) };
        let (who, rules) = (who.clone(), opened.rules.clone());
        self.db.write(move |tx| automatic::settle(tx, &who, (&cmd, &verdict), &rules, now)).await
    }

    /// What the rules say, with the result signed. What can't be set or signed now is for an officer: the citizen's
    /// filing is not lost by a fault of ours.
    async fn verdict(&self, opened: &Opened, (cmd, data): (&Submit, Value), now: Timestamp) -> Verdict {
        let decision = opened.rules.case(&opened.dossier).and_then(|case| case.decision.as_ref());
        let Some(decision) = decision else { return undecided(Vec::new()) };
        let judgement = decision.judge(&data);
        if let Judgement::Undecided(rules) = &judgement {
            return undecided(rules.iter().map(|rule| rule.reason.vi.clone()).collect());
        }
        let granted = decision.granted.as_ref().map(|text| text.vi.as_str());
        let Some(found) = automatic::decided(&judgement, granted) else { return undecided(Vec::new()) };
        match self.answered(opened, (cmd, data), found, now).await {
            Ok(answer) => Verdict::Decided(Box::new(answer)),
            Err(error) => {
                tracing::error!(dossier = %cmd.id, %error, "an automatic result could not be made");
                undecided(vec!["Văn bản kết quả chưa lập hoặc chưa ký được.".to_owned()])
            }
        }
    }

    /// The result, set and signed with the agency's certificate.
    async fn answered(
        &self,
        opened: &Opened,
        (cmd, data): (&Submit, Value),
        (outcome, rules, reason): (Outcome, Vec<String>, String),
        now: Timestamp,
    ) -> Result<Answer, SigningError> {
        let mut filed = opened.clone();
        filed.data = data;
        filed.dossier.data = cmd.answers.data.clone();
        filed.dossier.reference = Some(cmd.reference.as_str().to_owned());
        filed.dossier.submitted_at = Some(now);
        let new = automatic::planned(&filed.rules, &filed.dossier, (outcome, &cmd.answers.data, &reason));
        let result = new.planned(now)?;
        let pdf = self.result_pdf(&filed, &result).await?;
        let kinds = positions(&filed.dossier, &filed.rules, &result);
        let (blob, certificates) = self.put_signatures(&Actor::System, (pdf, &kinds), result.agency_id, now).await?;
        Ok(Answer { outcome, rules, reason, result, blob, certificates })
    }
}

fn undecided(reasons: Vec<String>) -> Verdict {
    Verdict::Undecided(reasons)
}
