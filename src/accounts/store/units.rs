//! Table `admin_units`.

use diesel::prelude::*;
use jiff::civil::Date;

use super::unknown;
use crate::accounts::units::{Level, Unit};
use crate::db::schema::{admin_units, admin_units::dsl};
use crate::db::types::D;
use crate::db::{Conn, Error};

#[derive(Clone, Debug, PartialEq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = admin_units, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Row {
    pub code: String,
    pub level: String,
    pub name: String,
    pub full_name: String,
    pub fold: String,
    pub parent_code: Option<String>,
    pub valid_from: D,
    pub valid_to: Option<D>,
}

impl Row {
    fn into_unit(self) -> Result<Unit, Error> {
        Ok(Unit {
            level: Level::parse(&self.level).ok_or_else(|| unknown("admin_units.level", &self.level))?,
            code: self.code,
            name: self.name,
            full_name: self.full_name,
            parent_code: self.parent_code,
            valid_from: self.valid_from.0,
            valid_to: self.valid_to.map(|day| day.0),
        })
    }
}

/// Every unit as stored.
pub fn rows(conn: &mut Conn) -> Result<Vec<Row>, Error> {
    Ok(dsl::admin_units.load(conn)?)
}

/// Adds a unit.
pub fn insert(conn: &mut Conn, row: Row) -> Result<(), Error> {
    diesel::insert_into(admin_units::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes a unit anew.
pub fn update(conn: &mut Conn, row: Row) -> Result<(), Error> {
    diesel::update(dsl::admin_units.find(row.code.clone())).set(row).execute(conn)?;
    Ok(())
}

/// Units by code, in no order.
pub fn by_codes(conn: &mut Conn, codes: &[String]) -> Result<Vec<Unit>, Error> {
    let rows: Vec<Row> = dsl::admin_units.filter(dsl::code.eq_any(codes.to_vec())).load(conn)?;
    rows.into_iter().map(Row::into_unit).collect()
}

/// Units of a level that stand on `day`, within a parent where one is given, in no order.
pub fn standing(conn: &mut Conn, level: Level, parent: Option<&str>, day: Date) -> Result<Vec<Unit>, Error> {
    let mut query = dsl::admin_units
        .filter(dsl::level.eq(level.as_str()))
        .filter(dsl::valid_from.le(D(day)))
        .filter(dsl::valid_to.is_null().or(dsl::valid_to.gt(Some(D(day)))))
        .into_boxed();
    if let Some(parent) = parent {
        query = query.filter(dsl::parent_code.eq(parent.to_owned()));
    }
    let rows: Vec<Row> = query.load(conn)?;
    rows.into_iter().map(Row::into_unit).collect()
}
