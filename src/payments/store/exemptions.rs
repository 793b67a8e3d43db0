//! Table `exemption_claims`: by which exemptions fees of a dossier are not owed, and what an officer said to each.

use diesel::prelude::*;
use serde_json::Value;

use crate::catalog::Text;
use crate::catalog::fees::FeeLine;
use crate::db::schema::exemption_claims as e;
use crate::db::types::J;
use crate::db::{Conn, Error};
use crate::kernel::{AccountId, DossierId, Lang, Timestamp};

/// Where a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClaimState {
    /// An officer has yet to look at its proof.
    Open,
    /// It asks for no proof: what is said counts.
    Stated,
    Confirmed,
    Refused,
}

impl ClaimState {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Stated => "stated",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
        }
    }

    /// Reads the fixed name; what is unknown waits for an officer.
    fn parse(text: &str) -> Self {
        [Self::Stated, Self::Confirmed, Self::Refused].into_iter().find(|s| s.as_str() == text).unwrap_or(Self::Open)
    }

    /// Whether an officer has said yes or no.
    pub fn is_decided(self) -> bool {
        matches!(self, Self::Confirmed | Self::Refused)
    }
}

/// An exemption that a dossier claims.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = e)]
pub struct ExemptionClaim {
    pub dossier_id: DossierId,
    /// Code of the exemption.
    pub exemption: String,
    #[diesel(deserialize_as = J, serialize_as = J)]
    name: Value,
    /// Code of its proof among the papers of the dossier.
    pub paper_code: Option<String>,
    #[diesel(deserialize_as = J, serialize_as = J)]
    fees: Value,
    state: String,
    pub claimed_at: Timestamp,
    pub decided_at: Option<Timestamp>,
    pub decided_by: Option<AccountId>,
    /// The officer's name, as it was then.
    pub decided_name: Option<String>,
    pub reason: Option<String>,
}

impl ExemptionClaim {
    /// A claim as it begins: open where it has a proof. `what`: code, name and the proof's code.
    pub fn begun(
        dossier: DossierId,
        (code, name, proof): (&str, &Text, Option<String>),
        fees: &[&FeeLine],
        now: Timestamp,
    ) -> Self {
        let state = if proof.is_some() { ClaimState::Open } else { ClaimState::Stated };
        Self {
            dossier_id: dossier,
            exemption: code.to_owned(),
            name: serde_json::json!(name),
            paper_code: proof,
            fees: serde_json::json!(fees),
            state: state.as_str().to_owned(),
            claimed_at: now,
            decided_at: None,
            decided_by: None,
            decided_name: None,
            reason: None,
        }
    }

    /// Where it stands.
    pub fn state(&self) -> ClaimState {
        ClaimState::parse(&self.state)
    }

    /// Whether it waits for an officer.
    pub fn is_open(&self) -> bool {
        self.state() == ClaimState::Open
    }

    /// Whether fees are not owed by it: all but what was refused.
    pub fn holds(&self) -> bool {
        self.state() != ClaimState::Refused
    }

    /// What the exemption is called.
    pub fn name(&self, lang: Lang) -> String {
        let name: Text = serde_json::from_value(self.name.clone()).unwrap_or_default();
        name.get(lang).to_owned()
    }

    /// The fees that it is about, as they were assessed.
    pub fn fees(&self) -> Vec<FeeLine> {
        serde_json::from_value(self.fees.clone()).unwrap_or_default()
    }
}

/// What an officer said to a claim.
#[derive(Clone, Debug)]
pub struct ClaimDecision {
    pub state: ClaimState,
    pub by: Option<AccountId>,
    pub name: String,
    pub reason: Option<String>,
    pub at: Timestamp,
}

/// The claims of a dossier, in the order they were made.
///
/// # Errors
/// A failure of the database.
pub fn claims_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<ExemptionClaim>, Error> {
    Ok(e::table.filter(e::dossier_id.eq(dossier)).order((e::claimed_at, e::exemption)).load(conn)?)
}

/// Records a claim.
///
/// # Errors
/// A failure of the database.
pub fn insert_claim(conn: &mut Conn, claim: &ExemptionClaim) -> Result<(), Error> {
    diesel::insert_into(e::table).values(claim.clone()).execute(conn)?;
    Ok(())
}

/// Says anew which fees a claim is about.
///
/// # Errors
/// A failure of the database.
pub fn set_claim_fees(
    conn: &mut Conn,
    (dossier, exemption): (DossierId, &str),
    fees: &[&FeeLine],
) -> Result<(), Error> {
    let fees = J(serde_json::json!(fees));
    diesel::update(e::table.find((dossier, exemption))).set(e::fees.eq(fees)).execute(conn)?;
    Ok(())
}

/// Takes a claim back that is made no longer.
///
/// # Errors
/// A failure of the database.
pub fn remove_claim(conn: &mut Conn, dossier: DossierId, exemption: &str) -> Result<(), Error> {
    diesel::delete(e::table.find((dossier, exemption))).execute(conn)?;
    Ok(())
}

/// Keeps what an officer said to an open claim; `false`: somebody was quicker.
///
/// # Errors
/// A failure of the database.
pub fn decide_claim(
    conn: &mut Conn,
    (dossier, exemption): (DossierId, &str),
    said: &ClaimDecision,
) -> Result<bool, Error> {
    let open = e::table.find((dossier, exemption)).filter(e::state.eq(ClaimState::Open.as_str()));
    let changed = diesel::update(open)
        .set((
            e::state.eq(said.state.as_str()),
            e::decided_at.eq(Some(said.at)),
            e::decided_by.eq(said.by),
            e::decided_name.eq(Some(&said.name)),
            e::reason.eq(&said.reason),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}
