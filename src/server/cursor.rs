//! Where a page of a list ended, as an opaque text that a client hands back, and how many rows there were in all: a list
//! is counted for its first page, and not again while somebody pages through it.

use crate::db::Bind;
use crate::error::AppError;
use crate::types::{COUNT_LIMIT, Count};
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count: Option<Count>,
}

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// The sort value and id to go on after; none is the first page.
    pub after: Option<(Bind, String)>,
    /// As the first page counted it.
    pub count: Option<Count>,
}

/// What one page shows of its list.
pub struct Cut<R> {
    pub rows: Vec<R>,
    pub count: Count,
    more: bool,
}

impl Start {
    /// Counts, unless an earlier page did.
    pub async fn counted<E>(self, count: impl Future<Output = Result<Count, E>>) -> Result<Start, E> {
        let count = match self.count {
            Some(count) => count,
            None => count.await?,
        };
        Ok(Start { count: Some(count), ..self })
    }

    /// Cuts rows, of which there is one more than `limit` when another page follows. Counts unless an earlier page did,
    /// or this one shows all there is.
    pub async fn cut<R, E>(
        self,
        rows: Vec<R>,
        limit: i64,
        count: impl Future<Output = Result<Count, E>>,
    ) -> Result<Cut<R>, E> {
        let read = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let count = match self.count {
            Some(count) => count,
            None if self.after.is_none() && read <= limit => Count::Exactly(read),
            None => count.await?,
        };
        Ok(Cut::of(rows, limit, count))
    }
}

impl<R> Cut<R> {
    pub fn of(mut rows: Vec<R>, limit: i64, count: Count) -> Cut<R> {
        let shown = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > shown;
        rows.truncate(shown);
        Cut { rows, count, more }
    }

    /// The cursor of the next page, if there is one, from the sort value and id of the last row.
    pub fn next(&self, sort: &str, of: impl Fn(&R) -> (Value, &str)) -> Option<String> {
        let (value, id) = of(self.rows.last().filter(|_| self.more)?);
        Some(encode(sort, value, id, Some(self.count)))
    }
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

pub fn encode(sort: &str, value: Value, id: &str, count: Option<Count>) -> String {
    let cursor = Cursor { sort: sort.to_owned(), value, id: id.to_owned(), count };
    let mut bytes = serde_json::to_vec(&cursor).unwrap_or_default();
    let check = Sha256::digest(&bytes);
    bytes.extend_from_slice(&check[..CHECK]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Where to go on; an empty text is the first page.
pub fn decode(sort: &str, text: &str, holds: Holds) -> Result<Start, AppError> {
    if text.is_empty() {
        return Ok(Start::default());
    }
    let refused =
        || AppError::bad_request("invalid_cursor", "The cursor isn't from this list. Start from the first page.");
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refused())?;
    let split = bytes.len().checked_sub(CHECK).ok_or_else(refused)?;
    let (body, check) = bytes.split_at(split);
    if Sha256::digest(body)[..CHECK] != *check {
        return Err(refused());
    }
    let cursor: Cursor = serde_json::from_slice(body).map_err(|_| refused())?;
    let counted = cursor.count.is_none_or(|count| (0..=COUNT_LIMIT).contains(&count.least()));
    if cursor.sort != sort || !cursor.value.fits(holds) || cursor.id.contains('\0') || !counted {
        return Err(refused());
    }
    Ok(Start { after: Some((cursor.value.into(), cursor.id)), count: cursor.count })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn altered_cursor_is_refused() {
        let cursor = encode("name", Value::Text("anna".into()), "id", Some(Count::Exactly(3)));
        let start = Start { after: Some(("anna".into(), "id".to_owned())), count: Some(Count::Exactly(3)) };
        assert_eq!(decode("name", &cursor, Holds::Text).unwrap(), start);
        assert!(decode("-name", &cursor, Holds::Text).is_err(), "of another order");
        for at in 0..cursor.len() {
            let mut altered = cursor.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            assert!(decode("name", std::str::from_utf8(&altered).unwrap(), Holds::Text).is_err(), "position {at}");
        }
    }

    #[test]
    fn forged_cursor_holds_what_its_list_holds_or_is_refused() {
        let encode = |sort, value, id| encode(sort, value, id, None);
        let number = encode("name", Value::Int(5), "id");
        assert!(decode("name", &number, Holds::Text).is_err() && decode("name", &number, Holds::Int).is_ok());
        for forged in [encode("at", Value::Text("5".into()), "id"), encode("at", Value::Int(5), "i\0d")] {
            assert!(decode("at", &forged, Holds::Int).is_err());
        }
        assert!(decode("name", &encode("name", Value::Text("a\0".into()), "id"), Holds::Text).is_err());
    }

    #[test]
    fn forged_count_is_one_that_a_list_can_have_or_is_refused() {
        let forged = |count| decode("at", &encode("at", Value::Int(5), "id", Some(count)), Holds::Int);
        for count in [Count::Exactly(-1), Count::Exactly(COUNT_LIMIT + 1), Count::MoreThan(i64::MAX)] {
            assert!(forged(count).is_err(), "{count:?}");
        }
        for count in [Count::Exactly(0), Count::MoreThan(COUNT_LIMIT), Count::MoreThan(0)] {
            assert_eq!(forged(count).unwrap().count, Some(count));
        }
    }

    #[test]
    fn cursor_of_an_earlier_version_has_no_count_and_is_good() {
        let old = encode("name", Value::Text("anna".into()), "id", None);
        assert_eq!(decode("name", &old, Holds::Text).unwrap().count, None);
    }
}
