//! Money through gateways: begun by the citizen (or whoever has the pay link), credited by the gateway's word alone.
//!
//! A payment is credited exactly once, whatever is repeated, late or told by several ways at once: every word is judged
//! under the dossier's lock by [`payments::verdict::judge`].

use serde_json::{Value, json};

use super::obligations::collected_elsewhere;
use super::payment::{awaits_fee, covered, nothing_owed, settle};
use super::receipts::{self, PaidFor};
use super::telling::{self, Tell};
use super::{ActError, Desk, Rules, desk};
use crate::db::Tx;
use crate::dossiers::{self, Dossier, Step};
use crate::kernel::{Actor, AgencyId, DossierId, FeeId, PaymentId, Timestamp, Vnd};
use crate::payments::gateway;
use crate::payments::verdict::{Known, Said, Told, Verdict, judge};
use crate::payments::{self, Begun, FeeLineRow, FeeState, Heard, Payment, PaymentState, Way, Word, machine};

/// Who begins a payment.
#[derive(Clone, Debug)]
pub enum Payer {
    /// The dossier's citizen.
    Known(Actor),
    /// Whoever was given the pay link: a relative, an employer. May pay, sees nothing.
    Link,
}

/// A payment to begin. What the gateway is told is put together before.
#[derive(Clone, Debug)]
pub struct Begin {
    pub dossier: DossierId,
    pub payer: Payer,
    pub gateway: String,
    /// A fresh number of ours.
    pub reference: String,
    pub expires_at: Timestamp,
    /// When to ask the gateway, should it say nothing.
    pub ask_at: Timestamp,
    pub ordered: Value,
}

/// Begins a payment of all that is owed to us, or gives the one that is under way for the same fees at the same gateway: two
/// open windows lead to one order, which the gateway takes money for once.
///
/// # Errors
/// [`ActError::NotFound`] for whose dossier it is not, [`ActError::NotAllowed`] where the dossier's status takes no
/// money, the rules `nothing-owed`, `collected-elsewhere` and `payment-checking`.
pub fn begin(tx: &mut Tx<'_>, cmd: &Begin, rules: &Rules, now: Timestamp) -> Result<Payment, ActError> {
    let dossier = lock(tx, cmd.dossier)?;
    let who = match &cmd.payer {
        Payer::Known(who) => {
            may_begin(who, &dossier)?;
            who
        }
        Payer::Link => &Actor::Anonymous,
    };
    if !rules.fit(&dossier) {
        return Err(ActError::OtherRules);
    }
    desk::moves(who, &dossier, rules, Step::RecordPayment)?;
    let lines = payments::lines_of(tx.conn(), dossier.id)?;
    let elsewhere = payments::owed_elsewhere(&lines).0 > 0;
    let owed: Vec<FeeLineRow> = lines.into_iter().filter(FeeLineRow::is_owed_here).collect();
    if owed.is_empty() {
        return Err(if elsewhere { collected_elsewhere() } else { nothing_owed() });
    }
    if let Some(open) = under_way(tx, &dossier, (&cmd.gateway, &owed), now)? {
        return Ok(open);
    }
    let begun = Begun {
        dossier: dossier.id,
        gateway: cmd.gateway.clone(),
        reference: cmd.reference.clone(),
        amount: owed.iter().map(FeeLineRow::amount).sum(),
        agency: dossier.agency_id,
        by: who.account(),
        expires_at: cmd.expires_at,
        ask_at: cmd.ask_at,
        ordered: cmd.ordered.clone(),
    };
    let payment = payments::insert_begun(tx.conn(), &begun, &owed, now)?;
    let ids: Vec<FeeId> = owed.iter().map(|l| l.id).collect();
    payments::mark_owed(tx.conn(), &ids, (payment.id, FeeState::Pending))?;
    Ok(payment)
}

fn lock(tx: &mut Tx<'_>, id: DossierId) -> Result<Dossier, ActError> {
    dossiers::lock(tx.conn(), id).map_err(|e| match e {
        crate::db::Error::NotFound => ActError::NotFound,
        e => ActError::Db(e),
    })
}

fn may_begin(who: &Actor, dossier: &Dossier) -> Result<(), ActError> {
    match who {
        Actor::Citizen { account, .. } if dossier.belongs_to(*account) => Ok(()),
        // Even that it exists is private.
        Actor::Citizen { .. } | Actor::Anonymous => Err(ActError::NotFound),
        Actor::Officer(_) | Actor::System => Err(ActError::Forbidden),
    }
}

/// Why nobody pays again yet: money may have been taken that was not told of.
fn checking() -> ActError {
    ActError::rule(
        "payment-checking",
        (
            "Lần thanh toán trước đang được xác minh với ngân hàng, thường xong sau vài phút. Xin đừng thanh toán lại.",
            "The payment before is being checked with the bank, which usually takes a few minutes. Please do not pay again yet.",
        ),
    )
}

/// A payment that can still be made for exactly these fees at this gateway. One whose time is over, and of whose end the
/// gateway has not been heard, stands in the way of another: what it took would be taken twice.
fn under_way(
    tx: &mut Tx<'_>,
    dossier: &Dossier,
    (gateway, lines): (&str, &[FeeLineRow]),
    now: Timestamp,
) -> Result<Option<Payment>, ActError> {
    let mut wanted: Vec<FeeId> = lines.iter().map(|l| l.id).collect();
    wanted.sort_unstable();
    for payment in payments::of_dossier(tx.conn(), dossier.id)? {
        if payment.state() != PaymentState::Pending {
            continue;
        }
        let mut fees = payments::fees_of(tx.conn(), payment.id)?;
        if !fees.iter().any(|fee| wanted.contains(fee)) {
            continue;
        }
        if payment.expires_at.is_none_or(|end| end <= now) {
            return Err(checking());
        }
        fees.sort_unstable();
        // What was ordered before the answers changed is not what is owed now.
        let owed: Vnd = lines.iter().map(FeeLineRow::amount).sum();
        if payment.gateway.as_deref() == Some(gateway) && fees == wanted && payment.amount() == owed {
            return Ok(Some(payment));
        }
    }
    Ok(None)
}

/// A gateway's word, by whatever way it came; genuine, which is seen to before.
#[derive(Clone, Debug)]
pub struct GatewayWord {
    pub gateway: String,
    pub way: Way,
    pub reference: String,
    pub said: Said,
    pub amount: Option<Vnd>,
    pub transaction: Option<String>,
    /// When the money was moved, by the gateway.
    pub moved_at: Option<Timestamp>,
    pub code: String,
    /// The message as it came.
    pub body: String,
    /// When to ask next where nothing is known yet.
    pub ask_at: Timestamp,
    /// Into whose account the money came, or whose statement says it, where no payment does; none: nobody knows.
    pub owners: Vec<AgencyId>,
}

impl GatewayWord {
    /// What a gateway said of a number of ours.
    pub fn of(name: &str, (way, reference): (Way, String), word: gateway::Word, ask_at: Timestamp) -> Self {
        let gateway::Word { said, amount, transaction, moved_at, code, body } = word;
        let (gateway, owners) = (name.to_owned(), Vec::new());
        Self { gateway, way, reference, said, amount, transaction, moved_at, code, body, ask_at, owners }
    }

    fn told(&self, is_anothers: bool) -> Told<'_> {
        Told { said: self.said, amount: self.amount, transaction: self.transaction.as_deref(), is_anothers }
    }
}

/// Takes a gateway's word. `rules`: of the payment's dossier; none where no payment has this number.
///
/// # Errors
/// [`ActError::OtherRules`] where the rules are another dossier's, or a failure of the database; then nothing of the
/// word is kept and it must be told again.
pub fn hear(tx: &mut Tx<'_>, word: &GatewayWord, rules: Option<&Rules>, now: Timestamp) -> Result<Verdict, ActError> {
    let found = payments::by_reference(tx.conn(), &word.gateway, &word.reference)?;
    let Some(found) = found else { return hear_of_none(tx, word, now) };
    let rules = rules.ok_or(ActError::OtherRules)?;
    // Whoever speaks of the same payment at the same moment waits here, then sees what was done.
    lock(tx, found.dossier_id)?;
    let payment = payments::by_id(tx.conn(), found.id)?;
    let known = Known { state: payment.state(), amount: payment.amount(), transaction: payment.gateway_txn.as_deref() };
    let (verdict, step) = judge(Some(known), word.told(is_anothers(tx, word, payment.id)?));
    let to = step.and_then(|step| machine::next(payment.state(), step));
    let mut is_held = verdict.is_held();
    match (verdict, to) {
        (Verdict::Credited, Some(to)) => {
            is_held = credit(tx, (&payment, to), word, rules, now)?.0 > 0;
            if let Some(transaction) = &word.transaction {
                payments::release_unknown(tx.conn(), &word.gateway, transaction, now)?;
            }
        }
        (Verdict::Declined, Some(to)) => decline(tx, (&payment, to, FeeState::Failed), &word.code)?,
        (Verdict::Repeated, _) if payment.gateway_txn.is_none() && word.said == Said::Moved => {
            // It was told without its number first: another number would be other money.
            if let Some(transaction) = &word.transaction {
                payments::name_transaction(tx.conn(), payment.id, transaction)?;
            }
        }
        (Verdict::Open, _) => payments::put_off(tx.conn(), payment.id, word.ask_at)?,
        _ => {}
    }
    keep(tx, word, (Some(payment.id), verdict, is_held), now)?;
    Ok(verdict)
}

/// Takes a word that belongs to no payment. Where it tells of money, a person must find out whose that is: of its
/// owners, where they are known.
///
/// # Errors
/// A failure of the database; then the word must be told again.
pub fn hear_of_none(tx: &mut Tx<'_>, word: &GatewayWord, now: Timestamp) -> Result<Verdict, ActError> {
    let (verdict, _) = judge(None, word.told(false));
    keep(tx, word, (None, verdict, word.said == Said::Moved), now)?;
    Ok(verdict)
}

/// Whether the transaction that the word names moved another payment's money, or its money goes back already.
fn is_anothers(tx: &mut Tx<'_>, word: &GatewayWord, payment: PaymentId) -> Result<bool, ActError> {
    let Some(transaction) = &word.transaction else { return Ok(false) };
    if payments::by_transaction(tx.conn(), &word.gateway, transaction)?.is_some_and(|id| id != payment) {
        return Ok(true);
    }
    Ok(payments::refund_of_transaction(tx.conn(), &word.gateway, transaction)?.is_some())
}

/// Keeps a message that bears the gateway's signature and makes no sense here (another merchant's, a field missing): a
/// person must look at it.
///
/// # Errors
/// A failure of the database.
pub fn hold(
    tx: &mut Tx<'_>,
    (gateway, way): (&str, Way),
    (body, owners): (&str, &[AgencyId]),
    now: Timestamp,
) -> Result<(), ActError> {
    let (payment, reference, transaction, amount) = (None, None, None, None);
    let (code, verdict) = ("", "senseless");
    let (said, is_held) = (None, true);
    let heard = Heard {
        gateway,
        way,
        payment,
        reference,
        transaction,
        amount,
        said,
        code,
        verdict,
        body,
        is_held,
        agency: only(owners),
    };
    heard_for(tx, (&heard, owners), now)
}

/// The one owner; several share what came.
fn only(owners: &[AgencyId]) -> Option<AgencyId> {
    owners.first().copied().filter(|_| owners.len() == 1)
}

fn heard_for(tx: &mut Tx<'_>, (heard, owners): (&Heard<'_>, &[AgencyId]), now: Timestamp) -> Result<(), ActError> {
    payments::hear(tx.conn(), heard, now)?;
    if heard.payment.is_none() && owners.len() > 1 {
        payments::share_word(tx.conn(), heard, owners)?;
    }
    Ok(())
}

fn keep(
    tx: &mut Tx<'_>,
    word: &GatewayWord,
    (payment, verdict, is_held): (Option<PaymentId>, Verdict, bool),
    now: Timestamp,
) -> Result<(), ActError> {
    let heard = Heard {
        gateway: &word.gateway,
        way: word.way,
        payment,
        reference: Some(&word.reference),
        transaction: word.transaction.as_deref(),
        amount: word.amount,
        said: Some(word.said),
        code: &word.code,
        verdict: verdict.as_str(),
        body: &word.body,
        is_held,
        agency: only(&word.owners).filter(|_| payment.is_none()),
    };
    heard_for(tx, (&heard, &word.owners), now)
}

/// Credits the money to the fees it was for; tells what belongs to none of them any more (paid otherwise meanwhile,
/// or the dossier was withdrawn) and must go back.
fn credit(
    tx: &mut Tx<'_>,
    (payment, to): (&Payment, PaymentState),
    word: &GatewayWord,
    rules: &Rules,
    now: Timestamp,
) -> Result<Vnd, ActError> {
    let system = Actor::System;
    let desk = Desk::open(tx, &system, rules, payment.dossier_id, Step::Paid, now)?;
    let waited = awaits_fee(desk.tx.conn(), &desk.dossier)?;
    let fees = payments::fees_of(desk.tx.conn(), payment.id)?;
    let lines = payments::lines_of(desk.tx.conn(), desk.dossier.id)?;
    let meant: Vec<FeeLineRow> = lines.into_iter().filter(|l| fees.contains(&l.id)).collect();
    let (settled, room) = covered(&meant, payment.amount());
    let ids: Vec<FeeId> = settled.iter().map(|l| l.id).collect();
    let codes: Vec<&str> = settled.iter().map(|l| l.code.as_str()).collect();
    let applied = Vnd(payment.amount().0 - room.0);
    payments::mark_paid(desk.tx.conn(), &ids, payment.id, now)?;
    let change = Word {
        state: Some(to),
        gateway_txn: word.transaction.clone(),
        occurred_at: Some(word.moved_at.unwrap_or(now)),
        applied: Some(applied),
        code: Some(word.code.clone()),
    };
    payments::change(desk.tx.conn(), payment, &change)?;
    let mut changes = json!({
        "payment": payment.id, "method": payment.method, "amount_vnd": payment.amount(), "lines": codes,
    });
    if room.0 > 0 {
        changes["surplus_vnd"] = json!(room);
    }
    let done = settle(desk, waited, changes)?;
    let paid_for = PaidFor {
        payment: payment.id,
        lines: &settled,
        method: "Thanh toán trực tuyến",
        reference: payment.reference.as_deref(),
    };
    receipts::issue(tx, &done, &paid_for, rules, now)?;
    if applied.0 > 0 {
        telling::tell(tx, rules, &done.dossier, Tell::PaymentReceived { amount: payment.amount() }, now)?;
    }
    if room.0 > 0 {
        telling::tell(tx, rules, &done.dossier, Tell::PaidTooMuch { amount: room, changed: false }, now)?;
    }
    Ok(room)
}

/// Marks a payment as failed or run out, and its fees as owed again, unless another payment is under way for them.
fn decline(
    tx: &mut Tx<'_>,
    (payment, to, fees): (&Payment, PaymentState, FeeState),
    code: &str,
) -> Result<(), ActError> {
    let mine: Vec<FeeId> = payments::lines_of(tx.conn(), payment.dossier_id)?
        .into_iter()
        .filter(|l| l.payment_id == Some(payment.id))
        .map(|l| l.id)
        .collect();
    payments::mark_owed(tx.conn(), &mine, (payment.id, fees))?;
    let change = Word { state: Some(to), code: Some(code.to_owned()), ..Word::default() };
    Ok(payments::change(tx.conn(), payment, &change)?)
}

/// Ends a payment whose time is over, when the gateway, asked after that time, knows of no money. Money that comes all
/// the same is still credited.
///
/// # Errors
/// A failure of the database.
pub fn expire(tx: &mut Tx<'_>, id: PaymentId, code: &str) -> Result<(), ActError> {
    let found = payments::by_id(tx.conn(), id)?;
    lock(tx, found.dossier_id)?;
    let payment = payments::by_id(tx.conn(), id)?;
    match machine::next(payment.state(), machine::Move::Expire) {
        Some(to) => decline(tx, (&payment, to, FeeState::Expired), code),
        None => Ok(()),
    }
}
