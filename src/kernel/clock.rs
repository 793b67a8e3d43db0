//! The only place that asks for the present moment.

use std::sync::Arc;

/// An instant, kept to the microsecond (what PostgreSQL keeps).
pub type Timestamp = jiff::Timestamp;

/// The zone of every date and working hour in the product.
pub const ZONE: &str = "Asia/Ho_Chi_Minh";

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
    Timestamp::now()
}

/// The zone of the product. Vietnam has had no daylight saving since 1975; UTC+7 stands in if the table lacks it.
pub fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get(ZONE).unwrap_or_else(|_| jiff::tz::TimeZone::fixed(jiff::tz::offset(7)))
}

/// The date in Vietnam at `at`.
pub fn local_date(at: Timestamp) -> jiff::civil::Date {
    local(at).date()
}

/// Date and time of day in Vietnam at `at`.
pub fn local(at: Timestamp) -> jiff::civil::DateTime {
    jiff::tz::offset(7).to_datetime(at)
}

/// The instant of a date and time of day in Vietnam.
pub fn from_local(at: jiff::civil::DateTime) -> Timestamp {
    jiff::tz::offset(7).to_timestamp(at).unwrap_or(Timestamp::MAX)
}
