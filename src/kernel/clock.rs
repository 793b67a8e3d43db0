//! The only place that asks for the present moment.

use std::sync::Arc;

/// An instant, kept to the microsecond (what PostgreSQL keeps). Reads as a [`jiff::Timestamp`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The last instant there is.
    pub const MAX: Self = Self(jiff::Timestamp::MAX);
    /// The first instant there is.
    pub const MIN: Self = Self(jiff::Timestamp::MIN);

    /// From microseconds since 1970-01-01T00:00Z.
    ///
    /// # Errors
    /// Outside the years -9999 to 9999.
    pub fn from_microsecond(micros: i64) -> Result<Self, jiff::Error> {
        jiff::Timestamp::from_microsecond(micros).map(Self)
    }

    /// From seconds since 1970-01-01T00:00Z.
    ///
    /// # Errors
    /// Outside the years -9999 to 9999.
    pub fn from_second(seconds: i64) -> Result<Self, jiff::Error> {
        jiff::Timestamp::from_second(seconds).map(Self)
    }

    /// `minutes` later (earlier when negative); stays at the end of time instead of overflowing.
    #[must_use]
    pub fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_seconds(minutes.saturating_mul(60))
    }

    /// `seconds` later (earlier when negative); stays at the end of time instead of overflowing.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        let moved = self.0.checked_add(jiff::SignedDuration::from_secs(seconds));
        moved.map_or(if seconds < 0 { Self::MIN } else { Self::MAX }, Self)
    }

    /// `days` of 24 hours later (earlier when negative).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    /// RFC 3339 with Vietnam's offset, as the JSON API writes instants: `2026-11-21T08:00:00+07:00`.
    pub fn to_rfc3339(self) -> String {
        let local = self.0.to_zoned(jiff::tz::TimeZone::fixed(OFFSET));
        local.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
    }
}

impl serde::Serialize for Timestamp {
    /// As [`Timestamp::to_rfc3339`].
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc3339())
    }
}
impl std::ops::Deref for Timestamp {
    type Target = jiff::Timestamp;
    fn deref(&self) -> &jiff::Timestamp {
        &self.0
    }
}
impl From<jiff::Timestamp> for Timestamp {
    /// Cut to the microsecond.
    fn from(at: jiff::Timestamp) -> Self {
        jiff::Timestamp::from_microsecond(at.as_microsecond()).map_or(Self(at), Self)
    }
}
impl From<Timestamp> for jiff::Timestamp {
    fn from(at: Timestamp) -> Self {
        at.0
    }
}
impl std::str::FromStr for Timestamp {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse::<jiff::Timestamp>().map(Self::from)
    }
}
impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
impl std::fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The product's clock. It may be started at another instant (`MOTCUA_NOW`) and runs on from there.
#[derive(Clone, Debug)]
pub struct Clock {
    offset: Arc<std::sync::atomic::AtomicI64>,
}

impl Clock {
    /// A clock that shows the machine's time.
    pub fn machine() -> Self {
        Self { offset: Arc::new(std::sync::atomic::AtomicI64::new(0)) }
    }

    /// A clock that shows `start` now and runs on.
    pub fn starting_at(start: Timestamp) -> Self {
        let clock = Self::machine();
        clock.set(start);
        clock
    }

    /// Moves the clock so that it shows `at` now. For tests and demonstrations.
    pub fn set(&self, at: Timestamp) {
        let offset = at.as_microsecond() - machine_now().as_microsecond();
        self.offset.store(offset, std::sync::atomic::Ordering::Relaxed);
    }

    /// The present moment on the product's clock, to the microsecond.
    pub fn now(&self) -> Timestamp {
        let offset = self.offset.load(std::sync::atomic::Ordering::Relaxed);
        let micros = machine_now().as_microsecond().saturating_add(offset);
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
    }
}

/// The machine's own time: for TOTP, TLS and other people's protocols only.
#[allow(clippy::disallowed_methods, reason = "this is the one place")]
pub fn machine_now() -> Timestamp {
    jiff::Timestamp::now().into()
}

/// Hours ahead of UTC. Vietnam has had no daylight saving since 1975, so the offset is fixed.
const OFFSET: jiff::tz::Offset = jiff::tz::offset(7);

/// The date in Vietnam at `at`.
pub fn local_date(at: Timestamp) -> jiff::civil::Date {
    local(at).date()
}

/// Date and time of day in Vietnam at `at`.
pub fn local(at: Timestamp) -> jiff::civil::DateTime {
    OFFSET.to_datetime(at.0)
}

/// The instant of a date and time of day in Vietnam.
pub fn from_local(at: jiff::civil::DateTime) -> Timestamp {
    OFFSET.to_timestamp(at).map_or(Timestamp::MAX, Timestamp::from)
}
