//! Tables `agencies` and `units`.

use diesel::prelude::*;

use super::unknown;
use crate::accounts::agencies::{Agency, BankAccount, Collecting, Department, Kind, Level};
use crate::db::schema::{agencies, agencies::dsl, units};
use crate::db::types::D;
use crate::db::{Conn, Error};
use crate::kernel::{AgencyId, Timestamp, UnitId};

#[derive(Clone, Debug, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = agencies, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Row {
    pub id: AgencyId,
    pub code: String,
    pub name: String,
    pub centre_name: Option<String>,
    pub kind: String,
    pub level: String,
    pub parent_id: Option<AgencyId>,
    pub province_code: Option<String>,
    pub commune_code: Option<String>,
    pub place_name: String,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub is_demo: bool,
    pub valid_from: Option<D>,
    pub valid_to: Option<D>,
    pub created_at: Timestamp,
    pub tax_code: Option<String>,
    pub bank_bin: Option<String>,
    pub bank_account: Option<String>,
    pub bank_holder: Option<String>,
}

impl Row {
    pub fn of(agency: &Agency, created_at: Timestamp) -> Self {
        let agency = agency.clone();
        let account = agency.collecting.account;
        Self {
            id: agency.id,
            code: agency.code,
            name: agency.name,
            centre_name: agency.centre_name,
            kind: agency.kind.as_str().to_owned(),
            level: agency.level.as_str().to_owned(),
            parent_id: agency.parent,
            province_code: agency.province_code,
            commune_code: agency.commune_code,
            place_name: agency.place_name,
            address: agency.address,
            phone: agency.phone,
            email: agency.email,
            is_demo: agency.is_demo,
            valid_from: agency.valid_from.map(D),
            valid_to: agency.valid_to.map(D),
            created_at,
            tax_code: agency.collecting.tax_code,
            bank_bin: account.as_ref().map(|a| a.bin.clone()),
            bank_account: account.as_ref().map(|a| a.number.clone()),
            bank_holder: account.map(|a| a.holder),
        }
    }

    fn into_agency(self) -> Result<Agency, Error> {
        Ok(Agency {
            kind: Kind::parse(&self.kind).ok_or_else(|| unknown("agencies.kind", &self.kind))?,
            level: Level::parse(&self.level).ok_or_else(|| unknown("agencies.level", &self.level))?,
            id: self.id,
            code: self.code,
            name: self.name,
            centre_name: self.centre_name,
            parent: self.parent_id,
            province_code: self.province_code,
            commune_code: self.commune_code,
            place_name: self.place_name,
            address: self.address,
            phone: self.phone,
            email: self.email,
            is_demo: self.is_demo,
            valid_from: self.valid_from.map(|day| day.0),
            valid_to: self.valid_to.map(|day| day.0),
            collecting: Collecting {
                tax_code: self.tax_code,
                account: match (self.bank_bin, self.bank_account, self.bank_holder) {
                    (Some(bin), Some(number), Some(holder)) => Some(BankAccount { bin, number, holder }),
                    _ => None,
                },
            },
        })
    }
}

fn all(rows: Vec<Row>) -> Result<Vec<Agency>, Error> {
    rows.into_iter().map(Row::into_agency).collect()
}

/// Adds an agency.
pub fn insert(conn: &mut Conn, row: Row) -> Result<(), Error> {
    diesel::insert_into(agencies::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes an agency anew; when it was made stays.
pub fn update(conn: &mut Conn, agency: &Agency) -> Result<(), Error> {
    let made: Timestamp = dsl::agencies.find(agency.id).select(dsl::created_at).first(conn)?;
    diesel::update(dsl::agencies.find(agency.id)).set(Row::of(agency, made)).execute(conn)?;
    Ok(())
}

/// One agency.
pub fn by_id(conn: &mut Conn, id: AgencyId) -> Result<Option<Agency>, Error> {
    let row: Option<Row> = dsl::agencies.find(id).first(conn).optional()?;
    row.map(Row::into_agency).transpose()
}

/// Agencies by id, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[AgencyId]) -> Result<Vec<Agency>, Error> {
    all(dsl::agencies.filter(dsl::id.eq_any(ids.to_vec())).load(conn)?)
}

/// Agencies by code, in no order.
pub fn by_codes(conn: &mut Conn, codes: &[String]) -> Result<Vec<Agency>, Error> {
    all(dsl::agencies.filter(dsl::code.eq_any(codes.to_vec())).load(conn)?)
}

/// Every agency, by code.
pub fn every(conn: &mut Conn) -> Result<Vec<Agency>, Error> {
    all(dsl::agencies.order(dsl::code).load(conn)?)
}

/// The agencies of a place: a commune's, or those of the province itself.
pub fn of_place(conn: &mut Conn, province: &str, commune: Option<&str>) -> Result<Vec<Agency>, Error> {
    let mut query = dsl::agencies.filter(dsl::province_code.eq(province.to_owned())).order(dsl::code).into_boxed();
    query = match commune {
        Some(commune) => query.filter(dsl::commune_code.eq(commune.to_owned())),
        None => query.filter(dsl::commune_code.is_null()),
    };
    all(query.load(conn)?)
}

/// The agencies directly below any of `parents`.
pub fn children(conn: &mut Conn, parents: &[AgencyId]) -> Result<Vec<AgencyId>, Error> {
    let parents: Vec<Option<AgencyId>> = parents.iter().copied().map(Some).collect();
    Ok(dsl::agencies.filter(dsl::parent_id.eq_any(parents)).select(dsl::id).load(conn)?)
}

/// The agency directly above.
pub fn parent(conn: &mut Conn, of: AgencyId) -> Result<Option<AgencyId>, Error> {
    Ok(dsl::agencies.find(of).select(dsl::parent_id).first(conn)?)
}

/// Adds a department.
pub fn insert_unit(conn: &mut Conn, unit: &Department, now: Timestamp) -> Result<(), Error> {
    let row = (
        units::id.eq(unit.id),
        units::agency_id.eq(unit.agency),
        units::name.eq(unit.name.clone()),
        units::created_at.eq(now),
    );
    diesel::insert_into(units::table).values(row).execute(conn)?;
    Ok(())
}

/// The departments of an agency, oldest first.
pub fn units_of(conn: &mut Conn, agency: AgencyId) -> Result<Vec<Department>, Error> {
    let rows: Vec<(UnitId, AgencyId, String)> = units::table
        .filter(units::agency_id.eq(agency))
        .order(units::created_at)
        .select((units::id, units::agency_id, units::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, agency, name)| Department { id, agency, name }).collect())
}

/// The agency a department belongs to.
pub fn agency_of_unit(conn: &mut Conn, unit: UnitId) -> Result<Option<AgencyId>, Error> {
    Ok(units::table.find(unit).select(units::agency_id).first(conn).optional()?)
}
