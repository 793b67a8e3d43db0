//! Public look-up of a dossier by its code: what anybody may know, and what the last four digits open.

use jiff::SignedDuration;

use super::error::Word;
use super::limit::household;
use super::portal::words;
use super::whole::Whole;
use super::{Error, Result, Visit, obligations};
use crate::accounts::SealedParty;
use crate::accounts::limits::{self, LimitError};
use crate::db;
use crate::dossiers::{self, Dossier, Party, Status, SupplementItem, SupplementRequest};
use crate::kernel::Vnd;
use crate::kernel::crypto::equal;
use crate::kernel::national::DossierKey;
use crate::office::{Rules, answers, asked_for};
use crate::payments::{FeeLineRow, Obligation};

/// Look-ups that one address may make in a minute; a commune's counter shares one.
const PER_MINUTE: u32 = 60;
/// Guesses of the last four digits are counted in quarters of a day.
const QUARTER_DAY: SignedDuration = SignedDuration::from_hours(6);
/// Guesses that one dossier takes in a quarter of a day, from wherever they come: 48 a day of 10,000 numbers.
const GUESSES: u32 = 12;
/// The share of them that one address may use up: nobody shuts the dossier's own person out alone, and those who do it
/// together do it for six hours at most. Signed in, the person needs no digits.
const SHARE: u32 = 4;

/// A dossier that somebody asked for by its code.
pub(super) struct Found {
    pub dossier: Dossier,
    pub rules: Rules,
    pub whole: Whole,
    /// Whether the last four digits were given and are right.
    pub verified: bool,
    /// Digits were given, but too many have been tried: nobody looked at them. Seconds to wait.
    pub tired: Option<u64>,
}

impl Found {
    /// The notice that the dossier waits for, to whom it may be told: what somebody owes the tax office is personal.
    pub fn obligation(&self) -> Option<&Obligation> {
        obligations::awaited(&self.dossier, &self.whole).filter(|_| self.verified)
    }

    /// What is owed, as far as it may be told: without the right digits only the procedure's own fees, which anybody can
    /// look up in the catalogue.
    pub fn fees_due(&self) -> Vnd {
        let told = self.whole.fees.iter().filter(|line| self.verified || !line.is_requested());
        told.filter(|line| line.state().is_owed()).map(FeeLineRow::amount).sum()
    }

    /// Where it stands in one sentence, as far as it may be told.
    pub fn sentence(&self, visit: &Visit) -> String {
        if self.dossier.status() == Status::PaymentRequested && !self.verified {
            return visit.text("tracking-payment", &[]);
        }
        words::sentence(visit, (&self.dossier, &self.rules), &self.whole)
    }

    /// What a request asks for, each thing once: papers, questions and sections by name. What an officer wrote stays in the
    /// account and at the counter: it may speak of personal matters, and four digits prove little.
    pub fn asked_for(&self, visit: &Visit, request: &SupplementRequest) -> Vec<String> {
        let other = || visit.text("item-other", &[]);
        let name = |item: &SupplementItem| {
            asked_for::name(item, &self.rules, &self.dossier).map(|name| name.get(visit.lang).to_owned())
        };
        let mut names: Vec<String> = Vec::new();
        for asked in request.items().iter().map(|item| name(item).unwrap_or_else(other)) {
            if !names.contains(&asked) {
                names.push(asked);
            }
        }
        names
    }
}

/// What somebody is told whose digits nobody looked at.
pub(super) fn too_many_guesses(visit: &Visit, seconds: u64) -> Error {
    let again = visit.now().plus_seconds(i64::try_from(seconds).unwrap_or(0));
    Error::wait(seconds, "too-many-guesses").says("error-too-many-guesses", vec![("when", Word::At(again))])
}

/// Finds a dossier by code or reference. Drafts are found by nobody.
///
/// # Errors
/// 429 when asked too often; too many guesses of the digits are told in [`Found::tired`].
pub(super) async fn find(visit: &Visit, typed: &str, verifier: &str) -> Result<Option<Found>> {
    if let Some(wait) = count(visit, "tracking", (SignedDuration::from_mins(1), PER_MINUTE)).await? {
        return Err(Error::too_many(wait));
    }
    let address = address(visit);
    if DossierKey::parse(typed).is_err() {
        return Ok(None);
    }
    let (app, name) = (visit.app.clone(), typed.to_owned());
    let guessed = !verifier.is_empty();
    let read = move |conn: &mut db::Conn| {
        let id = match dossiers::find_id(conn, &name) {
            Ok(id) => id,
            Err(db::Error::NotFound) => return Ok(None),
            Err(e) => return Err(e),
        };
        let dossier = dossiers::by_id(conn, id)?;
        if dossier.submitted_at.is_none() {
            return Ok(None);
        }
        let (rules, published) = app.rules_of(conn, &dossier)?;
        let whole = Whole::read(conn, &dossier)?;
        let form = published.form(&dossier.case_code);
        // Who filed at the counter without an account may have given a number only in the declaration.
        let asked = form.as_ref().filter(|_| guessed && !dossier.has_account());
        let declared = asked.map(|form| form.applicant_numbers(&answers::open(&app.keys, &dossier.data)));
        Ok(Some((Found { dossier, rules, whole, verified: false, tired: None }, declared.unwrap_or_default())))
    };
    let Some((mut found, declared)) = visit.app.db.read(read).await? else { return Ok(None) };
    if !verifier.is_empty() {
        found.tired = guess(visit, &found.dossier, &address).await?;
        found.verified = found.tired.is_none() && opens(visit, (&found.dossier, &declared), verifier);
        if found.verified {
            no_guess(visit, &found.dossier, &address).await?;
        }
    }
    Ok(Some(found))
}

/// Counts a guess: first against the address's share, and only what is within it against the dossier's own number.
/// Answers the seconds to wait where one of them is used up.
async fn guess(visit: &Visit, dossier: &Dossier, address: &str) -> Result<Option<u64>> {
    let key = format!("tracking-digits:{}", dossier.id);
    match hit(visit, format!("{key}:{address}"), (QUARTER_DAY, SHARE)).await? {
        Some(wait) => Ok(Some(wait)),
        None => hit(visit, key, (QUARTER_DAY, GUESSES)).await,
    }
}

/// Who has the right digits guesses nothing: both counts are given back, so that the owner may look as often as wanted.
async fn no_guess(visit: &Visit, dossier: &Dossier, address: &str) -> Result<()> {
    let (key, now) = (format!("tracking-digits:{}", dossier.id), visit.now());
    let keys = [format!("{key}:{address}"), key];
    let write = move |tx: &mut db::Tx<'_>| keys.iter().try_for_each(|key| limits::give_back(tx, key, QUARTER_DAY, now));
    Ok(visit.app.db.write(write).await?)
}

/// The visitor's address as limits count it.
fn address(visit: &Visit) -> String {
    visit.address.map_or_else(|| "unknown".to_owned(), |a| household(a).to_string())
}

/// Counts a call of `what` by the visitor's address. Answers the seconds to wait where there were too many.
///
/// # Errors
/// A failure of the database.
pub(super) async fn count(visit: &Visit, what: &str, limit: (SignedDuration, u32)) -> Result<Option<u64>> {
    hit(visit, format!("{what}:{}", address(visit)), limit).await
}

/// Counts a call in the database, in a write of its own. Answers the seconds to wait where there were too many.
async fn hit(visit: &Visit, key: String, (window, max): (SignedDuration, u32)) -> Result<Option<u64>> {
    let now = visit.now();
    match visit.app.db.write(move |tx| limits::hit(tx, &key, window, max, now)).await {
        Ok(()) => Ok(None),
        Err(LimitError::RetryAfter(wait)) => Ok(Some(u64::try_from(wait.as_secs()).unwrap_or(60))),
        Err(LimitError::Db(e)) => Err(e.into()),
    }
}

/// Whether four digits are the end of the number or phone of the applicant or owner, or of one that the applicant
/// `declared`. The blind index knows whole numbers only, so the sealed ones are opened; every candidate is compared, each
/// in constant time.
fn opens(visit: &Visit, (dossier, declared): (&Dossier, &[String]), verifier: &str) -> bool {
    let digits = verifier.trim();
    let well_formed = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
    let mut right = false;
    let parties = [dossier.applicant_party(), dossier.owner_party()];
    let known = parties.iter().flat_map(|party| ends(visit, party));
    for end in known.chain(declared.iter().filter_map(|text| last_four(text))) {
        right |= equal(end.as_bytes(), digits.as_bytes());
    }
    well_formed && right
}

fn ends(visit: &Visit, party: &Party) -> Vec<String> {
    let sealed =
        SealedParty { kind: party.kind, number_enc: party.number_enc.clone(), index: party.number_index.clone() };
    let opened = sealed.open(&visit.app.keys).ok();
    let number = opened.as_ref().and_then(|p| p.number()).map(str::to_owned);
    [number, party.contact.phone.clone()].into_iter().flatten().filter_map(|text| last_four(&text)).collect()
}

fn last_four(text: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let end = letters.len().checked_sub(4)?;
    Some(letters.get(end..)?.iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_four() {
        assert_eq!(last_four("+84 912 000 011").as_deref(), Some("0011"));
        assert_eq!(last_four("046090000011").as_deref(), Some("0011"));
        assert_eq!(last_four("123"), None);
    }
}
