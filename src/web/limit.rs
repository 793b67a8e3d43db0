//! The first shield against floods: requests a second from one address, counted in this process only.
//! What must hold across nodes (sign-ins, codes, look-ups) is counted in the database by its use case.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::HttpRequest;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use super::address;
use crate::config::Limits;

/// Counts requests by address.
pub struct Limiter {
    by_address: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
    trusted_proxies: Vec<IpAddr>,
}

impl Limiter {
    /// With the rate and the burst of the settings.
    pub fn new(limits: &Limits, trusted_proxies: Vec<IpAddr>) -> Self {
        let rate = NonZeroU32::new(limits.requests_per_second).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(limits.burst).unwrap_or(rate);
        let quota = Quota::per_second(rate).allow_burst(burst);
        Self { by_address: DefaultKeyedRateLimiter::keyed(quota), clock: DefaultClock::default(), trusted_proxies }
    }

    /// The visitor's own address, past trusted proxies.
    pub fn address(&self, req: &HttpRequest) -> Option<IpAddr> {
        address::of(req, &self.trusted_proxies)
    }

    /// Counts one request.
    ///
    /// # Errors
    /// The seconds to wait, 1 or more.
    pub fn check(&self, address: Option<IpAddr>) -> Result<(), u64> {
        let key = household(address.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)));
        self.by_address.check_key(&key).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            wait.as_secs() + 1
        })
    }

    /// Forgets addresses that have been quiet, once a minute, for ever.
    pub async fn sweep(&self) {
        loop {
            tokio::time::sleep(Duration::from_secs(60)).await;
            self.by_address.retain_recent();
            self.by_address.shrink_to_fit();
        }
    }
}

/// One key a household: an IPv6 customer has a whole /64 to change addresses in.
pub(super) fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(rate: u32, burst: u32) -> Limits {
        Limits { requests_per_second: rate, burst, body_kib: 1 }
    }

    #[test]
    fn the_burst_is_allowed_and_no_more() {
        let limiter = Limiter::new(&limits(1, 3), Vec::new());
        let one: IpAddr = "203.0.113.1".parse().unwrap();
        for _ in 0..3 {
            assert!(limiter.check(Some(one)).is_ok());
        }
        assert!(limiter.check(Some(one)).unwrap_err() >= 1);
        assert!(limiter.check(Some("203.0.113.2".parse().unwrap())).is_ok(), "another address has its own count");
    }

    #[test]
    fn an_ipv6_customer_counts_as_one() {
        let a = household("2001:db8:1:2::1".parse().unwrap());
        assert_eq!(a, household("2001:db8:1:2:ffff::9".parse().unwrap()));
        assert_ne!(a, household("2001:db8:1:3::1".parse().unwrap()));
        assert_eq!(household("::ffff:203.0.113.1".parse().unwrap()), "203.0.113.1".parse::<IpAddr>().unwrap());
    }
}
