//! Paying by transfer: a bank's notice of credit finds its payment by what the payer wrote.

use super::App;
use crate::accounts::agencies::{self, BankAccount};
use crate::db::{self, Conn};
use crate::integrations::payment;
use crate::kernel::AgencyId;
use crate::office::ActError;
use crate::office::online_payment::{self, GatewayWord};
use crate::payments::bank_notice::Credit;
use crate::payments::transfer::{self, NAME, Transfer, transaction_at};
use crate::payments::verdict::{Said, Verdict};
use crate::payments::{self, Payment, Way, reference};

impl App {
    /// Where the stand-in bank is; none where a real one is set up, and never in production.
    pub fn development_bank(&self) -> Option<&'static str> {
        payment::has_development_bank(&self.settings).then_some(payment::DEV_BANK_BASE)
    }

    /// Takes what a bank tells of money that came; that the bank tells it is seen to before. `body`: as it came.
    ///
    /// # Errors
    /// As [`online_payment::hear`]; then nothing of it is kept and the bank must tell it again.
    pub async fn hear_bank(&self, bin: &str, credit: Credit, body: String) -> Result<Verdict, ActError> {
        let transaction = transaction_at(bin, &credit.transaction);
        let bank = bin.to_owned();
        let (bin, told, known) = (bin.to_owned(), credit.clone(), transaction.clone());
        let into = move |c: &mut Conn| payment_of(c, (&bin, Some(&known)), (Some(&told.account), &told.content));
        let found = self.db.read(into).await.map_err(ActError::Db)?;
        let now = self.now();
        if found.as_ref().is_some_and(|payment| payment.reference.is_none()) {
            // A person has credited this money: it is told again, nothing more.
            return Ok(Verdict::Repeated);
        }
        let reference = found.and_then(|payment| payment.reference);
        let is_known = reference.is_some();
        let account = (bank, credit.account.clone());
        let word = GatewayWord {
            gateway: NAME.to_owned(),
            way: Way::Bank,
            reference: reference.unwrap_or(credit.content),
            said: Said::Moved,
            amount: Some(credit.amount),
            transaction: Some(transaction),
            moved_at: Some(credit.credited_at),
            code: String::new(),
            body,
            ask_at: now,
            owners: Vec::new(),
        };
        if is_known {
            return self.hear_gateway(word).await;
        }
        tracing::warn!(gateway = NAME, transaction = word.transaction, "a credit fits no payment; it is held");
        let (bin, number) = account;
        let owners = self.db.read(move |c| owners_of(c, (&bin, Some(&number)))).await.map_err(ActError::Db)?;
        let word = GatewayWord { owners, ..word };
        self.db.write(move |tx| online_payment::hear_of_none(tx, &word, now)).await
    }

    /// Keeps a bank's message that makes no sense, for a person.
    ///
    /// # Errors
    /// A failure of the database.
    pub async fn hold_bank_notice(&self, bin: &str, body: String) -> Result<(), ActError> {
        let (bin, now) = (bin.to_owned(), self.now());
        let owners = self.db.read(move |c| owners_of(c, (&bin, None))).await.map_err(ActError::Db)?;
        self.db.write(move |tx| online_payment::hold(tx, (NAME, Way::Bank), (&body, &owners), now)).await
    }
}

/// Who collects into an account: everybody who shares it. Of an account that is nobody's by now, or that was not
/// named: who has one at that bank, so that somebody sees the money and not everybody.
fn owners_of(conn: &mut Conn, (bin, number): (&str, Option<&str>)) -> Result<Vec<AgencyId>, db::Error> {
    let all = agencies::all(conn)?;
    let with = |fits: &dyn Fn(&BankAccount) -> bool| -> Vec<AgencyId> {
        let owners = all.iter().filter(|agency| agency.collecting.account.as_ref().is_some_and(fits));
        owners.map(|agency| agency.id).collect()
    };
    let owners = with(&|own| number.is_some_and(|number| transfer::is_same(own, bin, number)));
    Ok(if owners.is_empty() { with(&|own| own.bin == bin) } else { owners })
}

/// The payment that a credit is for. What a transaction was credited to once, it stays with, whatever its content says
/// the next time. A content that fits two payments fits none: a person must choose. `account`: none where the bank does
/// not say into which of ours the money came.
pub(super) fn payment_of(
    conn: &mut Conn,
    (bin, transaction): (&str, Option<&str>),
    (account, content): (Option<&str>, &str),
) -> Result<Option<Payment>, db::Error> {
    if let Some(transaction) = transaction
        && let Some(id) = payments::by_transaction(conn, NAME, transaction)?
    {
        return payments::by_id(conn, id).map(Some);
    }
    let mut found: Vec<Payment> = Vec::new();
    for trace in reference::traces(content) {
        for payment in payments::by_trace(conn, NAME, &trace)? {
            let fits = Transfer::of(&payment).is_some_and(|transfer| transfer.is_into(bin, account));
            if fits && found.iter().all(|other| other.id != payment.id) {
                found.push(payment);
            }
        }
    }
    Ok(if found.len() == 1 { found.pop() } else { None })
}
