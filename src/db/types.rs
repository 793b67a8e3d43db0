//! SQL types with one Rust face and two database faces.
//!
//! | SQL type | Rust | PostgreSQL | SQLite |
//! |---|---|---|---|
//! | [`Guid`] | ids of `kernel::ids`, `Uuid` | `uuid` | text |
//! | [`Instant`] | `kernel::Timestamp` | `timestamptz` | text, UTC, six decimals: text order is time order |
//! | [`Day`] | [`D`] over `jiff::civil::Date` | `date` | text `YYYY-MM-DD` |
//! | [`Doc`] | [`J`] over `serde_json::Value` | `jsonb` | text |
//!
//! Types of other crates can't stand in queries themselves (orphan rule), so dates and documents have a wrapper;
//! a row struct may still hold the plain type with `#[diesel(deserialize_as = J)]`.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self, HasSqlType};
use diesel::sqlite::{Sqlite, SqliteValue};
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use super::MultiBackend;
use crate::kernel::{self, Timestamp};

/// An id.
#[derive(Debug, Clone, Copy, sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Guid;

/// An instant.
#[derive(Debug, Clone, Copy, sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Instant;

/// A calendar date.
#[derive(Debug, Clone, Copy, sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 1082, array_oid = 1182))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Day;

/// A JSON document.
#[derive(Debug, Clone, Copy, sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Doc;

impl sql_types::SqlOrd for Guid {}
impl sql_types::SqlOrd for Instant {}
impl sql_types::SqlOrd for Day {}

/// A calendar date on its way to or from the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct D(pub Date);

/// A JSON document on its way to or from the database.
#[derive(Debug, Clone, PartialEq)]
pub struct J(pub Value);

impl From<D> for Date {
    fn from(day: D) -> Self {
        day.0
    }
}
impl From<Date> for D {
    fn from(day: Date) -> Self {
        Self(day)
    }
}
impl From<J> for Value {
    fn from(doc: J) -> Self {
        doc.0
    }
}
impl From<Value> for J {
    fn from(doc: Value) -> Self {
        Self(doc)
    }
}

/// Microseconds from the Unix epoch to PostgreSQL's (2000-01-01).
const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;
/// PostgreSQL's first day.
const PG_EPOCH_DATE: Date = jiff::civil::date(2000, 1, 1);

/// Lets a Rust type stand in queries for an SQL type (what diesel's derives do, for types that must not know diesel).
macro_rules! stands_for {
    ($sql:ty: $($rust:ty),* $(,)?) => {$(
        impl diesel::expression::AsExpression<$sql> for $rust {
            type Expression = diesel::internal::derives::as_expression::Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression { diesel::internal::derives::as_expression::Bound::new(self) }
        }
        impl<'q> diesel::expression::AsExpression<$sql> for &'q $rust {
            type Expression = diesel::internal::derives::as_expression::Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression { diesel::internal::derives::as_expression::Bound::new(self) }
        }
        impl diesel::expression::AsExpression<sql_types::Nullable<$sql>> for $rust {
            type Expression = diesel::internal::derives::as_expression::Bound<sql_types::Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression { diesel::internal::derives::as_expression::Bound::new(self) }
        }
        impl<'q> diesel::expression::AsExpression<sql_types::Nullable<$sql>> for &'q $rust {
            type Expression = diesel::internal::derives::as_expression::Bound<sql_types::Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression { diesel::internal::derives::as_expression::Bound::new(self) }
        }
        impl<DB: Backend> ToSql<sql_types::Nullable<$sql>, DB> for $rust where Self: ToSql<$sql, DB> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result { ToSql::<$sql, DB>::to_sql(self, out) }
        }
        impl<DB: Backend> diesel::deserialize::Queryable<$sql, DB> for $rust where Self: FromSql<$sql, DB> {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> { Ok(row) }
        }
        impl FromSql<$sql, MultiBackend> for $rust {
            fn from_sql(raw: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> { raw.from_sql::<Self, $sql>() }
        }
        impl ToSql<$sql, MultiBackend> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value((<$sql>::default_marker(), self));
                Ok(IsNull::No)
            }
        }
    )*};
}

/// The unit value of a marker type, for the macros above.
trait Marker: Sized {
    fn default_marker() -> Self;
}

macro_rules! markers {
    ($($sql:ident),*) => {$(
        impl Marker for $sql { fn default_marker() -> Self { $sql } }
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata { MultiBackend::lookup_sql_type::<$sql>(lookup) }
        }
    )*};
}
markers!(Guid, Instant, Day, Doc);

/// Ids: the inner UUID goes to the database.
macro_rules! ids {
    ($($id:ident),* $(,)?) => {
        stands_for!(Guid: $(kernel::$id),*);
        $(
            impl ToSql<Guid, Pg> for kernel::$id {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result { ToSql::<sql_types::Uuid, Pg>::to_sql(&self.0, out) }
            }
            impl FromSql<Guid, Pg> for kernel::$id {
                fn from_sql(raw: PgValue<'_>) -> deserialize::Result<Self> { <Uuid as FromSql<sql_types::Uuid, Pg>>::from_sql(raw).map(Self) }
            }
            impl ToSql<Guid, Sqlite> for kernel::$id {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result { out.set_value(self.0.to_string()); Ok(IsNull::No) }
            }
            impl FromSql<Guid, Sqlite> for kernel::$id {
                fn from_sql(raw: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> { text(raw)?.parse().map(Self).map_err(Into::into) }
            }
        )*
    };
}

ids!(
    AccountId,
    AssignmentId,
    AgencyId,
    UnitId,
    SessionId,
    CodeId,
    ProcedureId,
    RevisionId,
    WindowId,
    DossierId,
    GroupId,
    EventId,
    SupplementId,
    PauseId,
    MessageId,
    OpinionId,
    DocumentId,
    PaperId,
    ResultId,
    FeeId,
    PaymentId,
    JobId,
    NoticeId,
    RefundId,
    ObligationId,
    TreasuryPaymentId,
    StatementId,
    RatingId,
);

fn text(raw: SqliteValue<'_, '_, '_>) -> deserialize::Result<String> {
    <String as FromSql<sql_types::Text, Sqlite>>::from_sql(raw)
}

stands_for!(Instant: Timestamp);

impl ToSql<Instant, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = self.as_microsecond() - PG_EPOCH_MICROS;
        ToSql::<sql_types::BigInt, Pg>::to_sql(&micros, &mut out.reborrow())
    }
}
impl FromSql<Instant, Pg> for Timestamp {
    fn from_sql(raw: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<sql_types::BigInt, Pg>>::from_sql(raw)?;
        let micros = micros.checked_add(PG_EPOCH_MICROS).ok_or("instant out of range")?;
        Ok(Timestamp::from_microsecond(micros)?)
    }
}
impl ToSql<Instant, Sqlite> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(format!("{self:.6}"));
        Ok(IsNull::No)
    }
}
impl FromSql<Instant, Sqlite> for Timestamp {
    fn from_sql(raw: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(text(raw)?.parse()?)
    }
}

stands_for!(Day: D);

impl ToSql<Day, Pg> for D {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let days = self.0.since(PG_EPOCH_DATE)?.get_days();
        ToSql::<sql_types::Integer, Pg>::to_sql(&days, &mut out.reborrow())
    }
}
impl FromSql<Day, Pg> for D {
    fn from_sql(raw: PgValue<'_>) -> deserialize::Result<Self> {
        let days = <i32 as FromSql<sql_types::Integer, Pg>>::from_sql(raw)?;
        Ok(Self(PG_EPOCH_DATE.checked_add(jiff::Span::new().try_days(days)?)?))
    }
}
impl ToSql<Day, Sqlite> for D {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}
impl FromSql<Day, Sqlite> for D {
    fn from_sql(raw: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(text(raw)?.parse()?))
    }
}

stands_for!(Doc: J);

impl ToSql<Doc, Pg> for J {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<sql_types::Jsonb, Pg>::to_sql(&self.0, out)
    }
}
impl FromSql<Doc, Pg> for J {
    fn from_sql(raw: PgValue<'_>) -> deserialize::Result<Self> {
        <Value as FromSql<sql_types::Jsonb, Pg>>::from_sql(raw).map(Self)
    }
}
impl ToSql<Doc, Sqlite> for J {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}
impl FromSql<Doc, Sqlite> for J {
    fn from_sql(raw: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(&text(raw)?)?))
    }
}
