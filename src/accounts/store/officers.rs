//! Tables `assignments` and `officer_relatives`.

use diesel::prelude::*;

use super::unknown;
use crate::db::schema::{accounts, assignments, assignments::dsl, officer_relatives, officer_relatives::dsl as kin};
use crate::db::{Conn, Error};
use crate::kernel::{AccountId, AgencyId, Assignment, AssignmentId, Role, Timestamp, UnitId};

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = assignments, treat_none_as_default_value = false)]
pub struct Row {
    pub id: AssignmentId,
    pub account_id: AccountId,
    pub role: String,
    pub agency_id: AgencyId,
    pub unit_id: Option<UnitId>,
    pub field_code: Option<String>,
    pub valid_from: Option<Timestamp>,
    pub valid_to: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl Row {
    fn into_assignment(self) -> Result<Assignment, Error> {
        Ok(Assignment {
            id: self.id,
            role: Role::parse(&self.role).ok_or_else(|| unknown("assignments.role", &self.role))?,
            agency: self.agency_id,
            unit: self.unit_id,
            field: self.field_code,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
        })
    }
}

/// Adds a right.
pub fn insert(conn: &mut Conn, row: Row) -> Result<(), Error> {
    diesel::insert_into(assignments::table).values(row).execute(conn)?;
    Ok(())
}

/// The rights of an officer that hold at `now`.
pub fn valid(conn: &mut Conn, account: AccountId, now: Timestamp) -> Result<Vec<Assignment>, Error> {
    let rows: Vec<Row> = dsl::assignments
        .filter(dsl::account_id.eq(account))
        .filter(dsl::valid_from.is_null().or(dsl::valid_from.le(Some(now))))
        .filter(dsl::valid_to.is_null().or(dsl::valid_to.gt(Some(now))))
        .order(dsl::created_at)
        .load(conn)?;
    rows.into_iter().map(Row::into_assignment).collect()
}

/// Every right an officer ever had, oldest first.
pub fn history(conn: &mut Conn, account: AccountId) -> Result<Vec<Assignment>, Error> {
    let rows: Vec<Row> = dsl::assignments.filter(dsl::account_id.eq(account)).order(dsl::created_at).load(conn)?;
    rows.into_iter().map(Row::into_assignment).collect()
}

/// One right and whose it is.
pub fn by_id(conn: &mut Conn, id: AssignmentId) -> Result<Option<(AccountId, Assignment)>, Error> {
    let row: Option<Row> = dsl::assignments.find(id).first(conn).optional()?;
    row.map(|row| Ok((row.account_id, row.into_assignment()?))).transpose()
}

/// Ends a right.
pub fn end(conn: &mut Conn, id: AssignmentId, at: Timestamp) -> Result<(), Error> {
    diesel::update(dsl::assignments.find(id)).set(dsl::valid_to.eq(Some(at))).execute(conn)?;
    Ok(())
}

/// Officers with rights in any of `agencies` at `now`: (account, name, order key, right).
pub fn of_agencies(
    conn: &mut Conn,
    agencies: &[AgencyId],
    role: Option<Role>,
    now: Timestamp,
) -> Result<Vec<(AccountId, String, String, Assignment)>, Error> {
    let mut query = assignments::table
        .inner_join(accounts::table)
        .filter(dsl::agency_id.eq_any(agencies.to_vec()))
        .filter(dsl::valid_from.is_null().or(dsl::valid_from.le(Some(now))))
        .filter(dsl::valid_to.is_null().or(dsl::valid_to.gt(Some(now))))
        .filter(accounts::state.eq("active"))
        .into_boxed();
    if let Some(role) = role {
        query = query.filter(dsl::role.eq(role.as_str()));
    }
    let found: Vec<(Row, String, String)> =
        query.select((assignments::all_columns, accounts::full_name, accounts::sort_key)).load(conn)?;
    found.into_iter().map(|(row, name, key)| Ok((row.account_id, name, key, row.into_assignment()?))).collect()
}

/// Declares a relative; declaring again changes the relation.
pub fn declare(conn: &mut Conn, account: AccountId, index: &str, relation: &str, now: Timestamp) -> Result<(), Error> {
    withdraw(conn, account, index)?;
    let row = (
        kin::account_id.eq(account),
        kin::party_index.eq(index.to_owned()),
        kin::relation.eq(relation.to_owned()),
        kin::declared_at.eq(now),
    );
    diesel::insert_into(officer_relatives::table).values(row).execute(conn)?;
    Ok(())
}

/// Takes a declaration back. `false`: there was none.
pub fn withdraw(conn: &mut Conn, account: AccountId, index: &str) -> Result<bool, Error> {
    let one = kin::officer_relatives.find((account, index.to_owned()));
    Ok(diesel::delete(one).execute(conn)? == 1)
}

/// The declared relatives: (number index, relation, when).
pub fn relatives(conn: &mut Conn, account: AccountId) -> Result<Vec<(String, String, Timestamp)>, Error> {
    let found = kin::officer_relatives.filter(kin::account_id.eq(account)).order(kin::declared_at).select((
        kin::party_index,
        kin::relation,
        kin::declared_at,
    ));
    Ok(found.load(conn)?)
}
