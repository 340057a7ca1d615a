//! The address of the client: the peer's, or what a trusted proxy says of it.

use http::HeaderMap;
use ipnet::IpNet;
use std::net::IpAddr;

/// Walks `X-Forwarded-For` from the right, as long as the hop that wrote an entry is trusted. From any other peer the
/// header is a claim and is ignored (OWASP ASVS 5.0 §4.1.3).
pub fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut address = peer.to_canonical();
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    for hop in hops.into_iter().rev() {
        if !is_trusted(&address) {
            break;
        }
        let Ok(next) = hop.parse::<IpAddr>() else { break };
        address = next.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_peer() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.1.1.1, 203.0.113.9"));
        let peer: IpAddr = "10.0.0.2".parse().unwrap();
        assert_eq!(of(peer, &headers, &[]), peer);
        assert_eq!(of(peer, &headers, &["10.0.0.0/8".parse().unwrap()]).to_string(), "203.0.113.9");
    }
}
