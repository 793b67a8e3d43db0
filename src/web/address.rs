//! From which address a request comes.

use std::net::IpAddr;

use actix_web::HttpRequest;

/// The visitor's address. `X-Forwarded-For` is believed only when the peer is a trusted proxy, and then from its end:
/// the first address that no trusted proxy has is the visitor's.
pub(super) fn of(req: &HttpRequest, trusted: &[IpAddr]) -> Option<IpAddr> {
    let peer = req.peer_addr()?.ip().to_canonical();
    if !trusted.contains(&peer) {
        return Some(peer);
    }
    let forwarded = req.headers().get_all("x-forwarded-for").filter_map(|v| v.to_str().ok()).collect::<Vec<_>>();
    Some(visitor(&forwarded.join(","), peer, trusted))
}

fn visitor(forwarded: &str, peer: IpAddr, trusted: &[IpAddr]) -> IpAddr {
    let mut last = peer;
    for part in forwarded.rsplit(',') {
        let Ok(address) = part.trim().parse::<IpAddr>() else { break };
        last = address.to_canonical();
        if !trusted.contains(&last) {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forged_beginning_is_not_believed() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let seen = |forwarded| visitor(forwarded, proxy, &[proxy]).to_string();
        assert_eq!(seen("198.51.100.7"), "198.51.100.7");
        assert_eq!(seen("1.2.3.4, 198.51.100.7"), "198.51.100.7");
        assert_eq!(seen("1.2.3.4, 198.51.100.7, 10.0.0.1"), "198.51.100.7");
        assert_eq!(seen(""), "10.0.0.1");
        assert_eq!(seen("1.2.3.4, unknown"), "10.0.0.1");
    }
}
