//! Officers declare their relatives, whose dossiers they then never handle.

use super::party::SealedParty;
use super::store::officers;
use crate::db::{self, Conn, Tx};
use crate::kernel::{AccountId, Actor, Timestamp};

/// Why a declaration was not taken.
#[derive(Debug, thiserror::Error)]
pub enum DeclareError {
    #[error("only an officer declares relatives")]
    NotAnOfficer,
    #[error("the relative's number is needed")]
    NoNumber,
    #[error("the relation is needed")]
    NoRelation,
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// A declared relative. The number itself is not kept, only its index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relative {
    pub index: String,
    /// `vợ`, `con`, `anh ruột` … in the officer's words.
    pub relation: String,
    pub declared_at: Timestamp,
}

/// Declares a relative of the officer who acts; declaring again changes the relation.
///
/// # Errors
/// [`DeclareError`].
pub fn declare(
    tx: &mut Tx<'_>,
    who: &Actor,
    relative: &SealedParty,
    relation: &str,
    now: Timestamp,
) -> Result<(), DeclareError> {
    let officer = who.officer().ok_or(DeclareError::NotAnOfficer)?;
    let index = relative.index.as_deref().ok_or(DeclareError::NoNumber)?;
    let relation = relation.trim();
    if relation.is_empty() {
        return Err(DeclareError::NoRelation);
    }
    officers::declare(tx.conn(), officer.account, index, relation, now)?;
    Ok(())
}

/// Takes a declaration of the officer who acts back. `false`: there was none.
///
/// # Errors
/// [`DeclareError`].
pub fn withdraw(tx: &mut Tx<'_>, who: &Actor, index: &str) -> Result<bool, DeclareError> {
    let officer = who.officer().ok_or(DeclareError::NotAnOfficer)?;
    Ok(officers::withdraw(tx.conn(), officer.account, index)?)
}

/// An officer's declared relatives, first declared first.
///
/// # Errors
/// A failure of the database.
pub fn list(conn: &mut Conn, officer: AccountId) -> Result<Vec<Relative>, db::Error> {
    let rows = officers::relatives(conn, officer)?;
    Ok(rows.into_iter().map(|(index, relation, declared_at)| Relative { index, relation, declared_at }).collect())
}
