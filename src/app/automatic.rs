//! What surrounds an automatic decision: judging the rules, setting and signing the result, before the one transaction
//! of [`automatic::settle`], or of [`automatic::settle_paid`] where a fee had to come first.

use serde_json::Value;

use super::App;
use super::acting::SigningError;
use super::filing::Opened;
use crate::catalog::Outcome;
use crate::catalog::decision::Judgement;
use crate::catalog::fees::{Due, FeeLine};
use crate::db::Conn;
use crate::documents;
use crate::dossiers::{self, Dossier};
use crate::kernel::{Actor, DossierId, Timestamp};
use crate::office::automatic::{self, Answer, Verdict};
use crate::office::sign::positions;
use crate::office::submit::Submit;
use crate::office::{ActError, exemptions, payment, submit};

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
        let mut filed = opened.clone();
        filed.data = data;
        filed.dossier.data = cmd.answers.data.clone();
        filed.dossier.reference = Some(cmd.reference.as_str().to_owned());
        filed.dossier.submitted_at = Some(now);
        // While a fee is due at filing, or an exemption to be decided, nothing is settled, so nothing is signed.
        let is_due = |fee: &FeeLine| fee.due == Due::Filing && fee.amount.is_some_and(|amount| amount.0 > 0);
        let waits = exemptions::waits(&opened.rules, &opened.dossier, &cmd.fees);
        let verdict = match waits || cmd.fees.iter().any(is_due) {
            true => undecided(Vec::new()),
            false => self.verdict(&filed, cmd.papers.clone(), now).await?,
        };
        let (who, rules) = (who.clone(), opened.rules.clone());
        self.db.write(move |tx| automatic::settle(tx, &who, (&cmd, &verdict), &rules, now)).await
    }

    /// Settles a filed dossier of an automatic procedure whose fee due at filing has come in. What somebody has in hand
    /// already is left alone.
    ///
    /// # Errors
    /// As [`automatic::settle_paid`].
    pub async fn settle_paid(&self, id: DossierId, now: Timestamp) -> Result<(), ActError> {
        let opened = self.open_dossier(&Actor::System, &id.to_string()).await?;
        if !automatic::is_awaited(&opened.dossier, &opened.rules) {
            return Ok(());
        }
        let (app, of) = (self.clone(), opened.clone());
        let read = move |c: &mut Conn| {
            // While a fee is due at filing nothing is settled, so nothing is signed.
            let owes = payment::awaits_fee(c, &of.dossier)? || exemptions::all_decided(&of.dossier).is_err();
            if owes { Ok::<_, ActError>(None) } else { Ok(Some(app.whole(c, &of, &of.data, now)?.needed)) }
        };
        let Some(needed) = self.db.read(read).await? else { return Ok(()) };
        let verdict = self.verdict(&opened, needed, now).await?;
        let (pinned, rules) = ((id, opened.dossier.version), opened.rules);
        self.db.write(move |tx| automatic::settle_paid(tx, pinned, &verdict, &rules, now)).await.map(drop)
    }

    /// What the rules say, with the result signed. What can't be set or signed now is for an officer: the citizen's
    /// filing is not lost by a fault of ours. So is what lacks one of the papers that are `needed`.
    async fn verdict(&self, filed: &Opened, needed: Vec<String>, now: Timestamp) -> Result<Verdict, ActError> {
        let id = filed.dossier.id;
        let read = move |c: &mut Conn| {
            let mut there = documents::attached_codes(c, id)?;
            // At the counter the clerk has seen them.
            there.extend(dossiers::received_of(c, id)?.into_iter().map(|paper| paper.paper_code));
            Ok::<_, ActError>(needed.iter().all(|code| there.contains(code)))
        };
        if !self.db.read(read).await? {
            return Ok(undecided(Vec::new()));
        }
        let decision = filed.rules.case(&filed.dossier).and_then(|case| case.decision.as_ref());
        let Some(decision) = decision else { return Ok(undecided(Vec::new())) };
        let judgement = decision.judge(&filed.data);
        if let Judgement::Undecided(rules) = &judgement {
            return Ok(undecided(rules.iter().map(|rule| rule.reason.vi.clone()).collect()));
        }
        let granted = decision.granted.as_ref().map(|text| text.vi.as_str());
        let Some(found) = automatic::decided(&judgement, granted) else { return Ok(undecided(Vec::new())) };
        Ok(match self.answered(filed, found, now).await {
            Ok(answer) => Verdict::Decided(Box::new(answer)),
            Err(error) => {
                tracing::error!(dossier = %id, %error, "an automatic result could not be made");
                undecided(vec!["Văn bản kết quả chưa lập hoặc chưa ký được.".to_owned()])
            }
        })
    }

    /// The result, set and signed with the agency's certificate.
    async fn answered(
        &self,
        filed: &Opened,
        (outcome, rules, reason): (Outcome, Vec<String>, String),
        now: Timestamp,
    ) -> Result<Answer, SigningError> {
        let new = automatic::planned(&filed.rules, &filed.dossier, (outcome, &filed.dossier.data, &reason));
        let result = new.planned(now)?;
        let pdf = self.result_pdf(filed, &result).await?;
        let kinds = positions(&filed.dossier, &filed.rules, &result);
        let (blob, certificates) = self.put_signatures(&Actor::System, (pdf, &kinds), result.agency_id, now).await?;
        Ok(Answer { outcome, rules, reason, result, blob, certificates })
    }
}

fn undecided(reasons: Vec<String>) -> Verdict {
    Verdict::Undecided(reasons)
}
