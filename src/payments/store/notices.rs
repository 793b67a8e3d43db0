//! Table `payment_notices`: everything that a gateway or a bank ever told, once each, with how often it was told.

use data_encoding::HEXLOWER;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::db::schema::{notice_agencies as na, payment_notices as n};
use crate::db::{Both, Conn, Error};
use crate::kernel::{AccountId, AgencyId, NoticeId, PaymentId, Timestamp, Vnd};
use crate::payments::verdict::Said;

/// The most of a message that is kept.
const LONGEST_BODY: usize = 4_000;

/// By which way it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Server to server, by the gateway.
    Ipn,
    /// We asked.
    Query,
    /// A line of a statement.
    Statement,
    /// A bank's notice of credit.
    Bank,
}

impl Way {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ipn => "ipn",
            Self::Query => "query",
            Self::Statement => "statement",
            Self::Bank => "bank",
        }
    }
}

/// What was told, and what came of it.
#[derive(Clone, Debug)]
pub struct Heard<'a> {
    pub gateway: &'a str,
    pub way: Way,
    pub payment: Option<PaymentId>,
    pub reference: Option<&'a str>,
    pub transaction: Option<&'a str>,
    pub amount: Option<Vnd>,
    /// What it says of the money; none where it makes no sense.
    pub said: Option<Said>,
    /// The gateway's own word for how it went.
    pub code: &'a str,
    /// The fixed name of the verdict.
    pub verdict: &'a str,
    /// The message as it came.
    pub body: &'a str,
    /// Whether a person must look at it.
    pub is_held: bool,
    /// Into whose account the money came, where no payment says it.
    pub agency: Option<AgencyId>,
}

/// A notice as it is kept.
#[derive(Clone, Debug, Queryable)]
pub struct NoticeRow {
    pub id: NoticeId,
    pub gateway: String,
    pub kind: String,
    pub fingerprint: String,
    pub payment_id: Option<PaymentId>,
    pub reference: Option<String>,
    pub gateway_txn: Option<String>,
    amount_vnd: Option<i64>,
    pub verdict: String,
    pub body: String,
    pub times: i64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    pub is_held: bool,
    pub settled_by: Option<AccountId>,
    pub settled_at: Option<Timestamp>,
    /// `credited`, `refund` or `nothing`.
    pub settlement: Option<String>,
    said: Option<String>,
    /// Why.
    pub settlement_note: Option<String>,
    /// Into whose account the money came, where no payment says it.
    pub agency_id: Option<AgencyId>,
    /// The payment that the money was credited to.
    pub settled_payment_id: Option<PaymentId>,
    /// Who took it on, where nobody knew whose it was.
    pub taken_agency_id: Option<AgencyId>,
}

impl NoticeRow {
    /// How much it tells of.
    pub fn amount(&self) -> Option<Vnd> {
        self.amount_vnd.map(Vnd)
    }

    /// What it says of the money; none where it makes no sense.
    pub fn said(&self) -> Option<Said> {
        [Said::Moved, Said::NotMoved, Said::Open, Said::Suspected]
            .into_iter()
            .find(|s| Some(s.as_str()) == self.said.as_deref())
    }
}

impl Heard<'_> {
    /// What makes it the same as another: all that it says of a payment; the whole message, where it names none.
    fn fingerprint(&self) -> String {
        let said = match self.reference {
            Some(reference) => {
                let amount = self.amount.map(|a| a.0.to_string()).unwrap_or_default();
                [reference, self.transaction.unwrap_or_default(), &amount, self.code].join("|")
            }
            None => self.body.to_owned(),
        };
        HEXLOWER.encode(&Sha256::digest(format!("{}|{said}", self.verdict).as_bytes()))
    }
}

/// Keeps a notice. The same words with the same outcome are kept once and counted: a gateway repeats itself, and says
/// the same in new words each time that it is asked.
///
/// # Errors
/// A failure of the database.
pub fn hear(conn: &mut Conn, heard: &Heard<'_>, now: Timestamp) -> Result<(), Error> {
    let body: String = heard.body.chars().take(LONGEST_BODY).collect();
    let fingerprint = heard.fingerprint();
    let kept = diesel::insert_into(n::table)
        .values((
            n::id.eq(NoticeId::new()),
            n::gateway.eq(heard.gateway),
            n::kind.eq(heard.way.as_str()),
            n::fingerprint.eq(fingerprint),
            n::payment_id.eq(heard.payment),
            n::reference.eq(heard.reference),
            n::gateway_txn.eq(heard.transaction),
            n::amount_vnd.eq(heard.amount.map(|a| a.0)),
            n::said.eq(heard.said.map(Said::as_str)),
            n::verdict.eq(heard.verdict),
            n::body.eq(body),
            n::times.eq(1_i64),
            n::first_at.eq(now),
            n::last_at.eq(now),
            n::is_held.eq(heard.is_held),
            n::agency_id.eq(heard.agency),
        ))
        .on_conflict((n::gateway, n::kind, n::fingerprint))
        .do_update()
        .set((n::times.eq(n::times + 1), n::last_at.eq(now)));
    Both(kept).execute(conn)?;
    Ok(())
}

/// Writes down who collects into the account that a held notice's money came into, where they are several.
///
/// # Errors
/// A failure of the database.
pub fn share_word(conn: &mut Conn, heard: &Heard<'_>, agencies: &[AgencyId]) -> Result<(), Error> {
    let same = n::table.filter(n::gateway.eq(heard.gateway)).filter(n::kind.eq(heard.way.as_str()));
    let id: NoticeId = same.filter(n::fingerprint.eq(heard.fingerprint())).select(n::id).first(conn)?;
    for agency in agencies {
        let row = diesel::insert_into(na::table).values((na::notice_id.eq(id), na::agency_id.eq(*agency)));
        Both(row.on_conflict((na::notice_id, na::agency_id)).do_nothing()).execute(conn)?;
    }
    Ok(())
}

/// Who collects into the account that a notice's money came into, where they are several.
///
/// # Errors
/// A failure of the database.
pub fn sharers_of(conn: &mut Conn, id: NoticeId) -> Result<Vec<AgencyId>, Error> {
    Ok(na::table.filter(na::notice_id.eq(id)).order(na::agency_id).select(na::agency_id).load(conn)?)
}

/// How many notices wait for a person.
///
/// # Errors
/// A failure of the database.
pub fn held(conn: &mut Conn) -> Result<i64, Error> {
    let open = n::table.filter(n::is_held.eq(true)).filter(n::settled_at.is_null());
    Ok(open.count().get_result(conn)?)
}

/// Lets go of what was held because nobody knew whose money it was: by now the transaction has been credited.
///
/// # Errors
/// A failure of the database.
pub fn release_unknown(conn: &mut Conn, gateway: &str, transaction: &str, now: Timestamp) -> Result<(), Error> {
    let held = n::table
        .filter(n::gateway.eq(gateway))
        .filter(n::gateway_txn.eq(transaction))
        .filter(n::settled_at.is_null())
        .filter(n::verdict.eq("unknown"));
    diesel::update(held).set((n::settled_at.eq(Some(now)), n::settlement.eq(Some("credited")))).execute(conn)?;
    Ok(())
}

/// Everything told of a payment, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn heard_of(conn: &mut Conn, payment: PaymentId) -> Result<Vec<NoticeRow>, Error> {
    Ok(n::table.filter(n::payment_id.eq(payment)).order((n::first_at, n::id)).load(conn)?)
}
