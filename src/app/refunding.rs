//! Money on its way back: what lies around the acts of `office::refunds` and `office::held_words`. A gateway is told of
//! a refund under one number for ever; when its answer is lost, it is asked before it is told again.

use super::filing::Opened;
use super::{App, Error};
use crate::db;
use crate::dossiers;
use crate::kernel::{Actor, DossierId, NoticeId, RefundId, Timestamp, clock, local_date};
use crate::office::refunds::{self, Ask, PayOut};
use crate::office::{ActError, Rules, held_words};
use crate::outbox::{Answer, Every, Registry};
use crate::payments::gateway::{About, GiveBack, GivenBack};
use crate::payments::{self, NoticeRow, RefundRow, RefundState, RefundWay};

/// Minutes from one try to the next while nobody knows what became of a refund.
const TOLD_AGAIN: i64 = 5;
/// The same once it has been tried often.
const TOLD_AGAIN_LATER: i64 = 60;
/// Tries after which it is asked less often.
const OFTEN: i64 = 12;
/// How many refunds one run sends.
const BATCH: i64 = 50;
/// The schedule that asks again.
const ASK_AGAIN: &str = "payments.refund_again";
/// Who asks for a refund, as the gateway keeps it: no officer's name leaves the house.
const BY: &str = "motcua";

/// What an officer decides about a held word.
#[derive(Clone, Debug)]
pub enum Settle {
    /// Its money is for this dossier.
    Credit { dossier: String },
    /// Its money goes back.
    SendBack,
    /// There is nothing to do.
    Nothing,
}

/// What an officer decides about a refund.
#[derive(Clone, Debug)]
pub enum Decide {
    Approve,
    Decline {
        reason: String,
    },
    PayOut(PayOut),
    /// What became of it, by the bank's papers.
    Conclude {
        is_done: bool,
        reason: String,
    },
}

impl App {
    /// Settles a held word.
    ///
    /// # Errors
    /// As the acts of [`held_words`].
    pub async fn settle_word(
        &self,
        who: &Actor,
        (id, settle): (NoticeId, Settle),
        reason: String,
    ) -> Result<(), ActError> {
        let (who, now) = (who.clone(), self.now());
        match settle {
            Settle::Credit { dossier } => {
                let opened: Opened = self.open_dossier(&who, &dossier).await?;
                let (target, rules) = (opened.dossier.id, opened.rules);
                let credit = move |tx: &mut db::Tx<'_>| {
                    held_words::credit(tx, &who, (id, target, &reason), &rules, now).map(drop)
                };
                self.db.write(credit).await
            }
            Settle::SendBack => {
                let (dossier, way) = self.about_word(id).await?;
                let rules = self.rules_by_id(dossier).await?;
                let send = move |tx: &mut db::Tx<'_>| {
                    held_words::send_back(tx, &who, (id, way, &reason), rules.as_ref(), now).map(drop)
                };
                self.db.write(send).await
            }
            Settle::Nothing => self.db.write(move |tx| held_words::dismiss(tx, &who, (id, &reason), now)).await,
        }
    }

    /// Whether a gateway gives money back by itself.
    pub fn gives_back(&self, gateway: &str) -> bool {
        self.gateway(gateway).is_some_and(|gateway| gateway.gives_back())
    }

    /// The dossier that a word is about, where one is known, and how its money goes back: by its gateway, unless that
    /// does not, or has refused it before.
    async fn about_word(&self, id: NoticeId) -> Result<(Option<DossierId>, RefundWay), ActError> {
        let app = self.clone();
        let read = move |c: &mut db::Conn| {
            let word: NoticeRow = payments::held_word(c, id)?;
            let payment = word.payment_id.map(|id| payments::by_id(c, id)).transpose()?;
            Ok::<_, db::Error>((payment.map(|payment| payment.dossier_id), app.way_back_of(c, &word)?))
        };
        self.db.read(read).await.map_err(missing)
    }

    /// How a held word's money goes back.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn way_back_of(&self, conn: &mut db::Conn, word: &NoticeRow) -> Result<RefundWay, db::Error> {
        let by_gateway = self.gives_back(&word.gateway) && !payments::was_refused(conn, word)?;
        Ok(if by_gateway { RefundWay::Gateway } else { RefundWay::Transfer })
    }

    async fn rules_by_id(&self, dossier: Option<DossierId>) -> Result<Option<Rules>, ActError> {
        let Some(id) = dossier else { return Ok(None) };
        let app = self.clone();
        let read = move |c: &mut db::Conn| {
            let dossier = dossiers::by_id(c, id)?;
            app.rules_of(c, &dossier).map(|(rules, _)| Some(rules))
        };
        self.db.read(read).await.map_err(missing)
    }

    /// Asks that money of a dossier go back.
    ///
    /// # Errors
    /// As [`refunds::ask`]; the rule `no-gateway-payment` also where the gateway gives nothing back by itself.
    pub async fn ask_refund(&self, who: &Actor, opened: &Opened, ask: Ask) -> Result<RefundRow, ActError> {
        if ask.way == RefundWay::Gateway {
            let id = ask.payment;
            let payment = self.db.read(move |c| payments::by_id(c, id)).await.map_err(missing)?;
            if !payment.gateway.is_some_and(|gateway| self.gives_back(&gateway)) {
                return Err(refunds::no_gateway());
            }
        }
        let (who, rules, now) = (who.clone(), opened.rules.clone(), self.now());
        self.db.write(move |tx| refunds::ask(tx, &who, &ask, &rules, now)).await
    }

    /// Decides about a refund.
    ///
    /// # Errors
    /// As the acts of [`refunds`].
    pub async fn decide_refund(&self, who: &Actor, id: RefundId, decide: Decide) -> Result<(), ActError> {
        let row = self.db.read(move |c| payments::refund(c, id)).await.map_err(missing)?;
        let rules = self.rules_by_id(row.dossier_id).await?;
        let (who, now, request) = (who.clone(), self.now(), uuid::Uuid::now_v7().simple().to_string());
        let write = move |tx: &mut db::Tx<'_>| {
            let rules = rules.as_ref();
            match &decide {
                Decide::Approve => refunds::approve(tx, &who, (id, &request), rules, now).map(drop),
                Decide::Decline { reason } => refunds::decline(tx, &who, (id, reason), rules, now),
                Decide::PayOut(cmd) => refunds::pay_out(tx, &who, cmd, rules, now),
                Decide::Conclude { is_done, reason } => refunds::conclude(tx, &who, (id, *is_done, reason), rules, now),
            }
        };
        self.db.write(write).await
    }

    /// Tells gateways of every refund whose time has come, or asks what became of it; tells how many ended.
    ///
    /// # Errors
    /// A failure of the database. A gateway that can't be reached is asked again later.
    pub async fn send_refunds(&self, now: Timestamp) -> Result<usize, Error> {
        let mut ended = 0;
        for id in self.db.read(move |c| payments::refunds_to_send(c, now, BATCH)).await? {
            match self.send_refund(id, now).await {
                Ok(state) => ended += usize::from(state.is_some_and(|s| !s.is_open())),
                Err(ActError::Db(e)) => return Err(e.into()),
                Err(e) => tracing::warn!(refund = %id, reason = %e, "a refund was left as it is"),
            }
        }
        Ok(ended)
    }

    async fn send_refund(&self, id: RefundId, now: Timestamp) -> Result<Option<RefundState>, ActError> {
        // The try is counted before anything leaves: who dies in between asks first the next time.
        let before = self.db.read(move |c| payments::refund(c, id)).await?;
        let minutes = if before.tries < OFTEN { TOLD_AGAIN } else { TOLD_AGAIN_LATER };
        let again = now.plus_minutes(minutes);
        let taken = self.db.write(move |tx| payments::take_refund(tx.conn(), id, (now, again))).await?;
        let Some(row) = taken else { return Ok(None) };
        let given = self.told(&row, now).await?;
        let rules = self.rules_by_id(row.dossier_id).await?;
        let state = self.db.write(move |tx| refunds::heard(tx, (id, &given), rules.as_ref(), now)).await?;
        Ok(Some(state))
    }

    /// Tells the gateway of a refund the first time. After that it is asked; and told again, under the same number,
    /// only while the gateway still remembers that number as one (the same day).
    async fn told(&self, row: &RefundRow, now: Timestamp) -> Result<GivenBack, ActError> {
        let unsure = |reason: &str| GivenBack::Unsure { reason: reason.to_owned() };
        let payment = match row.payment_id {
            Some(id) => Some(self.db.read(move |c| payments::by_id(c, id)).await?),
            None => None,
        };
        let Some(gateway) = row.gateway.as_deref().and_then(|name| self.gateway(name)) else {
            return Ok(unsure("no such gateway is set up"));
        };
        let (Some(reference), Some(request)) = (row.reference.clone(), row.request.clone()) else {
            return Ok(GivenBack::Refused { code: "no-reference".to_owned() });
        };
        let what = GiveBack {
            about: About {
                reference,
                ordered_at: row.ordered_at.unwrap_or(row.asked_at),
                transaction: row.gateway_txn.clone(),
                now: clock::machine_now(),
            },
            request,
            paid: payment.as_ref().map_or(row.amount(), payments::Payment::amount),
            amount: row.amount(),
            by: BY.to_owned(),
        };
        if row.tries <= 1 {
            return Ok(match gateway.give_back(&what).await {
                // Nothing was sent before: what the gateway takes for the same again is something else.
                GivenBack::TakenBefore { code } => unsure(&code),
                given => given,
            });
        }
        if self.is_only_refund(row).await? {
            match gateway.ask_back(&what).await {
                GivenBack::Unsure { .. } => {}
                given => return Ok(given),
            }
        }
        match row.first_sent_at {
            Some(first) if local_date(first) == local_date(now) => Ok(match gateway.give_back(&what).await {
                // It may refuse because the first telling, whose answer was lost, was carried out.
                GivenBack::Refused { code } => unsure(&code),
                given => given,
            }),
            _ => Ok(unsure("sent on another day; a person must look")),
        }
    }

    /// Whether the gateway was told of no other refund under the same number of a payment: it tells of a payment, not of
    /// one refund, and can be believed only then.
    async fn is_only_refund(&self, row: &RefundRow) -> Result<bool, ActError> {
        if row.payment_id.is_none() {
            return Ok(false);
        }
        let row = row.clone();
        Ok(self.db.read(move |c| payments::others_sent_under(c, &row)).await? == 0)
    }

    /// Names the handlers and schedules of refunds.
    pub(super) fn register_refund_jobs(&self, registry: &mut Registry) {
        for kind in [refunds::SEND, ASK_AGAIN] {
            let app = self.clone();
            registry.on(kind, move |_, now| {
                let app = app.clone();
                async move {
                    match app.send_refunds(now).await {
                        Ok(_) => Answer::done(),
                        Err(e) => Answer::retry(e.to_string()),
                    }
                }
            });
        }
        registry.every(ASK_AGAIN, Every::Minutes(1));
    }
}

fn missing(e: db::Error) -> ActError {
    match e {
        db::Error::NotFound => ActError::NotFound,
        e => ActError::Db(e),
    }
}
