//! Statements of gateways: each line is a word like every other, judged in the same place; what does not fit is held for
//! a person. The same file again changes nothing, and goes on where it was left.

use std::collections::BTreeSet;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::App;
use super::paying::about;
use super::transfers::payment_of;
use crate::accounts::agencies;
use crate::db::{self, Conn};
use crate::dossiers::{self, Step};
use crate::kernel::{Actor, AgencyId, PaymentId, StatementId, Vnd};
use crate::office::online_payment::GatewayWord;
use crate::office::{ActError, conflict, permission, unlisted};
use crate::payments::statement::{self, Columns, Line, StatementError};
use crate::payments::transfer::{self, transaction_at};
use crate::payments::verdict::{Said, Verdict};
use crate::payments::{self, Elsewhere, Judged, Moved, Payment, StatementLine, StatementRow, Way, reference};

/// The longest statement, in lines.
pub const MOST_LINES: usize = 50_000;

/// Why a statement was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Read(#[from] StatementError),
    #[error("more than {MOST_LINES} lines")]
    TooLong,
    /// No such gateway is set up here.
    #[error("there is no such gateway")]
    NoGateway,
    /// More than half of its lines came by other gateways.
    #[error("{other} of {lines} lines came by {gateway}")]
    OtherGateway { gateway: String, other: usize, lines: usize },
    #[error(transparent)]
    Act(#[from] ActError),
}

impl From<db::Error> for ImportError {
    fn from(e: db::Error) -> Self {
        Self::Act(ActError::Db(e))
    }
}

/// A file as it was sent.
#[derive(Clone, Debug)]
pub struct StatementFile {
    pub gateway: String,
    /// The bank of the account, by its number at NAPAS; of transfers.
    pub bank: Option<String>,
    pub name: String,
    pub content: Vec<u8>,
}

impl App {
    /// Imports a statement; tells it, and whether any line was new. Lines that were taken before stay as they were judged.
    ///
    /// # Errors
    /// [`ImportError`]; a file that can't be read as a whole is not begun.
    pub async fn import_statement(
        &self,
        who: &Actor,
        file: StatementFile,
    ) -> Result<(StatementRow, bool), ImportError> {
        // Whose payments the lines may settle is looked at line by line.
        let by = who.account().ok_or(ActError::Forbidden)?;
        let agency = self.imports_for(who, file.bank.as_deref()).await?;
        let is_of_bank = file.bank.as_deref().is_some_and(|bin| self.banks.knows(bin));
        if self.gateway(&file.gateway).is_none() || is_of_bank != (file.gateway == transfer::NAME) {
            return Err(ImportError::NoGateway);
        }
        let own = agency.to_string();
        let hash = HEXLOWER.encode(&Sha256::new().chain_update(&file.content).chain_update(own).finalize());
        let columns = self.columns();
        let content = file.content;
        let read = tokio::task::spawn_blocking(move || statement::read(&content, &columns));
        let lines = read.await.map_err(|_| ActError::Db(db::Error::Panicked))??;
        if lines.len() > MOST_LINES {
            return Err(ImportError::TooLong);
        }
        let (from, to) = payments::span_of(&lines);
        let row = StatementRow {
            id: StatementId::new(),
            gateway: file.gateway,
            bank: file.bank,
            file_name: file.name.chars().take(200).collect(),
            hash,
            from_day: from.map(Into::into),
            to_day: to.map(Into::into),
            lines: i64::try_from(lines.len()).unwrap_or(i64::MAX),
            imported_by: by,
            imported_at: self.now(),
            agency_id: Some(agency),
        };
        self.came_by(&row, &lines).await?;
        let row = self.db.write(move |tx| payments::begin_statement(tx.conn(), &row)).await?;
        let id = row.id;
        let known = self.db.read(move |c| payments::lines_of_statement(c, id)).await?;
        let taken: BTreeSet<i64> = known.iter().map(|line| line.number).collect();
        let is_new_line = |line: &&Line| i64::try_from(line.number).is_ok_and(|number| !taken.contains(&number));
        let mut is_new = false;
        for line in lines.iter().filter(is_new_line) {
            let judged = self.judge_line(who, &row, line).await?;
            let kept = StatementLine::judged(id, line, judged);
            self.db.write(move |tx| payments::keep_line(tx.conn(), &kept)).await?;
            is_new = true;
        }
        Ok((row, is_new))
    }

    /// The agency for which an officer imports a statement: of several the one with an account at that bank.
    async fn imports_for(&self, who: &Actor, bank: Option<&str>) -> Result<AgencyId, ActError> {
        let officer = who.officer().ok_or(ActError::Forbidden)?;
        let may = |agency: &AgencyId| permission::may_move_money(who, Step::Paid, Some(*agency));
        let own: Vec<AgencyId> = officer.assignments.iter().map(|right| right.agency).filter(may).collect();
        let first = own.first().copied().ok_or(ActError::Forbidden)?;
        let Some(bank) = bank else { return Ok(first) };
        let ids = own.clone();
        let all = self.db.read(move |c| agencies::by_ids(c, &ids)).await?;
        let has_account = |id: &AgencyId| {
            let account =
                all.iter().find(|agency| agency.id == *id).and_then(|agency| agency.collecting.account.as_ref());
            account.is_some_and(|account| account.bin == bank)
        };
        Ok(own.into_iter().find(has_account).unwrap_or(first))
    }

    /// Refuses a file most of whose lines came by other gateways: it was imported for the wrong one. What was begun
    /// before goes on.
    async fn came_by(&self, row: &StatementRow, lines: &[Line]) -> Result<(), ImportError> {
        let (row, lines) = (row.clone(), lines.to_vec());
        let count = lines.len();
        let read = move |c: &mut Conn| {
            let mut others: Vec<String> = Vec::new();
            if payments::is_begun(c, &row)? {
                return Ok(others);
            }
            let bins = payments::bank_numbers(c)?;
            for line in &lines {
                let of = (row.gateway.as_str(), row.bank.as_deref());
                others.extend(elsewhere(c, of, &named(line, of.1), &bins)?.map(|found| found.gateway));
            }
            Ok::<_, db::Error>(others)
        };
        let mut others = self.db.read(read).await?;
        if others.len() * 2 <= count {
            return Ok(());
        }
        let other = others.len();
        Err(ImportError::OtherGateway { gateway: others.swap_remove(0), other, lines: count })
    }

    /// Asks the gateway about a payment that its statement does not name. Where it says that it moved just this money,
    /// the payment is settled so; tells whether.
    ///
    /// # Errors
    /// As [`unlisted::explain`].
    pub async fn confirm_unlisted(&self, who: &Actor, id: PaymentId) -> Result<bool, ActError> {
        let payment = self.db.read(move |c| payments::by_id(c, id)).await.map_err(|e| match e {
            db::Error::NotFound => ActError::NotFound,
            e => ActError::Db(e),
        })?;
        if !permission::may_move_money(who, Step::Paid, Some(payment.agency_id)) {
            return Err(ActError::Forbidden);
        }
        let gateway = payment.gateway.as_deref().and_then(|name| self.gateway(name));
        let (Some(gateway), Some(reference)) = (gateway, &payment.reference) else { return Ok(false) };
        let word = match gateway.ask(&about(&payment, reference)).await {
            Ok(word) => word,
            Err(error) => {
                tracing::warn!(gateway = gateway.name(), %error, "the gateway could not be asked");
                return Ok(false);
            }
        };
        if word.said != Said::Moved || word.amount != Some(payment.amount()) {
            return Ok(false);
        }
        let number = word.transaction.or(payment.gateway_txn).unwrap_or_default();
        self.explain_unlisted(who, id, format!("Cổng thanh toán xác nhận đã thu, giao dịch {number}")).await?;
        Ok(true)
    }

    /// Notes what a person found out about a payment that no statement names.
    ///
    /// # Errors
    /// As [`unlisted::explain`].
    pub async fn explain_unlisted(&self, who: &Actor, id: PaymentId, note: String) -> Result<(), ActError> {
        let (who, now) = (who.clone(), self.now());
        self.db.write(move |tx| unlisted::explain(tx, &who, (id, &note), now)).await
    }

    fn columns(&self) -> Columns {
        let names = &self.settings.statement;
        Columns::named([&names.transaction, &names.reference, &names.amount, &names.day, &names.content])
    }

    /// What comes of a line. A person settles no payment of another agency, nor one that concerns them; a gateway that
    /// can be asked is believed, not the file.
    async fn judge_line(&self, who: &Actor, of: &StatementRow, line: &Line) -> Result<Judged, ActError> {
        let (name, bank) = (of.gateway.clone(), of.bank.clone());
        let line = named(line, bank.as_deref());
        let (asked, actor) = (line.clone(), who.clone());
        let known = self.db.read(move |c| known(c, &actor, (&name, bank.as_deref()), &asked)).await?;
        let (reference, payment) = match known {
            Known::Judged(judged) => return Ok(judged),
            Known::Ask(reference, payment) => (reference, payment),
        };
        let judged = |verdict: &'static str| Judged { verdict, payment: payment.as_ref().map(|p| p.id), refund: None };
        if let Some(payment) = &payment
            && let Some(verdict) = self.asked_first(payment, &line).await?
        {
            return Ok(judged(verdict));
        }
        let day = line.day.map_or_else(String::new, |d| d.to_string());
        let word = GatewayWord {
            gateway: of.gateway.clone(),
            way: Way::Statement,
            reference,
            said: Said::Moved,
            amount: Some(line.amount),
            transaction: line.transaction.clone(),
            moved_at: None,
            code: "00".to_owned(),
            body: serde_json::json!({"day": day, "amount": line.amount, "content": line.content}).to_string(),
            ask_at: self.now().plus_days(1),
            owners: of.agency_id.into_iter().collect(),
        };
        let verdict: Verdict = self.hear_gateway(word).await?;
        Ok(judged(verdict.as_str()))
    }

    /// Of a payment that nobody has credited yet, asks the gateway where that is possible; tells the verdict, where
    /// both speak of the same money.
    async fn asked_first(&self, payment: &Payment, line: &Line) -> Result<Option<&'static str>, ActError> {
        let gateway = payment.gateway.as_deref().and_then(|name| self.gateway(name));
        if payment.has_come() || !gateway.is_some_and(|gateway| gateway.can_be_asked()) {
            return Ok(None);
        }
        self.ask_gateway_now(payment).await?;
        let id = payment.id;
        let now = self.db.read(move |c| payments::by_id(c, id)).await?;
        let is_same = now.gateway_txn.is_none() || now.gateway_txn == line.transaction;
        if line.amount != payment.amount() || !is_same {
            return Ok(None);
        }
        Ok(Some(if now.has_come() { Verdict::Credited.as_str() } else { UNCONFIRMED }))
    }
}

/// What a gateway does not confirm when it is asked.
pub const UNCONFIRMED: &str = "unconfirmed";
/// What is another agency's, or concerns the person who imports.
pub const ELSEWHERE: &str = "elsewhere";
/// What came by another gateway: the file is probably that one's.
pub const OTHER_GATEWAY: &str = "other_gateway";

/// A line with its transaction as the books call it.
fn named(line: &Line, bank: Option<&str>) -> Line {
    let mut line = line.clone();
    if let (Some(bin), Some(transaction)) = (bank, &line.transaction) {
        line.transaction = Some(transaction_at(bin, transaction));
    }
    line
}

/// By which other gateway a line's money came, as the books, that gateway's own words or our number in it say. The line
/// names its transaction as the books do.
fn elsewhere(
    conn: &mut Conn,
    (gateway, bank): (&str, Option<&str>),
    line: &Line,
    bins: &[String],
) -> Result<Option<Elsewhere>, db::Error> {
    if line.amount.0 <= 0 {
        return Ok(None);
    }
    if let Some(transaction) = &line.transaction {
        if payments::by_transaction(conn, gateway, transaction)?.is_some() {
            return Ok(None);
        }
        let moved = Moved { gateway, transaction, amount: line.amount };
        let booked = payments::booked_elsewhere(conn, moved, bins)?;
        let known = if booked.is_some() { booked } else { payments::told_elsewhere(conn, moved, bins)? };
        if known.is_some() {
            return Ok(known);
        }
    }
    for text in line.reference.iter().chain([&line.content]) {
        for trace in reference::traces(text) {
            if let Some(found) = payments::numbered_elsewhere(conn, (gateway, bank), &trace)? {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

/// What the books know of a line.
enum Known {
    /// There is nothing to hear.
    Judged(Judged),
    /// It is a word about this number.
    Ask(String, Option<Box<Payment>>),
}

fn known(conn: &mut Conn, who: &Actor, (gateway, bank): (&str, Option<&str>), line: &Line) -> Result<Known, ActError> {
    let (transaction, reference) = (line.transaction.as_deref(), line.reference.as_deref());
    let judged = |verdict, payment| Known::Judged(Judged { verdict, payment, refund: None });
    if line.amount.0 < 0 {
        let back = payments::carried_out(conn, gateway, (transaction, reference), Vnd(-line.amount.0))?;
        return Ok(match back {
            Some(row) => Known::Judged(Judged { verdict: "back", payment: row.payment_id, refund: Some(row.id) }),
            None => judged("back_unknown", None),
        });
    }
    if let Some(transaction) = transaction {
        if let Some(id) = payments::by_transaction(conn, gateway, transaction)? {
            let payment = payments::by_id(conn, id)?;
            return Ok(match (&payment.reference, payment.amount() == line.amount) {
                (Some(reference), _) => asked(conn, who, reference.clone(), payment)?,
                // Credited by a person: nothing is heard of it under a number of ours.
                (None, true) => judged(Verdict::Repeated.as_str(), Some(id)),
                (None, false) => judged(Verdict::WrongAmount.as_str(), Some(id)),
            });
        }
        if payments::refund_of_transaction(conn, gateway, transaction)?.is_some() {
            return Ok(judged(Verdict::Repeated.as_str(), None));
        }
    }
    let number = reference.or(transaction).unwrap_or(&line.content);
    let payment = match bank {
        // What payers write is bent on its way: looked for as in the bank's own notices.
        Some(bin) => payment_of(conn, (bin, None), (None, reference.unwrap_or(&line.content)))?,
        None => payments::by_reference(conn, gateway, number)?,
    };
    let Some(payment) = payment else {
        let bins = payments::bank_numbers(conn)?;
        return Ok(match elsewhere(conn, (gateway, bank), line, &bins)? {
            Some(found) => judged(OTHER_GATEWAY, found.payment.map(|payment| payment.id)),
            None => Known::Ask(number.chars().take(100).collect(), None),
        });
    };
    asked(conn, who, payment.reference.clone().unwrap_or_else(|| number.to_owned()), payment)
}

/// A payment's line, for who may settle it.
fn asked(conn: &mut Conn, who: &Actor, reference: String, payment: Payment) -> Result<Known, ActError> {
    let dossier = dossiers::by_id(conn, payment.dossier_id)?;
    let is_theirs = permission::may_move_money(who, Step::Paid, Some(payment.agency_id));
    // What is in the books already moves nothing any more.
    if payment.has_come() || (is_theirs && conflict::keep_away(conn, who, &dossier).is_ok()) {
        return Ok(Known::Ask(reference, Some(Box::new(payment))));
    }
    Ok(Known::Judged(Judged { verdict: ELSEWHERE, payment: Some(payment.id), refund: None }))
}
