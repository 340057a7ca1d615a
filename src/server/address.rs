//! The address of the client: the peer's, or what a trusted proxy says of it.

use http::HeaderMap;
use ipnet::IpNet;
use std::net::IpAddr;

/// Walks `X-Forwarded-For` from the right, as long as the hop that wrote an entry is trusted: what a client wrote itself
/// stands to the left of that. From any other peer the header is a claim and is ignored (OWASP ASVS 5.0 §4.1.3), and so is
/// `Forwarded` (RFC 7239), which most proxies pass on as the client wrote it.
pub fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut address = peer.to_canonical();
    let lines = headers.get_all("x-forwarded-for").iter();
    // Bytes: what is no text is one entry that says nothing. Empty ones do not count (RFC 9110 §5.6.1).
    let entries = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    let entries: Vec<&[u8]> = entries.filter(|entry| !entry.is_empty()).collect();
    for entry in entries.into_iter().rev() {
        if !is_trusted(address, trusted) {
            break;
        }
        let Some(next) = node(entry) else { break };
        address = next.to_canonical();
    }
    address
}

pub fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|net| net.contains(&address))
}

/// The address of a node as proxies write it (RFC 7239 §6): bare, with a port, in brackets, with a zone, in quotes.
fn node(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?;
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).trim();
    let bracketed = text.strip_prefix('[').and_then(|text| text.split_once(']'));
    let address = match (bracketed, text.split_once(':')) {
        (Some((address, port)), _) if port.is_empty() || port.starts_with(':') => address,
        (Some(_), _) => return None,
        (None, Some((address, port))) if !port.contains(':') => address,
        (None, _) => text,
    };
    // A zone means something on the proxy's own machine alone (RFC 4007 §6).
    address.split('%').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    const PROXY: &str = "10.0.0.2";

    /// What is taken for the client's address behind proxies of 10.0.0.0/8 and fd00::/8.
    fn behind_proxies(lines: &[&[u8]]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line).unwrap());
        }
        headers.insert("forwarded", HeaderValue::from_static("for=192.0.2.60"));
        headers.insert("x-real-ip", HeaderValue::from_static("192.0.2.61"));
        of(PROXY.parse().unwrap(), &headers, &["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()]).to_string()
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_peer() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.1.1.1, 203.0.113.9"));
        let peer: IpAddr = PROXY.parse().unwrap();
        assert_eq!(of(peer, &headers, &[]), peer);
        assert_eq!(of(peer, &headers, &["10.0.0.0/8".parse().unwrap()]).to_string(), "203.0.113.9");
    }

    #[test]
    fn an_address_is_understood_however_a_proxy_writes_it() {
        for v4 in [
            "203.0.113.9",
            "203.0.113.9:51234",
            "\"203.0.113.9:51234\"",
            "203.0.113.9:_hidden",
            "::ffff:203.0.113.9",
            "[::ffff:203.0.113.9]:1",
        ] {
            assert_eq!(behind_proxies(&[v4.as_bytes()]), "203.0.113.9", "{v4}");
        }
        for v6 in [
            "2001:db8::1",
            "[2001:db8::1]",
            "[2001:db8::1]:443",
            "\"[2001:db8::1]:443\"",
            "2001:DB8:0::1",
            "[2001:db8::1%eth0]:443",
            "2001:db8::1%2",
        ] {
            assert_eq!(behind_proxies(&[v6.as_bytes()]), "2001:db8::1", "{v6}");
        }
    }

    #[test]
    fn nothing_to_the_left_hides_what_the_proxy_wrote() {
        let written: [&[&[u8]]; 8] = [
            &[b"\xe9, 203.0.113.9"],
            &[b"\xff\xfe,unknown, 203.0.113.9:1"],
            &[b"\xe9", b"203.0.113.9"],
            &[b"10.0.0.3, 203.0.113.9, 10.0.0.9, fd00::7, [fd00::8]:80"],
            &[b"1.1.1.1", b"", b"\" , \", 203.0.113.9,", b" , "],
            &[b"1.1.1.1", b"203.0.113.9, 10.0.0.4:80"],
            &[b"for=203.0.113.8, _secret, 203.0.113.9"],
            &[b"2001:db8::1, [203.0.113.9], 10.0.0.1"],
        ];
        for lines in written {
            assert_eq!(behind_proxies(lines), "203.0.113.9", "{lines:?}");
        }
    }

    #[test]
    fn where_a_proxy_does_not_say_it_is_the_last_that_is_known() {
        for says_nothing in
            ["", "unknown", "_hidden", "203.0.113.9x", "[2001:db8::1", "[2001:db8::1]x", "203.0.113.9, 1.2.3"]
        {
            assert_eq!(behind_proxies(&[says_nothing.as_bytes()]), PROXY, "{says_nothing}");
        }
        assert_eq!(behind_proxies(&[b"203.0.113.9, unknown, 10.0.0.7"]), "10.0.0.7");
    }
}
