//! Paying through gateways: what lies around the acts of `office::online_payment`. No gateway is called under a lock.

use std::sync::Arc;

use rand::seq::IndexedRandom as _;

use super::{App, Error};
use crate::dossiers;
use crate::kernel::{Lang, Timestamp, clock, text};
use crate::office::online_payment::{self, Begin, GatewayWord, Payer};
use crate::office::{ActError, Rules};
use crate::outbox::{Answer, Every, Registry};
use crate::payments::gateway::{About, Bill, BillLine, Gateway, GatewayError, Order, OrderWords, Word};
use crate::payments::reference::{self, LETTERS, RANDOM_LETTERS};
use crate::payments::verdict::{Said, Verdict};
use crate::payments::{self, Payment, Way};

/// Minutes from one question to the next while nothing is known.
const ASKED_AGAIN: i64 = 5;
/// Minutes to the next question about what a person has to look at: asking often tells nothing new.
const ASKED_WHEN_HELD: i64 = 60;
/// Minutes after which the gateway is asked about a payment whose payer came back from it.
const ASKED_AFTER_RETURN: i64 = 1;
/// Minutes after the end of the time to pay at which a payment that the gateway does not know is given up.
const GIVEN_UP: i64 = 5;
/// How many payments one run asks about.
const BATCH: i64 = 50;
/// Asks gateways about payments under way.
const ASK: &str = "payments.ask";

/// Why a payment was not begun.
#[derive(Debug, thiserror::Error)]
pub enum PayError {
    #[error(transparent)]
    Act(#[from] ActError),
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// No such gateway is set up here.
    #[error("there is no such way to pay")]
    NoGateway,
}

impl From<crate::db::Error> for PayError {
    fn from(e: crate::db::Error) -> Self {
        Self::Act(ActError::Db(e))
    }
}

/// Where and how a payer pays.
#[derive(Clone, Debug)]
pub struct Wish {
    pub gateway: String,
    pub lang: Lang,
    /// The payer's address on the network.
    pub ip: String,
}

impl App {
    /// A gateway by its name.
    pub fn gateway(&self, name: &str) -> Option<&Arc<dyn Gateway>> {
        self.gateways.iter().find(|g| g.name() == name)
    }

    /// The gateways that collect for a dossier's agency, by name.
    pub fn gateways_for(&self, rules: &Rules) -> Vec<String> {
        let account = rules.agency.collecting.account.as_ref();
        self.gateways.iter().filter(|g| g.collects_for(account)).map(|g| g.name().to_owned()).collect()
    }

    /// Begins a payment of a dossier's fees (or goes on with the one under way) and tells where to send the browser.
    ///
    /// # Errors
    /// [`PayError`].
    pub async fn begin_payment(
        &self,
        payer: Payer,
        dossier: dossiers::Dossier,
        wish: Wish,
    ) -> Result<(Payment, String), PayError> {
        let gateway = Arc::clone(self.gateway(&wish.gateway).ok_or(PayError::NoGateway)?);
        let rules = self.rules_for_payment(&dossier).await?;
        let account = rules.agency.collecting.account.clone();
        if !gateway.collects_for(account.as_ref()) {
            return Err(PayError::NoGateway);
        }
        let now = self.now();
        let info = format!("Thanh toan phi le phi ho so {}", text::unaccent(&dossier.name()));
        let machine = clock::machine_now();
        let minutes = gateway.minutes_to_pay();
        let until = machine.plus_minutes(minutes);
        let words = OrderWords { info, lang: wish.lang, ip: wish.ip, at: machine, until, account };
        let begin = Begin {
            dossier: dossier.id,
            payer,
            gateway: wish.gateway,
            reference: fresh_reference(now),
            expires_at: now.plus_minutes(minutes),
            ask_at: now.plus_minutes(minutes),
            ordered: serde_json::to_value(&words).unwrap_or_default(),
        };
        let (of, fresh) = (rules.clone(), begin.reference.clone());
        let payment = self.db.write(move |tx| online_payment::begin(tx, &begin, &of, now)).await?;
        let bill = if gateway.wants_bill() { Some(self.bill_of(&payment, &dossier, &rules).await?) } else { None };
        // A payment under way is told in its own words again: the gateway knows it by them.
        let words = OrderWords::of(&payment).unwrap_or(words);
        let order = Order {
            reference: payment.reference.clone().unwrap_or_default(),
            amount: payment.amount(),
            words,
            return_url: format!("{}/thanh-toan/{}/return", self.settings.public_url, gateway.name()),
            bill,
        };
        match gateway.order(&order).await {
            Ok(url) => Ok((payment, url)),
            Err(error) => {
                if payment.reference.as_ref() == Some(&fresh) {
                    // No payer was sent anywhere: the fees are free for another try. Money that came all the same is
                    // still credited.
                    let id = payment.id;
                    self.db.write(move |tx| online_payment::expire(tx, id, "not-begun")).await?;
                }
                Err(error.into())
            }
        }
    }

    /// What a gateway writes on its bill of a payment.
    async fn bill_of(
        &self,
        payment: &Payment,
        dossier: &dossiers::Dossier,
        rules: &Rules,
    ) -> Result<Bill, crate::db::Error> {
        let (id, of) = (payment.id, dossier.id);
        let read = move |c: &mut crate::db::Conn| {
            Ok::<_, crate::db::Error>((payments::fees_of(c, id)?, payments::lines_of(c, of)?))
        };
        let (fees, lines) = self.db.read(read).await?;
        let line = |l: &payments::FeeLineRow| BillLine {
            kind: l.kind.clone(),
            code: l.code.clone(),
            name: l.name.clone(),
            amount: l.amount(),
        };
        Ok(Bill {
            procedure: (rules.revision.code.clone(), rules.revision.name.vi.clone()),
            agency: (rules.agency.code.clone(), rules.agency.name.clone()),
            dossier: dossier.name(),
            payer: dossier.applicant_name.clone(),
            province: rules.agency.province.clone().unwrap_or_default(),
            lines: lines.iter().filter(|l| fees.contains(&l.id)).map(line).collect(),
        })
    }

    async fn rules_for_payment(&self, dossier: &dossiers::Dossier) -> Result<Rules, crate::db::Error> {
        let (app, dossier) = (self.clone(), dossier.clone());
        self.db.read(move |c| app.rules_of(c, &dossier).map(|(rules, _)| rules)).await
    }

    /// Takes a genuine word of a gateway, by whatever way it came.
    ///
    /// # Errors
    /// As [`online_payment::hear`]; then the gateway must tell it again.
    pub async fn hear_gateway(&self, mut word: GatewayWord) -> Result<Verdict, ActError> {
        // Gateways go by the machine's clock, the books by the product's.
        word.moved_at =
            word.moved_at.map(|at| at.plus_seconds(self.now().as_second() - clock::machine_now().as_second()));
        let (app, gateway, reference) = (self.clone(), word.gateway.clone(), word.reference.clone());
        let rules = self
            .db
            .read(move |c| {
                let Some(payment) = payments::by_reference(c, &gateway, &reference)? else { return Ok(None) };
                let dossier = dossiers::by_id(c, payment.dossier_id)?;
                app.rules_of(c, &dossier).map(|(rules, _)| Some(rules))
            })
            .await
            .map_err(ActError::Db)?;
        let now = self.now();
        let (gateway, reference) = (word.gateway.clone(), word.reference.clone());
        let verdict = self.db.write(move |tx| online_payment::hear(tx, &word, rules.as_ref(), now)).await?;
        if verdict.is_held() {
            tracing::warn!(gateway, reference, verdict = verdict.as_str(), "a notice is held for a person");
        }
        Ok(verdict)
    }

    /// Keeps a message that bears a gateway's signature and makes no sense, for a person.
    ///
    /// # Errors
    /// A failure of the database.
    pub async fn hold_notice(&self, gateway: &'static str, body: String) -> Result<(), ActError> {
        let now = self.now();
        self.db.write(move |tx| online_payment::hold(tx, (gateway, Way::Ipn), (&body, &[]), now)).await
    }

    /// Notes that the payer came back from the gateway, which moves no money, and gives the payment as it stands.
    ///
    /// # Errors
    /// A failure of the database.
    pub async fn payer_returned(
        &self,
        gateway: &'static str,
        reference: String,
    ) -> Result<Option<Payment>, crate::db::Error> {
        let now = self.now();
        self.db
            .write(move |tx| {
                let Some(payment) = payments::by_reference(tx.conn(), gateway, &reference)? else { return Ok(None) };
                payments::mark_returned(tx.conn(), payment.id, (now, now.plus_minutes(ASKED_AFTER_RETURN)))?;
                Ok(Some(payment))
            })
            .await
    }

    /// Asks the gateways about every payment whose time to be asked has come; tells how many were settled, and operators
    /// how much waits for a person.
    ///
    /// # Errors
    /// A failure of the database. A gateway that can't be reached is asked again later.
    pub async fn ask_gateways(&self, now: Timestamp) -> Result<usize, Error> {
        self.metrics.payment_notices_held.set(self.db.read(payments::held).await?);
        let mut settled = 0;
        for payment in self.db.read(move |c| payments::to_ask(c, now, BATCH)).await? {
            match self.ask_about(&payment, now).await {
                Ok(Asked::Settled) => settled += 1,
                Ok(Asked::Left) => {}
                // Who is not there for one question is not there for the next: each would be waited for.
                Ok(Asked::Unreached) => break,
                Err(ActError::Db(e)) => return Err(e.into()),
                Err(e) => tracing::warn!(payment = %payment.id, reason = %e, "a payment was left as it is"),
            }
        }
        Ok(settled)
    }

    /// Asks the gateway about one payment now, whatever is known of it; tells whether it answered.
    ///
    /// # Errors
    /// As [`online_payment::hear`].
    pub async fn ask_gateway_now(&self, payment: &Payment) -> Result<bool, ActError> {
        Ok(!matches!(self.ask_about(payment, self.now()).await?, Asked::Unreached))
    }

    async fn ask_about(&self, payment: &Payment, now: Timestamp) -> Result<Asked, ActError> {
        let next = now.plus_minutes(ASKED_AGAIN);
        let (Some(name), Some(reference)) = (payment.gateway.clone(), payment.reference.clone()) else {
            return self.later(payment, next).await;
        };
        let Some(gateway) = self.gateway(&name) else { return self.later(payment, next).await };
        let word = match gateway.ask(&about(payment, &reference)).await {
            Ok(word) => word,
            Err(error) => {
                tracing::warn!(gateway = name, %error, "the gateway could not be asked");
                let left = self.later(payment, next).await?;
                return Ok(if matches!(error, GatewayError::Unreached(_)) { Asked::Unreached } else { left });
            }
        };
        if word.said == Said::Open {
            let over = payment.expires_at.is_some_and(|end| now >= end.plus_minutes(GIVEN_UP));
            return if over { self.expire(payment, word).await } else { self.later(payment, next).await };
        }
        let verdict = self.hear_gateway(GatewayWord::of(&name, (Way::Query, reference), word, next)).await?;
        match verdict {
            Verdict::Credited | Verdict::Declined => Ok(Asked::Settled),
            _ => self.later(payment, now.plus_minutes(ASKED_WHEN_HELD)).await,
        }
    }

    async fn later(&self, payment: &Payment, at: Timestamp) -> Result<Asked, ActError> {
        let id = payment.id;
        self.db.write(move |tx| payments::put_off(tx.conn(), id, at)).await.map_err(ActError::Db)?;
        Ok(Asked::Left)
    }

    async fn expire(&self, payment: &Payment, word: Word) -> Result<Asked, ActError> {
        let id = payment.id;
        self.db.write(move |tx| online_payment::expire(tx, id, &word.code)).await?;
        Ok(Asked::Settled)
    }

    /// Names the handlers and schedules of payments.
    pub(super) fn register_payment_jobs(&self, registry: &mut Registry) {
        let app = self.clone();
        registry.on(ASK, move |_, now| {
            let app = app.clone();
            async move {
                match app.ask_gateways(now).await {
                    Ok(_) => Answer::done(),
                    Err(e) => Answer::retry(e.to_string()),
                }
            }
        });
        registry.every(ASK, Every::Minutes(1));
    }
}

/// How asking about a payment went.
enum Asked {
    /// It is paid, failed or over now.
    Settled,
    /// It is still under way, and asked about again later.
    Left,
    /// The gateway does not answer at all.
    Unreached,
}

/// A number for a payment, with letters that nobody can guess.
fn fresh_reference(now: Timestamp) -> String {
    let mut rng = rand::rng();
    let letters = (0..RANDOM_LETTERS).filter_map(|_| LETTERS.choose(&mut rng).copied().map(char::from));
    reference::number(now, &letters.collect::<String>())
}

/// What a gateway is asked by about a payment.
pub(super) fn about(payment: &Payment, reference: &str) -> About {
    About {
        reference: reference.to_owned(),
        ordered_at: OrderWords::of(payment).map_or(payment.recorded_at, |words| words.at),
        transaction: payment.gateway_txn.clone(),
        now: clock::machine_now(),
    }
}
