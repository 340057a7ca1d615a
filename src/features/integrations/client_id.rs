//! Client IDs, typed and made.

use super::model::CLIENT_ID_MAX;
use crate::error::FieldError;
use crate::server::clock::random;
use crate::server::text;

/// The shortest client ID that somebody may choose.
const CLIENT_ID_MIN: usize = 3;

/// A client ID that nobody has: `dw-` and 60 random bits.
pub fn free_client_id() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 12];
    random(&mut bytes);
    let letters: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    format!("dw-{letters}")
}

/// Unreserved characters (RFC 3986 §2.3) alone: a client ID stands in URLs, headers and shell commands as it is.
pub fn check_client_id(typed: &str) -> Result<String, FieldError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(free_client_id());
    }
    let plain = typed.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c));
    if !plain || typed.len() < CLIENT_ID_MIN {
        let message = "Use at least 3 letters, digits and - . _ ~ only.";
        return Err(FieldError::new("client_id", "malformed", message));
    }
    text::line("client_id", typed, true, CLIENT_ID_MAX as usize)
}
