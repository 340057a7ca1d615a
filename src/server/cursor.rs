//! Where a page of a list ended, as an opaque text that a client hands back.

use crate::db::Bind;
use crate::error::AppError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Bytes of a hash over the rest. They are no secret: what a cursor can reach is decided by the list itself; they tell
/// a mistyped or altered cursor from a good one, so that it is refused instead of followed somewhere odd.
const CHECK: usize = 4;

#[derive(Serialize, Deserialize)]
struct Cursor {
    sort: String,
    value: Value,
    id: String,
}

/// The value of the sort column in the last row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Int(i64),
    Text(String),
}

/// Which of the two a list puts into its cursors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Int,
    Text,
}

impl Value {
    /// The check bytes have no key, so anybody can make a cursor: it must still hold what the engine can compare.
    fn fits(&self, holds: Holds) -> bool {
        match self {
            Value::Int(_) => holds == Holds::Int,
            Value::Text(text) => holds == Holds::Text && !text.contains('\0'),
        }
    }
}

impl From<Value> for Bind {
    fn from(value: Value) -> Bind {
        match value {
            Value::Int(value) => Bind::Int(value),
            Value::Text(value) => Bind::Text(value),
        }
    }
}

pub fn encode(sort: &str, value: Value, id: &str) -> String {
    let cursor = Cursor { sort: sort.to_owned(), value, id: id.to_owned() };
    let mut bytes = serde_json::to_vec(&cursor).unwrap_or_default();
    let check = Sha256::digest(&bytes);
    bytes.extend_from_slice(&check[..CHECK]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The sort value and id to go on after; an empty text is the first page.
pub fn decode(sort: &str, text: &str, holds: Holds) -> Result<Option<(Bind, String)>, AppError> {
    if text.is_empty() {
        return Ok(None);
    }
    let refused =
        || AppError::bad_request("invalid_cursor", "The cursor is not one of this list. Start from the first page.");
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refused())?;
    let split = bytes.len().checked_sub(CHECK).ok_or_else(refused)?;
    let (body, check) = bytes.split_at(split);
    if Sha256::digest(body)[..CHECK] != *check {
        return Err(refused());
    }
    let cursor: Cursor = serde_json::from_slice(body).map_err(|_| refused())?;
    if cursor.sort != sort || !cursor.value.fits(holds) || cursor.id.contains('\0') {
        return Err(refused());
    }
    Ok(Some((cursor.value.into(), cursor.id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn altered_cursor_is_refused() {
        let cursor = encode("name", Value::Text("anna".into()), "id");
        assert_eq!(decode("name", &cursor, Holds::Text).unwrap(), Some(("anna".into(), "id".to_owned())));
        assert!(decode("-name", &cursor, Holds::Text).is_err(), "of another order");
        for at in 0..cursor.len() {
            let mut altered = cursor.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            assert!(decode("name", std::str::from_utf8(&altered).unwrap(), Holds::Text).is_err(), "position {at}");
        }
    }

    #[test]
    fn forged_cursor_holds_what_its_list_holds_or_is_refused() {
        let number = encode("name", Value::Int(5), "id");
        assert!(decode("name", &number, Holds::Text).is_err() && decode("name", &number, Holds::Int).is_ok());
        for forged in [encode("at", Value::Text("5".into()), "id"), encode("at", Value::Int(5), "i\0d")] {
            assert!(decode("at", &forged, Holds::Int).is_err());
        }
        assert!(decode("name", &encode("name", Value::Text("a\0".into()), "id"), Holds::Text).is_err());
    }
}
