//! The session cookie and the device cookie (RFC 6265; `__Host-` prefix: RFC 6265bis §4.1.3).

use super::config::Config;
use http::{HeaderMap, HeaderValue, header};

/// Marks a browser that an account has signed in from; it opens nothing.
pub const DEVICE: &str = "doorward-device";

const DEVICE_SECONDS: i64 = 365 * 86_400;

/// How many cookies of one name are looked at.
const MOST: usize = 8;

/// The values of all cookies of this name, each once. A browser sends one for each path and domain that it was set for, in
/// an order that says nothing (RFC 6265 §5.4), and other applications of the host may set some of any bytes.
pub fn all<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let texts = pairs.filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='));
    let mut values = Vec::new();
    for (_, value) in texts.filter(|(key, _)| *key == name) {
        if values.len() < MOST && !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// Without `Max-Age`: the browser forgets it when it closes, the server long before.
pub fn session(config: &Config, token: &str) -> HeaderValue {
    cookie(config, config.cookie_name(), token, None)
}

pub fn clear_session(config: &Config) -> HeaderValue {
    cookie(config, config.cookie_name(), "", Some(0))
}

pub fn device(config: &Config, token: &str) -> HeaderValue {
    cookie(config, DEVICE, token, Some(DEVICE_SECONDS))
}

fn cookie(config: &Config, name: &str, value: &str, max_age: Option<i64>) -> HeaderValue {
    let secure = if config.secure() { "; Secure" } else { "" };
    let age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cookie_of_the_name_is_found_among_those_of_others() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_bytes(b"name=M\xfcller; doorward=x;b=2; doorward-device=z").unwrap(),
        );
        headers.append(header::COOKIE, HeaderValue::from_static("doorward=y; doorward=x"));
        assert_eq!(all(&headers, "doorward"), ["x", "y"]);
        assert!(all(&headers, "__Host-doorward").is_empty());
        let many: Vec<String> = (0..1000).map(|n| format!("doorward={n}")).collect();
        headers.insert(header::COOKIE, many.join("; ").parse().unwrap());
        assert_eq!(all(&headers, "doorward").len(), MOST);
    }
}
