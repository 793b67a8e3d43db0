//! Acts upon a dossier by name, and signing: what lies outside their transactions.

use std::sync::Arc;

use serde_json::Value;

use super::App;
use super::filing::{Opened, faults};
use super::rendering::PaperError;
use crate::accounts::totp::{self, Checked, Use};
use crate::catalog::Outcome;
use crate::documents::sign::{Algorithm, DemoCa, Pkcs12Signer, SignError, SignatureFacts, sign_pdf};
use crate::documents::{self, AgencyKey, ResultRow};
use crate::dossiers::Step;
use crate::forms::{self, CheckMode};
use crate::kernel::{Actor, AgencyId, Timestamp, clock, local_date};
use crate::office::action::{Action, perform};
use crate::office::sign::{Signed, no_result, sign};
use crate::office::{ActError, Target, answers, desk_allows};

/// Where an agency's key lies sealed.
const KEY_PLACE: &str = "agency_keys.pkcs12";

/// Why a result was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    #[error(transparent)]
    Act(#[from] ActError),
    #[error(transparent)]
    Paper(#[from] PaperError),
    #[error("signature: {0}")]
    Sign(#[from] SignError),
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
        let action = self.checked(&opened, action).await?;
        let target = Target { id: opened.dossier.id, version };
        let (who_too, rules, now) = (who.clone(), opened.rules.clone(), self.now());
        let dossier = self.db.write(move |tx| perform(tx, &who_too, (target, &action), &rules, now)).await?;
        Ok(Opened { dossier, ..opened })
    }

    /// A draft result's fields are checked by its own form, and its identity numbers sealed.
    async fn checked(&self, opened: &Opened, action: Action) -> Result<Action, ActError> {
        let Action::DraftResult { data, outcome, note, ask_citizen } = action else { return Ok(action) };
        let def = opened.rules.case(&opened.dossier).and_then(|case| case.result_for(outcome)).cloned();
        let form = def.as_ref().and_then(|d| opened.published.result_form(&opened.dossier.case_code, &d.code));
        let Some(form) = form.filter(|_| outcome == Outcome::Granted) else {
            return Ok(Action::DraftResult { data: Value::Null, outcome, note, ask_citizen });
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
                let checked =
                    form.check(&whole, CheckMode::Draft, &ctx).map_err(|e| ActError::Invalid(faults(&e)))?;
                answers::seal(&form, &app.keys, checked.data()).map_err(|e| {
                    ActError::Db(crate::db::Error::Other(format!("sealing: {e}")))
                })
            })
            .await?;
        Ok(Action::DraftResult { data: sealed.data, outcome, note, ask_citizen })
    }

    /// Puts all signatures that the result still needs under it, with the agency's certificate.
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
        self.spend_code(who, otp).await?;
        let unsigned = self.result_pdf(&opened, &result).await?;
        let now = self.now();
        let wanted = usize::try_from(result.signatures_needed).unwrap_or(0).saturating_sub(made);
        let (pdf, certificates) = self.put_signatures(who, (unsigned, wanted), &result, now).await?;
        let size = i64::try_from(pdf.len()).unwrap_or(i64::MAX);
        let blob = self.store_blob(pdf).await.map_err(PaperError::Storage)?.to_string();
        let cmd = Signed {
            target: Target { id, version },
            result: result.id,
            position: i32::try_from(made).unwrap_or(i32::MAX).saturating_add(1),
            certificates,
            blob,
        };
        let (who_too, rules) = (who.clone(), opened.rules.clone());
        let done = self
            .db
            .write(move |tx| {
                let blob = documents::NewBlob {
                    hash: cmd.blob.clone(),
                    size,
                    mime: "application/pdf".to_owned(),
                    scan_state: "clean".to_owned(),
                };
                documents::remember_blob(tx.conn(), &blob, now)?;
                sign(tx, &who_too, &cmd, &rules, now)
            })
            .await?;
        Ok(Opened { dossier: done.dossier, ..opened })
    }

    /// A one-time code given with a signature is checked and spent for signing.
    async fn spend_code(&self, who: &Actor, otp: Option<String>) -> Result<(), SigningError> {
        let (Some(account), Some(otp)) = (who.account(), otp.filter(|o| !o.trim().is_empty())) else { return Ok(()) };
        let keys = self.keys.clone();
        let checked = self
            .db
            .read(move |c| {
                Ok::<_, ActError>(totp::check_for(c, &keys, account, Some(&otp), clock::machine_now()))
            })
            .await?;
        let Ok(Checked::Step(step)) = checked else { return Err(SigningError::WrongCode) };
        let fresh = self.db.write(move |tx| totp::spend(tx, account, Use::Sign, step)).await?;
        if fresh { Ok(()) } else { Err(SigningError::WrongCode) }
    }

    async fn put_signatures(
        &self,
        who: &Actor,
        (pdf, count): (Vec<u8>, usize),
        result: &ResultRow,
        now: Timestamp,
    ) -> Result<(Vec<u8>, Vec<String>), SigningError> {
        let signer = self.agency_signer(result.agency_id, now).await?;
        let agency = result.agency_id;
        let place = self
            .db
            .read(move |c| crate::accounts::agencies::by_id(c, agency))
            .await?
            .map(|a| a.place_name)
            .unwrap_or_default();
        let facts = SignatureFacts {
            name: crate::dossiers::events::actor_words(who).1,
            reason: "Ký ban hành".to_owned(),
            location: place,
            at: now,
        };
        let signed = tokio::task::spawn_blocking(move || {
            let mut pdf = pdf;
            let mut certificates = Vec::new();
            for _ in 0..count {
                let signed = sign_pdf(&pdf, signer.as_ref(), &facts)?;
                pdf = signed.pdf;
                certificates.push(signed.certificate);
            }
            Ok::<_, SignError>((pdf, certificates))
        });
        Ok(signed.await.map_err(|e| SignError::Key(e.to_string()))??)
    }

    /// The agency's key; a demonstration agency without one gets a demonstration key.
    async fn agency_signer(&self, agency: AgencyId, now: Timestamp) -> Result<Arc<Pkcs12Signer>, SigningError> {
        let row = self.db.read(move |c| documents::agency_key(c, agency)).await?;
        let row = match row {
            Some(row) => row,
            None => self.make_demo_key(agency, now).await?,
        };
        let password = self.keys.tag("agency-key", agency.to_string().as_bytes());
        let sealed = row.pkcs12_enc;
        let keys = self.keys.clone();
        let opened = tokio::task::spawn_blocking(move || {
            let text = keys.open_text(KEY_PLACE, &sealed).map_err(|e| SignError::Key(e.to_string()))?;
            let file = data_encoding::BASE64.decode(text.as_bytes()).map_err(|e| SignError::Key(e.to_string()))?;
            Pkcs12Signer::open(&file, &password)
        });
        Ok(Arc::new(opened.await.map_err(|e| SignError::Key(e.to_string()))??))
    }

    async fn make_demo_key(&self, agency: AgencyId, now: Timestamp) -> Result<AgencyKey, SigningError> {
        let of = self.db.read(move |c| crate::accounts::agencies::by_id(c, agency)).await?;
        let of = of.filter(|a| a.is_demo && self.settings.is_development()).ok_or(SigningError::NoKey)?;
        let password = self.keys.tag("agency-key", agency.to_string().as_bytes());
        let made = DemoCa::new(now)?.issue(&of.name, &of.code, &password, Algorithm::EcdsaP256Sha256)?;
        let sealed = self
            .keys
            .seal_text(KEY_PLACE, &data_encoding::BASE64.encode(&made.pkcs12))
            .map_err(|e| SignError::Key(e.to_string()))?;
        let key = AgencyKey {
            agency_id: agency,
            pkcs12_enc: sealed,
            subject: made.subject,
            valid_from: made.valid_from,
            valid_to: made.valid_to,
            is_demo: true,
            created_at: now,
        };
        let stored = key.clone();
        let inserted = self.db.write(move |tx| documents::insert_agency_key(tx.conn(), &stored)).await;
        match inserted {
            Ok(()) => Ok(key),
            // Another signature made one at the same moment: that one counts.
            Err(crate::db::Error::Unique(_)) => {
                self.db.read(move |c| documents::agency_key(c, agency)).await?.ok_or(SigningError::NoKey)
            }
            Err(e) => Err(e.into()),
        }
    }
}
