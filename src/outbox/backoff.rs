//! How long a failed job waits: twice as long each time, never exactly as long as its neighbours.

use std::time::Duration;

/// The wait after the first failure, before jitter.
pub const BASE: Duration = Duration::from_secs(15);
/// No wait is longer than this, before jitter.
pub const LONGEST: Duration = Duration::from_secs(3600);

/// The wait before the next try, after `failures` failed ones (1 or more).
///
/// `random` lies in 0 to 1 and spreads the waits over three quarters to five quarters of the plain doubling, so that
/// jobs which failed together do not come back together.
pub fn delay(failures: i32, random: f64) -> Duration {
    let doublings = u32::try_from(failures.saturating_sub(1)).unwrap_or(0).min(16);
    let plain = BASE.saturating_mul(1_u32 << doublings).min(LONGEST);
    let spread = if random.is_finite() { random.clamp(0.0, 1.0) } else { 0.5 };
    plain.mul_f64(0.75 + spread / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        let plain: Vec<u64> = (1..=10).map(|n| delay(n, 0.5).as_secs()).collect();
        assert_eq!(plain, [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    }

    #[test]
    fn nonsense_is_borne() {
        assert_eq!(delay(0, 0.5), BASE);
        assert_eq!(delay(i32::MIN, f64::NAN), BASE);
        assert_eq!(delay(i32::MAX, 0.5), LONGEST);
    }

    proptest! {
        #[test]
        fn jitter_stays_within_a_quarter(failures in 1..40, random in 0.0..1.0_f64) {
            let plain = delay(failures, 0.5).as_secs_f64();
            let waited = delay(failures, random).as_secs_f64();
            prop_assert!(waited >= plain * 0.749 && waited <= plain * 1.251, "{waited} for {plain}");
        }
    }
}
