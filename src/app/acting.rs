//! Acts upon a dossier by name, and signing: what lies outside their transactions.

use std::sync::Arc;

use serde_json::Value;

use super::App;
use super::filing::{Opened, faults};
use super::rendering::PaperError;
use crate::accounts::totp::{self, Checked, Use};
use crate::accounts::{self, Agency};
use crate::catalog::Outcome;
use crate::catalog::revision::Signature;
use crate::documents::agency_keys::{self, KeyError};
use crate::documents::sign::{DemoCa, SignatureFacts, Signer};
use crate::documents::{self, AgencyKey, ArchiveError};
use crate::dossiers::Step;
use crate::forms::{self, CheckMode, Code};
use crate::kernel::national::Party;
use crate::kernel::{Actor, AgencyId, Timestamp, clock, local_date};
use crate::office::action::{Action, perform};
use crate::office::hand_over::Receiver;
use crate::office::sign::{Signed, next_of, no_result, sign};
use crate::office::{ActError, Target, answers, desk_allows};

/// Why a result was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    #[error(transparent)]
    Act(#[from] ActError),
    #[error(transparent)]
    Paper(#[from] PaperError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("the agency's key: {0}")]
    Key(#[from] KeyError),
    /// The agency has no key and is no demonstration agency.
    #[error("the agency has no signing key")]
    NoKey,
    /// The one-time code given is wrong or was used for signing before.
    #[error("the one-time code is not right")]
    WrongCode,
}

impl From<crate::db::Error> for SigningError {
    fn from(e: crate::db::Error) -> Self {
        Self::Act(ActError::Db(e))
    }
}

impl App {
    /// Does an act upon a dossier. `version`: what the person looked at.
    ///
    /// # Errors
    /// As the act; faults of a draft result's fields at `/data/…`.
    pub async fn act(
        &self,
        who: &Actor,
        name: &str,
        (version, action): (Option<i32>, Action),
    ) -> Result<Opened, ActError> {
        let opened = self.open_dossier(who, name).await?;
        let action = self.checked(&opened, (version, action)).await?;
        let target = Target { id: opened.dossier.id, version };
        let (who_too, rules, now) = (who.clone(), opened.rules.clone(), self.now());
        let dossier = self.db.write(move |tx| perform(tx, &who_too, (target, &action), &rules, now)).await?;
        Ok(Opened { dossier, ..opened })
    }

    /// What acts need checked before their transaction: the whole form where papers were asked for, the fields of a
    /// draft result by its own form, its identity numbers sealed.
    async fn checked(&self, opened: &Opened, (version, action): (Option<i32>, Action)) -> Result<Action, ActError> {
        let (data, outcome, note, ask_citizen) = match action {
            Action::Supplement(a) => {
                return self.checked_answer(opened, (version, a.note)).await.map(Action::Supplement);
            }
            Action::RecordSupplement(a) => {
                return self.checked_answer(opened, (version, a.note)).await.map(Action::RecordSupplement);
            }
            Action::DraftResult { data, outcome, note, ask_citizen, .. } => (data, outcome, note, ask_citizen),
            Action::HandOver { method, receiver, signed } => {
                let receiver = receiver.map(|r| self.with_sealed_number(r)).transpose()?;
                return Ok(Action::HandOver { method, receiver, signed });
            }
            other => return Ok(other),
        };
        let def = opened.rules.case(&opened.dossier).and_then(|case| case.result_for(outcome)).cloned();
        let form = def.as_ref().and_then(|d| opened.published.result_form(&opened.dossier.case_code, &d.code));
        let Some(form) = form.filter(|_| outcome == Outcome::Granted) else {
            return Ok(Action::DraftResult { data: Value::Null, number_index: None, outcome, note, ask_citizen });
        };
        let prefilled = def.map(|d| crate::office::draft_result::prefilled(&d, &opened.data)).unwrap_or_default();
        let (app, now) = (self.clone(), self.now());
        let sealed = self
            .db
            .read(move |conn| {
                let lists = app.units(conn)?;
                let ctx = forms::Ctx::new(local_date(now), &lists);
                let mut whole = prefilled;
                forms::apply_merge_patch(&mut whole, &data);
                let checked = form.check(&whole, CheckMode::Draft, &ctx).map_err(|e| ActError::Invalid(faults(&e)))?;
                // What is still empty may come later; what stands there is what the certificate will say.
                let mut wrong = form.check(checked.data(), CheckMode::Complete, &ctx).err().unwrap_or_default();
                wrong.retain(|fault| fault.code != Code::Required);
                if !wrong.is_empty() {
                    return Err(ActError::Invalid(faults(&wrong)));
                }
                answers::seal(&form, &app.keys, checked.data())
                    .map_err(|e| ActError::Db(crate::db::Error::Other(format!("sealing: {e}"))))
            })
            .await?;
        let given = sealed.identities.into_iter().find(|(pointer, _)| pointer == documents::GIVEN_NUMBER);
        let number_index = given.map(|(_, index)| index);
        Ok(Action::DraftResult { data: sealed.data, number_index, outcome, note, ask_citizen })
    }

    /// The receiver of a result with the number sealed, where it is one; what is none is refused by the act.
    fn with_sealed_number(&self, receiver: Receiver) -> Result<Receiver, ActError> {
        let Some(party) = receiver.identity.as_deref().and_then(Party::guess_person) else { return Ok(receiver) };
        let sealed = accounts::seal(&self.keys, &party)
            .map_err(|e| ActError::Db(crate::db::Error::Other(format!("sealing: {e}"))))?;
        Ok(Receiver { identity: Some(party.masked()), identity_sealed: sealed.number_enc, ..receiver })
    }

    /// Puts the next signatures that are the signer's under the result, with the agency's certificate.
    ///
    /// # Errors
    /// [`SigningError`].
    pub async fn sign_result(
        &self,
        who: &Actor,
        name: &str,
        (version, otp): (Option<i32>, Option<String>),
    ) -> Result<Opened, SigningError> {
        let opened = self.open_dossier(who, name).await?;
        desk_allows(who, &opened.dossier, &opened.rules, Step::Sign)?;
        let id = opened.dossier.id;
        let (result, made) = self
            .db
            .read(move |c| {
                let result = documents::current_result(c, id)?.ok_or_else(no_result)?;
                let made = documents::signatures_of(c, result.id)?.len();
                Ok::<_, ActError>((result, made))
            })
            .await?;
        let mine = next_of(who, (&opened.dossier, &opened.rules), &result, made)?;
        self.spend_code(who, otp).await?;
        let pdf = self.result_pdf(&opened, &result).await?;
        let now = self.now();
        let (blob, certificates) = self.put_signatures(who, (pdf, &mine), result.agency_id, now).await?;
        let cmd = Signed {
            target: Target { id, version },
            result: result.id,
            position: i32::try_from(made).unwrap_or(i32::MAX).saturating_add(1),
            certificates,
            blob,
        };
        let (who_too, rules) = (who.clone(), opened.rules.clone());
        let done = self.db.write(move |tx| sign(tx, &who_too, &cmd, &rules, now)).await?;
        Ok(Opened { dossier: done.dossier, ..opened })
    }

    /// Signs one illustrative file with an agency's key, as often as asked: what generated results stand on, so that
    /// thousands of them need no PDF of their own. Gives the stored file's hash and the certificates.
    ///
    /// # Errors
    /// [`ActError::Forbidden`] outside development, and as [`App::sign_result`].
    pub async fn sign_specimen(
        &self,
        who: &Actor,
        (file, count): (&[u8], usize),
        agency: AgencyId,
    ) -> Result<(String, Vec<String>), SigningError> {
        if !self.settings.is_development() {
            return Err(ActError::Forbidden.into());
        }
        let kinds = vec![Signature::Approver; count];
        self.put_signatures(who, (file.to_vec(), &kinds), agency, self.now()).await
    }

    /// A one-time code given with a signature is checked and spent for signing.
    async fn spend_code(&self, who: &Actor, otp: Option<String>) -> Result<(), SigningError> {
        let (Some(account), Some(otp)) = (who.account(), otp.filter(|o| !o.trim().is_empty())) else { return Ok(()) };
        let keys = Arc::clone(&self.keys);
        let checked = self
            .db
            .read(move |c| Ok::<_, ActError>(totp::check_for(c, &keys, account, Some(&otp), clock::machine_now())))
            .await?;
        let Ok(Checked::Step(step)) = checked else { return Err(SigningError::WrongCode) };
        let fresh = self.db.write(move |tx| totp::spend(tx, account, Use::Signing, step)).await?;
        if fresh { Ok(()) } else { Err(SigningError::WrongCode) }
    }

    /// Signs once for each of `kinds`; answers the hash of the last file and the certificates.
    pub(super) async fn put_signatures(
        &self,
        who: &Actor,
        (mut pdf, kinds): (Vec<u8>, &[Signature]),
        agency: AgencyId,
        now: Timestamp,
    ) -> Result<(String, Vec<String>), SigningError> {
        let (signer, place) = self.agency_signer(agency, now).await?;
        let (mut blob, mut certificates) = (String::new(), Vec::new());
        for kind in kinds {
            let reason = match kind {
                Signature::Approver => "Ký ban hành",
                Signature::Agency => "Đóng dấu cơ quan",
            };
            let facts = SignatureFacts {
                name: crate::dossiers::events::actor_words(who).1,
                reason: reason.to_owned(),
                location: place.clone(),
                at: now,
            };
            let signed = self.archive.sign(pdf, Arc::clone(&signer), facts).await?;
            pdf = self.archive.content(&signed.blob).await?;
            blob = signed.blob;
            certificates.push(signed.certificate);
        }
        Ok((blob, certificates))
    }

    /// The agency's key and place; a demonstration agency without a key gets a demonstration key.
    pub(super) async fn agency_signer(
        &self,
        agency: AgencyId,
        now: Timestamp,
    ) -> Result<(Arc<dyn Signer>, String), SigningError> {
        let (row, of) = self
            .db
            .read(move |c| {
                Ok::<_, crate::db::Error>((
                    documents::agency_key(c, agency)?,
                    crate::accounts::agencies::by_id(c, agency)?.ok_or(crate::db::Error::NotFound)?,
                ))
            })
            .await?;
        let row = match row {
            Some(row) => row,
            None if of.is_demo && self.settings.is_development() => self.make_demo_key(&of, now).await?,
            None => return Err(SigningError::NoKey),
        };
        let app = self.clone();
        let opened = tokio::task::spawn_blocking(move || app.key_ring.signer(&app.keys, &row)).await;
        let signer = opened.map_err(|_| ArchiveError::Broken)??;
        Ok((signer, of.place_name))
    }

    async fn make_demo_key(&self, of: &Agency, now: Timestamp) -> Result<AgencyKey, SigningError> {
        let (keys, id, name, code) = (Arc::clone(&self.keys), of.id, of.name.clone(), of.code.clone());
        let made = tokio::task::spawn_blocking(move || {
            let ca = DemoCa::new(now)?;
            agency_keys::demo_key(&keys, &ca, id, (&name, &code), now)
        });
        let key = made.await.map_err(|_| ArchiveError::Broken)??;
        let stored = key.clone();
        match self.db.write(move |tx| documents::insert_agency_key(tx.conn(), &stored)).await {
            Ok(()) => Ok(key),
            // Another signature made one at the same moment: that one counts.
            Err(crate::db::Error::Unique(_)) => {
                self.db.read(move |c| documents::agency_key(c, id)).await?.ok_or(SigningError::NoKey)
            }
            Err(e) => Err(e.into()),
        }
    }
}
