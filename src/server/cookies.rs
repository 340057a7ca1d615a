//! The session cookie and the device cookie (RFC 6265; `__Host-` prefix: RFC 6265bis §4.1.3).

use super::config::Config;
use http::{HeaderMap, HeaderValue, header};

/// Marks a browser that an account has signed in from; it opens nothing.
pub const DEVICE: &str = "doorward-device";

const DEVICE_SECONDS: i64 = 365 * 86_400;

/// The value of a cookie; none when it is missing or sent twice, which only a confused or hostile sender does.
pub fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned());
    let first = values.next()?;
    values.next().is_none().then_some(first)
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
    fn a_cookie_sent_twice_counts_as_none() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; doorward=x; b=2"));
        assert_eq!(read(&headers, "doorward").as_deref(), Some("x"));
        headers.append(header::COOKIE, HeaderValue::from_static("doorward=y"));
        assert_eq!(read(&headers, "doorward"), None);
    }
}
