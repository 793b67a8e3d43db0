//! Who stands at the counter, by the number of their card: their account, and what they filed before where the clerk
//! sees it. Each look is in the access log before anything is shown.

use super::asked::Asked;
use super::walkin::{self, Typed};
use super::workspace::other;
use crate::accounts::{SealedParty, number_index, rights};
use crate::app::filing::Opened;
use crate::audit::access::{self, Access};
use crate::db;
use crate::dossiers::list::{DossierLine, Queue, Standing};
use crate::dossiers::{self, Dossier, Party as Side};
use crate::kernel::PartialDate;
use crate::kernel::national::{Party, Phone, Sex};
use crate::templating::pages::counter::FoundPerson;
use crate::templating::pages::workspace::OtherDossier;
use crate::web::{Result, Visit};

/// Dossiers that are shown of a person.
const SHOWN: usize = 5;

/// What a number led to.
#[derive(Default)]
pub(super) struct Found {
    pub accounts: Vec<FoundPerson>,
    /// The newest dossiers of the number in the clerk's sight.
    pub before: Vec<OtherDossier>,
    /// What the form for a person without account begins with.
    pub typed: Typed,
}

/// Looks a number up, or the text of a card's QR code.
pub(super) async fn look(visit: &Visit, query: &str) -> Result<Found> {
    let card = of_card(query);
    let Some(party) = Party::guess_person(&card.identity_number) else {
        return Ok(Found { typed: card, ..Found::default() });
    };
    if let Some(account) = walkin::account_of(visit, &party).await? {
        super::log_person(visit, account.id).await?;
        let person = FoundPerson {
            id: account.id.to_string(),
            name: account.full_name.clone(),
            identity_number: party.number().unwrap_or_default().to_owned(),
            date_of_birth: account.date_of_birth.map(|day| day.to_string()),
            phone: account.phone.as_deref().map(Phone::for_people),
        };
        let before = shown(visit, &before(visit, &party).await?).await?;
        return Ok(Found { accounts: vec![person], before, typed: Typed::default() });
    }
    let found = before(visit, &party).await?;
    // What the card says is newer than what was filed.
    let typed = match found.first() {
        Some((_, side)) if card.full_name.is_empty() => typed_of(side, card.identity_number),
        _ => card,
    };
    Ok(Found { accounts: Vec::new(), before: shown(visit, &found).await?, typed })
}

/// A dossier of the person, with as what they stand in it and the side that is theirs.
type Before = ((DossierLine, Standing), Side);

/// The newest dossiers that a person filed or owns.
async fn before(visit: &Visit, party: &Party) -> Result<Vec<Before>> {
    let Some(number) = party.number() else { return Ok(Vec::new()) };
    let index = number_index(&visit.app.keys, number);
    let mut query = Asked::default().query(visit, Queue::All)?;
    let agency = query.sight.agencies.first().map(|(agency, _)| *agency);
    let read = move |conn: &mut db::Conn| {
        query.kept_away = rights::conflicting(conn, query.me)?;
        let mut found = Vec::new();
        for of_person in dossiers::of_person(conn, &query, (&index, None))?.into_iter().take(SHOWN) {
            let dossier = dossiers::by_id(conn, of_person.0.id)?;
            if let Some(side) = side_of(&dossier, &index) {
                found.push((of_person, side));
            }
        }
        Ok::<_, db::Error>(found)
    };
    let found = visit.app.db.read(read).await?;
    let looks: Vec<Access> = found
        .iter()
        .map(|((line, _), side)| Access {
            agency,
            subject: side.account,
            dossier: Some(line.id),
            dossier_ref: Some(line.name()),
            purpose: "search",
            what: "Tìm người dân tại quầy theo số định danh".to_owned(),
        })
        .collect();
    let (who, now) = (visit.actor.clone(), visit.now());
    let log = move |tx: &mut db::Tx<'_>| looks.iter().try_for_each(|look| access::record(tx, &who, look.clone(), now));
    visit.app.db.write(log).await?;
    Ok(found)
}

fn side_of(dossier: &Dossier, index: &str) -> Option<Side> {
    [dossier.applicant_party(), dossier.owner_party()]
        .into_iter()
        .find(|side| side.number_index.as_deref() == Some(index))
}

async fn shown(visit: &Visit, found: &[Before]) -> Result<Vec<OtherDossier>> {
    let catalogue = visit.app.catalogue.snapshot(&visit.app.db).await?;
    Ok(found.iter().map(|(of_person, _)| other(visit, &catalogue, of_person)).collect())
}

/// A person of a dossier as the counter's form has them.
fn typed_of(side: &Side, identity_number: String) -> Typed {
    let contact = &side.contact;
    let phone = contact.phone.as_deref();
    Typed {
        full_name: side.name.clone(),
        identity_number,
        date_of_birth: contact.date_of_birth.map(PartialDate::written).unwrap_or_default(),
        sex: contact.sex.as_deref().and_then(Sex::parse).map(|s| s.vietnamese().to_owned()).unwrap_or_default(),
        phone: phone.map(|p| Phone::parse(p).map_or_else(|_| p.to_owned(), |p| p.national())).unwrap_or_default(),
        email: contact.email.clone().unwrap_or_default(),
        address: contact.address.clone().unwrap_or_default(),
        open_account: false,
    }
}

/// The person of a dossier that is being typed, to choose another procedure for them.
pub(super) fn of_draft(visit: &Visit, opened: &Opened) -> Typed {
    let side = opened.dossier.applicant_party();
    let sealed = SealedParty { kind: side.kind, number_enc: side.number_enc.clone(), index: side.number_index.clone() };
    let number = sealed.open(&visit.app.keys).ok().and_then(|party| party.number().map(str::to_owned));
    typed_of(&side, number.unwrap_or_default())
}

/// What a card's QR code says: number, old number, name, birth date as `ddmmyyyy`, sex, address, date of issue,
/// separated by `|`. A number alone is the number.
fn of_card(text: &str) -> Typed {
    let parts: Vec<&str> = text.split('|').map(str::trim).collect();
    let part = |at: usize| parts.get(at).map(|p| (*p).to_owned()).unwrap_or_default();
    let born = part(3);
    let date_of_birth = match (born.get(..2), born.get(2..4), born.get(4..8)) {
        (Some(day), Some(month), Some(year)) if born.len() == 8 => format!("{day}/{month}/{year}"),
        _ => String::new(),
    };
    Typed {
        full_name: part(2),
        identity_number: part(0),
        date_of_birth,
        sex: part(4),
        address: part(5),
        ..Typed::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_fills_the_form() {
        let card = of_card("046195000077|191234567|Kpă H'Nhung|02031995|Nữ|Phường Thuận Hóa, Huế|01072021");
        assert_eq!(card.identity_number, "046195000077");
        assert_eq!((card.full_name.as_str(), card.date_of_birth.as_str()), ("Kpă H'Nhung", "02/03/1995"));
        assert_eq!((card.sex.as_str(), card.address.as_str()), ("Nữ", "Phường Thuận Hóa, Huế"));
        let number = of_card(" 046195000077 ");
        assert_eq!((number.identity_number.as_str(), number.full_name.as_str()), ("046195000077", ""));
        assert_eq!(of_card("x|y|z|ngày|").date_of_birth, "");
    }
}
