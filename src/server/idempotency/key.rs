//! The header itself.

use crate::error::AppError;
use http::HeaderMap;

const NAME: &str = "idempotency-key";

/// Characters in a key.
const LONGEST: usize = 255;

/// The key of a request, if it has one. The draft writes it as a quoted string (RFC 9651 §3.3.3); as most clients send it
/// without quotes, both are one key.
pub fn read(headers: &HeaderMap) -> Result<Option<String>, AppError> {
    let mut values = headers.get_all(NAME).iter();
    let Some(first) = values.next() else { return Ok(None) };
    let text = first.to_str().ok().filter(|_| values.next().is_none()).map(str::trim);
    let key = text.and_then(|text| if text.starts_with('"') { quoted(text) } else { Some(text.to_owned()) });
    match key {
        Some(key) if (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Ok(Some(key))
        }
        _ => {
            let message = format!("Send one Idempotency-Key of 1 to {LONGEST} visible ASCII characters.");
            Err(AppError::bad_request("invalid_idempotency_key", message))
        }
    }
}

/// The text between the quotes, where only a quote and a backslash are escaped.
fn quoted(text: &str) -> Option<String> {
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    let (mut out, mut letters) = (String::new(), inside.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.push(letters.next().filter(|next| matches!(next, '"' | '\\'))?),
            '"' => return None,
            other => out.push(other),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn key(values: &[&str]) -> Result<Option<String>, AppError> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(NAME, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        read(&headers)
    }

    #[test]
    fn quoted_and_bare_are_one_key() {
        assert_eq!(key(&[]).unwrap(), None);
        let bare = "8e03978e-40d5-43e8-bc93-6894a57f9324";
        for sent in [bare.to_owned(), format!("\"{bare}\""), format!(" {bare} ")] {
            assert_eq!(key(&[&sent]).unwrap().as_deref(), Some(bare), "{sent}");
        }
        assert_eq!(key(&[r#""a\"b\\c""#]).unwrap().as_deref(), Some(r#"a"b\c"#));
        assert!(key(&[&"x".repeat(255)]).is_ok());
    }

    #[test]
    fn malformed_key_is_refused() {
        let long = "x".repeat(256);
        for sent in
            ["", "\"\"", "two words", "\"two words\"", "\"open", "\"a\"b\"", "\"a\\n\"", "\"", "schlüssel", &long]
        {
            assert_eq!(key(&[sent]).unwrap_err().code, "invalid_idempotency_key", "{sent}");
        }
        assert!(key(&["a", "a"]).is_err(), "sent twice");
    }
}
